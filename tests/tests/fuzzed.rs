//! What the fuzz targets began with and what they found, held to what must hold of any input.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

use std::{fs, path::Path};

#[path = "../../fuzz/src/checks.rs"]
mod checks;
#[path = "../../fuzz/src/server_checks.rs"]
mod server_checks;

type Check = fn(&[u8]);

const TARGETS: [(&str, Check); 9] = [
    ("applivery", checks::applivery),
    ("enos", checks::enos),
    ("text", checks::text),
    ("journal", checks::journal),
    ("plan", checks::plan),
    ("audit", server_checks::audit),
    ("calls", server_checks::calls),
    ("cookies", server_checks::cookies),
    ("tokens", server_checks::tokens),
];

#[test]
fn whatever_was_found_once_holds_now() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    for (target, check) in TARGETS {
        let mut inputs = 0;
        for folder in ["seeds", "found"] {
            let Ok(files) = fs::read_dir(fuzz.join(folder).join(target)) else {
                continue;
            };
            for file in files {
                check(&fs::read(file.unwrap().path()).unwrap());
                inputs += 1;
            }
        }
        assert!(inputs > 0, "{target} has nothing to begin with");
    }
}
