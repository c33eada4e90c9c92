//! Tells people and programs elsewhere what has happened: by webhook, or by mail.
//!
//! A notice is added to the store's outbox (`notices/room.rs`), where it can be in one transaction with what it tells of. Whoever
//! of the instances takes it from there delivers it (`notices/delivery.rs`), again and again until its destination has taken it: at
//! least once, always under the same id. A notice names a connection, a run, persons and the kind of a surge, and counts. It has
//! no secret, no device and no command in it.

mod delivery;
mod destination;
mod failure_rows;
mod kind;
mod letter;
mod mail;
mod notice;
mod reach;
mod room;
mod webhook;

pub use destination::{Destination, Way};
pub use kind::NoticeKind;
pub use mail::Mail;
pub use webhook::Webhook;

pub(crate) use letter::EARLIER_MS;
pub(crate) use notice::{Notice, RunFacts, SurgeFacts};
pub(crate) use room::Notices;
