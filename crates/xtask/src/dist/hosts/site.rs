//! What the configuration of a host is written from.

/// A page as its host sees it.
pub(super) struct Site {
    /// The page's Content-Security-Policy.
    pub(super) policy: String,
    /// The names of all files that the host serves.
    pub(super) files: Vec<String>,
}

/// Returns a header's name as people write it: `cache-control` as `Cache-Control`.
pub(super) fn title_case(name: &str) -> String {
    let words = name.split('-').map(|word| match word.split_at_checked(1) {
        Some((first, rest)) => format!("{}{rest}", first.to_ascii_uppercase()),
        None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join("-")
}
