//! `Caddyfile`, to be imported into a site.

use std::fmt::Write as _;

use countermand_page::{caching, content_security, headers, media_type};

use super::site::{Site, title_case};

const TEMPLATE: &str = include_str!("Caddyfile");

/// The endings whose types differ from one system to another.
const TYPES: [&str; 6] = ["html", "js", "css", "txt", "wasm", "webmanifest"];

pub(super) fn of(site: &Site) -> String {
    let mut text = String::new();
    // In a route the last that meets a request wins.
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
    for (matcher, pattern, name, value) in [
        (
            "page",
            r"(^|/)(index\.html)?$",
            "content-security-policy",
            site.policy.as_str(),
        ),
        (
            "worker",
            r"/sw\.js$",
            "content-security-policy",
            content_security::WORKER_POLICY,
        ),
        (
            "hashed",
            caching::HASHED,
            "cache-control",
            caching::IMMUTABLE,
        ),
        (
            "offered",
            r"/connections\.json$",
            "cache-control",
            caching::NO_STORE,
        ),
    ] {
        let _ = writeln!(
            text,
            "\t@countermand_{matcher} path_regexp {matcher} `{pattern}`"
        );
        set(&mut text, &format!("@countermand_{matcher} "), name, value);
    }
    for ending in TYPES {
        let index = if ending == "html" { " /" } else { "" };
        let kind = media_type::media_type(&format!("x.{ending}"));
        // Deferred, or the server of the files would say in the end what its system says.
        let _ = writeln!(
            text,
            "\t@countermand_{ending} path *.{ending}{index}\n\
             \theader @countermand_{ending} {{\n\t\tContent-Type \"{kind}\"\n\t\tdefer\n\t}}"
        );
    }
    TEMPLATE.replace("{headers}\n", &text)
}

fn set(text: &mut String, matcher: &str, name: &str, value: &str) {
    let _ = writeln!(text, "\theader {matcher}{} \"{value}\"", title_case(name));
}
