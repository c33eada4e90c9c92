//! The files of the page, from the `data-build` links of `web/index.html`.
//!
//! For release, scripts and styles are minified by esbuild, and names have a hash of the content. For the demo nothing
//! is changed and no name has a hash, so that browsers ask for each file again.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use countermand_page::INDEX;
use fs_err as fs;
use sha2::{Digest, Sha256, Sha384};

use super::{minify::minified, program::Program};
use crate::project;

/// What is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// People: small, and kept by browsers as long as it stays the same.
    Release,
    /// Whoever tries the console: soon there.
    Demo,
}

/// Writes the page into an emptied folder.
pub(super) fn write(folder: &Path, program: &Program, purpose: For) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let source = project::root().join("web");
    let bundle = Bundle {
        source: &source,
        folder,
        program,
        purpose,
    };
    let html = fs::read_to_string(source.join(INDEX))?;
    let page = html
        .lines()
        .map(|line| bundle.line(line).with_context(|| line.trim().to_owned()))
        .collect::<Result<String>>()?;
    fs::write(folder.join(INDEX), page).context(INDEX)
}

struct Bundle<'a> {
    /// The folder of `index.html`, from which links are followed.
    source: &'a Path,
    folder: &'a Path,
    program: &'a Program,
    purpose: For,
}

impl Bundle<'_> {
    /// Returns the line of the page for a line of its source, and writes the file that it links to.
    fn line(&self, line: &str) -> Result<String> {
        let trimmed = line.trim();
        if !trimmed.starts_with("<link data-build=") {
            return Ok(match self.purpose {
                For::Release if trimmed.is_empty() => String::new(),
                For::Release => format!("{trimmed}\n"),
                For::Demo => format!("{line}\n"),
            });
        }
        let kind = attribute(trimmed, "data-build").context("no data-build")?;
        let file = self
            .source
            .join(attribute(trimmed, "href").context("no href")?);
        Ok(match kind {
            "inline" => format!("<script>{}</script>\n", self.script(&file)?.trim()),
            "program" => self.program(&file)?,
            "stylesheet" => {
                let named = self.add("countermand", "css", self.style(&file)?.as_bytes())?;
                format!("<link rel=\"stylesheet\" {}>\n", named.as_attribute("href"))
            }
            // A link without `rel` is no link yet: `start.js` makes it one.
            "later" => {
                let named = self.add("countermand-rest", "css", self.style(&file)?.as_bytes())?;
                let is = match self.program.parts.len() {
                    1 => "rel=\"stylesheet\"",
                    _ => "id=\"later\"",
                };
                format!("<link {is} {}>\n", named.as_attribute("href"))
            }
            "icon" => {
                let named = self.add("favicon", "svg", &fs::read(file)?)?;
                format!(
                    "<link rel=\"icon\" {} type=\"image/svg+xml\">\n",
                    named.as_attribute("href")
                )
            }
            "copy" => {
                copy(
                    &file,
                    &self
                        .folder
                        .join(attribute(trimmed, "data-to").unwrap_or_default()),
                )?;
                String::new()
            }
            other => bail!("links of the kind {other} are not known"),
        })
    }

    fn style(&self, file: &Path) -> Result<String> {
        match self.purpose {
            For::Release => minified(file, &["--bundle"]),
            For::Demo => with_imports(file),
        }
    }

    fn script(&self, file: &Path) -> Result<String> {
        match self.purpose {
            For::Release => minified(file, &[]),
            For::Demo => Ok(fs::read_to_string(file)?),
        }
    }

    /// The program: a script and parts, the first of which is fetched as soon as the page is read.
    fn program(&self, start: &Path) -> Result<String> {
        let mut parts = Vec::new();
        for (at, part) in self.program.parts.iter().enumerate() {
            let name = match at {
                0 => "countermand",
                at if at + 1 == self.program.parts.len() => "countermand-rest",
                1 => "countermand-rows",
                _ => "countermand-more-rows",
            };
            parts.push(self.add(name, "wasm", part)?.path());
        }
        let (first, content) = parts
            .first()
            .zip(self.program.parts.first())
            .context("the program has no part")?;
        let most = match parts.len() {
            1 => String::new(),
            _ => format!(" data-most=\"{}\"", content.len() / 4 * 3),
        };
        let script = match self.purpose {
            For::Release => self.add("countermand", "js", self.program.script.as_bytes())?,
            For::Demo => {
                fs::write(self.folder.join(Program::GLUE), &self.program.script)?;
                self.add("start", "js", &fs::read(start)?)?
            }
        };
        Ok(format!(
            "<link rel=\"preload\" as=\"fetch\" type=\"application/wasm\" href=\"{first}\" crossorigin>\n\
             <script type=\"module\" id=\"start\" data-parts=\"{}\"{most} {}></script>\n",
            parts.join(" "),
            script.as_attribute("src")
        ))
    }

    /// Adds a file of the page.
    fn add(&self, name: &str, extension: &str, content: &[u8]) -> Result<Named> {
        let name = match self.purpose {
            For::Release => {
                let hash = Sha256::digest(content);
                let hash: String = hash
                    .iter()
                    .take(8)
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                format!("{name}-{hash}.{extension}")
            }
            For::Demo => format!("{name}.{extension}"),
        };
        fs::write(self.folder.join(&name), content)?;
        let digest =
            (self.purpose == For::Release).then(|| STANDARD.encode(Sha384::digest(content)));
        Ok(Named { name, digest })
    }
}

/// A file of the page, with its digest where the page says that nothing else is to be taken.
struct Named {
    name: String,
    digest: Option<String>,
}

impl Named {
    fn path(&self) -> String {
        format!("./{}", self.name)
    }

    fn as_attribute(&self, attribute: &str) -> String {
        let integrity = match &self.digest {
            Some(digest) => format!(" integrity=\"sha384-{digest}\""),
            None => String::new(),
        };
        format!("{attribute}=\"{}\"{integrity}", self.path())
    }
}

/// Copies a file into a folder.
fn copy(file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().context("no file name")?;
    fs::create_dir_all(folder)?;
    let target: PathBuf = folder.join(name);
    fs::copy(file, target)?;
    Ok(())
}

/// Returns a stylesheet with the files that it imports.
fn with_imports(file: &Path) -> Result<String> {
    let folder = file.parent().context("no folder")?;
    let mut style = String::new();
    for line in fs::read_to_string(file)?.lines() {
        let imported = line
            .strip_prefix("@import '")
            .and_then(|rest| rest.strip_suffix("';"));
        match imported {
            Some(name) => style.push_str(&fs::read_to_string(folder.join(name))?),
            None => style.push_str(&format!("{line}\n")),
        }
    }
    Ok(style)
}

/// Returns the value of an attribute that is written with double quotes.
fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = element.split_once(&format!(" {name}=\""))?;
    Some(after.split_once('"')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use countermand_page::caching::is_hashed;

    fn program() -> Program {
        Program {
            parts: vec![b"first".to_vec()],
            script: "glue".to_owned(),
        }
    }

    #[test]
    fn every_link_of_the_page_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let source = tempfile::tempdir().unwrap();
        for name in ["early.js", "start.js", "es.txt", "icon.svg", "a.css"] {
            fs::write(source.path().join(name), name).unwrap();
        }
        fs::write(
            source.path().join("all.css"),
            "/* all */\n@import './a.css';\n",
        )
        .unwrap();
        let program = program();
        let bundle = Bundle {
            source: source.path(),
            folder: folder.path(),
            program: &program,
            purpose: For::Demo,
        };
        let same = "    <meta charset=\"utf-8\">";
        assert_eq!(bundle.line(same).unwrap(), format!("{same}\n"));
        for (line, expected) in [
            (
                r#"  <link data-build="inline" href="early.js">"#,
                "<script>early.js</script>\n",
            ),
            (
                r#"  <link data-build="copy" href="es.txt" data-to="lang">"#,
                "",
            ),
            (
                r#"  <link data-build="icon" href="icon.svg">"#,
                "<link rel=\"icon\" href=\"./favicon.svg\" type=\"image/svg+xml\">\n",
            ),
            (
                r#"  <link data-build="stylesheet" href="all.css">"#,
                "<link rel=\"stylesheet\" href=\"./countermand.css\">\n",
            ),
            (
                r#"  <link data-build="program" href="start.js">"#,
                "<link rel=\"preload\" as=\"fetch\" type=\"application/wasm\" href=\"./countermand.wasm\" crossorigin>\n\
                 <script type=\"module\" id=\"start\" data-parts=\"./countermand.wasm\" src=\"./start.js\"></script>\n",
            ),
        ] {
            assert_eq!(bundle.line(line).unwrap(), expected);
        }
        for (name, content) in [
            ("lang/es.txt", "es.txt"),
            ("favicon.svg", "icon.svg"),
            ("countermand.css", "/* all */\na.css"),
            ("countermand.wasm", "first"),
            ("countermand-web.js", "glue"),
        ] {
            assert_eq!(
                fs::read_to_string(folder.path().join(name)).unwrap(),
                content
            );
        }
        assert!(
            bundle
                .line(r#"<link data-build="sass" href="a.css">"#)
                .is_err()
        );
        assert!(
            bundle
                .line(r#"<link data-build="stylesheet" href="missing.css">"#)
                .is_err()
        );
    }

    #[test]
    fn for_release_a_name_has_a_hash_and_the_page_has_the_digest() {
        let folder = tempfile::tempdir().unwrap();
        let program = program();
        let bundle = Bundle {
            source: folder.path(),
            folder: folder.path(),
            program: &program,
            purpose: For::Release,
        };
        let named = bundle.add("app", "css", b"abc").unwrap();
        assert_eq!(named.name, "app-ba7816bf8f01cfea.css");
        assert!(is_hashed(&named.name));
        let attribute = named.as_attribute("href");
        assert!(attribute.ends_with(" integrity=\"sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn\""), "{attribute}");
    }

    #[test]
    fn the_pages_own_links_are_of_known_kinds() {
        let html = fs::read_to_string(project::root().join("web").join(INDEX)).unwrap();
        let kinds: Vec<&str> = html
            .lines()
            .filter_map(|line| attribute(line, "data-build"))
            .collect();
        for kind in ["program", "stylesheet", "later"] {
            assert!(kinds.contains(&kind), "{kind}");
        }
        for kind in kinds {
            assert!(
                ["inline", "program", "stylesheet", "later", "icon", "copy"].contains(&kind),
                "{kind}"
            );
        }
    }
}
