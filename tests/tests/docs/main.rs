//! The documentation: every path that it names exists, and every example in it is a file that runs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod examples;
mod paths;

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// Every page of the documentation: its path from the root, and its text.
fn pages() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let mut folders = vec![String::new(), "docs/".to_owned()];
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        folders.push(format!("crates/{name}/"));
    }
    for folder in folders {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".md") {
                let path = format!("{folder}{name}");
                let text = fs::read_to_string(root().join(&path)).unwrap();
                pages.push((path, text));
            }
        }
    }
    assert!(pages.len() > 10, "only {} pages", pages.len());
    pages
}

#[test]
fn the_readme_has_at_most_150_lines() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.lines().count() <= 150);
}
