//! A PostgreSQL of a test's own.
//!
//! [`Postgres::start`] makes a cluster in a folder of its own and serves it on a port of its own, from the programs of
//! Debian's package `postgresql`. It ends with the value.

use std::{
    fs,
    io::ErrorKind,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where Debian keeps the programs, in a folder for each version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// The name of the superuser, who signs in without a password.
const USER: &str = "postgres";

/// A running PostgreSQL.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    folder: tempfile::TempDir,
    port: u16,
    is_durable: bool,
    server: Option<Child>,
    databases: AtomicU32,
}

impl Postgres {
    /// Starts one that does not wait for the disk.
    ///
    /// # Errors
    /// When it is not installed, or does not start.
    pub fn start() -> Result<Self> {
        Self::begin(false)
    }

    /// Starts one that makes what is committed durable, as in production.
    ///
    /// # Errors
    /// When it is not installed, or does not start.
    pub fn start_durable() -> Result<Self> {
        Self::begin(true)
    }

    fn begin(is_durable: bool) -> Result<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new().prefix("postgres-").tempdir()?;
        if let Some((user, group)) = other_user()? {
            chown(folder.path(), Some(user), Some(group)).context("the folder of PostgreSQL")?;
        }
        let mut this = Self {
            programs,
            folder,
            port: free_port()?,
            is_durable,
            server: None,
            databases: AtomicU32::new(0),
        };
        let data = this.data();
        let mut initdb = this.command("initdb")?;
        initdb.args(["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]);
        initdb.args(["-U", USER, "-D"]).arg(&data);
        run(&mut initdb)?;
        this.restart()?;
        Ok(this)
    }

    /// Makes an empty database and returns its URL.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn database(&self) -> Result<String> {
        let name = format!("test{}", self.databases.fetch_add(1, Ordering::Relaxed));
        run(self.client("createdb")?.arg(&name))?;
        Ok(format!("postgres://{USER}@127.0.0.1:{}/{name}", self.port))
    }

    /// Ends it at once, as a crash does.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut server) = self.server.take() {
            server.kill()?;
            server.wait()?;
        }
        Ok(())
    }

    /// Starts it again over what it had.
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart(&mut self) -> Result<()> {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            let mut server = self.serve()?;
            loop {
                // After a crash, the processes of the one before may still be there: then it ends, and is started again.
                if server.try_wait()?.is_some() {
                    break;
                }
                if self
                    .client("pg_isready")?
                    .stdout(Stdio::null())
                    .status()?
                    .success()
                {
                    self.server = Some(server);
                    return Ok(());
                }
                if since.elapsed() > PATIENCE {
                    server.kill()?;
                    server.wait()?;
                    break;
                }
                thread::sleep(Duration::from_millis(50));
            }
            thread::sleep(Duration::from_millis(100));
        }
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        bail!(
            "PostgreSQL did not start within {} s:\n{log}",
            PATIENCE.as_secs()
        )
    }

    fn serve(&self) -> Result<Child> {
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log())?;
        let durable = if self.is_durable { "on" } else { "off" };
        let mut server = self.command("postgres")?;
        server.arg("-D").arg(self.data());
        server.args(["-p", &self.port.to_string()]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=100",
            &format!("fsync={durable}"),
            &format!("synchronous_commit={durable}"),
        ] {
            server.args(["-c", setting]);
        }
        server.stdout(Stdio::null()).stderr(log);
        server.spawn().context("postgres")
    }

    fn client(&self, name: &str) -> Result<Command> {
        let mut client = self.command(name)?;
        client.args(["-h", "127.0.0.1", "-U", USER, "-p", &self.port.to_string()]);
        Ok(client)
    }

    /// Returns one of its programs, which runs as a user that PostgreSQL accepts.
    fn command(&self, name: &str) -> Result<Command> {
        let mut command = Command::new(self.programs.join(name));
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        if let Some((user, group)) = other_user()? {
            command.uid(user).gid(group);
        }
        Ok(command)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let data = self.data();
            if let Ok(mut stop) = self.command("pg_ctl") {
                stop.args(["stop", "-s", "-m", "immediate", "-D"]).arg(data);
                let _ = stop.status();
            }
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

/// Returns the folder of the programs of the newest version.
fn programs() -> Result<PathBuf> {
    let versions = match fs::read_dir(VERSIONS) {
        Ok(versions) => versions,
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(missing()),
        Err(error) => return Err(error).context(VERSIONS),
    };
    let folders = versions.filter_map(|version| Some(version.ok()?.path().join("bin")));
    let folders = folders.filter(|folder| folder.join("postgres").exists());
    let newest = folders.max_by_key(|folder| {
        let version = folder.parent().and_then(Path::file_name);
        version.and_then(|version| version.to_str()?.parse::<u32>().ok())
    });
    newest.with_context(missing)
}

fn missing() -> String {
    format!(
        "PostgreSQL is not in {VERSIONS}: `cargo xtask test` installs it, or Debian's package postgresql"
    )
}

/// Returns the user and the group that it runs as, where it is root who starts it: PostgreSQL refuses to run as root.
fn other_user() -> Result<Option<(u32, u32)>> {
    let own = fs::metadata("/proc/self").map(|own| std::os::unix::fs::MetadataExt::uid(&own));
    if own.is_ok_and(|own| own != 0) {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").context("/etc/passwd")?;
    let user = users.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        match fields.as_slice() {
            [USER, _, user, group, ..] => Some((user.parse().ok()?, group.parse().ok()?)),
            _ => None,
        }
    });
    Ok(Some(user.context(
        "there is no user postgres to run PostgreSQL as",
    )?))
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        bail!("{command:?}: {told}");
    }
    Ok(())
}
