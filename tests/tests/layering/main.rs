//! Who may depend on whom, what may be named where: the walls of the house.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod circles;
mod modules;

use std::{collections::BTreeMap, fs, path::PathBuf, process::Command};

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, Package};

/// Each package of the workspace, with those that it may depend on.
const LAYERS: &[(&str, &[&str])] = &[
    ("core-model", &[]),
    ("transport", &["core-model"]),
    ("applivery", &["core-model", "transport"]),
    ("enos", &["core-model", "transport"]),
    ("chain", &["core-model", "transport"]),
    // The contract between console and server: types, and nothing else.
    ("relay-api", &[]),
    (
        "client",
        &[
            "core-model",
            "transport",
            "chain",
            "applivery",
            "enos",
            "relay-api",
        ],
    ),
    // Not even in its own tests: it must not be wrong in the same way as the clients.
    ("simulator", &[]),
    ("page", &[]),
    // Only below the server, and beside it for whoever looks after one.
    ("store", &["core-model"]),
    ("test-postgres", &[]),
    (
        "server",
        &[
            "core-model",
            "transport",
            "chain",
            "applivery",
            "enos",
            "page",
            "relay-api",
            "client",
            "store",
        ],
    ),
    (
        "cli",
        &[
            "core-model",
            "transport",
            "applivery",
            "enos",
            "chain",
            "client",
            "page",
            "relay-api",
            "server",
            "simulator",
            "store",
        ],
    ),
    ("table", &["core-model"]),
    (
        "console",
        &["core-model", "transport", "client", "table", "relay-api"],
    ),
    (
        "web",
        &[
            "core-model",
            "transport",
            "client",
            "table",
            "relay-api",
            "console",
        ],
    ),
    (
        "xtask",
        &["core-model", "page", "relay-api", "test-postgres"],
    ),
];

/// What these packages must not name, under whatever target or feature.
const BANNED: &[(&[&str], &[&str])] = &[
    (
        &["core-model"],
        &[
            "http",
            "tokio",
            "reqwest",
            "web-sys",
            "leptos",
            "tracing",
            "async-std",
            "futures-util",
        ],
    ),
    (
        &["chain", "applivery", "enos", "client"],
        &["reqwest", "web-sys", "leptos", "tokio"],
    ),
    (&["transport"], &["leptos"]),
    (
        &["table", "console"],
        &[
            "reqwest",
            "leptos",
            "tokio",
            "web-sys",
            "js-sys",
            "wasm-bindgen",
        ],
    ),
    (&["web"], &["reqwest", "tokio"]),
];

/// The features of `transport` that bring a backend: only who is a program may ask for one, and the relay, which is a server.
const BACKENDS: &[&str] = &["reqwest", "hyper", "fetch", "tokio"];

const PREFIX: &str = "countermand-";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .features(CargoOpt::AllFeatures)
        .other_options(["--locked".to_owned(), "--offline".to_owned()])
        .exec()
        .expect("cargo metadata")
}

fn package<'a>(metadata: &'a Metadata, layer: &str) -> &'a Package {
    metadata
        .packages
        .iter()
        .find(|package| package.name.strip_prefix(PREFIX) == Some(layer))
        .unwrap_or_else(|| panic!("there is no {PREFIX}{layer}"))
}

/// The names of what a package depends on; without those that only its tests need, unless asked for.
fn dependencies(package: &Package, with_tests: bool) -> Vec<&str> {
    package
        .dependencies
        .iter()
        .filter(|dependency| with_tests || dependency.kind != DependencyKind::Development)
        // Its own self, as some have among what their tests need.
        .filter(|dependency| *dependency.name != **package.name)
        .map(|dependency| dependency.name.as_str())
        .collect()
}

#[test]
fn every_package_depends_only_on_those_below_it() {
    let metadata = metadata();
    let layers: BTreeMap<&str, &[&str]> = LAYERS.iter().copied().collect();
    let mut broken = Vec::new();
    for package in &metadata.packages {
        let name = package
            .name
            .strip_prefix(PREFIX)
            .expect("every package has the prefix");
        if name == "tests" {
            continue;
        }
        let Some(allowed) = layers.get(name) else {
            broken.push(format!("{name} has no place among the layers"));
            continue;
        };
        for dependency in dependencies(package, name == "simulator") {
            if let Some(dependency) = dependency.strip_prefix(PREFIX)
                && !allowed.contains(&dependency)
            {
                broken.push(format!("{name} -> {dependency}"));
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
    for layer in layers.keys() {
        package(&metadata, layer);
    }
}

#[test]
fn no_package_names_what_is_not_its_business() {
    let metadata = metadata();
    let mut broken = Vec::new();
    for (layers, banned) in BANNED {
        for layer in *layers {
            for dependency in dependencies(package(&metadata, layer), false) {
                if banned.contains(&dependency) {
                    broken.push(format!("{layer} -> {dependency}"));
                }
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
}

#[test]
fn no_files_of_a_package_form_a_circle() {
    let mut found = Vec::new();
    for package in &metadata().packages {
        let folder = package.manifest_path.parent().expect("a folder");
        for root in ["src/lib.rs", "src/main.rs"] {
            let root = folder.join(root);
            if root.exists() {
                let modules = modules::Modules::read(root.as_std_path());
                let circles = circles::circles(&modules.arrows());
                found.extend(circles.into_iter().map(|circle| circle.join("\n    ")));
            }
        }
    }
    assert!(found.is_empty(), "circles:\n  {}", found.join("\n  "));
}

#[test]
fn only_programs_choose_a_backend() {
    let metadata = metadata();
    // The relay is none of these: which addresses a vendor's name may lead to is for it to say.
    for layer in ["chain", "applivery", "enos", "client"] {
        for dependency in &package(&metadata, layer).dependencies {
            if dependency.kind == DependencyKind::Normal
                && dependency.name == "countermand-transport"
            {
                let chosen: Vec<_> = dependency
                    .features
                    .iter()
                    .filter(|feature| BACKENDS.contains(&feature.as_str()))
                    .collect();
                assert!(chosen.is_empty(), "{layer} asks for {chosen:?}");
            }
        }
    }
    let defaults = package(&metadata, "transport").features.get("default");
    assert!(
        defaults.is_none_or(Vec::is_empty),
        "a backend by default: {defaults:?}"
    );
}

#[test]
fn wasm_bindgen_is_the_version_whose_tool_is_installed() {
    let metadata = metadata();
    for dependency in &package(&metadata, "web").dependencies {
        if dependency.name == "wasm-bindgen" {
            assert_eq!(dependency.req.to_string(), "=0.2.126");
        }
    }
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let versions: Vec<&str> = lock
        .split("[[package]]")
        .filter(|package| package.contains("\nname = \"wasm-bindgen\"\n"))
        .filter_map(|package| package.split("\nversion = \"").nth(1)?.split('"').next())
        .collect();
    assert_eq!(versions, ["0.2.126"]);
}

/// The tracked files that are text, with what stands in them.
fn sources() -> Vec<(String, String)> {
    let listed = Command::new("git")
        .args(["-c", "safe.directory=*", "ls-files", "-z"])
        .current_dir(root())
        .output()
        .expect("git");
    assert!(listed.status.success(), "git ls-files");
    let names = String::from_utf8(listed.stdout).unwrap();
    let sources: Vec<_> = names
        .split('\0')
        .filter_map(|name| Some((name.to_owned(), fs::read_to_string(root().join(name)).ok()?)))
        .collect();
    assert!(sources.len() > 100, "only {} sources", sources.len());
    sources
}

#[test]
fn targets_are_told_apart_in_two_places_only() {
    // In pieces, so that this file is not found.
    let marks = [["target_", "arch"].concat(), ["cfg(", "target"].concat()];
    let allowed = |name: &str| {
        name.starts_with("crates/transport/")
            || name.starts_with("web/src/platform/")
            || name == "web/src/platform.rs"
            // Which runner a test has is a matter of the target; what is shipped is not told apart by it.
            || name.starts_with("crates/") && name.split('/').nth(2) == Some("tests")
    };
    let mut found = Vec::new();
    for (name, text) in sources() {
        if name.ends_with(".rs") && !allowed(&name) && marks.iter().any(|mark| text.contains(mark))
        {
            found.push(name);
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn no_file_names_a_path_of_somebodys_machine() {
    let mut found = Vec::new();
    for (name, text) in sources() {
        for (number, line) in text.lines().enumerate() {
            if let Some(path) = machine_path(line) {
                found.push(format!("{name}:{}: {path}", number + 1));
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

/// A path below a home, a root's home, a temporary or a working folder.
fn machine_path(line: &str) -> Option<&str> {
    let folders = [
        "home",
        "root",
        "tmp",
        "work",
        "Users",
        "private",
        "workspace",
    ];
    line.match_indices('/').find_map(|(at, _)| {
        let (before, path) = line.split_at(at);
        // Within a URL or a longer path it is something else.
        if before.ends_with(|c: char| c.is_alphanumeric() || "/.-_}*)$~%>".contains(c)) {
            return None;
        }
        let (folder, rest) = path[1..].split_once('/')?;
        let is_path = rest.starts_with(|c: char| c.is_alphanumeric() || "._".contains(c));
        (folders.contains(&folder) && is_path).then_some(path)
    })
}

#[test]
fn a_path_of_a_machine_is_recognised() {
    // In pieces, so that this file is not found.
    for (folder, rest) in [
        ("home", "ada/x"),
        ("root", ".cargo"),
        ("work", "main"),
        ("tmp", "a.txt"),
    ] {
        let path = format!("/{folder}/{rest}");
        assert!(
            machine_path(&format!("see {path}, there")).is_some(),
            "{path}"
        );
        assert!(machine_path(&format!("\"{path}\"")).is_some(), "{path}");
        assert_eq!(
            machine_path(&format!("https://example.com{path}")),
            None,
            "{path}"
        );
        assert_eq!(machine_path(&format!("src{path}")), None, "{path}");
    }
}
