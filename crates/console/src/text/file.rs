//! The form of a language's file. Its head, `lang/en.txt`, describes it.

/// A message with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    pub(crate) section: &'a str,
    pub(crate) key: &'a str,
    /// The names of its arguments, as far as the file declares them: the first language's does.
    pub(crate) arguments: &'a str,
    pub(crate) message: &'a str,
}

/// The messages of a file, in their order.
///
/// # Errors
/// The first line that is none of the form's, counted from one.
pub(crate) fn entries(text: &str) -> impl Iterator<Item = Result<Entry<'_>, usize>> {
    let mut section = "";
    text.lines().zip(1_usize..).filter_map(move |(line, at)| {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        if let Some(name) = line.strip_prefix('[') {
            let name = name.strip_suffix(']');
            section = name.unwrap_or_default();
            return name.is_none().then_some(Err(at));
        }
        Some(entry(section, line).ok_or(at))
    })
}

fn entry<'a>(section: &'a str, line: &'a str) -> Option<Entry<'a>> {
    let (name, message) = line.split_once('=')?;
    let (name, message) = (name.trim_end(), message.trim_start());
    let (key, arguments) = match name.split_once('(') {
        Some((key, arguments)) => (key, arguments.strip_suffix(')')?),
        None => (name, ""),
    };
    (!section.is_empty() && !key.is_empty() && !message.is_empty()).then_some(Entry {
        section,
        key,
        arguments,
        message,
    })
}

/// What two files have in common whose keys are the same and in the same order: a page of one version
/// never takes the messages of another one's keys for its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint(pub(crate) u64);

impl Fingerprint {
    /// Of a file without keys: FNV-1a's beginning.
    pub(crate) const EMPTY: Self = Self(0xcbf2_9ce4_8422_2325);

    /// With this key after the others.
    pub(crate) fn and(self, entry: &Entry<'_>) -> Self {
        let bytes = [entry.section.as_bytes(), b".", entry.key.as_bytes(), b"\n"];
        let mut hash = self.0;
        for byte in bytes.into_iter().flatten() {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self(hash)
    }
}
