//! Signals: SIGINT, SIGTERM and SIGQUIT stop; SIGHUP stops a client, and reloads a server.

use std::io;

/// Signals that stop. While this value exists, they do not end the process.
#[derive(Debug)]
pub(crate) struct Signals {
    #[cfg(unix)]
    caught: Vec<tokio::signal::unix::Signal>,
}

impl Signals {
    /// Catches the signals that stop a run, SIGHUP included unless it is ignored from the start (`nohup`).
    #[cfg(unix)]
    pub(crate) fn catch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut signals = Self::catch_but_hang_up()?;
        if !hang_up_is_ignored() {
            signals.caught.push(signal(SignalKind::hangup())?);
        }
        Ok(signals)
    }

    /// Catches the signals that stop a server, for which SIGHUP means to reload.
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
            // Every signal is polled, so that every one wakes this task.
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
            // The signal cannot be received: wait forever.
            std::future::pending::<()>().await;
        }
    }
}

/// Returns whether SIGHUP was ignored when the process started. Without unsafe code, only Linux tells; elsewhere
/// the answer is no.
#[cfg(unix)]
fn hang_up_is_ignored() -> bool {
    const HANG_UP: u64 = 1;
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        return false;
    };
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & HANG_UP != 0)
}

/// SIGHUP as the request to reload. While this value exists, it does not end the process.
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

    /// Waits for the next one. Outside Unix there is none.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        if self.hang_up.recv().await.is_some() {
            return;
        }
        std::future::pending::<()>().await;
    }
}
