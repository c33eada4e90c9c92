//! `_headers`, for Netlify and Cloudflare Pages.
//!
//! Where several rules meet a path, one of these hosts joins the values of the same header: so no header stands in two
//! rules that meet the same path, and each file has a rule of its own.

use std::fmt::Write as _;

use countermand_page::{ENCODINGS, INDEX, WORKER, caching, content_security, headers, media_type};

use super::site::{Site, title_case};

pub(super) fn of(site: &Site) -> String {
    let mut text = String::from(
        "# Read by Netlify and Cloudflare Pages where this folder is the root of the site. Both compress by themselves.\n/*\n",
    );
    for (name, value) in headers::EVERYWHERE {
        header(&mut text, name, value);
    }
    rule(&mut text, "/", INDEX, &site.policy);
    for file in &site.files {
        if ENCODINGS
            .iter()
            .any(|(_, ending)| file.ends_with(&format!(".{ending}")))
            || file.starts_with("meta/")
        {
            continue;
        }
        let policy = match file.as_str() {
            INDEX => &site.policy,
            WORKER => content_security::WORKER_POLICY,
            _ => content_security::NOTHING,
        };
        rule(&mut text, &format!("/{file}"), file, policy);
    }
    text
}

fn rule(text: &mut String, path: &str, file: &str, policy: &str) {
    let _ = writeln!(text, "{path}");
    header(text, "content-security-policy", policy);
    header(text, "cache-control", caching::cache_control(file));
    header(text, "content-type", media_type::media_type(file));
}

fn header(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "  {}: {value}", title_case(name));
}

#[cfg(test)]
mod tests {
    use countermand_page::CONNECTIONS;

    use super::*;

    #[test]
    fn every_file_has_one_policy_and_every_path_the_rest() {
        let site = Site {
            policy: "default-src 'none'; script-src 'self' 'sha256-x='".to_owned(),
            files: [
                "a-0123456789ab_bg.wasm",
                "a-0123456789ab_bg.wasm.br",
                CONNECTIONS,
                INDEX,
                "meta/index.html",
                WORKER,
            ]
            .map(str::to_owned)
            .to_vec(),
        };
        let text = of(&site);
        let rules: Vec<&str> = text.lines().filter(|line| line.starts_with('/')).collect();
        assert_eq!(
            rules,
            [
                "/*",
                "/",
                "/a-0123456789ab_bg.wasm",
                "/connections.json",
                "/index.html",
                "/sw.js"
            ]
        );
        let of_rule = |rule: &str| -> Vec<&str> {
            text.lines()
                .skip_while(|line| *line != rule)
                .skip(1)
                .take_while(|line| line.starts_with(' '))
                .map(str::trim)
                .collect()
        };
        for (name, _) in headers::EVERYWHERE {
            assert_eq!(text.matches(&title_case(name)).count(), 1, "{name}");
        }
        for page in ["/", "/index.html"] {
            assert_eq!(
                of_rule(page),
                [
                    "Content-Security-Policy: default-src 'none'; script-src 'self' 'sha256-x='",
                    "Cache-Control: no-cache",
                    "Content-Type: text/html; charset=utf-8"
                ]
            );
        }
        assert_eq!(
            of_rule("/a-0123456789ab_bg.wasm")[1..],
            [
                "Cache-Control: public, max-age=31536000, immutable",
                "Content-Type: application/wasm"
            ]
        );
        assert!(of_rule("/sw.js")[0].contains("connect-src 'self'"));
        assert_eq!(of_rule("/connections.json")[1], "Cache-Control: no-store");
        // What Cloudflare reads of such a file.
        assert!(rules.len() <= 100 && text.lines().all(|line| line.len() <= 2_000));
    }
}
