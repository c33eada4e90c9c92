//! One brake at a time on a connection: two would spend the same requests twice.

use std::{
    fs::{self, File, TryLockError},
    io::{Read, Seek, Write},
};

use crate::{failure::Failure, run_folder::RunFolder, settings::Session};

/// File systems take names of 255 bytes.
const LONGEST_NAME: usize = 200;

/// Held while a brake is under way on a connection.
pub(super) struct OnlyOne(Option<File>);

impl OnlyOne {
    /// Says that a brake is under way here. Where the folder for it cannot be written, there is no such protection: the
    /// brake is more important.
    ///
    /// # Errors
    /// When another process has a brake under way, unless this one goes `beside` it.
    pub(super) fn on(session: &Session, beside: bool) -> Result<Self, Failure> {
        let Some(mut file) = Self::file(session) else {
            return Ok(Self(None));
        };
        match file.try_lock() {
            Ok(()) => {
                // Whoever comes second is told of this one.
                let told = file
                    .set_len(0)
                    .and_then(|()| writeln!(file, "process {}", std::process::id()));
                drop(told);
                Ok(Self(Some(file)))
            }
            Err(TryLockError::WouldBlock) if !beside => {
                let mut who = String::new();
                let read = file.rewind().and_then(|()| file.read_to_string(&mut who));
                let who = match (read, who.trim()) {
                    (Ok(_), who) if !who.is_empty() => format!(" ({who})"),
                    _ => String::new(),
                };
                Err(Failure::before_sending(format!(
                    "A brake is already under way on {}{who}; nothing was sent. Wait for it, or use --beside if this one is for something else.",
                    session.place()
                )))
            }
            Err(_) => Ok(Self(None)),
        }
    }

    fn file(session: &Session) -> Option<File> {
        let folder = RunFolder::of_user().ok()?;
        folder.create().ok()?;
        let client = &session.client;
        let name = name_of(&client.org().to_string(), client.base().as_str());
        let mut options = fs::OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        options.open(folder.path().join(name)).ok()
    }
}

/// The name of a connection's file: the same for every build of this program.
fn name_of(org: &str, base: &str) -> String {
    let connection = format!("{org}-{base}");
    let plain = connection.chars().map(|char| {
        if char.is_ascii_alphanumeric() {
            char
        } else {
            '-'
        }
    });
    format!(".brake-{}", plain.take(LONGEST_NAME).collect::<String>())
}

impl Drop for OnlyOne {
    fn drop(&mut self) {
        // The file stays: to remove it would let two in.
        if let Some(file) = &mut self.0 {
            let _ = file.set_len(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_connection_has_a_name_of_its_own_that_any_file_system_takes() {
        let base = "https://api.applivery.io/v1";
        assert_eq!(
            name_of("acme", base),
            ".brake-acme-https---api-applivery-io-v1"
        );
        assert_ne!(name_of("acme", base), name_of("acme-2", base));
        let long = name_of("acme", &format!("https://{}", "é/".repeat(300)));
        assert!(long.len() < 255 && long.is_ascii());
    }
}
