//! Puts the console into the program, where `COUNTERMAND_CONSOLE` names a folder that `cargo xtask dist` made:
//! the files that its manifest names, and what lies beside them compressed. Without it the program carries none.

use std::{env, fmt::Write as _, fs, path::Path, path::PathBuf};

const FOLDER: &str = "COUNTERMAND_CONSOLE";
const MANIFEST: &str = "manifest.json";

fn main() -> Result<(), String> {
    println!("cargo::rerun-if-env-changed={FOLDER}");
    let mut code = String::from("&[\n");
    if let Some(folder) = env::var_os(FOLDER).filter(|folder| !folder.is_empty()) {
        let files = of(Path::new(&folder))
            .map_err(|why| format!("{FOLDER} {}: {why}", Path::new(&folder).display()))?;
        for (place, file) in files {
            println!("cargo::rerun-if-changed={}", file.display());
            let _ = writeln!(code, "    ({place:?}, include_bytes!({file:?})),");
        }
    }
    code.push_str("]\n");
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    fs::write(Path::new(&out).join("console.rs"), code).map_err(|error| error.to_string())
}

/// Place within the folder and file.
fn of(folder: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    let folder = fs::canonicalize(folder).map_err(|error| error.to_string())?;
    let text = fs::read_to_string(folder.join(MANIFEST))
        .map_err(|error| format!("{MANIFEST}: {error}"))?;
    let manifest: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| format!("{MANIFEST}: {error}"))?;
    let named = manifest.get("files").and_then(serde_json::Value::as_object);
    let mut files = vec![(MANIFEST.to_owned(), folder.join(MANIFEST))];
    for place in named.into_iter().flatten().map(|(place, _)| place) {
        let file = folder.join(place);
        if !file.is_file() {
            return Err(format!("there is no {place}"));
        }
        files.push((place.clone(), file));
        for ending in ["br", "gz"] {
            let compressed = format!("{place}.{ending}");
            let file = folder.join(&compressed);
            if file.is_file() {
                files.push((compressed, file));
            }
        }
    }
    if !files.iter().any(|(place, _)| place == "index.html") {
        return Err("it names no index.html".to_owned());
    }
    Ok(files)
}
