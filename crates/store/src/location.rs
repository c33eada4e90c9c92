//! Where a store is.

use std::{fmt, path::PathBuf, str::FromStr};

use countermand_core_model::{ExposeSecret, InvalidValue, Secret};

/// Where a store is: a file of SQLite, or a database of PostgreSQL.
#[derive(Clone, Debug)]
pub enum StoreLocation {
    /// A file, which is created where it is missing. One program at a time uses it.
    File(PathBuf),
    /// The URL of a database, which may hold a password.
    Postgres(Secret),
}

impl StoreLocation {
    /// Returns whether it is a URL that holds a password.
    pub fn has_password(&self) -> bool {
        let Self::Postgres(url) = self else {
            return false;
        };
        let url = url.expose_secret();
        let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
        let user = authority
            .split('/')
            .next()
            .and_then(|authority| authority.rsplit_once('@'));
        let in_query = url
            .split_once('?')
            .is_some_and(|(_, query)| query.contains("password="));
        in_query || user.is_some_and(|(user, _)| user.contains(':'))
    }
}

impl FromStr for StoreLocation {
    type Err = InvalidValue;

    /// Reads `postgres://...`, or the path of a file.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        // The value is not repeated: a URL may hold a password.
        let invalid = |rule| Err(InvalidValue::new("store", rule, "(not shown)"));
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(Secret::from(text)));
        }
        match text.split_once("://") {
            Some(_) => invalid("must be postgres://USER@HOST/DATABASE or the path of a file"),
            None if text.trim().is_empty() => invalid("must not be empty"),
            None => Ok(Self::File(PathBuf::from(text))),
        }
    }
}

/// Names it without a password.
impl fmt::Display for StoreLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Postgres(_) => f.write_str("the PostgreSQL database"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_or_a_database_of_postgresql() {
        let file = "state/store.sqlite".parse().unwrap();
        assert!(matches!(file, StoreLocation::File(path) if path.ends_with("state/store.sqlite")));
        for text in ["postgres://u:p@h/d", "postgresql://h/d"] {
            let location: StoreLocation = text.parse().unwrap();
            assert!(matches!(location, StoreLocation::Postgres(_)), "{text}");
        }
        for text in ["", "  ", "mysql://u:s3cr3t@h/d", "http://x"] {
            let error = text.parse::<StoreLocation>().unwrap_err().to_string();
            assert!(
                error.contains("store") && !error.contains("s3cr3t"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_password_in_a_url_is_noticed() {
        let has = |text: &str| text.parse::<StoreLocation>().unwrap().has_password();
        assert!(has("postgres://u:p@h/d") && has("postgres://h/d?user=u&password=p"));
        assert!(!has("postgres://u@h:5432/d") && !has("postgres://h:5432/d") && !has("a:b@c"));
    }

    #[test]
    fn no_password_is_shown() {
        let location: StoreLocation = "postgres://u:s3cr3t@h/d".parse().unwrap();
        assert!(!format!("{location} {location:?}").contains("s3cr3t"));
    }
}
