//! One brake at a time on a connection: two would spend the same requests twice.

use std::{
    fs::{self, File, TryLockError},
    hash::{DefaultHasher, Hash, Hasher},
    io::{Read, Seek, Write},
};

use crate::{failure::Failure, run_folder::RunFolder, settings::Session};

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
        let mut connection = DefaultHasher::new();
        let client = &session.client;
        (client.base().as_str(), client.org().to_string()).hash(&mut connection);
        let name = format!(".brake-{:016x}", connection.finish());
        let mut options = fs::OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        options.open(folder.path().join(name)).ok()
    }
}

impl Drop for OnlyOne {
    fn drop(&mut self) {
        // The file stays: to remove it would let two in.
        if let Some(file) = &mut self.0 {
            let _ = file.set_len(0);
        }
    }
}
