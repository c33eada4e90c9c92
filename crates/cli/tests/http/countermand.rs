//! Running the binary in an environment of its own.

use std::{
    ffi::OsStr,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A run that is being prepared.
pub struct Countermand {
    command: Command,
    // Kept until the process has ended.
    home: TempDir,
}

/// A process with nothing of ours in its environment and no terminal.
pub fn countermand<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Countermand {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_countermand"));
    command
        .args(arguments)
        .env_clear()
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // Commands of profiles are found by it; Windows finds nothing without the other.
    for name in ["PATH", "SystemRoot"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    Countermand { command, home }
}

impl Countermand {
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub fn args<I: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = I>) -> Self {
        self.command.args(arguments);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn stdout(mut self, stdout: impl Into<Stdio>) -> Self {
        self.command.stdout(stdout);
        self
    }

    pub fn stdin(mut self, stdin: impl Into<Stdio>) -> Self {
        self.command.stdin(stdin);
        self
    }

    /// The same run, begun by a shell that does `first` before it.
    #[cfg(unix)]
    pub fn after(self, first: &str) -> Self {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &format!("{first}; exec \"$0\" \"$@\"")])
            .arg(self.command.get_program())
            .args(self.command.get_args())
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, value) in self.command.get_envs() {
            if let Some(value) = value {
                shell.env(name, value);
            }
        }
        Self {
            command: shell,
            home: self.home,
        }
    }

    /// Writes the user's configuration file.
    pub fn config(self, text: &str) -> Self {
        let folder = self.home.path().join("countermand");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("config.toml"), text).unwrap();
        self
    }

    /// Where the configuration file is.
    pub fn config_folder(&self) -> std::path::PathBuf {
        let folder = self.home.path().join("countermand");
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    pub fn run(mut self) -> Ended {
        Ended::from(self.command.output().unwrap())
    }

    pub fn spawn(mut self) -> (Child, TempDir) {
        (self.command.spawn().unwrap(), self.home)
    }
}

/// What came of it.
#[derive(Debug)]
pub struct Ended {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ended {
    #[track_caller]
    pub fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{self:#?}");
        self
    }

    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.stderr.contains(words), "{words:?} in {self:#?}");
        self
    }

    /// It prints this on standard output.
    #[track_caller]
    pub fn says_out(self, words: &str) -> Self {
        assert!(self.stdout.contains(words), "{words}: {self:?}");
        self
    }

    #[track_caller]
    pub fn prints_nothing(self) -> Self {
        assert_eq!(self.stdout, "", "{self:#?}");
        self
    }

    /// Nothing that was captured contains any of these.
    #[track_caller]
    pub fn hides(self, secrets: &[&str]) -> Self {
        for secret in secrets {
            assert!(!secret.is_empty());
            let shown = self.stdout.contains(secret) || self.stderr.contains(secret);
            assert!(!shown, "{secret} in {self:#?}");
        }
        self
    }

    /// Standard output as the one array that `--output json` prints.
    #[track_caller]
    pub fn rows(&self) -> Vec<Value> {
        let parsed: Value =
            serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"));
        parsed.as_array().expect("an array").clone()
    }
}

/// Asks a process to stop.
#[cfg(unix)]
pub fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-s", name, &id]).status();
    assert!(sent.unwrap().success());
}

/// A path as text.
pub fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}
