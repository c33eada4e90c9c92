//! Secrets: in memory only, wiped when dropped, redacted in Debug, without Display and Serialize.

pub use secrecy::ExposeSecret;

/// A token, key or password. `expose_secret` is called where it is put into a request, and nowhere else.
pub type Secret = secrecy::SecretString;

/// The text in place of a secret.
pub(crate) const REDACTED: &str = "[redacted]";

/// Shorter texts are too common to be recognized as a secret that a provider echoed.
const SHORTEST: usize = 6;

/// Takes the `secrets` out of `text`: a provider's message may echo them.
pub fn scrub<'a>(text: &str, secrets: impl IntoIterator<Item = &'a Secret>) -> String {
    secrets.into_iter().fold(text.to_owned(), |text, secret| {
        // Exposed to be looked for and taken out.
        match secret.expose_secret() {
            secret if secret.len() >= SHORTEST && text.contains(secret) => {
                text.replace(secret, REDACTED)
            }
            _ => text,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let secret = Secret::from("s3cr3t-t0ken");
        assert!(!format!("{secret:?}").contains("s3cr3t"));
    }

    #[test]
    fn an_echoed_secret_is_taken_out() {
        let secret = Secret::from("s3cr3t-t0ken");
        let text = scrub("Invalid token s3cr3t-t0ken (s3cr3t-t0ken)", [&secret]);
        assert_eq!(text, "Invalid token [redacted] ([redacted])");
    }

    #[test]
    fn an_empty_secret_changes_nothing() {
        assert_eq!(scrub("abc", [&Secret::from("")]), "abc");
    }
}
