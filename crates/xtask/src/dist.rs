//! The console as a folder for any static host: the same commit gives the same bytes, wherever it is built.
//!
//! It has the page's files with their compressed variants, the list of them with the SHA-256 of each, the header
//! configuration of the usual hosts, and a page for hosts that cannot set headers.

mod arguments;
mod compress;
mod hosts;
mod meta;

pub use arguments::Dist;
pub use compress::brotli;

use std::path::Path;

use anyhow::{Context, Result};
use countermand_page::{CONNECTIONS, Origin};
use fs_err as fs;

use crate::page::{self, Commit, Page, README, list_shell, write_manifest};
use compress::Kept;

/// The provider's host that every page may talk to, as that of `countermand serve` may.
const APPLIVERY: &str = "https://api.applivery.io";

/// The list of connections of a host that offers none.
const NO_CONNECTIONS: &str = "{\"demo\":[]}\n";

/// Builds the page if none is given, and writes the folder.
pub fn dist(asked: &Dist) -> Result<()> {
    let built = match &asked.page {
        Some(folder) => folder.clone(),
        None => page::build()?,
    };
    let commit = Commit::of_repository()?;
    let mut connect: Vec<Origin> = vec![APPLIVERY.parse().context(APPLIVERY)?];
    connect.extend(asked.connect.iter().cloned());
    connect.sort();
    connect.dedup();
    // What is shipped is compressed anew; of a page that was built already, what lies there is good enough.
    let kept = match &asked.page {
        Some(_) => Kept::of(&[&built, &asked.out])?,
        None => Kept::default(),
    };
    write(&built, &asked.out, &commit, &connect, &kept)?;
    println!(
        "\n{}: the console of {} {}, for any static host; README.txt there says how",
        asked.out.display(),
        env!("CARGO_PKG_VERSION"),
        commit.name()
    );
    if commit.is_changed() {
        println!("It was built with changes that are in no commit: others cannot build the same.");
    }
    Ok(())
}

/// Writes the folder `out` from the page in `built`.
fn write(built: &Path, out: &Path, commit: &Commit, connect: &[Origin], kept: &Kept) -> Result<()> {
    let page = Page::read(built)?;
    emptied(out)?;
    page.write(out)?;
    list_shell(out)?;
    write_manifest(out, commit)?;
    fs::write(out.join(CONNECTIONS), NO_CONNECTIONS)?;
    meta::write(out, commit, connect)?;
    compress::all(out, kept)?;
    hosts::write(out, connect)
}

/// The words in the README by which a folder made here is recognized.
const OURS: &str = "Countermand's console";

/// Makes the folder, or empties one that was made here. Any other folder is left alone.
fn emptied(out: &Path) -> Result<()> {
    if out.exists() {
        let empty = fs::read_dir(out)?;
        let ours = fs::read_to_string(out.join(README)).is_ok_and(|text| text.contains(OURS));
        if !ours && empty.count() > 0 {
            anyhow::bail!("{} holds something else", out.display());
        }
        fs::remove_dir_all(out)?;
    }
    fs::create_dir_all(out)?;
    // First of all, so that one whose making was broken off is known again, too.
    fs::write(out.join(README), format!("{OURS}, being made\n"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        page::{files_of, is_for_a_host},
        project,
    };

    const INDEX: &str = "<!doctype html><html><head>\n    <meta charset=\"utf-8\">\n<script>early()</script></head></html>";

    fn built() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let text = "countermand ".repeat(500);
        for (name, content) in [
            ("index.html", INDEX),
            ("sw.js", "of an earlier page"),
            ("app-0123456789abcdef.js", text.as_str()),
            ("app-0123456789abcdef_bg.wasm", text.as_str()),
            ("icon-192.png", "no text"),
            ("lang/es.txt", text.as_str()),
        ] {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
        folder
    }

    fn everything(folder: &Path) -> Vec<(String, Vec<u8>)> {
        files_of(folder)
            .unwrap()
            .into_iter()
            .map(|name| {
                let content = fs::read(folder.join(&name)).unwrap();
                (name, content)
            })
            .collect()
    }

    fn distributed(built: &Path, connect: &[&str]) -> Vec<(String, Vec<u8>)> {
        let out = tempfile::tempdir().unwrap();
        let connect: Vec<Origin> = connect
            .iter()
            .map(|origin| origin.parse().unwrap())
            .collect();
        let commit = Commit::named("0123abc");
        let site = out.path().join("site");
        write(built, &site, &commit, &connect, &Kept::default()).unwrap();
        everything(&out.path().join("site"))
    }

    #[test]
    fn the_same_page_gives_the_same_bytes_and_other_hosts_change_no_file_of_it() {
        let built = built();
        let once = distributed(built.path(), &["https://a.example"]);
        let again = distributed(built.path(), &["https://a.example"]);
        assert_eq!(once, again);
        let other = distributed(built.path(), &["https://b.example"]);
        let names = |all: &[(String, Vec<u8>)]| -> Vec<String> {
            all.iter().map(|(name, _)| name.clone()).collect()
        };
        assert_eq!(names(&once), names(&other));
        let changed: Vec<&str> = once
            .iter()
            .zip(&other)
            .filter(|(one, other)| one != other)
            .map(|((name, _), _)| name.as_str())
            .collect();
        let for_hosts = |name: &&str| name.starts_with("meta/") || is_for_a_host(name);
        assert_eq!(
            changed.iter().filter(|name| !for_hosts(name)).count(),
            0,
            "{changed:?}"
        );
        for name in [
            "_headers",
            ".htaccess",
            "nginx.conf",
            "Caddyfile",
            "meta/index.html",
        ] {
            assert!(changed.contains(&name), "{name} does not name the host");
        }
    }

    #[test]
    fn the_folder_is_its_own_source_and_nothing_of_a_host_becomes_part_of_the_page() {
        let built = built();
        let out = tempfile::tempdir().unwrap();
        let (first, second) = (out.path().join("a"), out.path().join("b"));
        let commit = Commit::named("0123abc");
        write(built.path(), &first, &commit, &[], &Kept::default()).unwrap();
        let kept = Kept::of(&[&first]).unwrap();
        assert!(kept.has("index.html.br") && !kept.has("icon-192.png.br"));
        write(&first, &second, &commit, &[], &kept).unwrap();
        assert_eq!(everything(&first), everything(&second));
        // Anew into the same folder, too.
        write(built.path(), &second, &commit, &[], &Kept::default()).unwrap();
        assert_eq!(everything(&first), everything(&second));
    }

    #[test]
    fn the_manifest_names_the_page_and_every_hash_is_right() {
        use sha2::{Digest, Sha256};
        let built = built();
        let out = tempfile::tempdir().unwrap();
        let site = out.path().join("site");
        write(
            built.path(),
            &site,
            &Commit::named("0123abc"),
            &[],
            &Kept::default(),
        )
        .unwrap();
        let text = fs::read_to_string(site.join("manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(manifest["commit"], "0123abc");
        let files = manifest["files"].as_object().unwrap();
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "app-0123456789abcdef.js",
                "app-0123456789abcdef_bg.wasm",
                "icon-192.png",
                "index.html",
                "lang/es.txt",
                "sw.js"
            ]
        );
        for (name, said) in files {
            let content = fs::read(site.join(name)).unwrap();
            assert_eq!(said["bytes"], content.len());
            let digest = Sha256::digest(&content);
            let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(said["sha256"], hex, "{name}");
        }
        // The worker keeps the page as it is here, and the other page's worker the other page.
        let kept = |worker: &str| fs::read_to_string(site.join(worker)).unwrap();
        assert_ne!(kept("sw.js"), kept("meta/sw.js"));
        assert!(!kept("sw.js").contains("an earlier page"));
        assert!(!kept("sw.js").contains("README.txt"));
    }

    #[test]
    fn compressed_forms_are_smaller_hold_the_file_and_no_time() {
        use std::io::Read;
        let built = built();
        let files = distributed(built.path(), &[]);
        let content = |name: &str| &files.iter().find(|(one, _)| one == name).unwrap().1;
        for name in ["app-0123456789abcdef.js", "lang/es.txt", "meta/index.html"] {
            let plain = content(name);
            let (br, gz) = (
                content(&format!("{name}.br")),
                content(&format!("{name}.gz")),
            );
            assert!(br.len() < plain.len() && gz.len() < plain.len(), "{name}");
            assert_eq!(gz[4..8], [0; 4], "a time in {name}.gz");
            let mut from_br = Vec::new();
            brotli::BrotliDecompress(&mut br.as_slice(), &mut from_br).unwrap();
            let mut from_gz = Vec::new();
            flate2::read::GzDecoder::new(gz.as_slice())
                .read_to_end(&mut from_gz)
                .unwrap();
            assert_eq!((&from_br, &from_gz), (plain, plain), "{name}");
        }
        assert!(
            !files
                .iter()
                .any(|(name, _)| name.starts_with("icon-192.png."))
        );
    }

    #[test]
    fn another_folder_is_not_emptied() {
        let (built, out) = (built(), tempfile::tempdir().unwrap());
        fs::write(out.path().join("thesis.txt"), "mine").unwrap();
        let commit = Commit::named("0123abc");
        assert!(write(built.path(), out.path(), &commit, &[], &Kept::default()).is_err());
        assert!(out.path().join("thesis.txt").exists());
    }

    #[test]
    fn the_vendors_host_is_the_one_its_client_calls() {
        let source = project::root().join("crates/applivery/src/lib.rs");
        let client = fs::read_to_string(source).unwrap();
        assert!(client.contains(&format!("\"{APPLIVERY}/v1")), "{APPLIVERY}");
    }
}
