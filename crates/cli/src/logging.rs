//! `RUST_LOG`: what this project's crates tell about themselves, on standard error.
//!
//! Other crates' events are never shown, at whatever level: libraries below log headers and URLs, and
//! those carry keys.

use std::io::{self, IsTerminal};

use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, filter_fn},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::args::LogForm;

/// How the targets of this project's crates begin.
const OURS: &str = "countermand";

/// What is told of requests and what goes wrong at sign-in, and no more, where nobody asks for anything else.
const REQUESTS: &str =
    "countermand_server::request=info,countermand_server=warn,countermand::settings=warn";

/// Starts to log if that was asked for.
pub(crate) fn start(form: LogForm) {
    let mut asked = std::env::var(EnvFilter::DEFAULT_ENV).unwrap_or_default();
    if asked.is_empty() {
        if form == LogForm::Off {
            return;
        }
        REQUESTS.clone_into(&mut asked);
    }
    let Ok(wanted) = EnvFilter::builder().parse(&asked) else {
        crate::output::say("RUST_LOG is not a filter of log messages, and is passed over");
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
        LogForm::Json => lines.json().flatten_event(true).with_filter(filter).boxed(),
        LogForm::Text | LogForm::Off => lines.with_filter(filter).boxed(),
    };
    // Only one subscriber is ever set.
    let _ = tracing_subscriber::registry().with(lines).try_init();
}
