//! The journals that this browser keeps: each run's lines in IndexedDB, written before its requests.
//!
//! A journal is kept as chunks, each written by one transaction that is durable when it is said to be; beside
//! it stands a small record, so that past runs can be listed without reading them. Whoever writes a journal
//! holds a lock that no second tab can have at the same time. No key is in any of it.

mod database;
mod lock;
mod runs;
mod store;

pub use database::{Refusal, open};
pub use lock::{Held, held_names, hold};
pub use runs::{chunks, delete, keep_record, list, read};
pub use store::BrowserJournal;
