//! `nginx.conf`, to be included in a `server` or a `location`.

use std::fmt::Write as _;

use countermand_page::{caching, content_security, headers};

use super::site::{Site, title_case};

const HEAD: &str = r#"# Countermand's console for nginx: include this file in a server or a location that has a root or an alias, as
#
#   location = /countermand { return 301 /countermand/; }
#   location /countermand/ {
#       alias /srv/countermand/;
#       include /srv/countermand/nginx.conf;
#   }
#
# A location within that one with an add_header of its own would have none of these.

index index.html;
types {
    text/html html;
    text/javascript js;
    text/css css;
    text/plain txt;
    application/wasm wasm;
    application/json json;
    application/manifest+json webmanifest;
    image/svg+xml svg;
    image/png png;
}
default_type application/octet-stream;
charset utf-8;
charset_types text/javascript text/css text/plain;

# The compressed files that lie beside the others.
gzip_static on;
gzip_vary on;
# With the module ngx_brotli a tenth less (Debian: libnginx-mod-http-brotli-static):
# brotli_static on;

"#;

const TAIL: &str = r#"
# What is there for another host.
if ($uri ~ "/\.htaccess$") { return 404; }
"#;

pub(super) fn of(site: &Site) -> String {
    let mut text = String::from(HEAD);
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
    text.push_str(TAIL);
    text
}

fn set(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "set $countermand_{name} \"{value}\";");
}
