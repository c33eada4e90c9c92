//! The server with its relay over real connections, in front of the simulator and of servers that mean harm.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod approving;
mod auditing;
mod brake_ruling;
mod broken_off;
mod clock;
mod console;
mod describing;
mod guessing;
mod hostile;
mod house;
mod issuer;
mod jumping_clock;
mod logout;
mod narrowing;
mod observing;
mod oidc;
mod passing;
mod persons;
mod reaching;
mod refreshing;
mod reloading;
mod renewing_keys;
mod run_houses;
mod running;
mod secrets;
mod serving;
mod sessions;
mod slow;
mod sweeping;
mod telling;
mod tls;
mod upstreams;
mod watching;
mod wire;
mod witness;
