//! Being asked to stop: SIGINT, SIGTERM, SIGQUIT, and SIGHUP where the terminal goes away.

use std::io;

/// From its making on, the signals do not end the process but are waited for.
#[derive(Debug)]
pub(crate) struct Signals {
    #[cfg(unix)]
    caught: Vec<tokio::signal::unix::Signal>,
}

impl Signals {
    /// Those that stop a run: also SIGHUP, unless it was ignored from the start (`nohup`).
    #[cfg(unix)]
    pub(crate) fn catch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut signals = Self::catch_but_hang_up()?;
        if !hang_up_is_ignored() {
            signals.caught.push(signal(SignalKind::hangup())?);
        }
        Ok(signals)
    }

    /// Those that stop a server, for which SIGHUP means something else.
    #[cfg(unix)]
    pub(crate) fn catch_but_hang_up() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::quit(),
        ];
        let caught = kinds.into_iter().map(signal).collect::<io::Result<_>>()?;
        Ok(Self { caught })
    }

    #[cfg(not(unix))]
    pub(crate) fn catch() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    pub(crate) fn catch_but_hang_up() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for the next one.
    #[cfg(unix)]
    pub(crate) async fn next(&mut self) {
        std::future::poll_fn(|context| {
            // Each is polled: each has to know whom to wake.
            let came = self
                .caught
                .iter_mut()
                .map(|signal| usize::from(signal.poll_recv(context).is_ready()))
                .sum::<usize>();
            match came {
                0 => std::task::Poll::Pending,
                _ => std::task::Poll::Ready(()),
            }
        })
        .await;
    }

    /// Waits for the next one.
    #[cfg(not(unix))]
    pub(crate) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a way to hear of it there is nothing to wait for.
            std::future::pending::<()>().await;
        }
    }
}

/// Was SIGHUP ignored when the process began? Only Linux tells without unsafe code; elsewhere it counts as not.
#[cfg(unix)]
fn hang_up_is_ignored() -> bool {
    /// SIGHUP is the first signal.
    const HANG_UP: u64 = 1;
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        return false;
    };
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & HANG_UP != 0)
}

/// SIGHUP: what was read at the start is to be read again. From its making on, it does not end the process.
#[derive(Debug)]
pub(crate) struct Reloads {
    #[cfg(unix)]
    hang_up: tokio::signal::unix::Signal,
}

impl Reloads {
    #[cfg(unix)]
    pub(crate) fn catch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    #[cfg(not(unix))]
    pub(crate) fn catch() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for the next one; elsewhere than on Unix there is none.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        if self.hang_up.recv().await.is_some() {
            return;
        }
        std::future::pending::<()>().await;
    }
}
