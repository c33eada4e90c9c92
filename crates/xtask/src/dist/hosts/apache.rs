//! `.htaccess`, for Apache.

use std::fmt::Write as _;

use countermand_page::{caching, content_security, headers};

use super::site::{Site, title_case};

const TEMPLATE: &str = include_str!("htaccess");

pub(super) fn of(site: &Site) -> String {
    let mut text = String::new();
    for (name, value) in headers::EVERYWHERE {
        set(&mut text, "", name, value);
    }
    set(
        &mut text,
        "",
        "content-security-policy",
        content_security::NOTHING,
    );
    set(&mut text, "", "cache-control", caching::REVALIDATE);
    let hashed = caching::HASHED;
    for (pattern, name, value) in [
        (
            r"^index\.html(\.(br|gz))?$",
            "content-security-policy",
            site.policy.as_str(),
        ),
        (
            r"^sw\.js(\.(br|gz))?$",
            "content-security-policy",
            content_security::WORKER_POLICY,
        ),
        (hashed, "cache-control", caching::IMMUTABLE),
        (r"^connections\.json$", "cache-control", caching::NO_STORE),
    ] {
        let _ = writeln!(text, "<FilesMatch \"{pattern}\">");
        set(&mut text, "    ", name, value);
        text.push_str("</FilesMatch>\n");
    }
    TEMPLATE.replace("{headers}\n", &text)
}

fn set(text: &mut String, indent: &str, name: &str, value: &str) {
    let _ = writeln!(
        text,
        "{indent}Header always set {} \"{value}\"",
        title_case(name)
    );
}
