//! `.htaccess`, for Apache.

use std::fmt::Write as _;

use countermand_page::{caching, content_security, headers};

use super::site::{Site, title_case};

const HEAD: &str = r#"# Countermand's console for Apache 2.4: read where AllowOverride All holds. It needs mod_headers, mod_mime,
# mod_dir and mod_rewrite; without one of them Apache answers 500, and not without the policy.

DirectoryIndex index.html
AddDefaultCharset utf-8
AddCharset utf-8 .js .css
AddType text/html .html
AddType text/javascript .js
AddType text/css .css
AddType text/plain .txt
AddType application/wasm .wasm
AddType application/json .json
AddType application/manifest+json .webmanifest
AddType image/svg+xml .svg
AddType image/png .png

# The compressed files that lie beside the others.
RemoveLanguage .br
RemoveType .gz
AddEncoding br .br
AddEncoding gzip .gz
RewriteEngine On
RewriteCond %{HTTP:Accept-Encoding} "(^|[,\s])br([,;\s]|$)"
RewriteCond %{REQUEST_FILENAME}.br -f
RewriteRule ^ %{REQUEST_URI}.br [L]
RewriteCond %{HTTP:Accept-Encoding} "(^|[,\s])gzip([,;\s]|$)"
RewriteCond %{REQUEST_FILENAME}.gz -f
RewriteRule ^ %{REQUEST_URI}.gz [L]
Header always merge Vary Accept-Encoding

"#;

pub(super) fn of(site: &Site) -> String {
    let mut text = String::from(HEAD);
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
    text
}

fn set(text: &mut String, indent: &str, name: &str, value: &str) {
    let _ = writeln!(
        text,
        "{indent}Header always set {} \"{value}\"",
        title_case(name)
    );
}
