//! `countermand profile` and `countermand config`.

use std::{fs, path::PathBuf};

use serde_json::json;
use tempfile::TempDir;

use crate::{
    countermand::{Countermand, countermand, text},
    saved_files::folder,
    simulator::Simulator,
};

/// A user with a configuration file.
struct User(TempDir);

impl User {
    fn new() -> Self {
        Self(folder())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("config/countermand/config.toml")
    }

    fn write(&self, content: &str) {
        fs::create_dir_all(self.file().parent().unwrap()).unwrap();
        fs::write(self.file(), content).unwrap();
    }

    fn read(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }

    fn countermand(&self, arguments: &[&str]) -> Countermand {
        countermand(arguments).env("XDG_CONFIG_HOME", self.0.path().join("config"))
    }
}

const MINE: &str = "# my connections

[profile.b]     # the first
org   = 'x'

# the other
[profile.a]
provider = \"applivery\"
org = \"acme\"
token_command = \"curl -H 'X-Vault-Token: s3cr3t-t0ken' https://vault\"
header.\"X-Gateway-Key\" = { env = \"GATEWAY\" }
# the end
";

#[test]
fn a_profile_is_added_behind_what_is_there_and_works() {
    let (user, simulator) = (User::new(), Simulator::start());
    user.write(MINE);
    let base_url = simulator.text("applivery", "base_url");
    let org = simulator.text("applivery", "org");
    let add = [
        "profile",
        "add",
        "my fleet",
        "--provider",
        "applivery",
        "--org",
        &org,
        "--base-url",
        &base_url,
        "--token-env",
        "FLEET",
    ];
    user.countermand(&add)
        .run()
        .exits(0)
        .prints_nothing()
        .says("countermand profile test 'my fleet'");
    let after = user.read();
    let added = after.replace("\n# the end\n", "\n");
    assert!(after.contains("# the end"), "{after}");
    assert!(
        added.starts_with(&MINE.replace("# the end\n", "")),
        "{after}"
    );
    let token = simulator.text("applivery", "token");
    user.countermand(&["profile", "test", "my fleet"])
        .env("FLEET", &token)
        .run()
        .exits(0)
        .says_out("ok         organization")
        .hides(&[&token]);
    user.countermand(&["devices", "--profile", "my fleet"])
        .env("FLEET", &token)
        .run()
        .exits(0);
    user.countermand(&["profile", "test", "my fleet"])
        .run()
        .exits(1)
        .says_out("FLEET is not set");
    // Nothing is replaced.
    user.countermand(&add)
        .run()
        .exits(2)
        .says("\"my fleet\" already exists");
    assert_eq!(user.read(), after);
}

#[test]
fn the_first_profile_makes_a_file_of_its_owner_alone() {
    let user = User::new();
    user.countermand(&["config", "path"])
        .run()
        .exits(0)
        .says_out(&text(&user.file()))
        .says("does not exist");
    let secret = user.0.path().join("secret");
    user.countermand(&[
        "profile",
        "add",
        "plant",
        "--provider",
        "enos",
        "--org",
        "o15",
    ])
    .args([
        "--base-url",
        "https://apim.example",
        "--app-key-env",
        "PLANT_KEY",
    ])
    .args(["--app-secret-file", &text(&secret)])
    .run()
    .exits(0);
    let expected = format!(
        "[profile.plant]\nprovider = \"enos\"\nbase_url = \"https://apim.example\"\norg = \"o15\"\n\
         app_key_env = \"PLANT_KEY\"\napp_secret_file = \"{}\"\n",
        text(&secret)
    );
    assert_eq!(user.read(), expected);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(user.file()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let other = user.0.path().join("other.toml");
    user.countermand(&["config", "path"])
        .env("COUNTERMAND_CONFIG", &other)
        .run()
        .exits(0)
        .says_out(&text(&other));
    user.countermand(&[
        "profile",
        "add",
        "p",
        "--provider",
        "applivery",
        "--org",
        "acme",
        "--token-env",
        "T",
    ])
    .env("COUNTERMAND_CONFIG", &other)
    .run()
    .exits(0);
    assert!(other.exists());
}

/// A link, as people have who keep their configuration elsewhere, stays one.
#[cfg(unix)]
#[test]
fn a_link_and_permissions_stay_as_they_are() {
    use std::os::unix::fs::PermissionsExt;
    let user = User::new();
    let kept = user.0.path().join("kept.toml");
    fs::write(&kept, MINE).unwrap();
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o640)).unwrap();
    fs::create_dir_all(user.file().parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&kept, user.file()).unwrap();
    user.countermand(&[
        "profile",
        "add",
        "p",
        "--provider",
        "applivery",
        "--org",
        "acme",
        "--token-env",
        "T",
    ])
    .run()
    .exits(0);
    assert!(fs::symlink_metadata(user.file()).unwrap().is_symlink());
    assert!(fs::read_to_string(&kept).unwrap().contains("[profile.p]"));
    assert_eq!(
        fs::metadata(&kept).unwrap().permissions().mode() & 0o777,
        0o640
    );
}

#[test]
fn what_is_wrong_is_named_and_the_file_stays_as_it_is() {
    let user = User::new();
    user.write(MINE);
    let applivery = [
        "profile",
        "add",
        "p",
        "--provider",
        "applivery",
        "--org",
        "acme",
    ];
    let enos = ["profile", "add", "p", "--provider", "enos", "--org", "o15"];
    let refused = |arguments: &[&str], more: &[&str], words: &str| {
        user.countermand(arguments)
            .args(more)
            .run()
            .exits(2)
            .prints_nothing()
            .says(words)
            .hides(&["s3cr3t"]);
        assert_eq!(user.read(), MINE);
    };
    refused(&applivery, &[], "--token-env");
    refused(
        &applivery,
        &["--token-env", "T", "--token-file", "f"],
        "--token-file",
    );
    refused(
        &applivery,
        &["--token-env", "T", "--app-key-env", "K"],
        "no app_key",
    );
    refused(&applivery, &["--token-env", ""], "token_env");
    refused(
        &applivery,
        &["--token-env", "T", "--base-url", "ftp://h"],
        "--base-url",
    );
    refused(
        &applivery,
        &["--token-env", "T", "--base-url", "https://me:s3cr3t@h"],
        "--base-url",
    );
    refused(&applivery, &["--token", "s3cr3t"], "--token");
    refused(
        &enos,
        &["--app-key-env", "K", "--app-secret-env", "S"],
        "--base-url",
    );
    refused(
        &enos,
        &["--base-url", "https://h", "--app-key-env", "K"],
        "--app-secret-env",
    );
    refused(
        &[
            "profile",
            "add",
            " ",
            "--provider",
            "applivery",
            "--org",
            "acme",
        ],
        &["--token-env", "T"],
        "NAME",
    );
    refused(
        &[
            "profile",
            "add",
            "p",
            "--provider",
            "applivery",
            "--org",
            "a",
        ],
        &["--token-env", "T"],
        "--org",
    );
    refused(
        &["profile", "add", "p", "--org", "acme"],
        &["--token-env", "T"],
        "--provider",
    );
    refused(&["profile", "show", "none"], &[], "\"none\"");
    refused(&["profile", "test", "none"], &[], "\"none\"");
    refused(
        &["--profile", "a", "profile", "list"],
        &[],
        "--profile cannot be used with this command",
    );
    user.write("[profile.a]\ntoken = 's3cr3t-t0ken'\n");
    user.countermand(&applivery)
        .args(["--token-env", "T"])
        .run()
        .exits(2)
        .says("token")
        .hides(&["s3cr3t"]);
}

#[test]
fn profiles_are_shown_with_the_places_of_their_secrets() {
    let user = User::new();
    user.countermand(&["profile", "list"])
        .run()
        .exits(0)
        .says("no profiles in");
    user.write(MINE);
    let rows = user
        .countermand(&["profile", "list", "--output", "json"])
        .env("GATEWAY", "g4teway")
        .run()
        .exits(0)
        .hides(&["s3cr3t", "g4teway"])
        .rows();
    let names: Vec<&str> = rows
        .iter()
        .map(|row| row["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 2);
    let row = rows.iter().find(|row| row["name"] == "a").unwrap();
    assert_eq!(row["keys"], json!({"token": "a command (curl ...)"}));
    assert_eq!(
        row["headers"],
        json!({"x-gateway-key": "the variable GATEWAY"})
    );
    let shown = user
        .countermand(&["profile", "show", "a"])
        .env("GATEWAY", "g4teway")
        .run()
        .exits(0)
        .hides(&["s3cr3t", "g4teway"]);
    for words in [
        "acme",
        "a command (curl ...)",
        "header x-gateway-key",
        "the variable GATEWAY",
    ] {
        assert!(shown.stdout.contains(words), "{words}: {shown:?}");
    }
    user.countermand(&["profile", "list"])
        .run()
        .exits(0)
        .says_out("acme");
    user.write("[profile.a]\nbase_url = 'https://me:s3cr3t@host'\n");
    for arguments in [&["profile", "list"][..], &["profile", "show", "a"]] {
        user.countermand(arguments)
            .run()
            .exits(0)
            .says_out("not a valid address")
            .hides(&["s3cr3t"]);
    }
}
