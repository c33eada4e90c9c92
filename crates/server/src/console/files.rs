//! The files of a console, from a folder or embedded, and the file that a path names.

use std::{
    io,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use countermand_page::{ENCODINGS, INDEX, MANIFEST};
use percent_encoding::percent_decode_str;

use super::folder::{self, File};

/// The files of a console.
#[derive(Clone, Debug)]
pub enum Files {
    /// The files of a folder, read at each request.
    Folder(PathBuf),
    /// Embedded files: path within the folder and content, with compressed forms beside them.
    Embedded(&'static [(&'static str, &'static [u8])]),
}

impl From<PathBuf> for Files {
    fn from(folder: PathBuf) -> Self {
        Self::Folder(folder)
    }
}

impl Files {
    /// Returns the manifest that `cargo xtask dist` wrote. `None` where the page was built without.
    ///
    /// # Errors
    /// When there is no page, or the manifest cannot be read.
    pub fn manifest(&self) -> io::Result<Option<Bytes>> {
        match self {
            Self::Folder(folder) => {
                std::fs::metadata(folder.join(INDEX))?;
                match std::fs::read(folder.join(MANIFEST)) {
                    Ok(text) => Ok(Some(text.into())),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                    Err(error) => Err(error),
                }
            }
            Self::Embedded(files) => match embedded(files, INDEX) {
                Some(_) => Ok(embedded(files, MANIFEST).map(Bytes::from_static)),
                None => Err(io::ErrorKind::NotFound.into()),
            },
        }
    }

    /// Prepares the files: makes the path of a folder canonical.
    ///
    /// # Errors
    /// When there is no page in it.
    pub(crate) async fn opened(self) -> io::Result<Self> {
        let files = match self {
            Self::Folder(folder) => Self::Folder(tokio::fs::canonicalize(folder).await?),
            embedded @ Self::Embedded(_) => embedded,
        };
        match files.plain(Path::new(INDEX)).await {
            Some(_) => Ok(files),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// Reads the file at `place`, compressed where the client accepts it.
    pub(crate) async fn read(&self, place: &Path, accepts: impl Fn(&str) -> bool) -> Option<File> {
        match self {
            Self::Folder(folder) => folder::read(folder, place, accepts).await,
            Self::Embedded(files) => read_embedded(files, place, accepts),
        }
    }

    /// Reads the file at `place` as it is.
    pub(crate) async fn plain(&self, place: &Path) -> Option<Bytes> {
        let file = self.read(place, |_| false).await?;
        Some(file.content)
    }
}

fn embedded(files: &[(&str, &'static [u8])], place: &str) -> Option<&'static [u8]> {
    let found = files.iter().find(|(name, _)| *name == place)?;
    Some(found.1)
}

fn read_embedded(
    files: &[(&str, &'static [u8])],
    place: &Path,
    accepts: impl Fn(&str) -> bool,
) -> Option<File> {
    let path: Vec<&str> = place
        .components()
        .map(|part| part.as_os_str().to_str())
        .collect::<Option<_>>()?;
    let path = path.join("/");
    let plain = embedded(files, &path)?;
    let compressed: Vec<(&'static str, &'static [u8])> = ENCODINGS
        .into_iter()
        .filter_map(|(encoding, ending)| {
            Some((encoding, embedded(files, &format!("{path}.{ending}"))?))
        })
        .collect();
    let chosen = compressed.iter().find(|(encoding, _)| accepts(encoding));
    Some(File {
        name: place.file_name()?.to_str()?.to_owned(),
        content: Bytes::from_static(chosen.map_or(plain, |(_, content)| content)),
        encoding: chosen.map(|(encoding, _)| *encoding),
        varies: !compressed.is_empty(),
    })
}

/// Returns the path within the folder that the path of a URL names.
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end the program")]
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

    const FILES: &[(&str, &[u8])] = &[
        ("index.html", b"page"),
        ("index.html.br", b"small page"),
        ("index.html.gz", b"smaller page"),
        ("lang/es.txt", b"textos"),
    ];

    #[test]
    fn embedded_files_are_found_by_their_place_and_come_as_they_are_accepted() {
        let read = |place: &str, accepted: &[&str]| {
            let accepts = |encoding: &str| accepted.contains(&encoding);
            read_embedded(FILES, Path::new(place), accepts)
                .map(|file| (file.content, file.encoding, file.varies))
        };
        let bytes = Bytes::from_static;
        assert_eq!(read("index.html", &[]), Some((bytes(b"page"), None, true)));
        assert_eq!(
            read("index.html", &["gzip", "br"]),
            Some((bytes(b"small page"), Some("br"), true))
        );
        assert_eq!(
            read("index.html", &["gzip"]),
            Some((bytes(b"smaller page"), Some("gzip"), true))
        );
        assert_eq!(
            read("lang/es.txt", &["br"]),
            Some((bytes(b"textos"), None, false))
        );
        for place in ["es.txt", "lang", "/lang/es.txt", "lang/../index.html", ""] {
            assert_eq!(read(place, &["br"]), None, "{place}");
        }
    }

    #[test]
    fn a_page_without_a_manifest_is_one_and_no_page_is_none() {
        assert!(matches!(Files::Embedded(FILES).manifest(), Ok(None)));
        assert!(Files::Embedded(&[]).manifest().is_err());
        let with: Files = Files::Embedded(&[("index.html", b"page"), ("manifest.json", b"{}")]);
        assert_eq!(with.manifest().unwrap(), Some(Bytes::from_static(b"{}")));
        let folder = tempfile::tempdir().unwrap();
        let files = Files::from(folder.path().to_owned());
        assert!(files.manifest().is_err());
        std::fs::write(folder.path().join("index.html"), "page").unwrap();
        assert!(matches!(files.manifest(), Ok(None)));
        std::fs::write(folder.path().join("manifest.json"), "{}").unwrap();
        assert_eq!(files.manifest().unwrap(), Some(Bytes::from_static(b"{}")));
    }
}
