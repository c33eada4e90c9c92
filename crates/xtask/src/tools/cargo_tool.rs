//! Tools that cargo builds.

use std::path::PathBuf;

use anyhow::Result;

use crate::{project, step};

/// A tool from the registry, at a pinned version.
pub struct CargoTool {
    package: &'static str,
    version: &'static str,
    binary: &'static str,
    arguments: &'static [&'static str],
    minutes: &'static str,
}

/// Builds the console. Newer versions need a newer Rust.
pub const TRUNK: CargoTool = CargoTool {
    package: "trunk",
    version: "0.21.14",
    binary: "trunk",
    arguments: &[],
    minutes: "9 minutes",
};

/// Makes the JavaScript side of the console; its version is the library's, to the digit.
pub const WASM_BINDGEN: CargoTool = CargoTool {
    package: "wasm-bindgen-cli",
    version: "0.2.126",
    binary: "wasm-bindgen",
    arguments: &[],
    minutes: "3 minutes",
};

/// Watches over licences, sources and doubled dependencies.
pub const CARGO_DENY: CargoTool = CargoTool {
    package: "cargo-deny",
    version: "0.20.2",
    binary: "cargo-deny",
    arguments: &["--no-default-features"],
    minutes: "4 minutes",
};

/// Runs tests, each in a process of its own.
pub const NEXTEST: CargoTool = CargoTool {
    package: "cargo-nextest",
    version: "0.9.143",
    binary: "cargo-nextest",
    arguments: &["--no-default-features", "--features", "default-no-update"],
    minutes: "6 minutes",
};

impl CargoTool {
    /// The folder with the tool's programs; installs it where it is missing.
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
            // A tool need not be as fast as it can be: this takes a quarter off its build.
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env_remove("CARGO_TARGET_DIR")
            // Outside the repository, whose own configuration is not meant for it.
            .current_dir(std::env::temp_dir());
        step::run(&format!("install {}", self.package), &mut install)?;
        Ok(folder)
    }

    /// Nextest's answers do not change between versions: any that is there already is good enough.
    fn is_on_path(&self) -> bool {
        self.binary == NEXTEST.binary
            && std::env::var_os("PATH").is_some_and(|path| {
                std::env::split_paths(&path).any(|folder| folder.join(self.binary).exists())
            })
    }
}
