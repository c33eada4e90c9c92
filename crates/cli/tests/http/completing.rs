//! Completions as a shell asks for them, and the manual pages.

use std::fs;

use crate::{
    countermand::{Countermand, countermand, text},
    saved_files::folder,
};

/// What is completed at the last word.
fn completed(run: Countermand, words: &[&str]) -> Vec<String> {
    let index = words.len() - 1;
    let ended = run
        .args(["--"])
        .args(words)
        .env("COUNTERMAND_COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", index.to_string())
        .env("_CLAP_COMPLETE_COMP_TYPE", "9")
        .env("_CLAP_COMPLETE_SPACE", "true")
        .env("_CLAP_IFS", "\n")
        .run()
        .exits(0);
    ended.stdout.lines().map(str::to_owned).collect()
}

fn of(words: &[&str]) -> Vec<String> {
    let none: [&str; 0] = [];
    let run = countermand(none).config(
        "[profile.fleet]\norg = 'acme'\n[profile.'plant 2']\norg = 'o'\n[profile.work]\norg = 'x'\n",
    );
    completed(run, words)
}

#[test]
fn profiles_kinds_and_states_are_known() {
    let has = |words: &[&str], wanted: &[&str]| {
        let found = of(words);
        for wanted in wanted {
            assert!(
                found.iter().any(|one| one == wanted),
                "{words:?}: {found:?}"
            );
        }
    };
    has(
        &["countermand", ""],
        &["list", "cancel", "check", "profile"],
    );
    has(
        &["countermand", "list", "--profile", ""],
        &["fleet", "work"],
    );
    has(&["countermand", "--profile", "f"], &["fleet"]);
    has(&["countermand", "profile", "show", ""], &["fleet"]);
    has(&["countermand", "list", "--kind", "wi"], &["WIPE"]);
    has(
        &["countermand", "cancel", "--kind", "LOCK,WI"],
        &["LOCK,WIPE"],
    );
    has(&["countermand", "list", "--state", "p"], &["pending"]);
    has(
        &["countermand", "list", "--pro"],
        &["--profile", "--provider"],
    );
    let of_verify = of(&["countermand", "verify", "--pro"]);
    assert!(of_verify.is_empty(), "{of_verify:?}");
}

#[test]
fn runs_are_known() {
    let state = folder();
    let runs = state.path().join("countermand/runs");
    fs::create_dir_all(&runs).unwrap();
    fs::write(runs.join("20261130T081500-0123abcd4567.journal"), "").unwrap();
    for words in [
        &["countermand", "resume", "2026"][..],
        &["countermand", "verify", "2026"],
        &["countermand", "runs", "show", "2026"],
    ] {
        let none: [&str; 0] = [];
        let run = countermand(none).env("XDG_STATE_HOME", state.path());
        let found = completed(run, words);
        assert_eq!(found, ["20261130T081500-0123abcd4567"], "{words:?}");
    }
}

#[test]
fn the_usual_variable_of_completions_changes_nothing() {
    countermand(["config", "path"])
        .env("COMPLETE", "bash")
        .run()
        .exits(0)
        .says_out("config.toml");
}

#[test]
fn each_shell_has_its_script() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        countermand(["completions", shell])
            .run()
            .exits(0)
            .says_out("COUNTERMAND_COMPLETE")
            .says_out("countermand");
    }
    // What bash reads is a script.
    #[cfg(unix)]
    {
        let script = countermand(["completions", "bash"]).run().stdout;
        let read = std::process::Command::new("bash")
            .args(["-n", "-c", &script])
            .output();
        if let Ok(read) = read {
            assert!(read.status.success(), "{read:?}");
        }
    }
}

#[test]
fn a_manual_page_for_each_command() {
    let folder = folder();
    let pages = folder.path().join("man1");
    countermand(["man", &text(&pages)]).run().exits(0);
    let read = |name: &str| fs::read_to_string(pages.join(name)).unwrap();
    assert!(
        read("countermand.1").contains("EXIT STATUS")
            || read("countermand.1").contains("Exit status")
    );
    assert!(read("countermand-cancel.1").contains("Examples"));
    assert!(read("countermand-profile-add.1").contains("token"));
    assert!(!pages.join("countermand-man.1").exists());
    countermand(["man"])
        .run()
        .exits(0)
        .says_out(".TH countermand");
    let help = countermand(["--help"]).run().exits(0);
    assert!(!help.stdout.contains("  man "), "{help:?}");
}
