//! How an audit is set up, and the key that signs its checkpoints.

use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use countermand_chain::sync_folder_of;
use countermand_core_model::{ExposeSecret, Secret};

use super::{error::AuditError, signed_note::NoteSigner};

/// The name of the key that a server makes itself.
const KEY_NAME: &str = "countermand-audit";

/// The file of the key that a server makes itself.
const KEY_FILE: &str = "checkpoint-key";

/// How an audit is set up. Its lines are in the store.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AuditConfig {
    /// The folder of the key, unless there is another one, and of audits of older versions.
    pub folder: PathBuf,
    /// The key that signs checkpoints: `PRIVATE+KEY+NAME+ID+KEY`. Without one, it is in the folder, and made where it is
    /// missing.
    pub key: Option<Secret>,
    /// A file to which checkpoints are appended, too: on another machine's disk, it shows what happens to the store.
    pub checkpoint_file: Option<PathBuf>,
    /// How often a checkpoint is signed.
    pub checkpoint_every: Duration,
    /// For how many days lines are kept. Without it, for ever.
    pub keep_days: Option<u32>,
}

impl AuditConfig {
    /// Returns a setup with an own key, a checkpoint each hour, and everything kept.
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            key: None,
            checkpoint_file: None,
            checkpoint_every: Duration::from_secs(60 * 60),
            keep_days: None,
        }
    }

    /// Returns the key that signs checkpoints. An own one is made where it is missing.
    ///
    /// # Errors
    /// When it is not a key, or cannot be read or made.
    pub fn signer(&self) -> Result<NoteSigner, AuditError> {
        match &self.key {
            Some(key) => NoteSigner::parse(key).map_err(AuditError::Key),
            None => own_key(&self.folder),
        }
    }
}

impl From<PathBuf> for AuditConfig {
    fn from(folder: PathBuf) -> Self {
        Self::new(folder)
    }
}

fn own_key(folder: &Path) -> Result<NoteSigner, AuditError> {
    let path = folder.join(KEY_FILE);
    let unusable = |error| AuditError::KeyFile(path.clone(), error);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(folder)
                .map_err(|error| AuditError::Folder(folder.to_owned(), error))?;
            let new = NoteSigner::generate(KEY_NAME).map_err(AuditError::Key)?;
            create(&path, &new.to_secret()).map_err(unusable)?;
            fs::read_to_string(&path).map_err(unusable)?
        }
        read => read.map_err(unusable)?,
    };
    NoteSigner::parse(&Secret::from(text))
        .map_err(|error| unusable(io::Error::new(ErrorKind::InvalidData, error)))
}

/// Creates the file whole, for its owner alone, unless another process did.
fn create(path: &Path, key: &Secret) -> io::Result<()> {
    let draft = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&draft).and_then(|mut file| {
        // Exposed to be kept: whoever may read the folder may sign.
        file.write_all(format!("{}\n", key.expose_secret()).as_bytes())?;
        file.sync_all()
    });
    let named = written.and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let _ = fs::remove_file(&draft);
    named?;
    sync_folder_of(path)
}
