//! For how long a file may be kept without being asked for again.

/// For a file that never changes.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// For a file that may change: it may be kept, and is asked for each time.
pub const ASK_AGAIN: &str = "no-cache";

/// For what is nobody else's, and for what is true only now.
pub const NEVER: &str = "no-store";

/// The end of a name that [`is_hashed`], as a regular expression.
pub const HASHED: &str = r"-[0-9a-f]{8,}(_bg)?\.[a-z0-9.]+$";

/// What `Cache-Control` says of the file of this name.
pub fn of(name: &str) -> &'static str {
    if is_hashed(name) {
        IMMUTABLE
    } else if name == super::CONNECTIONS {
        NEVER
    } else {
        ASK_AGAIN
    }
}

/// Was the file named after its content, so that it never changes? Trunk puts a hash of 8 or more
/// hexadecimal digits behind a '-'.
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
            assert_eq!(of(name), IMMUTABLE, "{name}");
        }
        for name in [
            "index.html",
            "sw.js",
            "app.js",
            "count-down.js",
            "a-bad.css",
            "x-deadbee.js",
        ] {
            assert_eq!(of(name), ASK_AGAIN, "{name}");
        }
        assert_eq!(of("connections.json"), NEVER);
    }
}
