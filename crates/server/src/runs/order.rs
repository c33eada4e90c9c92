//! What somebody asks to have cancelled, checked before anything is kept.

use std::time::Duration;

use countermand_client::{Client, Header, RunOptions, SavedPlan, Sweep, SweepScope};
use countermand_core_model::InvalidValue;
use countermand_relay_api::{RunRequest, route};
use countermand_transport::SharedTimer;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ConnectionConfig;

/// The most targets and devices of a plan.
pub(crate) const MOST_TARGETS: usize = 50_000;

/// The most characters of a reason or a ticket.
const LONGEST_NOTE: usize = 500;

/// The most cancels at once.
const MOST_AT_ONCE: u32 = 64;

/// The longest time in seconds that an accepted cancel is read, and that it is watched afterwards.
const LONGEST_WAIT: u32 = 3_600;

/// A plan with what belongs to it, checked against its connection.
#[derive(Debug)]
pub(crate) struct Order {
    /// The id of its run, if it is a new one.
    pub(crate) id: String,
    pub(super) plan: String,
    pub(super) plan_sha256: String,
    pub(super) total: usize,
    /// How many targets and devices it names.
    pub(crate) size: usize,
    /// The brake rule under which it needs no approval.
    pub(super) rule: Option<String>,
    /// Whether it may be started although another one that does the same is under way.
    pub(super) beside: bool,
    /// What it is to look for, where it is a sweep.
    pub(crate) sweep: Option<Sweep>,
    pub(crate) reason: Option<String>,
    pub(crate) ticket: Option<String>,
    pub(super) options: OrderOptions,
}

/// The options of a run, as the store keeps them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct OrderOptions {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    concurrency: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verify_for: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    watch_for: Option<u32>,
}

/// Why a plan is not taken, in words for whoever sent it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidOrder {
    /// A field has a value that is not taken.
    #[error(transparent)]
    Field(#[from] InvalidValue),
    /// The plan cannot be read.
    #[error("plan cannot be used: {0}")]
    Plan(#[from] countermand_client::ChainError),
}

impl Order {
    /// Checks what somebody asks for at a connection.
    ///
    /// # Errors
    /// Names the field and the rule.
    pub(crate) fn check(
        request: RunRequest,
        config: &ConnectionConfig,
        timer: &SharedTimer,
    ) -> Result<Self, InvalidOrder> {
        let ConnectionConfig {
            name, org, base, ..
        } = config;
        let plan = SavedPlan::read_at_most(request.plan.as_bytes(), MOST_TARGETS)?;
        let differs = |field, rule, value: &str| Err(InvalidValue::new(field, rule, value).into());
        if plan.provider != org.provider() {
            let rule = "must be of this connection's vendor";
            return differs("plan.provider", rule, plan.provider.as_str());
        }
        if plan.org != *org {
            let rule = "must be this connection's organization";
            return differs("plan.org", rule, plan.org.as_str());
        }
        // Whoever reads through this server has its path in the place of the vendor's address.
        let by_relay = format!("/{}", route::connection(name.as_str()));
        if plan.base_url != *base && !plan.base_url.as_str().ends_with(&by_relay) {
            let rule = "must be this connection, or what it leads to";
            return differs("plan.base_url", rule, plan.base_url.as_str());
        }
        let size = plan.targets.len() + plan.everything.len() + named(plan.sweep.as_ref());
        if size == 0 && plan.sweep.is_none() {
            return differs("plan", "must have a target", "none");
        }
        Ok(Self {
            id: Header::new(org.clone(), base.clone(), timer).run,
            plan_sha256: sha256(request.plan.as_bytes()),
            total: plan.targets.len(),
            size,
            sweep: plan
                .sweep
                .map(|sweep| sweep.with_severity_rules(config.severity_rules.clone())),
            rule: None,
            beside: request.beside,
            plan: request.plan,
            reason: note("reason", request.reason, config.required_notes.reason)?,
            ticket: note("ticket", request.ticket, config.required_notes.ticket)?,
            options: OrderOptions {
                concurrency: within("concurrency", request.concurrency, 1, MOST_AT_ONCE)?,
                verify_for: within("verify_for", request.verify_for, 0, LONGEST_WAIT)?,
                watch_for: within("watch_for", request.watch_for, 0, LONGEST_WAIT)?,
            },
        })
    }
}

impl Order {
    /// Returns the order of a sweep that nobody pressed.
    pub(super) fn by_rule(plan: String, sweep: Sweep, rule: &str, client: &Client) -> Self {
        Self {
            id: client.header().run,
            plan_sha256: sha256(plan.as_bytes()),
            total: 0,
            size: named(Some(&sweep)),
            rule: Some(rule.to_owned()),
            beside: false,
            sweep: Some(sweep),
            plan,
            reason: Some(format!("brake rule {rule}")),
            ticket: None,
            options: OrderOptions::default(),
        }
    }
}

impl OrderOptions {
    pub(super) fn words(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn read(words: &str) -> RunOptions {
        let read: Self = serde_json::from_str(words).unwrap_or_default();
        let mut options = RunOptions::default();
        if let Some(at_once) = read.concurrency {
            options.concurrency = at_once as usize;
        }
        if let Some(seconds) = read.verify_for {
            options.verify_for = Duration::from_secs(seconds.into());
        }
        if let Some(seconds) = read.watch_for {
            options.watch_for = Duration::from_secs(seconds.into());
        }
        options
    }
}

/// Returns how many devices a sweep names.
fn named(sweep: Option<&Sweep>) -> usize {
    match sweep.map(|sweep| &sweep.scope) {
        Some(SweepScope::Devices(devices)) => devices.len(),
        Some(SweepScope::Organization | SweepScope::Search(_)) | None => 0,
    }
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns a text that people wrote, or nothing where it is blank.
pub(crate) fn note(
    field: &'static str,
    text: Option<String>,
    is_required: bool,
) -> Result<Option<String>, InvalidValue> {
    let text = text.map(|text| text.trim().to_owned());
    let text = text.filter(|text| !text.is_empty());
    if is_required && text.is_none() {
        return Err(InvalidValue::new(
            field,
            "must say something: this connection requires it",
            "",
        ));
    }
    if let Some(text) = &text {
        if text.chars().count() > LONGEST_NOTE {
            let length = format!("{} characters", text.chars().count());
            return Err(InvalidValue::new(
                field,
                "must have at most 500 characters",
                &length,
            ));
        }
        if text.chars().any(char::is_control) {
            return Err(InvalidValue::new(
                field,
                "must be one line without control characters",
                text,
            ));
        }
    }
    Ok(text)
}

fn within(
    field: &'static str,
    value: Option<u32>,
    least: u32,
    most: u32,
) -> Result<Option<u32>, InvalidValue> {
    match value {
        Some(value) if !(least..=most).contains(&value) => {
            let rule = match field {
                "concurrency" => "must be 1 to 64",
                _ => "must be at most 3600 seconds",
            };
            Err(InvalidValue::new(field, rule, &value.to_string()))
        }
        value => Ok(value),
    }
}
