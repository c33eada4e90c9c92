//! `nginx.conf`, to be included in a `server` or a `location`.

use std::fmt::Write as _;

use countermand_page::{caching, content_security, headers};

use super::site::{Site, title_case};

const TEMPLATE: &str = include_str!("nginx.conf");

pub(super) fn of(site: &Site) -> String {
    let mut text = String::new();
    set(&mut text, "policy", content_security::NOTHING);
    set(&mut text, "caching", caching::REVALIDATE);
    for (pattern, name, value) in [
        (r"(^|/)(index\.html)?$", "policy", site.policy.as_str()),
        (r"/sw\.js$", "policy", content_security::WORKER_POLICY),
        (caching::HASHED, "caching", caching::IMMUTABLE),
        (r"/connections\.json$", "caching", caching::NO_STORE),
    ] {
        let _ = write!(text, "if ($uri ~ \"{pattern}\") {{ ");
        let _ = writeln!(text, "set $countermand_{name} \"{value}\"; }}");
    }
    text.push('\n');
    for (name, variable) in [
        ("content-security-policy", "policy"),
        ("cache-control", "caching"),
    ] {
        let _ = writeln!(
            text,
            "add_header {} $countermand_{variable} always;",
            title_case(name)
        );
    }
    for (name, value) in headers::EVERYWHERE {
        let _ = writeln!(text, "add_header {} \"{value}\" always;", title_case(name));
    }
    TEMPLATE.replace("{headers}\n", &text)
}

fn set(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "set $countermand_{name} \"{value}\";");
}
