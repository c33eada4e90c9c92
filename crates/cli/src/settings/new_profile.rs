//! Adding a profile to the configuration file.

use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use countermand_core_model::Provider;
use toml_edit::{DocumentMut, Item, Table, TableLike, value};

use super::{ConfigFile, secret::SecretSource};
use crate::failure::Failure;

/// A profile that is to be added. Its values are valid.
#[derive(Clone, Debug)]
pub(crate) struct NewProfile {
    pub(crate) name: String,
    pub(crate) provider: Provider,
    pub(crate) org: String,
    pub(crate) base_url: Option<String>,
    pub(crate) keys: Vec<(&'static str, SecretSource)>,
    pub(crate) ca_file: Option<PathBuf>,
}

/// Adds the profile to the configuration file, which is created if necessary. Everything else in it stays as it is.
/// Returns the file's path.
///
/// # Errors
/// When there is a profile of this name, the file is not valid, or it cannot be written: then it is as it was.
pub(crate) fn add_profile(profile: &NewProfile) -> Result<PathBuf, Failure> {
    let path = ConfigFile::location()?;
    let before = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => {
            return Err(Failure::usage(format!(
                "cannot read {}: {error}",
                path.display()
            )));
        }
    };
    let known = ConfigFile::parse(&path, &before)?;
    if known.profiles().iter().any(|one| one.name == profile.name) {
        return Err(Failure::usage(format!(
            "profile {:?} already exists in {}",
            profile.name,
            path.display()
        )));
    }
    let after = with(&before, profile).ok_or_else(|| {
        Failure::usage(format!(
            "{}: profile is written in a form to which nothing can be added; write [profile.NAME] sections",
            path.display()
        ))
    })?;
    // What was written must be what will be read.
    ConfigFile::parse(&path, &after)?.profile(&profile.name)?;
    write(&path, &after).map_err(|error| {
        Failure::before_sending(format!("cannot write {}: {error}", path.display()))
    })?;
    Ok(path)
}

/// Returns the text with the profile behind everything else.
fn with(text: &str, profile: &NewProfile) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let profiles = document.entry("profile").or_insert_with(|| {
        let mut table = Table::new();
        // No line of its own: [profile.NAME] says it.
        table.set_implicit(true);
        Item::Table(table)
    });
    let profiles = profiles.as_table_like_mut()?;
    let mut table = Table::new();
    table.insert("provider", value(profile.provider.as_str()));
    if let Some(base_url) = &profile.base_url {
        table.insert("base_url", value(base_url));
    }
    table.insert("org", value(&profile.org));
    for (name, source) in &profile.keys {
        insert(&mut table, name, source)?;
    }
    if let Some(path) = &profile.ca_file {
        table.insert("ca_file", value(path.to_str()?));
    }
    if !text.trim().is_empty() {
        table.decor_mut().set_prefix("\n");
    }
    profiles.insert(&profile.name, Item::Table(table));
    Some(document.to_string())
}

fn insert(table: &mut dyn TableLike, name: &str, source: &SecretSource) -> Option<()> {
    let (suffix, text) = match source {
        SecretSource::Environment(variable) => ("env", variable.as_str()),
        SecretSource::File(path) => ("file", path.to_str()?),
        SecretSource::Command(command) => ("command", command.as_str()),
    };
    table.insert(&format!("{name}_{suffix}"), value(text));
    Some(())
}

/// Replaces the file at once, so that nobody ever reads half of it. A new file is its owner's alone; an old one keeps its
/// permissions, and a link stays one.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = target.with_file_name(name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&new).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        if let Ok(old) = fs::metadata(&target) {
            file.set_permissions(old.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&new, &target)
    });
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(name: &str) -> NewProfile {
        NewProfile {
            name: name.to_owned(),
            provider: Provider::Applivery,
            org: "acme".to_owned(),
            base_url: None,
            keys: vec![("token", SecretSource::Environment("T".to_owned()))],
            ca_file: None,
        }
    }

    #[test]
    fn what_was_there_stays_as_it_is() {
        let before = "# mine\n\n[profile.b]   # first\norg   = 'x'\n\n# the other\n[profile.a]\norg = \"y\"\n# the end\n";
        let after = with(before, &profile("new one")).unwrap();
        let added = "\n[profile.\"new one\"]\nprovider = \"applivery\"\norg = \"acme\"\ntoken_env = \"T\"\n";
        let rest = after.replace(added, "");
        assert_ne!(rest, after, "{after}");
        assert_eq!(rest, before);
        let first = with("", &profile("a")).unwrap();
        assert!(first.starts_with("[profile.a]\n"), "{first}");
        let inline = with("profile = { a = { org = 'x' } }\n", &profile("b"));
        if let Some(text) = inline {
            let file = ConfigFile::parse(Path::new("/c"), &text).unwrap();
            assert_eq!(file.profiles().len(), 2, "{text}");
        }
    }
}
