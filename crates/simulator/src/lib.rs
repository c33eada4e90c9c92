//! Both providers' servers in memory, written from their documents and from nothing else: it shares no
//! code with the clients that are tested against it, so that it cannot be wrong in the same way.
//!
//! One listener serves Applivery at `http://ADDR/v1` and EnOS at `http://ADDR`, over real HTTP, with
//! authentication that really checks. Everything moves by one clock, real or stepped; the fleet, the
//! keys and the faults by chance are made from a seed. Where the documents leave something open, the
//! simulator takes the gentlest reading and lets a test choose the others ([`Options`]), or lets
//! devices differ in it by their number, so that a client meets all of it.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use countermand_simulator::{ClockMode, Config, Fault, FaultKind, Simulator};
//!
//! let clock = ClockMode::Manual { start_ms: 1_790_000_000_000 };
//! let simulator = Simulator::start(Config { clock, ..Config::default() }).await?;
//! let applivery = simulator.description().applivery;
//! println!("{} {}", applivery.base_url, applivery.devices[0]);
//! simulator.fault(Fault::always(FaultKind::LostAfter).on("applivery.cancel").times(1))?;
//! // ... a client cancels, and does not learn what became of it ...
//! simulator.advance(1_000);
//! for command in simulator.ledger().commands {
//!     println!("{} {:?}", command.command, command.state);
//! }
//! simulator.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! # How things move
//!
//! - **Applivery.** A device asks for its commands now and then and takes all that wait; each ends
//!   some seconds later. What waits longer than its validity expires.
//! - **EnOS.** At most 50 commands are cached for a device. While it can be reached, the oldest goes
//!   out; the next only after that one has ended. A command expires `pendingTtl` after it was made,
//!   and times out `timeout` after it was sent.
//! - **A cancel** that is accepted takes the command out of the line at once and shows in reads a
//!   little later ([`Options::enos_cancel_delay_ms`], [`Options::applivery_cancel_delay_ms`]).
//! - Devices 0, 1 and 2 of each provider cannot be reached for the first hour and have commands
//!   waiting, so that whoever takes the first device finds something to cancel.
//!
//! A device is moved up to the present when it is looked at. Devices do not touch each other, so what
//! is seen depends on the clock and on what was asked of that device, and on nothing else.
//!
//! # The control address
//!
//! `http://ADDR/_sim/...` is for tests. It asks for **no key**: serve it on loopback only, or switch
//! it off with [`Config::control`]. Bodies and answers are JSON; a refused order is a 400 with
//! `{"error":"..."}`. [`Simulator`] has the same as methods.
//!
//! A device is named by any of its text forms: `applivery:ID` (its id, serial number or IMEI),
//! `enos:asset:ID`, `enos:key:PRODUCT/DEVICE`. Times are milliseconds since 1970.
//!
//! | call | body, and the answer |
//! |---|---|
//! | `GET clock` | → `{"now_ms":1790000000000,"manual":true}` |
//! | `POST clock/advance` | `{"ms":500}` → `{"now_ms":1790000000500}`; a real clock jumps and runs on |
//! | `POST commands` | [`AddCommands`]: `{"device":"enos:asset:x","kind":"stop_turbine","state":"pending","ttl_s":3600,"age_s":0,"count":1,"hold":false}`, all but `device` optional, → `{"commands":[{"device","command"}]}`; the devices `applivery:*` and `enos:*` are all of a provider |
//! | `POST commands/state` | [`SetState`]: `{"device":"...","command":"...","state":"sent"}` → `{}`; states are those of [`TrueState`] |
//! | `POST devices/online` | `{"device":"...","online":true}` → `{}`; `null` gives back the pattern from the seed |
//! | `POST fleet` | [`FillFleet`]: `{"vendor":"enos","devices":1000,"commands_per_device":100,"waiting_per_device":50,"seed":0,"hold":true}`, all but the first three optional, → [`Filled`]; the first devices have these commands and no others |
//! | `POST incident` | [`Incident`]: `{"vendor":"applivery","kind":"WIPE","offline_percent":60,"shortest_s":600,"tail_percent":150,"ttl_s":2592000,"seed":0}`, all but the first optional, → [`Filled`]; every device has just been sent this, and those that are out of reach have it waiting |
//! | `POST tokens/expire` | nothing → `{}`; EnOS forgets all tokens |
//! | `GET options` | → [`Options`] |
//! | `PATCH options` | the fields to change, such as `{"enos_cancel_delay_ms":0}` → [`Options`] |
//! | `GET faults` | → `{"faults":[{"rule":...,"fired":0}]}` |
//! | `POST faults` | one [`Fault`] or a list of them, added after those that are there → as `GET` |
//! | `DELETE faults` | → `{"faults":[]}` |
//! | `GET ledger` | → [`Ledger`]; `?device=...` for one device, `?touched=true` for what came after the start, was changed here or met a cancel |
//!
//! # Faults
//!
//! The first rule in the list that is about a request, still has `times` left and passes its
//! `probability` decides what happens to it:
//!
//! ```json
//! [
//!   {"match": {"operation": "enos.cancel", "command": "2278935391225618432"}, "times": 1,
//!    "fault": {"kind": "lost_after"}},
//!   {"match": {"vendor": "applivery"}, "probability": 0.2, "skip": 10,
//!    "fault": {"kind": "http", "status": 429, "retry_after": "2"}},
//!   {"match": {"operation": "applivery.cancel", "device": "applivery:R58..."},
//!    "fault": {"kind": "executed_all_the_same"}},
//!   {"fault": {"kind": "slow", "ms": 50}}
//! ]
//! ```
//!
//! Operations: `applivery.` `list`, `get`, `cancel`, `devices`, `organization`, `unknown`; `enos.`
//! `token_get`, `token_refresh`, `search`, `get`, `cancel` (one command), `cancel_all`, `devices`,
//! `unknown`. Kinds: see [`FaultKind`]; those without fields are written as `{"kind":"lost_before"}`.

mod applivery;
mod clock;
mod config;
mod control;
mod description;
mod enos;
mod faults;
mod fleet;
mod instant;
mod ledger;
mod options;
mod rng;
mod server;
mod simulator;
mod world;

pub use applivery::{ACTIVATION_CODE_PREFIX, NEW_PASSWORD_PREFIX};
pub use config::{ClockMode, Config, Cors, MAX_DEVICES};
pub use control::{
    AddCommands, Added, ControlError, FaultStatus, FillFleet, Filled, Incident, SetState,
};
pub use description::{AppliveryDescription, Description, EnosDescription};
pub use enos::DEVICE_SECRET_PREFIX;
pub use faults::{Fault, FaultKind, FaultMatch};
pub use fleet::Provider;
pub use fleet::command::{CancelRequest, TrueState};
pub use ledger::{Ledger, LedgerEntry, OperationCount};
pub use options::{
    AppliveryCancelAnswer, CancelAll, NotCached, Options, RequestLimit, TokenErrorField,
};
pub use simulator::{Simulator, StartError};
