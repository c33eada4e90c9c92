//! The arguments of `cargo xtask dist`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use countermand_page::Origin;

use crate::project;

/// The folder to make.
#[derive(Debug)]
pub struct Dist {
    /// The path of the folder.
    pub out: PathBuf,
    /// A page that is already built.
    pub page: Option<PathBuf>,
    /// The hosts that the page may talk to, beside Applivery's.
    pub connect: Vec<Origin>,
}

impl Default for Dist {
    fn default() -> Self {
        Self {
            out: project::site(),
            page: None,
            connect: Vec::new(),
        }
    }
}

impl Dist {
    /// Reads the arguments.
    pub fn read(words: &[&str]) -> Result<Self> {
        let mut dist = Self::default();
        let mut words = words.iter().copied().peekable();
        while let Some(word) = words.next() {
            let mut folder = || {
                words
                    .next()
                    .with_context(|| format!("{word} needs a folder"))
            };
            match word {
                "--out" => dist.out = folder()?.into(),
                "--page" => dist.page = Some(folder()?.into()),
                "--connect" => {
                    let before = dist.connect.len();
                    while let Some(origin) = words.next_if(|word| !word.starts_with("--")) {
                        dist.connect.push(origin.parse()?);
                    }
                    if dist.connect.len() == before {
                        bail!("--connect needs an origin, as https://gateway.example");
                    }
                }
                other => bail!("dist has no {other}"),
            }
        }
        Ok(dist)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_any_order() {
        let dist = Dist::read(&[
            "--connect",
            "https://a.example",
            "https://b.example:8443",
            "--out",
            "there",
        ])
        .unwrap();
        assert_eq!(dist.out, PathBuf::from("there"));
        assert_eq!(dist.connect.len(), 2);
        assert!(dist.page.is_none());
        for wrong in [
            &["--connect"][..],
            &["--connect", "*"],
            &["--out"],
            &["--connect", "--out", "x"],
            &["x"],
        ] {
            assert!(Dist::read(wrong).is_err(), "{wrong:?}");
        }
    }
}
