//! Logging on standard error, as `RUST_LOG` asks for it.
//!
//! Events of other crates are never shown, at any level: libraries log headers and URLs, which carry keys.

use std::io::{self, IsTerminal};

use clap::ValueEnum;
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, filter_fn},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// How requests are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// One JSON object per line
    Json,
    /// Text for people
    Text,
    /// Off, unless RUST_LOG is set
    Off,
}

/// The prefix of the targets of this project's crates.
const OURS: &str = "countermand";

/// The default filter: requests, and warnings of the server and its sign-in.
const REQUESTS: &str =
    "countermand_server::request=info,countermand_server=warn,countermand::settings=warn";

/// Starts logging, if `RUST_LOG` or `form` asks for it.
pub(crate) fn start(form: LogFormat) {
    let mut asked = std::env::var(EnvFilter::DEFAULT_ENV).unwrap_or_default();
    if asked.is_empty() {
        if form == LogFormat::Off {
            return;
        }
        REQUESTS.clone_into(&mut asked);
    }
    let Ok(wanted) = EnvFilter::builder().parse(&asked) else {
        crate::output::say("Ignoring RUST_LOG: not a valid log filter.");
        return;
    };
    let ours = filter_fn(|metadata| {
        let target = metadata.target();
        target == OURS || target.starts_with("countermand_") || target.starts_with("countermand::")
    });
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal() && crate::output::may_colour())
        .log_internal_errors(false);
    let filter = wanted.and(ours);
    let lines = match form {
        LogFormat::Json => lines.json().flatten_event(true).with_filter(filter).boxed(),
        LogFormat::Text | LogFormat::Off => lines.with_filter(filter).boxed(),
    };
    // This is the only subscriber that is ever set.
    let _ = tracing_subscriber::registry().with(lines).try_init();
}
