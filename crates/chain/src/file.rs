//! A journal in a file that one process at a time writes.

use std::{
    fs::{File, Metadata, OpenOptions, TryLockError},
    io::{self, BufReader, ErrorKind, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread::JoinHandle,
};

use countermand_transport::BoxFuture;
use futures_channel::oneshot;

use crate::{JournalError, JournalErrorKind, JournalStore, line::ChainEnd};

/// A file that a thread of its own appends to and flushes to disk, so that waiting for it blocks nothing else. It is
/// locked against other processes while it exists.
#[derive(Debug)]
pub struct FileJournal {
    file: Arc<File>,
    path: PathBuf,
    /// Taken to end the thread.
    orders: Option<mpsc::Sender<Order>>,
    writer: Option<JoinHandle<()>>,
}

/// Creates files that only their owner can read, because they say who does what to which device.
trait OnlyOurs {
    fn only_ours(&mut self) -> &mut Self;
}

impl OnlyOurs for OpenOptions {
    fn only_ours(&mut self) -> &mut Self {
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(self, 0o600);
        self
    }
}

struct Order {
    what: Work,
    done: oneshot::Sender<Result<(), JournalError>>,
}

enum Work {
    Append(Vec<u8>),
    /// Shorten the file to its durable length.
    Restore,
}

impl FileJournal {
    /// Creates a new file.
    ///
    /// # Errors
    /// When something of that name exists, which is never overwritten, or the system refuses.
    pub fn create(path: &Path) -> Result<Self, JournalError> {
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create_new(true)
            .only_ours()
            .open(path)
            .map_err(|error| match error.kind() {
                ErrorKind::AlreadyExists => JournalError::new(
                    JournalErrorKind::AlreadyExists,
                    format!(
                        "{} already exists; refusing to overwrite it",
                        path.display()
                    ),
                ),
                _ => failed(path, "made", error),
            })?;
        let journal = Self::locked(file, path)?;
        sync_folder_of(path).map_err(|error| failed(path, "made", error))?;
        Ok(journal)
    }

    /// Opens a file to read it and continue it.
    ///
    /// # Errors
    /// When there is none, another process uses it, or the system refuses.
    pub fn open(path: &Path) -> Result<(Self, BufReader<File>), JournalError> {
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .open(path)
            .map_err(|error| match error.kind() {
                ErrorKind::NotFound => JournalError::new(
                    JournalErrorKind::Missing,
                    format!("no such journal: {}", path.display()),
                ),
                _ => failed(path, "opened", error),
            })?;
        let journal = Self::locked(file, path)?;
        let again = journal
            .file
            .try_clone()
            .and_then(|mut file| file.seek(SeekFrom::Start(0)).map(|_| file))
            .map_err(|error| failed(path, "read", error))?;
        Ok((journal, BufReader::with_capacity(1 << 16, again)))
    }

    fn locked(file: File, path: &Path) -> Result<Self, JournalError> {
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => JournalError::new(
                JournalErrorKind::InUse,
                format!(
                    "another process is working with the journal {}",
                    path.display()
                ),
            ),
            TryLockError::Error(error) => failed(path, "locked", error),
        })?;
        let file = Arc::new(file);
        let (orders, received) = mpsc::channel();
        let writer = {
            let (file, path) = (Arc::clone(&file), path.to_owned());
            std::thread::Builder::new()
                .name("journal".to_owned())
                .spawn(move || write(&file, &path, &received))
        };
        Ok(Self {
            file,
            path: path.to_owned(),
            orders: Some(orders),
            writer: Some(writer.map_err(|error| failed(path, "written", error))?),
        })
    }

    /// Returns the path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the torn line behind `end`, which reading this file returned. Call it before appending.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn drop_torn(&self, end: &ChainEnd) -> Result<(), JournalError> {
        if !end.torn {
            return Ok(());
        }
        self.file
            .set_len(end.bytes)
            .and_then(|()| self.file.sync_all())
            .map_err(|error| failed(&self.path, "shortened by its half line", error))
    }

    /// Removes the file if it is empty.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn discard(self) -> Result<(), JournalError> {
        let path = self.path.clone();
        let empty = self.file.metadata().map(|metadata| metadata.len() == 0);
        match empty {
            // It is still locked, so nobody else uses it.
            Ok(true) => std::fs::remove_file(&path),
            Ok(false) => Ok(()),
            Err(error) => Err(error),
        }
        .map_err(|error| failed(&path, "taken away", error))
    }
}

impl FileJournal {
    fn order(&self, what: Work) -> BoxFuture<'_, Result<(), JournalError>> {
        let (done, is_done) = oneshot::channel();
        // Without a thread the order is dropped, and so is its `done`.
        if let Some(orders) = &self.orders {
            let _ = orders.send(Order { what, done });
        }
        Box::pin(async move {
            is_done.await.unwrap_or_else(|_| {
                Err(JournalError::new(
                    JournalErrorKind::System,
                    format!(
                        "the journal {} is not written any more",
                        self.path.display()
                    ),
                ))
            })
        })
    }
}

impl JournalStore for FileJournal {
    fn append(&self, bytes: Vec<u8>) -> BoxFuture<'_, Result<(), JournalError>> {
        self.order(Work::Append(bytes))
    }

    fn restore(&self) -> BoxFuture<'_, Result<(), JournalError>> {
        self.order(Work::Restore)
    }
}

impl Drop for FileJournal {
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Some(writer) = self.writer.take() {
            // Everything ordered is written and the file unlocked when this returns.
            let _ = writer.join();
        }
    }
}

/// What the writer knows of its file.
struct Written<'a> {
    file: &'a File,
    path: &'a Path,
    /// Its length after the last successful append; `None` before the first.
    durable: Option<u64>,
    /// An append failed, and the file may end in a torn line.
    is_torn: bool,
}

fn write(file: &File, path: &Path, orders: &mpsc::Receiver<Order>) {
    let mut written = Written {
        file,
        path,
        durable: None,
        is_torn: false,
    };
    for Order { what, done } in orders {
        let ended = match what {
            Work::Append(bytes) => written.append(&bytes),
            Work::Restore => written.restore(),
        };
        // The caller may have stopped waiting.
        let _ = done.send(ended);
    }
}

#[cfg(unix)]
fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// An open file cannot be deleted here, so its length identifies it.
#[cfg(not(unix))]
fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    one.len() == other.len()
}

impl Written<'_> {
    fn append(&mut self, bytes: &[u8]) -> Result<(), JournalError> {
        if self.is_torn {
            // A line behind a torn one would be broken.
            return Err(JournalError::new(
                JournalErrorKind::System,
                format!(
                    "the journal {} is not written any more",
                    self.path.display()
                ),
            ));
        }
        let before = self.length().and_then(|before| {
            self.is_still_there(before)?;
            Ok(before)
        });
        // Nothing was written, and others' changes are left as they are.
        let before = before.map_err(|error| failed(self.path, "written", error))?;
        let appended = self.try_append(before, bytes);
        // At once, so that readers see whole lines; once more before continuing.
        if appended.is_err() {
            self.is_torn = true;
            let _ = self.shorten();
        }
        appended.map_err(|error| failed(self.path, "written", error))
    }

    /// Checks that the file was not deleted, moved or changed by others, which would lose what is written into it.
    fn is_still_there(&self, length: u64) -> io::Result<()> {
        let ours = self.file.metadata()?;
        let named = std::fs::metadata(self.path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => io::Error::new(error.kind(), "it was deleted or moved"),
            _ => error,
        })?;
        if !is_same_file(&ours, &named) {
            return Err(io::Error::other("another file was put in its place"));
        }
        if ours.len() != length {
            return Err(io::Error::other("somebody else has changed it"));
        }
        Ok(())
    }

    /// Returns how long the file is as far as this process knows.
    fn length(&mut self) -> io::Result<u64> {
        let length = match self.durable {
            Some(length) => length,
            None => self.file.metadata()?.len(),
        };
        self.durable = Some(length);
        Ok(length)
    }

    fn try_append(&mut self, before: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.file;
        file.write_all(bytes)?;
        file.sync_data()?;
        self.durable = Some(before + bytes.len() as u64);
        Ok(())
    }

    fn restore(&mut self) -> Result<(), JournalError> {
        if self.is_torn {
            self.shorten()
                .map_err(|error| failed(self.path, "shortened by its half line", error))?;
            self.is_torn = false;
        }
        Ok(())
    }

    fn shorten(&self) -> io::Result<()> {
        if let Some(length) = self.durable {
            self.file.set_len(length)?;
            self.file.sync_all()?;
        }
        Ok(())
    }
}

fn failed(path: &Path, done: &str, error: io::Error) -> JournalError {
    JournalError::new(
        JournalErrorKind::System,
        format!("the journal {} cannot be {done}", path.display()),
    )
    .because(error)
}

/// Makes a new name in a folder durable.
///
/// # Errors
/// When the system refuses.
#[cfg(unix)]
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

/// Does nothing where a folder cannot be opened as a file.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn sync_folder_of(_: &Path) -> io::Result<()> {
    Ok(())
}
