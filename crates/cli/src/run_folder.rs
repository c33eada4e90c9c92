//! The folder with the journals of this machine's runs: `countermand/runs` in the user's folder for state.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use directories::BaseDirs;

use crate::failure::Failure;

/// The extension of a journal's file. Its name is the run's ID, which begins with the run's time.
const EXTENSION: &str = "journal";

/// The folder. It need not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RunFolder(PathBuf);

impl RunFolder {
    /// Returns the user's folder: in `$XDG_STATE_HOME` or `~/.local/state`, or in what the system has in their place.
    ///
    /// # Errors
    /// Fails if the system names no home folder.
    pub(crate) fn of_user() -> Result<Self, Failure> {
        let dirs = BaseDirs::new().ok_or_else(|| Failure::usage("this user has no home folder"))?;
        let state = dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir());
        Ok(Self(state.join("countermand/runs")))
    }

    /// Returns its path.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Returns where the journal of a run is.
    pub(crate) fn journal(&self, run: &str) -> PathBuf {
        self.0.join(format!("{run}.{EXTENSION}"))
    }

    /// Creates the folder, if necessary. Only its owner may look into it: journals say who does what to which device.
    pub(crate) fn create(&self) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.0)?;
        self.close_to_others()
    }

    #[cfg(unix)]
    fn close_to_others(&self) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&self.0)?.permissions().mode();
        match mode & 0o077 {
            0 => Ok(()),
            _ => fs::set_permissions(&self.0, fs::Permissions::from_mode(0o700)),
        }
    }

    #[cfg(not(unix))]
    fn close_to_others(&self) -> io::Result<()> {
        Ok(())
    }

    /// Returns the files in it, the newest run first. Hidden files are left out; a missing folder is empty.
    ///
    /// # Errors
    /// Fails if the folder cannot be read.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        let unreadable = |error: io::Error| {
            Failure::before_sending(format!("cannot read {}: {error}", self.0.display()))
        };
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(error)),
        };
        let mut files = Vec::new();
        for entry in entries {
            let entry = entry.map_err(unreadable)?;
            if !entry.file_name().to_string_lossy().starts_with('.') {
                files.push(entry.path());
            }
        }
        files.sort();
        files.reverse();
        Ok(files)
    }
}

/// Returns the file that is meant by a path or a run's ID. The ID counts where there is no such file, but a journal of
/// this run in the user's folder.
pub(crate) fn journal_named(named: &Path) -> PathBuf {
    if named.exists() {
        return named.to_owned();
    }
    let id = named.to_str().filter(|text| is_run_id(text));
    let kept = id.and_then(|id| Some(RunFolder::of_user().ok()?.journal(id)));
    kept.filter(|path| path.exists())
        .unwrap_or_else(|| named.to_owned())
}

/// The longest ID of a run, in bytes.
const LONGEST_ID: usize = 128;

/// Returns whether a text may be the ID of a run: one segment of a path.
pub(crate) fn is_run_id(text: &str) -> bool {
    let is_inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(is_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_segment_of_a_path() {
        assert!(is_run_id("20261130T081500-0123abcd"));
        for text in ["", " ", ".", "..", "a/b", "a?b", "a%2fb", "é"] {
            assert!(!is_run_id(text), "{text:?}");
        }
    }

    #[test]
    fn the_newest_run_comes_first_and_a_missing_folder_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let runs = RunFolder(folder.path().join("state/runs"));
        assert_eq!(runs.files().unwrap(), Vec::<PathBuf>::new());
        runs.create().unwrap();
        for name in ["20261130T1-b.journal", "20261201T1-a.journal", ".hidden"] {
            fs::write(runs.path().join(name), "").unwrap();
        }
        let newest = runs.journal("20261201T1-a");
        assert_eq!(
            runs.files().unwrap(),
            [newest, runs.journal("20261130T1-b")]
        );
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_may_look_into_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let runs = RunFolder(folder.path().join("runs"));
        let mode = || fs::metadata(runs.path()).unwrap().permissions().mode() & 0o777;
        runs.create().unwrap();
        assert_eq!(mode(), 0o700);
        fs::set_permissions(runs.path(), fs::Permissions::from_mode(0o755)).unwrap();
        runs.create().unwrap();
        assert_eq!(mode(), 0o700);
    }
}
