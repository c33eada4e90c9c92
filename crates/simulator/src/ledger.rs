//! The true states, to compare with what a client says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::faults::FaultKind;
use crate::fleet::Provider;
use crate::fleet::command::{CancelRequest, Command, TrueState};
use crate::fleet::device::Device;
use crate::fleet::identity::Identity;
use crate::server::operation::Operation;

/// The true states of the commands of every device that was looked at, and how often each operation was
/// requested. Times are milliseconds since 1970 on the simulator's clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// The clock.
    pub now_ms: i64,
    /// The commands, by device and in the order in which they were added.
    pub commands: Vec<LedgerEntry>,
    /// The operations that were requested at least once, by name.
    pub requests: BTreeMap<String, OperationCount>,
}

/// The true state of one command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// The provider.
    #[serde(rename = "vendor")]
    pub provider: Provider,
    /// The device, in the form in which the description prints it.
    pub device: String,
    /// Every other text form of the device.
    pub also: Vec<String>,
    /// The command's id.
    pub command: String,
    /// Its kind.
    pub kind: String,
    /// Its true state.
    pub state: TrueState,
    /// When it was made.
    pub created_ms: i64,
    /// When it expires if it is still pending.
    pub expires_ms: i64,
    /// When it went to the device.
    pub sent_ms: Option<i64>,
    /// When the device had done it.
    pub executed_ms: Option<i64>,
    /// When it was cancelled for good.
    pub cancelled_ms: Option<i64>,
    /// When it expired.
    pub expired_ms: Option<i64>,
    /// When it failed, or when waiting for the device's answer was given up.
    pub failed_ms: Option<i64>,
    /// Every cancel that was processed for it, those whose answer was lost among them.
    pub cancels: Vec<CancelRequest>,
}

/// How often an operation was requested.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationCount {
    /// Requests that arrived.
    pub received: u64,
    /// Those that were processed.
    pub processed: u64,
    /// Those of them that the provider's own rules refused: a wrong token or signature, a command that is
    /// not there or cannot be cancelled.
    pub refused: u64,
    /// Those that met a fault, by its name.
    pub faults: BTreeMap<String, u64>,
}

#[derive(Debug, Default)]
pub(crate) struct Counters(BTreeMap<Operation, OperationCount>);

impl Counters {
    pub(crate) fn received(&mut self, operation: Operation, fault: Option<&FaultKind>) {
        let count = self.0.entry(operation).or_default();
        count.received += 1;
        if let Some(fault) = fault {
            *count.faults.entry(fault.name().to_owned()).or_default() += 1;
        }
    }

    pub(crate) fn processed(&mut self, operation: Operation, refused: bool) {
        let count = self.0.entry(operation).or_default();
        count.processed += 1;
        count.refused += u64::from(refused);
    }

    pub(crate) fn by_name(&self) -> BTreeMap<String, OperationCount> {
        self.0
            .iter()
            .map(|(operation, count)| (operation.name().to_owned(), count.clone()))
            .collect()
    }
}

/// The entries of one device; `touched` leaves out commands from the start that met no cancel.
pub(crate) fn entries(device: &Device, identity: &Identity, touched: bool) -> Vec<LedgerEntry> {
    let name = identity.device_text(device.provider, device.index);
    let also = also(device, identity, &name);
    device
        .commands
        .iter()
        .filter(|command| !touched || command.touched || !command.cancels.is_empty())
        .map(|command| entry(device.provider, name.clone(), also.clone(), command))
        .collect()
}

fn also(device: &Device, identity: &Identity, name: &str) -> Vec<String> {
    let index = device.index;
    let mut forms = match device.provider {
        Provider::Applivery => vec![
            format!("applivery:{}", identity.serial(index)),
            format!("applivery:{}", identity.imei(index)),
        ],
        Provider::Enos => vec![
            format!("enos:asset:{}", identity.asset_id(index)),
            format!(
                "enos:key:{}/{}",
                identity.product_key(index),
                identity.device_key(index)
            ),
        ],
    };
    forms.retain(|form| form != name);
    forms
}

fn entry(provider: Provider, device: String, also: Vec<String>, command: &Command) -> LedgerEntry {
    let ended_as =
        |states: &[TrueState]| command.ended_ms.filter(|_| states.contains(&command.state));
    LedgerEntry {
        provider,
        device,
        also,
        command: command.id.to_string(),
        kind: command.kind.to_string(),
        state: command.state,
        created_ms: command.created_ms,
        expires_ms: command.expires_ms(),
        sent_ms: command.sent_ms,
        executed_ms: ended_as(&[TrueState::Succeeded]),
        cancelled_ms: ended_as(&[TrueState::Cancelled]),
        expired_ms: ended_as(&[TrueState::Expired]),
        failed_ms: ended_as(&[TrueState::Failed, TrueState::TimedOut]),
        cancels: command.cancels.clone(),
    }
}
