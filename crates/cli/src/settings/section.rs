//! A section of a configuration file. Each key is taken once; a key that is left over is unknown.

use std::{
    fmt::Display,
    path::{Path, PathBuf},
};

use countermand_core_model::{Secret, SeverityLevel, SeverityRules};
use toml::{Table, Value};

use super::secret::{NamedSource, SecretSource};
use crate::failure::Failure;

/// A section, with the keys that are still to be taken.
#[derive(Debug)]
pub(super) struct Section {
    /// Its path in the file: `connection.fleet`.
    place: String,
    /// The last part of the path.
    name: String,
    table: Table,
    folder: PathBuf,
    secrets: Secrets,
}

/// What to do with the secrets that a file names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Secrets {
    /// Fetch them.
    Fetch,
    /// Only check that they are named.
    Skipped,
}

impl Section {
    /// Parses a file in `folder`, to which its paths are relative.
    pub(super) fn of_file(text: &str, folder: &Path) -> Result<Self, Failure> {
        Self::of_file_with(text, folder, Secrets::Fetch)
    }

    /// Like [`Self::of_file`], with what to do with the secrets that it names.
    pub(super) fn of_file_with(
        text: &str,
        folder: &Path,
        secrets: Secrets,
    ) -> Result<Self, Failure> {
        let table = text.parse().map_err(|error: toml::de::Error| {
            // The parser's message may quote the line, with a secret that should not be there.
            let start = error.span().map_or(0, |span| span.start);
            let line = 1 + text.bytes().take(start).filter(|b| *b == b'\n').count();
            Failure::usage(format!("line {line} is not TOML"))
        })?;
        Ok(Self {
            place: String::new(),
            name: String::new(),
            table,
            folder: folder.to_owned(),
            secrets,
        })
    }

    /// Returns its path in the file.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// Returns its name: the last part of its path.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the error that `key` of this section breaks a rule.
    pub(super) fn wrong(&self, key: &str, rule: impl Display) -> Failure {
        let dot = if self.place.is_empty() { "" } else { "." };
        Failure::usage(format!("{}{dot}{key} {rule}", self.place))
    }

    /// Takes a text, which must not be empty.
    pub(super) fn text(&mut self, key: &str) -> Result<Option<String>, Failure> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text)),
            Some(Value::String(_)) => Err(self.wrong(key, "must not be empty")),
            Some(_) => Err(self.wrong(key, "must be a text in quotes")),
        }
    }

    /// Takes a text, and parses it.
    pub(super) fn parsed<T, E: Display>(
        &mut self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Failure> {
        match self.text(key)? {
            Some(text) => parse(&text)
                .map(Some)
                .map_err(|error| self.wrong(key, format_args!("is not valid: {error}"))),
            None => Ok(None),
        }
    }

    /// Takes a required value.
    pub(super) fn must<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Self, &str) -> Result<Option<T>, Failure>,
    ) -> Result<T, Failure> {
        read(self, key)?.ok_or_else(|| self.wrong(key, "is missing"))
    }

    /// Takes a path: `~/` is the home folder; a relative path is relative to the file.
    pub(super) fn path(&mut self, key: &str) -> Result<Option<PathBuf>, Failure> {
        let text = self.text(key)?;
        Ok(text.map(|text| beside(&text, &self.folder)))
    }

    /// Takes a list of texts. An absent list is empty.
    pub(super) fn texts(&mut self, key: &str) -> Result<Vec<String>, Failure> {
        let rule = "must be a list of texts in quotes";
        match self.table.remove(key) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => items
                .into_iter()
                .map(|item| match item {
                    Value::String(text) if !text.trim().is_empty() => Ok(text),
                    _ => Err(self.wrong(key, rule)),
                })
                .collect(),
            Some(_) => Err(self.wrong(key, rule)),
        }
    }

    /// Takes a list of texts, and parses each.
    pub(super) fn all_parsed<T, E: Display>(
        &mut self,
        key: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Vec<T>, Failure> {
        let texts = self.texts(key)?;
        let mut all = Vec::with_capacity(texts.len());
        for text in texts {
            all.push(parse(&text).map_err(|error| {
                self.wrong(
                    key,
                    format_args!("has {text:?}, which is not valid: {error}"),
                )
            })?);
        }
        Ok(all)
    }

    /// Takes a number that is not negative.
    pub(super) fn number(&mut self, key: &str) -> Result<Option<usize>, Failure> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::Integer(number)) => usize::try_from(number)
                .map(Some)
                .map_err(|_| self.wrong(key, "must not be below 0")),
            Some(_) => Err(self.wrong(key, "must be a whole number")),
        }
    }

    /// Takes a flag. An absent flag is false.
    pub(super) fn flag(&mut self, key: &str) -> Result<bool, Failure> {
        match self.table.remove(key) {
            None => Ok(false),
            Some(Value::Boolean(is)) => Ok(is),
            Some(_) => Err(self.wrong(key, "must be true or false")),
        }
    }

    /// Takes the section `severity`: a level for each of some kinds or names of commands.
    pub(super) fn severity_rules(&mut self) -> Result<SeverityRules, Failure> {
        let mut rules = SeverityRules::default();
        let Some(mut section) = self.section("severity")? else {
            return Ok(rules);
        };
        for word in section.keys() {
            let level = section.must(&word, |section, key| {
                section.parsed(key, |text| {
                    SeverityLevel::parse(text).ok_or("it must be destructive, disruptive or minor")
                })
            })?;
            rules = rules
                .with(&word, level)
                .map_err(|error| section.wrong(&word, format_args!("is not valid: {error}")))?;
        }
        Ok(rules)
    }

    /// Returns whether a key has a section within this one.
    pub(super) fn is_section(&self, key: &str) -> bool {
        matches!(self.table.get(key), Some(Value::Table(_)))
    }

    /// Takes a section within this one.
    pub(super) fn section(&mut self, key: &str) -> Result<Option<Self>, Failure> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::Table(table)) => Ok(Some(self.within(key, table))),
            Some(_) => Err(self.wrong(key, "must be a section")),
        }
    }

    /// Takes every section within this one.
    pub(super) fn sections(mut self) -> Result<Vec<Self>, Failure> {
        let table = std::mem::take(&mut self.table);
        table
            .into_iter()
            .map(|(key, value)| match value {
                Value::Table(table) => Ok(self.within(&key, table)),
                _ => Err(self.wrong(&key, "must be a section")),
            })
            .collect()
    }

    /// Takes a list of sections (`[[key]]`).
    pub(super) fn list(&mut self, key: &str) -> Result<Vec<Self>, Failure> {
        let rule = "must be sections in double brackets";
        match self.table.remove(key) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => items
                .into_iter()
                .map(|item| match item {
                    Value::Table(table) => Ok(self.within(key, table)),
                    _ => Err(self.wrong(key, rule)),
                })
                .collect(),
            Some(_) => Err(self.wrong(key, rule)),
        }
    }

    fn within(&self, key: &str, table: Table) -> Self {
        let dot = if self.place.is_empty() { "" } else { "." };
        Self {
            place: format!("{}{dot}{key}", self.place),
            name: key.to_owned(),
            table,
            folder: self.folder.clone(),
            secrets: self.secrets,
        }
    }

    /// Returns whether secrets are not fetched.
    pub(super) fn skips_secrets(&self) -> bool {
        self.secrets == Secrets::Skipped
    }

    /// Takes a secret as [`Self::secret`], with what fetches it again.
    pub(super) fn secret_to_renew(
        &mut self,
        key: &str,
    ) -> Result<Option<(Secret, NamedSource)>, Failure> {
        let dot = if self.place.is_empty() { "" } else { "." };
        let name = format!("{}{dot}{key}", self.place);
        let Some(source) = self.secret_source(key)? else {
            return Ok(None);
        };
        let secret = match self.skips_secrets() {
            true => Secret::from("passed-over"),
            false => source.read(&name)?,
        };
        Ok(Some((secret, NamedSource { name, source })))
    }

    /// Takes a secret, named by one of `KEY_env`, `KEY_file` and `KEY_command`.
    pub(super) fn secret(&mut self, key: &str) -> Result<Option<Secret>, Failure> {
        Ok(self.secret_to_renew(key)?.map(|(secret, _)| secret))
    }

    /// Takes the source of a secret. The secret itself is refused.
    pub(super) fn secret_source(&mut self, key: &str) -> Result<Option<SecretSource>, Failure> {
        if self.table.contains_key(key) {
            return Err(self.wrong(
                key,
                format_args!(
                    "is refused: secrets must not be in this file. Use {key}_env, {key}_file or {key}_command"
                ),
            ));
        }
        let env = self.text(&format!("{key}_env"))?;
        let file = self.path(&format!("{key}_file"))?;
        let command = self.text(&format!("{key}_command"))?;
        match (env, file, command) {
            (None, None, None) => Ok(None),
            (Some(name), None, None) => Ok(Some(SecretSource::Environment(name))),
            (None, Some(path), None) => Ok(Some(SecretSource::File(path))),
            (None, None, Some(command)) => Ok(Some(SecretSource::Command(command))),
            _ => Err(self.wrong(
                key,
                format_args!(
                    "is one too many: use only one of {key}_env, {key}_file and {key}_command"
                ),
            )),
        }
    }

    /// Returns the keys that are still to be taken.
    pub(super) fn keys(&self) -> Vec<String> {
        self.table.keys().cloned().collect()
    }

    /// Takes the source of a secret as `key = { env = "..." }`, or with `file` or `command`. The secret itself is refused.
    pub(super) fn source_of(&mut self, key: &str) -> Result<SecretSource, Failure> {
        let rule = "is refused: secrets must not be in this file. Use { env = \"...\" }, { file = \"...\" } or \
                    { command = \"...\" }";
        let mut source = match self.table.remove(key) {
            Some(Value::Table(table)) => self.within(key, table),
            _ => return Err(self.wrong(key, rule)),
        };
        let found = (
            source.text("env")?,
            source.path("file")?,
            source.text("command")?,
        );
        source.end()?;
        match found {
            (Some(name), None, None) => Ok(SecretSource::Environment(name)),
            (None, Some(path), None) => Ok(SecretSource::File(path)),
            (None, None, Some(command)) => Ok(SecretSource::Command(command)),
            _ => Err(self.wrong(key, "must have exactly one of env, file and command")),
        }
    }

    /// Checks that no key is left over.
    pub(super) fn end(&self) -> Result<(), Failure> {
        match self.table.keys().next() {
            Some(key) => Err(self.wrong(key, "is not known")),
            None => Ok(()),
        }
    }
}

/// Resolves a path: `~/` is the home folder; a relative path is relative to the file.
fn beside(text: &str, folder: &Path) -> PathBuf {
    match (text.strip_prefix("~/"), directories::BaseDirs::new()) {
        (Some(rest), Some(dirs)) => dirs.home_dir().join(rest),
        _ => folder.join(text),
    }
}
