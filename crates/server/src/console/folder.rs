//! Reads files of a folder, and never one outside of it.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use countermand_page::ENCODINGS;

/// A file in the form that was chosen for a request.
#[derive(Debug)]
pub(crate) struct File {
    /// Its name, without folders.
    pub(crate) name: String,
    /// Its content, compressed or not.
    pub(crate) content: Bytes,
    /// How it is compressed.
    pub(crate) encoding: Option<&'static str>,
    /// Whether other requests may get another form.
    pub(crate) varies: bool,
}

/// Reads the file at `place` in `folder`, which is canonical, compressed where the client accepts it. `None` where there
/// is none, or where a link leads out of the folder.
pub(crate) async fn read(
    folder: &Path,
    place: &Path,
    accepts: impl Fn(&str) -> bool,
) -> Option<File> {
    let plain = within(folder, &folder.join(place)).await?;
    let changed = modified(&plain).await?;
    let name = place.file_name()?.to_str()?.to_owned();
    let mut varies = false;
    for (encoding, ending) in ENCODINGS {
        let beside = folder
            .join(place)
            .with_file_name(format!("{name}.{ending}"));
        let Some(compressed) = within(folder, &beside).await else {
            continue;
        };
        // One that is left over from an earlier build holds another content.
        if modified(&compressed).await.is_none_or(|at| at < changed) {
            continue;
        }
        varies = true;
        if accepts(encoding)
            && let Ok(content) = tokio::fs::read(&compressed).await
        {
            return Some(File {
                name,
                content: content.into(),
                encoding: Some(encoding),
                varies,
            });
        }
    }
    let content = tokio::fs::read(&plain).await.ok()?;
    Some(File {
        name,
        content: content.into(),
        encoding: None,
        varies,
    })
}

async fn within(folder: &Path, file: &Path) -> Option<PathBuf> {
    let real = tokio::fs::canonicalize(file).await.ok()?;
    let is_file = tokio::fs::metadata(&real).await.ok()?.is_file();
    (is_file && real.starts_with(folder)).then_some(real)
}

async fn modified(file: &Path) -> Option<std::time::SystemTime> {
    tokio::fs::metadata(file).await.ok()?.modified().ok()
}
