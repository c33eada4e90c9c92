//! Makes the functions of `text` from the English messages, so that a name or an argument that no
//! message has does not compile, and a message is found by its number.

use std::{env, fmt::Write as _, fs, path::Path};

#[path = "src/text/file.rs"]
mod file;
#[path = "src/text/message.rs"]
mod message;

use file::{Entry, Fingerprint};
use message::{Branches, Piece, Pieces};

const ENGLISH: &str = "lang/en.txt";

/// Sections and messages that the page's first rows need. The others may come later.
const FIRST: [&str; 11] = [
    "page",
    "states",
    "why_not",
    "severity",
    "table",
    "details.open",
    "firing.seconds",
    "firing.minutes",
    "firing.hours",
    "firing.hours_minutes",
    "firing.days",
];

/// The section whose messages are found by their English text instead of a function.
const FOUND: &str = "found";

fn main() -> Result<(), String> {
    for path in [ENGLISH, "src/text/file.rs", "src/text/message.rs"] {
        println!("cargo::rerun-if-changed={path}");
    }
    // Worktrees that share a target folder share what this writes: it is looked at again in each.
    println!("cargo::rerun-if-env-changed=PWD");
    let text = fs::read_to_string(ENGLISH).map_err(|error| format!("{ENGLISH}: {error}"))?;
    let entries: Vec<Entry<'_>> = file::entries(&text)
        .collect::<Result<_, usize>>()
        .map_err(|line| format!("{ENGLISH}:{line}: neither a section nor a message"))?;
    let out = env::var("OUT_DIR").map_err(|error| error.to_string())?;
    for (name, content) in [
        ("catalogue.rs", functions(&entries)?),
        ("english_first.txt", body(&entries, true)),
        ("english_rest.txt", body(&entries, false)),
    ] {
        let path = Path::new(&out).join(name);
        // What is as it was is left alone, so that nothing is compiled anew for it.
        if fs::read_to_string(&path).is_ok_and(|there| there == content) {
            continue;
        }
        fs::write(path, content).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Those messages that the first rows need, or the others: a line each, which is empty for one of the other kind.
fn body(entries: &[Entry<'_>], of_first_rows: bool) -> String {
    let mut lines = String::new();
    for Entry {
        section,
        key,
        message,
        ..
    } in entries
    {
        let is_first =
            FIRST.contains(section) || FIRST.contains(&format!("{section}.{key}").as_str());
        if is_first == of_first_rows {
            lines.push_str(message);
        }
        lines.push('\n');
    }
    lines
}

fn functions(entries: &[Entry<'_>]) -> Result<String, String> {
    let mut code = String::new();
    let fingerprint = entries.iter().fold(Fingerprint::EMPTY, Fingerprint::and);
    let _ = writeln!(
        code,
        "pub(super) const FINGERPRINT: u64 = {};",
        fingerprint.0
    );
    let mut section = "";
    for (number, entry) in entries.iter().enumerate() {
        if entry.section != section {
            let open = if section.is_empty() { "" } else { "}\n" };
            section = entry.section;
            let _ = writeln!(
                code,
                "{open}#[doc = \"The texts of `[{section}]`.\"]\npub mod {section} {{"
            );
        }
        if section == FOUND {
            continue;
        }
        function(&mut code, number, entry)
            .map_err(|why| format!("{ENGLISH}: {section}.{}: {why}", entry.key))?;
    }
    code.push_str("}\n");
    Ok(code)
}

fn function(code: &mut String, number: usize, entry: &Entry<'_>) -> Result<(), String> {
    let Entry { key, message, .. } = entry;
    let mut used = Vec::new();
    arguments(message, &mut used)?;
    let declared: Vec<&str> = entry.arguments.split(',').map(str::trim).collect();
    let declared: Vec<&str> = declared.into_iter().filter(|one| !one.is_empty()).collect();
    if let Some((name, _)) = used.iter().find(|(name, _)| !declared.contains(name)) {
        return Err(format!("{name} is not among the arguments"));
    }
    let _ = writeln!(code, "#[doc = {:?}]", format!("`{message}`"));
    if declared.is_empty() {
        let _ = writeln!(
            code,
            "pub fn {key}() -> &'static str {{ super::plain({number}) }}"
        );
        return Ok(());
    }
    let (mut parameters, mut values) = (String::new(), String::new());
    for name in declared {
        let (kind, value) = match used.iter().find(|(one, _)| *one == name) {
            Some((_, true)) => ("usize", "Number"),
            Some((_, false)) => ("&str", "Text"),
            None => return Err(format!("{name} is not in the message")),
        };
        let _ = write!(parameters, "{name}: {kind}, ");
        let _ = write!(values, "({name:?}, super::Value::{value}({name})), ");
    }
    let _ = writeln!(
        code,
        "pub fn {key}({parameters}) -> String {{ super::filled({number}, &[{values}]) }}"
    );
    Ok(())
}

/// The arguments of a message, and whether each is a number.
fn arguments<'a>(message: &'a str, into: &mut Vec<(&'a str, bool)>) -> Result<(), String> {
    let mut pieces = Pieces(message);
    for piece in pieces.by_ref() {
        let (name, is_number) = match piece {
            Piece::Words(_) => continue,
            Piece::Argument(name) => (name, false),
            Piece::Number(name) => (name, true),
            Piece::Plural(name, branches) => {
                let mut branches = Branches(branches);
                for (_, branch) in branches.by_ref() {
                    arguments(branch, into)?;
                }
                whole(branches.0)?;
                (name, true)
            }
        };
        match into.iter_mut().find(|(one, _)| *one == name) {
            Some((_, known)) => *known |= is_number,
            None => into.push((name, is_number)),
        }
    }
    whole(pieces.0)
}

fn whole(left_over: &str) -> Result<(), String> {
    match left_over.trim() {
        "" => Ok(()),
        left_over => Err(format!("malformed from {left_over:?} on")),
    }
}
