//! Where a secret comes from: the environment, a file, or the output of a command.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::{Command, Stdio},
};

use countermand_core_model::{Keys, Provider, Secret};
use countermand_server::KeySource;

use super::{environment, file_mode::check_secret};
use crate::failure::Failure;

/// The source of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SecretSource {
    /// In this environment variable.
    Environment(String),
    /// In this file.
    File(PathBuf),
    /// In the output of this command.
    Command(String),
}

/// The source of a secret, with the secret's name for errors.
#[derive(Clone, Debug)]
pub(crate) struct NamedSource {
    pub(crate) name: String,
    pub(crate) source: SecretSource,
}

impl NamedSource {
    /// Fetches the secret.
    pub(crate) fn read(&self) -> Result<Secret, Failure> {
        self.source.read(&self.name)
    }
}

/// Returns what fetches the keys of a connection again, each from its source.
pub(crate) fn key_source(
    provider: Provider,
    sources: BTreeMap<&'static str, NamedSource>,
) -> KeySource {
    KeySource::new(move || {
        let keys = Keys::new(provider, |field| match sources.get(field.name) {
            Some(source) => source.read(),
            None => Err(Failure::usage(format!("{} has no source", field.name))),
        });
        keys.map_err(|failure| failure.message().to_owned())
    })
}

impl SecretSource {
    /// Returns whether it is this environment variable.
    pub(crate) fn is_variable(&self, variable: &str) -> bool {
        matches!(self, Self::Environment(name) if name == variable)
    }

    /// Returns in words where it is, without what may be a secret: of a command only the program is named.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Environment(name) => format!("the variable {name}"),
            Self::File(path) => format!("the file {}", path.display()),
            Self::Command(command) => match command.split_whitespace().next() {
                Some(program) if !program.contains('=') => format!("a command ({program} ...)"),
                _ => "a command".to_owned(),
            },
        }
    }

    /// Fetches it. `whose` names the secret in errors, which never show the value.
    pub(crate) fn read(&self, whose: &str) -> Result<Secret, Failure> {
        let text = match self {
            Self::Environment(name) => environment::variable(name)?
                .ok_or_else(|| Failure::usage(format!("{whose}: {name} is not set")))?,
            Self::File(path) => {
                check_secret(path, whose)?;
                let text = std::fs::read_to_string(path).map_err(|error| {
                    Failure::usage(format!("{whose}: cannot read {}: {error}", path.display()))
                })?;
                text.trim_end_matches(['\r', '\n']).to_owned()
            }
            Self::Command(command) => without_line_end(run(command, whose)?),
        };
        checked(text, whose)
    }
}

/// Checks the form of a secret.
pub(crate) fn checked(text: String, whose: &str) -> Result<Secret, Failure> {
    if text.trim().is_empty() {
        return Err(Failure::usage(format!("{whose}: must not be empty")));
    }
    if text.chars().any(char::is_control) {
        return Err(Failure::usage(format!(
            "{whose}: must be one line without control characters"
        )));
    }
    Ok(Secret::from(text))
}

/// Returns the output of the command. Only its standard error is the terminal: a command that asks for a password asks
/// there.
fn run(command: &str, whose: &str) -> Result<String, Failure> {
    let output = shell(command)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Failure::usage(format!("{whose}: cannot run its command: {error}")))?;
    if !output.status.success() {
        return Err(Failure::usage(format!(
            "{whose}: its command failed ({})",
            output.status
        )));
    }
    String::from_utf8(output.stdout)
        .map_err(|_| Failure::usage(format!("{whose}: its command must print text in UTF-8")))
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command);
    shell
}

#[cfg(not(unix))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.arg("/C").arg(command);
    shell
}

fn without_line_end(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use countermand_core_model::ExposeSecret;

    use super::*;

    #[test]
    fn what_a_command_prints_without_its_line_end() {
        let read = |command: &str| SecretSource::Command(command.to_owned()).read("token");
        assert_eq!(read("printf 'abc\\n'").unwrap().expose_secret(), "abc");
        assert!(read("printf 'abc\\n\\n'").is_err(), "two lines are no key");
        assert!(read("true").is_err(), "nothing is no key");
    }

    #[test]
    fn a_failing_command_tells_its_status_and_not_what_it_printed() {
        let source = SecretSource::Command("echo s3cr3t-t0ken; exit 3".to_owned());
        let failure = source.read("token").unwrap_err();
        assert!(failure.message().contains('3'), "{failure:?}");
        assert!(!failure.message().contains("s3cr3t-t0ken"), "{failure:?}");
    }

    #[test]
    fn no_error_shows_the_value() {
        for text in ["s3cr3t\u{1b}t0ken", "s3cr3t\nt0ken"] {
            let failure = checked(text.to_owned(), "token").unwrap_err();
            assert!(!failure.message().contains("s3cr3t"), "{failure:?}");
        }
        for text in ["", " ", "\t"] {
            assert!(checked(text.to_owned(), "token").is_err());
        }
    }
}
