//! Profiles: what beats what, where secrets come from, and whom they are never sent to.

use crate::{
    countermand::{Countermand, Ended, countermand, text},
    stub_server::{StubServer, page},
};

const TOKEN: &str = "t0ken-of-the-profile";

fn server() -> StubServer {
    StubServer::start(|_| page(""))
}

/// `[profile.work]` at this server, with further lines.
fn profile(server: &StubServer, lines: &str) -> String {
    format!(
        "[profile.work]\nprovider = 'applivery'\nbase_url = '{}'\norg = 'org-of-profile'\n{lines}\n",
        server.base_url()
    )
}

fn list() -> Countermand {
    countermand(["list", "dev1", "--profile", "work"]).env("RUST_LOG", "trace")
}

#[track_caller]
fn refused(config: &str, named: &[&str]) -> Ended {
    let mut ended = list()
        .config(config)
        .run()
        .exits(2)
        .prints_nothing()
        .hides(&[TOKEN]);
    for words in named {
        ended = ended.says(words);
    }
    ended
}

#[test]
fn a_secret_from_the_environment_a_file_or_a_command() {
    let server = server();
    list()
        .config(&profile(&server, "token_env = 'MY_TOKEN'"))
        .env("MY_TOKEN", TOKEN)
        .run()
        .exits(0)
        .hides(&[TOKEN]);
    let run = list().config(&profile(&server, "token_file = 'key'"));
    std::fs::write(run.config_folder().join("key"), format!("{TOKEN}\n")).unwrap();
    run.run().exits(0).hides(&[TOKEN]);
    #[cfg(unix)]
    list()
        .config(&profile(
            &server,
            &format!("token_command = 'echo {TOKEN}'"),
        ))
        .run()
        .exits(0)
        .hides(&[TOKEN]);
    let asked = server.requests();
    assert!(asked.len() >= 2);
    assert!(
        asked.iter().all(|asked| asked.token() == TOKEN),
        "{asked:?}"
    );
    assert!(
        asked
            .iter()
            .all(|asked| asked.target.contains("/org-of-profile/"))
    );
}

#[test]
fn options_beat_a_named_profile_which_beats_the_environment() {
    let server = server();
    let config = profile(&server, "token_env = 'MY_TOKEN'");
    list()
        .config(&config)
        .env("COUNTERMAND_ORG", "org-of-environment")
        .env("COUNTERMAND_TOKEN", "t0ken-of-environment")
        .env("MY_TOKEN", TOKEN)
        .run()
        .exits(0)
        .says(
            "Ignoring COUNTERMAND_ORG (org-of-environment): profile \"work\" says org-of-profile.",
        )
        .says("Ignoring COUNTERMAND_TOKEN")
        .hides(&["t0ken-of-environment", TOKEN]);
    list()
        .args(["--org", "org-of-option"])
        .config(&config)
        .env("COUNTERMAND_ORG", "org-of-environment")
        .env("MY_TOKEN", TOKEN)
        .run()
        .exits(0);
    countermand(["list", "dev1"])
        .config(&config)
        .env("COUNTERMAND_PROFILE", "work")
        .env("MY_TOKEN", TOKEN)
        .run()
        .exits(0);
    // A profile that only the environment names beats nothing.
    countermand(["list", "dev1"])
        .config(&config)
        .env("COUNTERMAND_PROFILE", "work")
        .env("COUNTERMAND_ORG", "org-of-environment")
        .env("COUNTERMAND_TOKEN", "t0ken-of-environment")
        .env("MY_TOKEN", TOKEN)
        .run()
        .exits(0)
        .says("Ignoring org of profile \"work\" (org-of-profile)");
    let asked = server.requests();
    let seen: Vec<(String, String)> = asked
        .iter()
        .map(|asked| {
            let org = asked.target.split('/').nth(3).unwrap();
            (org.to_owned(), asked.token())
        })
        .collect();
    let expected = [
        ("org-of-profile", TOKEN),
        ("org-of-option", TOKEN),
        ("org-of-profile", TOKEN),
        ("org-of-environment", "t0ken-of-environment"),
    ];
    assert_eq!(
        seen,
        expected.map(|(org, token)| (org.to_owned(), token.to_owned()))
    );
}

#[test]
fn the_file_may_be_somewhere_else() {
    let server = server();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("other.toml");
    std::fs::write(&file, profile(&server, "token_file = 'key'")).unwrap();
    std::fs::write(folder.path().join("key"), TOKEN).unwrap();
    list().env("COUNTERMAND_CONFIG", &file).run().exits(0);
    let missing = text(&folder.path().join("missing.toml"));
    list()
        .env("COUNTERMAND_CONFIG", &missing)
        .run()
        .exits(2)
        .says("missing.toml");
}

#[test]
fn a_profiles_key_is_never_sent_to_another_host() {
    let (home, other) = (server(), server());
    let config = profile(&home, "token_env = 'MY_TOKEN'");
    list()
        .config(&config)
        .env("MY_TOKEN", TOKEN)
        .args(["--base-url", &other.base_url()])
        .run()
        .exits(2)
        .says("COUNTERMAND_TOKEN")
        .hides(&[TOKEN]);
    countermand(["list", "dev1"])
        .config(&config)
        .env("COUNTERMAND_PROFILE", "work")
        .env("MY_TOKEN", TOKEN)
        .env("COUNTERMAND_BASE_URL", other.base_url())
        .run()
        .exits(2)
        .says("COUNTERMAND_TOKEN")
        .hides(&[TOKEN]);
    // Without a host of its own, an Applivery profile belongs to the vendor's.
    list()
        .config("[profile.work]\nprovider = 'applivery'\norg = 'org-one'\ntoken_env = 'MY_TOKEN'")
        .args(["--base-url", &other.base_url()])
        .env("MY_TOKEN", TOKEN)
        .run()
        .exits(2);
    assert!(other.requests().is_empty() && home.requests().is_empty());
    // A profile that is named keeps its host, whatever the environment says.
    list()
        .config(&config)
        .env("MY_TOKEN", TOKEN)
        .env("COUNTERMAND_BASE_URL", other.base_url())
        .run()
        .exits(0)
        .says("COUNTERMAND_BASE_URL");
    assert!(other.requests().is_empty());
    list()
        .config(&config)
        .args(["--base-url", &other.base_url()])
        .env("COUNTERMAND_TOKEN", "t0ken-for-the-other")
        .run()
        .exits(0);
    assert_eq!(other.requests()[0].token(), "t0ken-for-the-other");
    let same_host = format!("{}/tenant", home.base_url());
    list()
        .config(&config)
        .args(["--base-url", &same_host])
        .env("MY_TOKEN", TOKEN)
        .run()
        .exits(0);
}

#[test]
fn a_profile_of_the_other_vendor_is_refused() {
    let server = server();
    list()
        .config(&profile(&server, "token_env = 'MY_TOKEN'"))
        .args(["--provider", "enos"])
        .env("COUNTERMAND_APP_KEY", "k")
        .env("COUNTERMAND_APP_SECRET", "s")
        .run()
        .exits(2)
        .says("applivery");
    assert!(server.requests().is_empty());
}

#[test]
fn what_is_wrong_in_the_file_is_named_and_no_secret_is_shown() {
    let server = server();
    let wrong = |lines: &str| profile(&server, lines);
    refused(&wrong("tokn_env = 'x'"), &["tokn_env", "work"]);
    refused(
        &wrong(&format!("token = '{TOKEN}'")),
        &["token_command", "work"],
    );
    refused(
        &wrong(&format!("app_secret = '{TOKEN}'")),
        &["app_secret_command", "work"],
    );
    refused(&wrong(&format!("token = {TOKEN}")), &["line 5"]);
    refused(
        &wrong("token_env = 'A'\ntoken_file = 'b'"),
        &["token_env", "token_file"],
    );
    refused(&wrong("token_env = 'NOT_SET'"), &["NOT_SET"]);
    refused(&wrong("token_file = 'no-such-file'"), &["no-such-file"]);
    refused("[profile.other]\norg = 'o'", &["\"work\""]);
    refused(&format!("token = '{TOKEN}'"), &["config.toml"]);
    #[cfg(unix)]
    refused(
        &wrong(
            &format!("token_command = 'printf {TOKEN}; exit 7'")
                .replace(TOKEN, "t0ken-of-the-\"\"profile"),
        ),
        &["7"],
    );
    assert!(server.requests().is_empty());
}
