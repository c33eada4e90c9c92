//! A whole file, and what is wrong with others.

use std::fs;

use super::*;

const WHOLE: &str = r#"
listen = "127.0.0.1:8443"
public_origin = "https://console.example"
audit = "audit"
store = "state/store.sqlite"

[tls]
certificate = "tls.crt"
key = "tls.key"

[[sign_in.token]]
name = "alice"
sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

[connection.fleet]
provider = "applivery"
org = "acme-mobile"
token_file = "token"
rate = "5000/h"
operators = ["alice", "group:ops"]
viewers = ["*"]
addresses = ["10.0.0.0/8"]
devices = ["applivery:A1"]
approval = { targets = 50, kinds = ["WIPE"] }

[connection.wind]
provider = "enos"
org = "o15"
base_url = "https://gw.example"
app_key_file = "token"
app_secret_command = "echo s3cr3t-s3cr3t"
"#;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("token"), "t0ken-t0ken\n").unwrap();
    folder
}

#[test]
fn every_key() {
    let folder = folder();
    let file = ServeFile::parse(WHOLE, folder.path(), Secrets::Fetch).unwrap();
    assert_eq!(file.listen, Some("127.0.0.1:8443".parse().unwrap()));
    assert_eq!(
        file.public,
        Some("https://console.example".parse().unwrap())
    );
    assert_eq!(file.audit.folder, Some(folder.path().join("audit")));
    let store = folder.path().join("state/store.sqlite");
    assert!(matches!(&file.store, Some(StoreLocation::File(path)) if *path == store));
    assert!(matches!(file.sign_in, Some(SignIn::Tokens(ref tokens)) if tokens.len() == 1));
    let [fleet, wind] = file.connections.as_slice() else {
        panic!("{:?}", file.connections);
    };
    assert_eq!(fleet.name.as_str(), "fleet");
    assert_eq!(fleet.rate, Some("5000/h".parse().unwrap()));
    assert_eq!(fleet.approval.as_ref().unwrap().targets, Some(50));
    assert_eq!(fleet.devices.len(), 1);
    assert_eq!(fleet.base.as_str(), APPLIVERY);
    assert_eq!(wind.rate, None);
    let shown = format!("{file:?}");
    for secret in ["t0ken-t0ken", "s3cr3t-s3cr3t"] {
        assert!(!shown.contains(secret));
    }
}

const APPLIVERY: &str = "https://api.applivery.io/v1";

#[test]
fn what_is_wrong_is_named_with_its_place_and_never_a_secret() {
    let folder = folder();
    for (from, to, named) in [
        (
            "token_file = \"token\"\nrate",
            "token = \"s3cr3t-t0ken\"\nrate",
            "connection.fleet.token is refused",
        ),
        (
            "rate = \"5000/h\"",
            "rate = \"fast\"",
            "connection.fleet.rate",
        ),
        (
            "rate = \"5000/h\"",
            "speed = 1",
            "connection.fleet.speed is not known",
        ),
        ("org = \"o15\"", "", "connection.wind.org is missing"),
        (
            "base_url = \"https://gw.example\"",
            "",
            "connection.wind.base_url is missing",
        ),
        (
            "base_url = \"https://gw.example\"",
            "base_url = \"http://gw.example\"",
            "must be https",
        ),
        (
            "[connection.wind]",
            "[connection.\"Wind Park\"]",
            "[connection.Wind Park]",
        ),
        (
            "sha256 = \"ba",
            "sha256 = \"s3cr3t-t0ken",
            "sign_in.token.sha256",
        ),
        (
            "targets = 50",
            "targets = -1",
            "connection.fleet.approval.targets",
        ),
        (
            "{ targets = 50, kinds = [\"WIPE\"] }",
            "{}",
            "connection.fleet.approval must say",
        ),
        (
            "{ targets = 50, kinds = [\"WIPE\"] }",
            "{ severity = \"grave\" }",
            "connection.fleet.approval.severity",
        ),
        (
            "approval = {",
            "requires = { color = true }\napproval = {",
            "connection.fleet.requires.color",
        ),
        (
            "[tls]",
            "[sign_in.proxy]\nheader = \"x-user\"\nfrom = [\"10.0.0.0/8\"]\n[tls]",
            "sign_in must be one of",
        ),
        (
            "[[sign_in.token]]\nname = \"alice\"\nsha256 = \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"",
            "[sign_in.proxy]\nheader = \"x-user\"\nfrom = [\"10.0.0.0/8\", \"0.0.0.0/0\"]",
            "0.0.0.0/0",
        ),
        (
            "[[sign_in.token]]\nname = \"alice\"\nsha256 = \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"",
            "[sign_in.proxy]\nheader = \"x-user\"\nfrom = [\"::/0\"]\nfrom_anywhere = false",
            "from_anywhere",
        ),
        (
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "SHA-256 of nothing",
        ),
        (
            "name = \"alice\"",
            "name = \"al\u{200b}ice\"",
            "sign_in.token",
        ),
        (
            "\"alice\", \"group:ops\"",
            "\"alice\", \"group:\"",
            "connection.fleet.operators",
        ),
        (
            "listen = \"127.0.0.1:8443\"",
            "listen = 8443",
            "listen must be a text",
        ),
        (
            "\"10.0.0.0/8\"",
            "\"10.0.0.0/99\"",
            "connection.fleet.addresses",
        ),
        ("app_secret_command", "app_key_command", "one too many"),
        (
            "echo s3cr3t-s3cr3t",
            "echo s3cr3t-s3cr3t; false",
            "connection.wind.app_secret",
        ),
        (
            "audit = \"audit\"",
            "audit = s3cr3t-t0ken",
            "line 4 is not TOML",
        ),
        (
            "audit = \"audit\"",
            "audit = { keep_days = 0 }",
            "audit.keep_days must be 1 to 36525, and is 0",
        ),
        (
            "audit = \"audit\"",
            "audit = { checkpoint_minutes = \"s3cr3t\" }",
            "audit.checkpoint_minutes must be a whole number",
        ),
        (
            "audit = \"audit\"",
            "audit = { key = \"s3cr3t\" }",
            "audit.key is refused",
        ),
        (
            "audit = \"audit\"",
            "audit = { keep = 7 }",
            "audit.keep is not known",
        ),
    ] {
        let text = WHOLE.replacen(from, to, 1);
        assert_ne!(text, WHOLE, "{from}");
        let failure = ServeFile::parse(&text, folder.path(), Secrets::Fetch).unwrap_err();
        assert!(
            failure.message().contains(named),
            "{to}: {}",
            failure.message()
        );
        assert!(
            !failure.message().contains("s3cr3t"),
            "{}",
            failure.message()
        );
    }
}

#[test]
fn an_audit_is_a_folder_or_a_section() {
    let folder = folder();
    let section = "audit = { folder = \"a\", key_file = \"token\", checkpoint_file = \"c\", checkpoint_minutes = 15, \
                   keep_days = 400 }";
    let text = WHOLE.replacen("audit = \"audit\"", section, 1);
    let audit = ServeFile::parse(&text, folder.path(), Secrets::Fetch)
        .unwrap()
        .audit;
    assert_eq!(audit.folder, Some(folder.path().join("a")));
    assert_eq!(audit.checkpoint_file, Some(folder.path().join("c")));
    assert_eq!(
        (audit.checkpoint_minutes, audit.keep_days),
        (Some(15), Some(400))
    );
    assert_eq!(audit.key.unwrap().expose_secret(), "t0ken-t0ken");
    let skipped = ServeFile::parse(&text, folder.path(), Secrets::Skipped).unwrap();
    assert!(skipped.audit.key.is_none());
}

const ALICE: &str = "[[sign_in.token]]\nname = \"alice\"\nsha256 = \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"";

#[test]
fn a_proxy_may_be_anywhere_only_where_somebody_says_so() {
    let folder = folder();
    let with = |more: &str| {
        let proxy = format!("[sign_in.proxy]\nheader = \"x-user\"\nfrom = [\"0.0.0.0/0\"]\n{more}");
        ServeFile::parse(
            &WHOLE.replacen(ALICE, &proxy, 1),
            folder.path(),
            Secrets::Fetch,
        )
    };
    assert!(with("").is_err());
    assert!(with("from_anywhere = true").is_ok());
}

#[test]
fn who_may_what_is_read_without_the_secrets() {
    let folder = folder();
    let text = WHOLE
        .replacen("token_file = \"token\"", "token_file = \"gone\"", 1)
        .replacen("echo s3cr3t-s3cr3t", "false", 1);
    assert!(ServeFile::parse(&text, folder.path(), Secrets::Fetch).is_err());
    let file = ServeFile::parse(&text, folder.path(), Secrets::Skipped).unwrap();
    let access = file.access().unwrap();
    assert_eq!(access.grants.len(), 2);
    let inline = WHOLE.replacen("token_file = \"token\"", "token = \"s3cr3t-t0ken\"", 1);
    assert!(ServeFile::parse(&inline, folder.path(), Secrets::Skipped).is_err());
}

#[test]
fn a_store_in_a_database_whose_password_is_elsewhere() {
    let folder = folder();
    let url = folder.path().join("url");
    fs::write(&url, "postgres://u:s3cr3t-s3cr3t@h/d\n").unwrap();
    let read = |text: &str| ServeFile::parse(text, folder.path(), Secrets::Fetch);
    let postgres = |file: ServeFile| matches!(file.store, Some(StoreLocation::Postgres(_)));
    assert!(postgres(read("store = \"postgres://u@h/d\"").unwrap()));
    assert!(postgres(read("store_file = \"url\"").unwrap()));
    let with_it = read("store = \"postgres://u:s3cr3t-s3cr3t@h/d\"").unwrap_err();
    assert!(with_it.message().contains("store_file"), "{with_it:?}");
    let other = read("store = \"mysql://u:s3cr3t-s3cr3t@h/d\"").unwrap_err();
    assert!(
        !format!("{with_it:?}{other:?}").contains("s3cr3t"),
        "{other:?}"
    );
    fs::write(&url, "not a url\n").unwrap();
    assert!(read("store_file = \"url\"").is_err());
    assert!(ServeFile::parse("store_file = \"url\"", folder.path(), Secrets::Skipped).is_ok());
}

#[test]
fn a_token_may_have_a_last_moment() {
    let folder = folder();
    let with = |expires: &str| {
        let hash = "sha256 = \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"";
        let text = WHOLE.replace(hash, &format!("{hash}\nexpires = \"{expires}\""));
        ServeFile::parse(&text, folder.path(), Secrets::Fetch)
    };
    assert!(with("2027-01-31T00:00:00Z").is_ok());
    for wrong in ["2027-01-31", "tomorrow", ""] {
        let error = with(wrong).unwrap_err();
        assert!(error.message().contains("expires"), "{error:?}");
    }
}
