//! What the page was built from, as the manifest beside it says.

use serde_json::Value;

/// A file of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageFile {
    /// Its name within the page's folder.
    pub name: String,
    /// The SHA-256 of its content, in hexadecimal digits.
    pub sha256: String,
}

/// The manifest, as far as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The version of Countermand.
    pub version: String,
    /// The commit; empty where it was built outside of a repository.
    pub commit: String,
    /// The page's files, in the manifest's order.
    pub files: Vec<PageFile>,
}

impl Manifest {
    /// Reads the file's text; none where it is no manifest: a host without one may answer with its page.
    pub fn read(text: &str) -> Option<Self> {
        let file: Value = serde_json::from_str(text).ok()?;
        let word = |name: &str| file.get(name).and_then(Value::as_str).map(str::to_owned);
        let files = file.get("files")?.as_object()?.iter();
        Some(Self {
            version: word("version")?,
            commit: word("commit")?,
            files: files
                .map(|(name, said)| {
                    Some(PageFile {
                        name: name.clone(),
                        sha256: said.get("sha256")?.as_str()?.to_owned(),
                    })
                })
                .collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_whole_or_not_at_all() {
        let text = r#"{"version":"1.2.3","commit":"0123abc","files":{
            "index.html":{"sha256":"aa","bytes":1},"lang/es.txt":{"sha256":"bb","bytes":2}}}"#;
        let manifest = Manifest::read(text).unwrap();
        assert_eq!(
            (manifest.version.as_str(), manifest.commit.as_str()),
            ("1.2.3", "0123abc")
        );
        let files: Vec<(&str, &str)> = manifest
            .files
            .iter()
            .map(|file| (file.name.as_str(), file.sha256.as_str()))
            .collect();
        assert_eq!(files, [("index.html", "aa"), ("lang/es.txt", "bb")]);
        for none in [
            "",
            "<!doctype html>",
            "{}",
            r#"{"version":"1","commit":"c"}"#,
            r#"{"version":"1","commit":"c","files":{"a":{}}}"#,
            r#"{"version":1,"commit":"c","files":{}}"#,
        ] {
            assert_eq!(Manifest::read(none), None, "{none}");
        }
    }
}
