//! Both vendors' servers in memory, written from their documents and from nothing else: it shares no
//! code with the clients that are tested against it, so that it cannot be wrong in the same way.

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
pub use control::{AddCommands, Added, ControlError, FaultStatus, SetState};
pub use description::{AppliveryDescription, Description, EnosDescription};
pub use enos::DEVICE_SECRET_PREFIX;
pub use faults::{Fault, FaultKind, FaultMatch};
pub use fleet::Vendor;
pub use fleet::command::{CancelRequest, TrueState};
pub use ledger::{Ledger, LedgerEntry, OperationCount};
pub use options::{AppliveryCancelAnswer, CancelAll, NotCached, Options, TokenErrorField};
pub use simulator::{Simulator, StartError};
