//! The list of the page's files, which is built with the page and served beside it.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
};

/// The body of [`route::MANIFEST`](crate::route::MANIFEST).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of Countermand.
    pub version: String,
    /// The commit; empty where the page was built outside of a repository.
    pub commit: String,
    /// The page's files by name, in the order of the manifest.
    #[serde(serialize_with = "write_map", deserialize_with = "read_map")]
    pub files: Vec<(String, ManifestFile)>,
}

/// A file of the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// The SHA-256 of its content, in hexadecimal digits.
    pub sha256: String,
    /// The length of its content, uncompressed.
    pub bytes: u64,
}

fn write_map<S: Serializer>(
    files: &[(String, ManifestFile)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(files.iter().map(|(name, file)| (name, file)))
}

fn read_map<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(String, ManifestFile)>, D::Error> {
    struct InOrder;

    impl<'de> Visitor<'de> for InOrder {
        type Value = Vec<(String, ManifestFile)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map of files by name")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut files = Vec::new();
            while let Some(file) = map.next_entry()? {
                files.push(file);
            }
            Ok(files)
        }
    }

    deserializer.deserialize_map(InOrder)
}
