//! `Content-Security-Policy`: what the page may run and which hosts it may contact.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::Origin;

/// For everything that is not a page: nothing may run or be framed.
pub const NOTHING: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'";

/// The policy of the service worker: it may only fetch from its own origin.
pub const WORKER_POLICY: &str = "default-src 'none'; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/// The directive that browsers ignore, with a warning, in a `<meta>` element.
const NOT_IN_A_PAGE: &str = "frame-ancestors 'none'; ";

/// Returns the policy for a page with this HTML. Its inline scripts are allowed by their hashes.
pub fn policy(html: &str, connect: &[Origin]) -> String {
    let mut scripts = String::from("'self' 'wasm-unsafe-eval'");
    for script in inline_scripts(html) {
        scripts.push_str(&format!(" 'sha256-{}'", hash(script)));
    }
    let mut hosts = String::from("'self'");
    for origin in connect {
        hosts.push_str(&format!(" {origin}"));
    }
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; \
         connect-src {hosts}; worker-src 'self'; manifest-src 'self'; base-uri 'none'; \
         form-action 'none'; {NOT_IN_A_PAGE}require-trusted-types-for 'script'; \
         trusted-types countermand-worker"
    )
}

/// Returns the policy for a `<meta>` element of the page, for hosts that cannot set headers. It has no
/// `frame-ancestors`, so another page can frame this one.
pub fn policy_within(html: &str, connect: &[Origin]) -> String {
    policy(html, connect).replace(NOT_IN_A_PAGE, "")
}

/// Returns the hash that browsers compare. They hash the parsed text, which has no carriage returns.
fn hash(script: &str) -> String {
    let text = script.replace("\r\n", "\n").replace('\r', "\n");
    STANDARD.encode(Sha256::digest(text.as_bytes()))
}

/// Returns the text of every `<script>` without `src`. Comments are skipped.
fn inline_scripts(html: &str) -> Vec<&str> {
    let lower = html.to_ascii_lowercase();
    let mut scripts = Vec::new();
    let mut at = 0;
    while let Some(found) = lower[at..].find('<') {
        let tag = at + found;
        if lower[tag..].starts_with("<!--") {
            match lower[tag..].find("-->") {
                Some(end) => at = tag + end + "-->".len(),
                None => break,
            }
        } else if is_script_tag(&lower[tag..]) {
            let Some(open) = end_of_tag(&lower[tag..]).map(|end| tag + end) else {
                break;
            };
            let Some(close) = lower[open..].find("</script").map(|end| open + end) else {
                break;
            };
            if !has_src(&lower[tag..open]) {
                scripts.push(&html[open..close]);
            }
            at = close + "</script".len();
        } else {
            at = tag + 1;
        }
    }
    scripts
}

fn is_script_tag(lower: &str) -> bool {
    lower.strip_prefix("<script").is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'))
    })
}

/// Returns the index after the `>` that ends the tag. A `>` inside quotes does not end it.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at + 1),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

/// Returns whether the tag has a `src` attribute.
fn has_src(tag: &str) -> bool {
    let mut bare = String::new();
    let mut quote = None;
    for c in tag.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => {
                quote = None;
                bare.push(' ');
            }
            (None, c) => bare.push(c),
            (Some(_), _) => {}
        }
    }
    bare.split(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'))
        .any(|word| word == "src" || word.starts_with("src="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_inline_scripts_and_only_those() {
        let html = r#"<!doctype html><head><!-- <script>no</script> -->
            <SCRIPT type="module">import init from './a.js';</SCRIPT>
            <script src="/a.js"></script><script async src='/b.js' data-x="a>b">fallback</script>
            <script data-note="src=x > y">two</script><scripture>none</scripture>
            <link integrity="sha384-x">"#;
        assert_eq!(inline_scripts(html), ["import init from './a.js';", "two"]);
    }

    #[test]
    fn broken_html_ends_the_search() {
        for html in [
            "<script",
            "<script>",
            "<script>x",
            "<!-- <script>x</script>",
        ] {
            assert!(inline_scripts(html).is_empty(), "{html}");
        }
    }

    #[test]
    fn the_hash_is_the_one_browsers_compute() {
        // echo -n "alert('Hello, world.');" | openssl dgst -sha256 -binary | openssl base64
        assert_eq!(
            hash("alert('Hello, world.');"),
            "qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="
        );
        assert_eq!(hash("a\r\nb"), hash("a\nb"));
    }

    #[test]
    fn the_whole_policy() {
        let connect = ["https://api.applivery.io".parse().unwrap()];
        assert_eq!(
            policy("<script>alert('Hello, world.');</script>", &connect),
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' \
             'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='; style-src 'self'; \
             img-src 'self' data:; connect-src 'self' https://api.applivery.io; \
             worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'; require-trusted-types-for 'script'; \
             trusted-types countermand-worker"
        );
        assert_eq!(
            policy_within("<script>alert('Hello, world.');</script>", &connect),
            policy("<script>alert('Hello, world.');</script>", &connect)
                .replace("frame-ancestors 'none'; ", "")
        );
        assert!(!policy_within("", &connect).contains("frame-ancestors"));
    }
}
