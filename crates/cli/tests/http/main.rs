//! The command line as a process: arguments in; standard output, standard error and exit status out.
//!
//! It talks to `countermand simulate`, and to a stub server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod authority;
mod countermand;
mod http;
mod proxy;
mod run_server;
mod saved_files;
mod simulator;
mod stub_server;

mod at_once;
mod audit_kills;
mod brake_ruling;
mod braking;
mod braking_served;
mod cancelling;
mod checkpoints;
mod checks;
mod completing;
mod crashes;
mod deploying;
mod error_limits;
mod filters;
mod finding_devices;
mod full_disk;
mod gateways;
mod interrupting;
mod journals;
mod lenient_values;
mod list_output;
mod listing;
mod local_runs;
mod many_devices;
mod mixed_up_files;
mod narrowing;
#[cfg(unix)]
mod noticing;
mod output_forms;
mod plans;
mod profile_commands;
mod profiles;
mod proxies;
mod relaying;
mod runs;
#[cfg(unix)]
mod runs_approved;
mod runs_served;
mod secrets;
mod serve_sessions;
mod serving;
mod team;
mod terminals;
mod unexpected_responses;
mod usage;
