//! The paths that the documentation names.

use std::path::Path;

use crate::{pages, root};

/// The folders in which a path in code marks may begin.
const FOLDERS: [&str; 7] = [
    "crates/", "web/", "tests/", "docs/", "deploy/", "fuzz/", ".ci/",
];

/// Returns the targets of the links to files, from the root.
fn links(page: &str, text: &str) -> Vec<String> {
    let folder = Path::new(page).parent().unwrap();
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', ' ']).next())
        .map(|target| target.split('#').next().unwrap())
        .filter(|target| !target.is_empty() && !target.contains("://"))
        .map(|target| folder.join(target).to_str().unwrap().to_owned())
        .collect()
}

/// Returns the paths that stand in code marks or begin a line of a map.
fn names(text: &str) -> Vec<String> {
    let words = text.split([' ', '`', '\n', '(', ')', '|', '"', ',', ';', '[', ']']);
    words
        .map(|word| word.trim_end_matches(['.', ':']))
        .filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)))
        .filter(|word| !word.contains(['*', '{', '<', '$']))
        .map(|word| word.split('#').next().unwrap().to_owned())
        .collect()
}

#[test]
fn every_path_in_the_documentation_exists() {
    let mut missing = Vec::new();
    let mut found = 0;
    for (page, text) in pages() {
        // A changelog tells of what was there once.
        let names = if page == "CHANGELOG.md" {
            Vec::new()
        } else {
            names(&text)
        };
        for path in links(&page, &text).into_iter().chain(names) {
            if root().join(&path).exists() {
                found += 1;
            } else {
                missing.push(format!("{page}: {path}"));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
    assert!(found > 50, "only {found} paths");
}
