//! Checks who else can read or write a file with a secret or with access rights.

use std::{fs, path::Path};

use crate::failure::Failure;

/// The group or anybody can write it.
const WRITABLE: u32 = 0o022;
/// Anybody can write it.
const WRITABLE_BY_ALL: u32 = 0o002;
/// Anybody can read it.
const READABLE: u32 = 0o004;

/// Refuses a secret that others can write: they could put a secret or a name of their own into it. A secret that
/// anybody can read is only logged: container engines provide secrets like that, in closed folders.
pub(super) fn check_secret(path: &Path, whose: &str) -> Result<(), Failure> {
    let Some(mode) = mode(path) else {
        return Ok(());
    };
    check_writers(path, mode, WRITABLE, whose)?;
    if mode & READABLE != 0 {
        tracing::warn!(
            path = %path.display(),
            mode = %format_args!("{mode:04o}"),
            "every user of this machine can read this secret: run chmod 0600"
        );
    }
    Ok(())
}

/// Like [`check_secret`], for a file without secrets, which a group may maintain together.
pub(super) fn check_rules(path: &Path) -> Result<(), Failure> {
    match mode(path) {
        Some(mode) => check_writers(path, mode, WRITABLE_BY_ALL, "the configuration"),
        None => Ok(()),
    }
}

fn check_writers(path: &Path, mode: u32, others: u32, whose: &str) -> Result<(), Failure> {
    if mode & others == 0 {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "{whose}: {} has mode {mode:04o}: users other than its owner can write it. Run chmod 0600 or 0640",
        path.display()
    )))
}

/// Returns the permissions of a regular file, if the system has them. A missing file is reported when it is read.
fn mode(path: &Path) -> Option<u32> {
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    #[cfg(unix)]
    {
        Some(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777)
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        None
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_that_others_may_write_is_refused_with_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        fs::write(&path, "s3cr3t-t0ken").unwrap();
        for mode in [0o666, 0o622, 0o660, 0o602, 0o777] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let failure = check_secret(&path, "token").unwrap_err();
            let said = failure.message();
            assert!(
                said.contains(&format!("{mode:04o}")) && said.contains("token"),
                "{said}"
            );
            assert!(!said.contains("s3cr3t"), "{said}");
        }
        for mode in [0o600, 0o400, 0o640, 0o440, 0o644, 0o444] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert!(check_secret(&path, "token").is_ok(), "{mode:04o}");
        }
        assert!(check_secret(&folder.path().join("none"), "token").is_ok());
    }
}
