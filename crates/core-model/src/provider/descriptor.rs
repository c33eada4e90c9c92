//! What is known of a provider before any request: names, identifiers, keys and habits.

use std::hash::{Hash, Hasher};

use crate::IdentifierRule;

/// The facts about a provider that other code looks up instead of asking which provider it is.
#[derive(Clone, Copy, Debug)]
pub struct ProviderDescriptor {
    /// The word in device references, options and files: `applivery`.
    pub name: &'static str,
    /// The provider's name as the provider writes it: `Applivery`.
    pub display_name: &'static str,
    /// The base URL of the API; none where each installation has its own.
    pub default_base_url: Option<&'static str>,
    /// The rule of an organization's id.
    pub organization: IdentifierRule,
    /// The rule of a device's id, as in `NAME:ID`.
    pub device: IdentifierRule,
    /// The rule of a command's id.
    pub command: IdentifierRule,
    /// The keys of a connection, in the order of its form.
    pub keys: &'static [KeyField],
    /// The request headers that a host must allow a page to send, separated by commas.
    pub request_headers: &'static str,
    /// In which order the commands of one device are cancelled.
    pub cancel_order: CancelOrder,
    /// Whether one call cancels everything that waits on a device.
    pub has_cancel_all: bool,
    /// Whether every list holds the commands in all states: a list in one state saves nothing.
    pub lists_all_states: bool,
    /// What a denied cancel is about.
    pub denial_scope: DenialScope,
    /// Whether requests are signed with the time, so that a wrong clock looks like a wrong key.
    pub signs_with_time: bool,
    /// How many requests the provider allows; none where it names no limit.
    pub rate: Option<RequestRate>,
}

/// A key of a connection. Every key is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyField {
    /// The name in profiles, files and messages: `app_key`.
    pub name: &'static str,
    /// The id of its control in a page: `app-key`.
    pub control: &'static str,
    /// The environment variable that holds the key: `COUNTERMAND_APP_KEY`.
    pub variable: &'static str,
}

/// In which order the commands of one device are cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelOrder {
    /// In any order: each command stands for itself.
    AtOnce,
    /// The newest first: the commands of a device are a queue, and cancelling its head sends the next one out.
    NewestFirst,
}

/// What a denied cancel is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DenialScope {
    /// The key: its role may not cancel.
    Key,
    /// The device: another one may be within bounds.
    Device,
}

/// A limit of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestRate {
    /// Requests an hour, more than 0.
    pub per_hour: u32,
    /// How many may go at once after a pause, more than 0.
    pub burst: u32,
}

impl PartialEq for ProviderDescriptor {
    /// Two descriptors with one name describe one provider.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for ProviderDescriptor {}

impl PartialOrd for ProviderDescriptor {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ProviderDescriptor {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.name.cmp(other.name)
    }
}

impl Hash for ProviderDescriptor {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ProviderDescriptor {
    /// Whether the commands of a device are a queue, which sends one out after the other.
    pub const fn has_device_queue(&self) -> bool {
        matches!(self.cancel_order, CancelOrder::NewestFirst)
    }
}
