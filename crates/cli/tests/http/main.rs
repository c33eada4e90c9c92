//! The command line as a process: arguments in; standard output, standard error and exit status out.
//!
//! It talks to `countermand simulate`, and to a server that lies.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod countermand;
mod http;
mod kept;
mod liar;
mod simulator;

mod at_once;
mod cancelling;
mod crashes;
mod deploying;
mod filters;
mod gateways;
mod interrupting;
mod journals;
mod lies;
mod listing;
mod many_devices;
mod narrowing;
mod no_room;
mod output_forms;
mod plans;
mod profiles;
mod relaying;
mod secrets;
mod serving;
mod terminals;
mod usage;
