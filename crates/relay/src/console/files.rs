//! Which file a path means, and reading it: never one outside of the folder.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use percent_encoding::percent_decode_str;

/// The page.
pub(crate) const INDEX: &str = "index.html";

/// The compressed forms that may lie beside a file, the smallest first: encoding and ending.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

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

/// The file that `path` of a URL means, as its place within the folder; none where it means none.
pub(crate) fn place(path: &str) -> Option<PathBuf> {
    let path = path.strip_prefix('/')?;
    if path.is_empty() {
        return Some(PathBuf::from(INDEX));
    }
    let mut place = PathBuf::new();
    for segment in path.split('/') {
        let name = percent_decode_str(segment).decode_utf8().ok()?;
        // A name that begins with a dot is "..", "." or hidden.
        let foreign = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':');
        if name.is_empty() || name.starts_with('.') || name.contains(foreign) {
            return None;
        }
        place.push(&*name);
    }
    Some(place)
}

/// Reads the file at `place` in `folder` (in its canonical form), compressed where the client accepts
/// it. None where there is none, or where a link leads out of the folder.
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

/// Was the file named after its content, so that it never changes? Trunk puts a hash of 8 or more
/// hexadecimal digits behind a '-'.
pub(crate) fn is_hashed(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        hash.len() >= 8
            && hash
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_mean_a_file() {
        for (path, file) in [
            ("/", "index.html"),
            ("/index.html", "index.html"),
            ("/a%20b.js", "a b.js"),
            ("/deep/er/x.css", "deep/er/x.css"),
        ] {
            assert_eq!(place(path), Some(PathBuf::from(file)), "{path}");
        }
    }

    #[test]
    fn paths_that_lead_out_or_hide() {
        for path in [
            "",
            "*",
            "//",
            "//etc/passwd",
            "/../x",
            "/a/../x",
            "/%2e%2e/x",
            "/%2E%2E%2Fx",
            "/a%2f..%2fx",
            "/..%5cx",
            "/a\\x",
            "/.git/config",
            "/./x",
            "/x/",
            "/%00",
            "/C:/x",
            "/%ff",
        ] {
            assert_eq!(place(path), None, "{path}");
        }
    }

    #[test]
    fn only_hashed_names_never_change() {
        for name in [
            "countermand-web-1f2e3d4c5b6a7988.js",
            "countermand-web-1f2e3d4c5b6a7988_bg.wasm",
            "main-0123456789abcdef.css",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in [
            "index.html",
            "app.js",
            "count-down.js",
            "a-bad.css",
            "x-deadbee.js",
        ] {
            assert!(!is_hashed(name), "{name}");
        }
    }
}
