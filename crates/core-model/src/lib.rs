//! What a device, a command, a state and an outcome are, for both providers: no I/O and no clock.
//!
//! An identifier is always valid, and is not checked again. The two ways of
//! cancelling are two types ([`CommandTarget`], [`AllPending`]): leaving out an id can never
//! widen what is cancelled.

mod command;
mod device;
mod device_ref;
mod filter;
mod id;
mod invalid;
mod keys;
mod kind_severity;
mod outcome;
mod outcome_severity;
mod page;
mod page_text;
mod page_walk;
pub mod patterns;
mod provider;
mod provider_detail;
mod raw_json;
mod salvage;
pub mod sanitize;
mod search;
mod secret;
mod severity_rules;
mod state;
mod target;
mod timestamp;

pub use command::Command;
pub use device::Device;
pub use device_ref::{DeviceRef, EnosDevice};
pub use filter::{Filter, FilterField, UnknownField};
pub use id::{CommandId, Organization, applivery, enos, other};
pub use invalid::{IdentifierRule, InvalidValue};
pub use keys::Keys;
pub use kind_severity::{KindSeverity, SeverityLevel};
pub use outcome::{CancelOutcome, CancelReport, CancelSeverity, OutcomeGroup, OutcomeSeverity};
pub use page::{ItemFingerprint, Listing, Page, PageEnd, PageRequest, PageSigns};
pub use page_text::decode_items;
pub use page_walk::PageWalk;
pub use provider::{CancelOrder, DenialScope, KeyField, Provider, ProviderDescriptor, RequestRate};
pub use provider_detail::{CancelAnswer, ProviderCode, ProviderDetail};
pub use raw_json::{RawJson, redact_message};
pub use salvage::{JsonPath, Salvaged, salvage};
pub use search::{KindName, SearchText, is_blank};
pub use secret::{ExposeSecret, Secret, scrub};
pub use severity_rules::SeverityRules;
pub use state::{CommandState, StateSet};
pub use target::{AllPending, CommandTarget};
pub use timestamp::Timestamp;
