//! The demo's page, built without Trunk.
//!
//! It follows the same `data-trunk` links of `web/index.html` and the same hooks of `Trunk.toml`. Nothing is minified,
//! and no name contains a hash, so that browsers ask for each file again. A kind of link that is not known here is an
//! error: the two builds cannot drift apart unnoticed.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use countermand_page::INDEX;
use fs_err as fs;
use serde::Deserialize;

use crate::{
    project,
    step::{command, run},
};

/// The name of the program's files, without their extension.
pub(super) const PROGRAM: &str = "countermand-web";

/// The part of `Trunk.toml` that is read here.
#[derive(Deserialize)]
struct Configuration {
    hooks: Vec<Hook>,
}

#[derive(Deserialize)]
struct Hook {
    stage: String,
    command: String,
    command_arguments: Vec<String>,
}

/// Empties the folder and runs the hooks that come before a build.
pub(super) fn start(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let text = fs::read_to_string(project::root().join("Trunk.toml")).context("Trunk.toml")?;
    let configuration: Configuration = toml::from_str(&text).context("Trunk.toml")?;
    for hook in configuration.hooks {
        if hook.stage == "pre_build" {
            run(
                "prepare the stylesheet",
                command(hook.command).args(hook.command_arguments),
            )?;
        }
    }
    Ok(())
}

/// Copies the files that `web/index.html` links to, and writes the page itself.
pub(super) fn finish(folder: &Path) -> Result<()> {
    let source = project::root().join("web");
    let html = fs::read_to_string(source.join(INDEX)).context(INDEX)?;
    let page = html
        .lines()
        .map(|line| replaced(line, &source, folder).with_context(|| line.trim().to_owned()))
        .collect::<Result<String>>()?;
    fs::write(folder.join(INDEX), page).context(INDEX)
}

/// Returns the line of the page for a line of its source, and copies the file that it links to.
fn replaced(line: &str, source: &Path, folder: &Path) -> Result<String> {
    let trimmed = line.trim();
    if !trimmed.starts_with("<link data-trunk ") {
        return Ok(format!("{line}\n"));
    }
    let kind = attribute(trimmed, "rel").context("no rel")?;
    let file = source.join(attribute(trimmed, "href").context("no href")?);
    Ok(match kind {
        "inline" => format!("<script>{}</script>\n", fs::read_to_string(file)?),
        "copy-file" => {
            copy(
                &file,
                &folder.join(attribute(trimmed, "data-target-path").unwrap_or_default()),
            )?;
            String::new()
        }
        "icon" => {
            let kind = attribute(trimmed, "type").unwrap_or_default();
            let name = copy(&file, folder)?;
            format!("<link rel=\"icon\" href=\"./{name}\" type=\"{kind}\">\n")
        }
        "css" => format!(
            "<link rel=\"stylesheet\" href=\"./{}\">\n",
            copy(&file, folder)?
        ),
        "rust" => format!(
            "<script type=\"module\">import init from './{PROGRAM}.js';\n\
             await init({{ module_or_path: './{PROGRAM}_bg.wasm' }});</script>\n"
        ),
        other => bail!("links of the kind {other} are not known to the demo's build"),
    })
}

/// Copies a file into a folder, and returns its name.
fn copy(file: &Path, folder: &Path) -> Result<String> {
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .context("no file name")?;
    fs::create_dir_all(folder)?;
    let target: PathBuf = folder.join(name);
    fs::copy(file, target)?;
    Ok(name.to_owned())
}

/// Returns the value of an attribute that is written with double quotes.
fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = element.split_once(&format!(" {name}=\""))?;
    Some(after.split_once('"')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_of_the_page_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let source = tempfile::tempdir().unwrap();
        for name in ["early.js", "es.txt", "icon.svg", "console.css"] {
            fs::write(source.path().join(name), name).unwrap();
        }
        let page = |line: &str| replaced(line, source.path(), folder.path());
        let same = "    <meta charset=\"utf-8\">";
        assert_eq!(page(same).unwrap(), format!("{same}\n"));
        for (line, expected) in [
            (
                r#"  <link data-trunk rel="inline" type="js" href="early.js">"#,
                "<script>early.js</script>\n",
            ),
            (
                r#"  <link data-trunk rel="copy-file" href="es.txt" data-target-path="lang">"#,
                "",
            ),
            (
                r#"  <link data-trunk rel="icon" href="icon.svg" type="image/svg+xml">"#,
                "<link rel=\"icon\" href=\"./icon.svg\" type=\"image/svg+xml\">\n",
            ),
            (
                r#"  <link data-trunk rel="css" href="console.css">"#,
                "<link rel=\"stylesheet\" href=\"./console.css\">\n",
            ),
        ] {
            assert_eq!(page(line).unwrap(), expected);
        }
        for name in ["lang/es.txt", "icon.svg", "console.css"] {
            assert!(folder.path().join(name).exists(), "{name}");
        }
        assert!(page(r#"<link data-trunk rel="sass" href="console.css">"#).is_err());
        assert!(page(r#"<link data-trunk rel="css" href="missing.css">"#).is_err());
    }

    #[test]
    fn the_pages_own_links_are_of_known_kinds() {
        let html = fs::read_to_string(project::root().join("web").join(INDEX)).unwrap();
        let kinds: Vec<&str> = html
            .lines()
            .filter(|line| line.contains("data-trunk"))
            .map(|line| attribute(line, "rel").unwrap())
            .collect();
        assert!(kinds.contains(&"rust") && kinds.contains(&"css"));
        for kind in kinds {
            assert!(
                ["inline", "copy-file", "icon", "css", "rust"].contains(&kind),
                "{kind}"
            );
        }
    }
}
