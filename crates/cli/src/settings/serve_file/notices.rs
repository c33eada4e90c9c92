//! `[notices.NAME]`: where notices go, by `url` or by `smtp`.

use countermand_core_model::{InvalidValue, Secret};
use countermand_server::notices::{Destination, Mail, NoticeKind, Way, Webhook};
use ipnet::IpNet;

use crate::{failure::Failure, settings::section::Section};

/// The most failed sign-ins in a row that are waited for.
const MOST_FAILURES: usize = 1_000;

/// Reads a destination. Where secrets are not fetched there is none.
pub(super) fn read(mut section: Section) -> Result<Option<Destination>, Failure> {
    let kinds = section.all_parsed("kinds", str::parse::<NoticeKind>)?;
    let failures = failures(&mut section)?;
    let addresses = section.all_parsed("addresses", |text| {
        text.parse::<IpNet>()
            .map_err(|_| "it must be a network, such as 10.0.0.0/8")
    })?;
    let way = match section.text("smtp")? {
        Some(smtp) => mail(&mut section, &smtp, addresses)?.map(Way::Mail),
        None => webhook(&mut section, addresses)?.map(Way::Webhook),
    };
    section.end()?;
    let Some(way) = way else {
        return Ok(None);
    };
    let mut destination = Destination::new(section.name(), way)
        .map_err(|error| Failure::usage(format!("[{}]: {error}", section.place())))?;
    if !kinds.is_empty() {
        destination.kinds = kinds.into_iter().collect();
    }
    if let Some(failures) = failures {
        destination.sign_in_failures = failures;
    }
    Ok(Some(destination))
}

fn failures(section: &mut Section) -> Result<Option<u32>, Failure> {
    let key = "sign_in_failures";
    let Some(number) = section.number(key)? else {
        return Ok(None);
    };
    match u32::try_from(number) {
        Ok(small) if (1..=MOST_FAILURES).contains(&number) => Ok(Some(small)),
        _ => {
            let rule = format!("must be 1 to {MOST_FAILURES}, and is {number}");
            Err(section.wrong(key, rule))
        }
    }
}

fn webhook(section: &mut Section, addresses: Vec<IpNet>) -> Result<Option<Webhook>, Failure> {
    // Of many services the URL is a secret itself.
    let url = match section.text("url")? {
        Some(url) => Secret::from(url),
        None => section.secret("url")?.ok_or_else(|| {
            section.wrong(
                "url",
                "is missing, and so is smtp: one of them says where to",
            )
        })?,
    };
    let secret = section.must("secret", Section::secret)?;
    if section.skips_secrets() {
        return Ok(None);
    }
    let webhook = Webhook::new(&url, &secret, addresses);
    webhook.map(Some).map_err(|error| invalid(section, &error))
}

fn mail(section: &mut Section, smtp: &str, addresses: Vec<IpNet>) -> Result<Option<Mail>, Failure> {
    if section.text("url")?.is_some() {
        return Err(section.wrong("url", "must not stand beside smtp"));
    }
    let plaintext = section.flag("plaintext")?;
    let from = section.must("from", Section::text)?;
    let to = section.texts("to")?;
    let username = section.text("username")?;
    let password = section.secret("password")?;
    let mail = Mail::new(smtp, plaintext, &from, &to, addresses);
    let mail = mail.map_err(|error| invalid(section, &error))?;
    match (username, password) {
        (None, None) => Ok(Some(mail)),
        (Some(username), Some(password)) => mail
            .signing_in(&username, password)
            .map_err(|error| invalid(section, &error))
            .map(|mail| Some(mail).filter(|_| !section.skips_secrets())),
        (Some(_), None) => Err(missing(section, "password", "username")),
        (None, Some(_)) => Err(missing(section, "username", "password")),
    }
}

fn missing(section: &Section, key: &str, other: &str) -> Failure {
    section.wrong(key, format_args!("is missing beside {other}"))
}

fn invalid(section: &Section, error: &InvalidValue) -> Failure {
    section.wrong(
        error.field(),
        format_args!("{}: {}", error.rule(), error.value()),
    )
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::settings::section::Secrets;

    const CHAT: &str = r#"
[notices.chat]
url = "https://hooks.example/countermand"
secret_file = "key"
kinds = ["run_finished", "lost_race"]
sign_in_failures = 3
"#;

    const NIGHT: &str = r#"
[notices.night]
smtp = "smtp://mail.example:587"
username = "countermand"
password_file = "password"
from = "Countermand <countermand@example.com>"
to = ["ops@example.com", "Night <night@example.com>"]
"#;

    fn parse(text: &str, secrets: Secrets) -> Result<Vec<Destination>, Failure> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("key"), "s3cr3t-key-of-the-webhooks\n").unwrap();
        fs::write(folder.path().join("password"), "s3cr3t-passw0rd\n").unwrap();
        fs::write(folder.path().join("url"), "https://hooks.example/s3cr3t\n").unwrap();
        fs::write(folder.path().join("wrong"), "http://hooks.example/s3cr3t\n").unwrap();
        let mut file = Section::of_file_with(text, folder.path(), secrets)?;
        let sections = file.section("notices")?.unwrap().sections()?;
        let read = sections.into_iter().map(read);
        read.filter_map(Result::transpose).collect()
    }

    #[test]
    fn every_key() {
        let read = parse(&format!("{CHAT}{NIGHT}"), Secrets::Fetch).unwrap();
        let [chat, night] = read.as_slice() else {
            panic!("{read:?}");
        };
        assert!(matches!(chat.way, Way::Webhook(_)));
        let kinds: Vec<_> = chat.kinds.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(kinds, ["run_finished", "lost_race"]);
        assert_eq!(chat.sign_in_failures, 3);
        assert!(matches!(night.way, Way::Mail(_)));
        assert_eq!((night.kinds.len(), night.sign_in_failures), (9, 5));
        let secret_url = CHAT.replace(
            "url = \"https://hooks.example/countermand\"",
            "url_file = \"url\"",
        );
        let other = parse(&secret_url, Secrets::Fetch).unwrap();
        let shown = format!("{read:?}{other:?}");
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }

    #[test]
    fn without_the_secrets_there_is_none_and_what_is_wrong_is_found() {
        let gone = CHAT.replace("\"key\"", "\"gone\"");
        assert!(parse(&gone, Secrets::Fetch).is_err());
        assert_eq!(parse(&gone, Secrets::Skipped).unwrap().len(), 0);
        assert_eq!(parse(NIGHT, Secrets::Skipped).unwrap().len(), 0);
        assert!(parse(&format!("{CHAT}color = 1"), Secrets::Skipped).is_err());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place_and_never_a_secret() {
        for (whole, from, to, named) in [
            (
                CHAT,
                "https://hooks.example/countermand",
                "http://169.254.169.254/latest/meta-data",
                "notices.chat.url must not lead to a private, local or reserved address that addresses does not allow: 169.254.169.254",
            ),
            (
                CHAT,
                "https://hooks.example/countermand",
                "https://[fd00:ec2::254]/",
                "notices.chat.url must not lead to a private",
            ),
            (
                CHAT,
                "https://hooks.example/countermand",
                "http://hooks.example/s3cr3t",
                "notices.chat.url must be encrypted",
            ),
            (
                CHAT,
                "url = \"https://hooks.example/countermand\"",
                "url_file = \"wrong\"",
                "notices.chat.url must be encrypted",
            ),
            (
                CHAT,
                "url = \"https://hooks.example/countermand\"",
                "",
                "notices.chat.url is missing, and so is smtp",
            ),
            (
                CHAT,
                "secret_file = \"key\"",
                "",
                "notices.chat.secret is missing",
            ),
            (
                CHAT,
                "secret_file = \"key\"",
                "secret = \"s3cr3t\"",
                "notices.chat.secret is refused",
            ),
            (
                CHAT,
                "secret_file = \"key\"",
                "secret_command = \"echo s3cr3t\"",
                "notices.chat.secret must be whsec_",
            ),
            (
                CHAT,
                "\"lost_race\"",
                "\"lost\"",
                "notices.chat.kinds has \"lost\"",
            ),
            (
                CHAT,
                "sign_in_failures = 3",
                "sign_in_failures = 0",
                "notices.chat.sign_in_failures must be 1 to 1000, and is 0",
            ),
            (
                CHAT,
                "sign_in_failures = 3",
                "addresses = [\"10.0.0.0/99\"]",
                "notices.chat.addresses",
            ),
            (
                CHAT,
                "sign_in_failures = 3",
                "smtp = \"smtps://m.example\"",
                "must not stand beside smtp",
            ),
            (
                CHAT,
                "notices.chat",
                "notices.\"The Chat\"",
                "[notices.The Chat]",
            ),
            (
                NIGHT,
                "smtp://mail.example:587",
                "smtp://u:s3cr3t@mail.example",
                "notices.night.smtp must be smtps://HOST",
            ),
            (
                NIGHT,
                "smtp://mail.example:587",
                "smtp://169.254.169.254",
                "notices.night.smtp must not lead to a private",
            ),
            (
                NIGHT,
                "username",
                "plaintext = true\naddresses = [\"10.0.0.0/8\"]\nusername",
                "notices.night.username must not stand beside plaintext",
            ),
            (
                NIGHT,
                "username = \"countermand\"",
                "",
                "notices.night.username is missing beside password",
            ),
            (
                NIGHT,
                "password_file = \"password\"",
                "",
                "notices.night.password is missing beside username",
            ),
            (
                NIGHT,
                "night@example.com",
                "nobody",
                "notices.night.to must be a mail address",
            ),
            (
                NIGHT,
                "to = [\"ops@example.com\", \"Night <night@example.com>\"]",
                "",
                "notices.night.to must have 1 to 50 addresses",
            ),
        ] {
            let text = whole.replacen(from, to, 1);
            assert_ne!(text, whole, "{from}");
            let failure = parse(&text, Secrets::Fetch).unwrap_err();
            let message = failure.message();
            assert!(message.contains(named), "{to}: {message}");
            assert!(!message.contains("s3cr3t"), "{message}");
        }
    }
}
