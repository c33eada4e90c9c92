//! The cookies of this server.

use http::{HeaderMap, header::COOKIE};

/// The names and attributes of this server's cookies.
#[derive(Clone, Debug)]
pub(crate) struct Cookies {
    session: String,
    attempt: String,
    secure: bool,
}

impl Cookies {
    /// Over https, the names have the prefix `__Host-`, so that no other host and no path can set them. Over http, they
    /// contain the port, because other servers of this machine share the cookies.
    pub(crate) fn new(secure: bool, port: u16) -> Self {
        let named = |what: &str| match secure {
            true => format!("__Host-countermand-{what}"),
            false => format!("countermand-{what}-{port}"),
        };
        Self {
            session: named("session"),
            attempt: named("sign-in"),
            secure,
        }
    }

    /// Returns the name of the session's cookie.
    pub(crate) fn session_name(&self) -> &str {
        &self.session
    }

    /// Returns the session's token in a request.
    pub(crate) fn session<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        value(headers, &self.session)
    }

    /// Returns the token of a sign-in attempt in a request.
    pub(crate) fn attempt<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        value(headers, &self.attempt)
    }

    /// Returns the value that sets the session's cookie.
    pub(crate) fn set_session(&self, token: &str) -> String {
        self.set(&self.session, token, "Strict", None)
    }

    /// Returns the value that removes the session's cookie.
    pub(crate) fn clear_session(&self) -> String {
        self.set(&self.session, "", "Strict", Some(0))
    }

    /// Returns the value that sets the attempt's cookie. It is sent when the issuer, another site, leads back here.
    pub(crate) fn set_attempt(&self, token: &str, seconds: u64) -> String {
        self.set(&self.attempt, token, "Lax", Some(seconds))
    }

    /// Returns the value that removes the attempt's cookie.
    pub(crate) fn clear_attempt(&self) -> String {
        self.set(&self.attempt, "", "Lax", Some(0))
    }

    fn set(&self, name: &str, value: &str, same_site: &str, seconds: Option<u64>) -> String {
        let mut cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite={same_site}");
        if self.secure {
            cookie.push_str("; Secure");
        }
        if let Some(seconds) = seconds {
            cookie.push_str(&format!("; Max-Age={seconds}"));
        }
        cookie
    }
}

/// Returns the value of a cookie. `None` where it occurs twice: somebody else may have set one. Other cookies may hold
/// any bytes.
fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| pair.trim_ascii().strip_prefix(name.as_bytes()))
        .filter_map(|rest| rest.strip_prefix(b"="))
        .filter(|value| !value.is_empty());
    let first = found.next()?;
    match found.next() {
        None => std::str::from_utf8(first).ok(),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn carrying(lines: &[&'static str]) -> HeaderMap {
        let lines = lines
            .iter()
            .map(|line| (COOKIE, HeaderValue::from_static(line)));
        HeaderMap::from_iter(lines)
    }

    #[test]
    fn its_own_cookie_among_others() {
        let cookies = Cookies::new(false, 8080);
        let found = |lines: &[&'static str]| cookies.session(&carrying(lines)).map(str::to_owned);
        assert_eq!(
            found(&["a=b; countermand-session-8080=x_-9; c"]).as_deref(),
            Some("x_-9")
        );
        assert_eq!(found(&["countermand-session-8081=x"]), None);
        assert_eq!(found(&["countermand-session-8080="]), None);
        assert_eq!(
            found(&["countermand-session-8080=x; countermand-session-8080=y"]),
            None
        );
        assert_eq!(found(&[]), None);
    }

    #[test]
    fn what_others_put_into_theirs_hides_nothing() {
        let cookies = Cookies::new(false, 8080);
        let carrying = |lines: &[&str]| {
            let lines = lines
                .iter()
                .map(|line| (COOKIE, HeaderValue::from_str(line).unwrap()));
            HeaderMap::from_iter(lines)
        };
        let beside = carrying(&["name=J\u{f6}rg; countermand-session-8080=x"]);
        assert_eq!(cookies.session(&beside), Some("x"));
        let twice = carrying(&[
            "name=J\u{f6}rg; countermand-session-8080=x",
            "countermand-session-8080=y",
        ]);
        assert_eq!(cookies.session(&twice), None);
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_one_value_is_found_or_none(lines in proptest::collection::vec(proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80), 0..4), token in "[A-Za-z0-9_-]{1,50}", twice in proptest::prelude::any::<bool>()) {
            let cookies = Cookies::new(true, 443);
            let mut headers = HeaderMap::new();
            for line in &lines {
                if let Ok(value) = HeaderValue::from_bytes(line) {
                    headers.append(COOKIE, value);
                }
            }
            // Nothing that is made up has the name.
            proptest::prop_assert_eq!(cookies.session(&headers), None);
            for _ in 0..=usize::from(twice) {
                let own = format!("a=b; __Host-countermand-session={token}");
                headers.append(COOKIE, HeaderValue::from_str(&own).unwrap());
            }
            let expected = (!twice).then_some(token.as_str());
            proptest::prop_assert_eq!(cookies.session(&headers), expected);
        }
    }

    #[test]
    fn scripts_and_other_sites_never_get_it() {
        let secure = Cookies::new(true, 443);
        assert_eq!(
            secure.set_session("t"),
            "__Host-countermand-session=t; Path=/; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(
            Cookies::new(false, 1).clear_session(),
            "countermand-session-1=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
        );
    }
}
