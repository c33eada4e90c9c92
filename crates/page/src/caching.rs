//! `Cache-Control`: how long a browser may keep a file.

/// For files that never change.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// For files that may change. A browser may store them, and must revalidate them each time.
pub const REVALIDATE: &str = "no-cache";

/// For private or momentary data. It is never stored.
pub const NO_STORE: &str = "no-store";

/// A regular expression that matches the end of every name for which [`is_hashed`] is true.
pub const HASHED: &str = r"-[0-9a-f]{8,}(_bg)?\.[a-z0-9.]+$";

/// Returns the `Cache-Control` value for the file of this name.
pub fn cache_control(name: &str) -> &'static str {
    if is_hashed(name) {
        IMMUTABLE
    } else if name == super::CONNECTIONS {
        NO_STORE
    } else {
        REVALIDATE
    }
}

/// Returns whether the name contains a hash of the content, so that the file never changes: a '-' and 8 or more
/// hexadecimal digits.
pub fn is_hashed(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        hash.len() >= 8
            && hash
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashed_names_never_change() {
        for name in [
            "countermand-web-1f2e3d4c5b6a7988.js",
            "countermand-web-1f2e3d4c5b6a7988_bg.wasm",
            "countermand-web-1f2e3d4c5b6a7988_bg.wasm.br",
            "main-0123456789abcdef.css",
        ] {
            assert_eq!(cache_control(name), IMMUTABLE, "{name}");
        }
        for name in [
            "index.html",
            "sw.js",
            "app.js",
            "count-down.js",
            "a-bad.css",
            "x-deadbee.js",
        ] {
            assert_eq!(cache_control(name), REVALIDATE, "{name}");
        }
        assert_eq!(cache_control("connections.json"), NO_STORE);
    }
}
