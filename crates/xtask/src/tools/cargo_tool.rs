//! Tools that cargo builds.
//!
//! They run for seconds, so they are built without optimization: that takes a third of the time, and their output is
//! the same. All of them are built in one target folder, so that what they share is built once.

use std::path::PathBuf;

use anyhow::Result;
use fs_err as fs;

use crate::{project, step};

/// A tool from the registry, at a pinned version.
pub struct CargoTool {
    package: &'static str,
    version: &'static str,
    binary: &'static str,
    arguments: &'static [&'static str],
    minutes: &'static str,
}

/// Writes the JavaScript of the console, and runs tests in a browser. Its version must be the library's. Without its
/// features it speaks no TLS, which a driver on this machine does not need.
pub const WASM_BINDGEN: CargoTool = CargoTool {
    package: "wasm-bindgen-cli",
    version: "0.2.126",
    binary: "wasm-bindgen",
    arguments: &["--no-default-features"],
    minutes: "1 minute",
};

/// Checks licences, sources and banned dependencies.
pub const CARGO_DENY: CargoTool = CargoTool {
    package: "cargo-deny",
    version: "0.20.2",
    binary: "cargo-deny",
    arguments: &["--no-default-features"],
    minutes: "1 minute",
};

/// Looks for spelling mistakes.
pub const TYPOS: CargoTool = CargoTool {
    package: "typos-cli",
    version: "1.52.0",
    binary: "typos",
    arguments: &[],
    minutes: "1 minute",
};

/// Runs tests, each in a process of its own.
pub const NEXTEST: CargoTool = CargoTool {
    package: "cargo-nextest",
    version: "0.9.143",
    binary: "cargo-nextest",
    arguments: &["--no-default-features", "--features", "default-no-update"],
    minutes: "3 minutes",
};

/// Removes the build folder, once every tool is installed.
pub fn clean() -> Result<()> {
    let folder = build_folder()?;
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    Ok(())
}

/// Returns the target folder of all tools.
fn build_folder() -> Result<PathBuf> {
    Ok(project::tool_cache()?.join("build"))
}

impl CargoTool {
    /// Returns the folder with the tool's programs. Installs the tool if it is missing.
    pub fn folder(&self) -> Result<PathBuf> {
        let root = project::tool_cache()?.join(format!("{}-{}", self.package, self.version));
        let folder = root.join("bin");
        if folder.join(self.binary).exists() || self.is_on_path() {
            return Ok(folder);
        }
        println!(
            "{} {} is missing: building it into {}, once; on 2 cores about {}",
            self.package,
            self.version,
            root.display(),
            self.minutes
        );
        let mut install = step::cargo(&["install", "--locked", "--quiet"]);
        install
            .arg(format!("{}@{}", self.package, self.version))
            .args(self.arguments)
            .arg("--root")
            .arg(&root)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_TARGET_DIR", build_folder()?)
            // Outside the repository, whose own configuration is not meant for it.
            .current_dir(std::env::temp_dir());
        step::run(&format!("install {}", self.package), &mut install)?;
        Ok(folder)
    }

    /// Returns whether a nextest of any version is on the PATH: its results do not depend on the version.
    fn is_on_path(&self) -> bool {
        self.binary == NEXTEST.binary
            && std::env::var_os("PATH").is_some_and(|path| {
                std::env::split_paths(&path).any(|folder| folder.join(self.binary).exists())
            })
    }
}
