//! The examples of the crates: the documentation shows the very files, and they run.

use std::{collections::BTreeMap, env, fs, path::PathBuf, process::Command};

use countermand_simulator::{Config, Simulator};

use crate::{pages, root};

#[test]
fn each_example_in_a_readme_is_a_file() {
    let mut shown = Vec::new();
    for (page, text) in pages() {
        if !page.ends_with("README.md") {
            continue;
        }
        for block in text.split("```rust\n").skip(1) {
            shown.push((page.clone(), block.split("```").next().unwrap().to_owned()));
        }
    }
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let examples = entry.unwrap().path().join("examples");
        for example in fs::read_dir(examples).into_iter().flatten() {
            let path = example.unwrap().path();
            files.insert(path.clone(), fs::read_to_string(path).unwrap());
        }
    }
    for (page, block) in &shown {
        assert!(
            files.values().any(|file| file == block),
            "{page} shows what is in no example"
        );
    }
    for (path, file) in &files {
        assert!(
            shown.iter().any(|(_, block)| block == file),
            "no README shows {}",
            path.display()
        );
    }
}

/// Runs an example, and returns what it prints.
fn printed(name: &str, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    // Beside the tests of the same build: `cargo test --workspace` builds both.
    let program: PathBuf = env::current_exe()
        .unwrap()
        .parent()
        .and_then(|folder| folder.parent())
        .unwrap()
        .join("examples")
        .join(name);
    assert!(
        program.exists(),
        "{name} is not built: cargo build --workspace --examples"
    );
    let output = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{name}: {text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

#[test]
fn the_examples_without_a_provider_run() {
    assert_eq!(
        printed("device", &["enos:asset:sxH2DD6f"], &[]),
        "enos: enos:asset:sxH2DD6f\n"
    );
    assert_eq!(printed("filter", &[], &[]), "2 stop\n3 stop\n");
    assert!(printed("policy", &[], &[]).contains("connect-src 'self' https://api.example"));
    assert_eq!(printed("session", &[], &[]), "ada: fleet (Operator)\n");
    let outcomes = printed("outcomes", &[], &[]);
    assert!(
        outcomes.starts_with("good     Cancelled / 3 "),
        "{outcomes}"
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.html"), "<!doctype html>").unwrap();
    let folder = folder.path().to_str().unwrap();
    assert!(printed("console", &[folder], &[]).starts_with("http://127.0.0.1:"));
    let chain = printed("tamper", &[], &[]);
    assert!(
        chain.starts_with("as written: Ok(3)\nchanged: Err("),
        "{chain}"
    );
    let fleet = printed("fleet", &[], &[]);
    assert!(fleet.contains(" waits on applivery:"), "{fleet}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_of_the_clients_run_against_the_simulator() {
    let simulator = Simulator::start(Config::default()).await.unwrap();
    let description = simulator.description();
    let applivery = &description.applivery;
    let variables = [
        ("COUNTERMAND_BASE_URL", applivery.base_url.as_str()),
        ("COUNTERMAND_ORG", applivery.org.as_str()),
        ("COUNTERMAND_TOKEN", applivery.token.as_str()),
    ];
    let device = applivery.devices[0].as_str();
    let id = device.strip_prefix("applivery:").unwrap();
    assert!(printed("applivery_list", &[id], &variables).contains("pending"));
    let cancelled = printed("cancel", &[device], &variables);
    assert!(!cancelled.is_empty());
    for line in cancelled.lines() {
        assert!(line.ends_with(" cancelled"), "{line}");
    }

    let enos = &description.enos;
    let variables = [
        ("COUNTERMAND_BASE_URL", enos.base_url.as_str()),
        ("COUNTERMAND_ORG", enos.org.as_str()),
        ("COUNTERMAND_APP_KEY", enos.app_key.as_str()),
        ("COUNTERMAND_APP_SECRET", enos.app_secret.as_str()),
    ];
    let asset = enos.devices[0].strip_prefix("enos:asset:").unwrap();
    assert!(printed("enos_list", &[asset], &variables).contains("pending"));

    let url = format!("{}/", enos.base_url);
    assert!(printed("get", &[&url], &[]).starts_with(['2', '4']));
    simulator.stop().await;
}
