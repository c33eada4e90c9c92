//! The console's program: compiled, joined to JavaScript by wasm-bindgen, and for release divided into parts.

use std::path::PathBuf;

use anyhow::{Context, Result};
use fs_err as fs;

use super::{
    minify::bundled,
    paths,
    split::{Lists, Renamed, profiled, split, without_relocations},
};
use crate::{
    project,
    step::{cargo, command, run},
    tools,
};

/// The name of the binary.
const NAME: &str = "countermand-web";

/// The program's files.
pub(super) struct Program {
    /// Its parts, in the order in which the page fetches them; one, or all that `split` makes of it.
    pub(super) parts: Vec<Vec<u8>>,
    /// What starts it: for release with the JavaScript of wasm-bindgen, else that alone.
    pub(super) script: String,
}

impl Program {
    /// The name under which `web/start.js` imports wasm-bindgen's JavaScript.
    pub(super) const GLUE: &str = "countermand-web.js";

    /// Builds the program for the demo: quickly, and in one part.
    pub(super) fn for_demo() -> Result<Self> {
        let mut build = build_with("demo");
        run("build the console", &mut build)?;
        let whole = Whole::bind("demo", &[])?;
        Ok(Self {
            parts: vec![whole.wasm],
            script: whole.glue,
        })
    }

    /// Builds the program for release.
    pub(super) fn for_release() -> Result<Self> {
        let whole = Whole::for_release()?;
        let (script, renamed) = whole.script()?;
        let lists = Lists::read(&fs::read_to_string(lists())?)?;
        let parts = split(&whole.wasm, &whole.linked, &lists, &renamed)?;
        Ok(Self { parts, script })
    }
}

/// Returns the file that says which function comes in which part.
pub(super) fn lists() -> PathBuf {
    project::root().join("web/parts.txt")
}

/// The program in one part.
pub(super) struct Whole {
    /// The module as the linker wrote it; for release with what refers to what.
    linked: Vec<u8>,
    /// The module, with the names of its functions where it is built for release.
    pub(super) wasm: Vec<u8>,
    /// Its JavaScript.
    pub(super) glue: String,
}

impl Whole {
    /// Builds it for release.
    pub(super) fn for_release() -> Result<Self> {
        // SHA-256 in a loop instead of unrolled: the page hashes little, and everybody waits for its bytes.
        let flags = format!(
            "{} -Csymbol-mangling-version=v0 -Clink-arg=--emit-relocs --cfg=sha2_backend_soft=\"compact\"",
            paths::remapped()?
        );
        let mut build = build_with("wasm-release");
        build.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags);
        run("build the console for release", &mut build)?;
        Self::bind(
            "wasm-release",
            &["--remove-producers-section", "--no-demangle"],
        )
    }

    /// Returns the program as one that tells of each function that is called.
    pub(super) fn profiled(&self) -> Result<Program> {
        Ok(Program {
            parts: vec![profiled(&self.wasm)?],
            script: self.glue.clone(),
        })
    }

    /// Returns `web/start.js` with what it imports, small, and the short names of what it shares with the program.
    fn script(&self) -> Result<(String, Renamed)> {
        let folder = tempfile::tempdir()?;
        let start = folder.path().join("start.js");
        fs::copy(project::root().join("web/start.js"), &start)?;
        fs::write(folder.path().join(Program::GLUE), &self.glue)?;
        bundled(&start)
    }

    fn bind(profile: &str, arguments: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let linked = fs::read(
            project::wasm_target()
                .join("wasm32-unknown-unknown")
                .join(profile)
                .join(format!("{NAME}.wasm")),
        )?;
        let built = folder.path().join("linked.wasm");
        fs::write(&built, without_relocations(&linked)?)?;
        run(
            "write the console's JavaScript",
            command(tools::WASM_BINDGEN.folder()?.join("wasm-bindgen"))
                .args([
                    "--target",
                    "web",
                    "--no-typescript",
                    "--out-name",
                    NAME,
                    "--out-dir",
                ])
                .arg(folder.path())
                .args(arguments)
                .arg(built),
        )?;
        let mut glue = fs::read_to_string(folder.path().join(Program::GLUE)).context(NAME)?;
        // `start.js` instantiates the parts itself.
        glue.push_str("export { __wbg_finalize_init, __wbg_get_imports };\n");
        Ok(Self {
            linked,
            wasm: fs::read(folder.path().join(format!("{NAME}_bg.wasm")))?,
            glue,
        })
    }
}

fn build_with(profile: &str) -> std::process::Command {
    let mut build = cargo(&["build", "--locked", "--package", NAME, "--profile", profile]);
    build
        .args(["--target", "wasm32-unknown-unknown"])
        .env("CARGO_TARGET_DIR", project::wasm_target());
    build
}
