//! The actions of the control address; [`Simulator`](crate::Simulator) has the same as methods.

use serde_json::{Map, Value};

use crate::control::orders::{AddCommands, Added, FaultStatus, SetState};
use crate::faults::Fault;
use crate::fleet::Provider;
use crate::fleet::command::TrueState;
use crate::fleet::device::{Device, ENOS_QUEUE};
use crate::fleet::generator::draw;
use crate::fleet::presence::Presence;
use crate::ledger::{Ledger, entries};
use crate::options::Options;
use crate::server::operation::Operation;
use crate::world::World;

/// An order that cannot be carried out. It names the wrong field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ControlError(String);

impl ControlError {
    pub(super) fn new(what: String) -> Self {
        Self(what)
    }
}

impl World {
    pub(crate) fn resolve(&self, device: &str) -> Result<(Provider, u32), ControlError> {
        self.identity
            .resolve(device)
            .ok_or_else(|| ControlError::new(format!("device: there is no {device}")))
    }

    pub(crate) fn add_commands(&self, order: &AddCommands) -> Result<Vec<Added>, ControlError> {
        let all = |provider| (0..self.identity.devices()).map(move |n| (provider, n));
        let devices: Vec<(Provider, u32)> = match order.device.as_str() {
            "applivery:*" => all(Provider::Applivery).collect(),
            "enos:*" => all(Provider::Enos).collect(),
            one => vec![self.resolve(one)?],
        };
        let mut state = self.lock();
        let mut added = Vec::new();
        for (provider, index) in devices {
            let device = self.device(&mut state, provider, index);
            let text = self.identity.device_text(provider, index);
            for _ in 0..order.count {
                let command = self.add_command(device, order, &text)?;
                added.push(Added {
                    device: text.clone(),
                    command,
                });
            }
        }
        Ok(added)
    }

    fn add_command(
        &self,
        device: &mut Device,
        order: &AddCommands,
        text: &str,
    ) -> Result<String, ControlError> {
        let cached = device.provider == Provider::Enos
            && order.state == TrueState::Pending
            && order.ttl_s > 0;
        if cached && device.cached() >= ENOS_QUEUE {
            return Err(ControlError::new(format!(
                "device: {text} already has {ENOS_QUEUE} cached commands"
            )));
        }
        let now_ms = self.clock.now_ms();
        let created_ms = now_ms - i64::from(order.age_s) * 1_000;
        let mut new = draw(device, created_ms);
        new.ttl_ms = i64::from(order.ttl_s) * 1_000;
        if let Some(kind) = &order.kind {
            new.kind.clone_from(kind);
        }
        let place = device.add(&self.identity, new);
        let Some(command) = device.commands.get_mut(place) else {
            return Err(ControlError::new("device: the command got lost".to_owned()));
        };
        command.touched = true;
        command.held = order.hold;
        let id = command.id.to_string();
        set(device, place, order.state, now_ms);
        if order.state == TrueState::Pending {
            device.fail_unreachable(place, now_ms);
        }
        Ok(id)
    }

    pub(crate) fn set_state(&self, order: &SetState) -> Result<(), ControlError> {
        let (provider, index) = self.resolve(&order.device)?;
        let mut state = self.lock();
        let device = self.device(&mut state, provider, index);
        let place = device.place_of(&order.command).ok_or_else(|| {
            ControlError::new(format!(
                "command: {} has no {}",
                order.device, order.command
            ))
        })?;
        set(device, place, order.state, self.clock.now_ms());
        Ok(())
    }

    /// Makes a device reachable or not; nothing gives it back the pattern from the seed.
    pub(crate) fn set_online(
        &self,
        device: &str,
        online: Option<bool>,
    ) -> Result<(), ControlError> {
        let (provider, index) = self.resolve(device)?;
        let mut state = self.lock();
        let device = self.device(&mut state, provider, index);
        device.presence = match online {
            None => device.seeded_presence,
            Some(true) => Presence::Always,
            Some(false) => Presence::Never,
        };
        Ok(())
    }

    pub(crate) fn add_fault(&self, fault: Fault) -> Result<(), ControlError> {
        let operation = fault
            .matches
            .operation
            .as_deref()
            .map(|name| {
                Operation::named(name)
                    .ok_or_else(|| ControlError::new(format!("operation: there is no {name}")))
            })
            .transpose()?;
        let device = fault
            .matches
            .device
            .as_deref()
            .map(|text| self.resolve(text))
            .transpose()?;
        if fault
            .probability
            .is_some_and(|chance| !(0.0..=1.0).contains(&chance))
        {
            return Err(ControlError::new("probability: from 0 to 1".to_owned()));
        }
        self.lock().rules.add(fault, operation, device);
        Ok(())
    }

    pub(crate) fn faults(&self) -> Vec<FaultStatus> {
        let state = self.lock();
        state
            .rules
            .list()
            .map(|(rule, fired)| FaultStatus {
                rule: rule.clone(),
                fired,
            })
            .collect()
    }

    /// Changes the options that are named, and gives all of them.
    pub(crate) fn patch_options(&self, patch: Map<String, Value>) -> Result<Options, ControlError> {
        let mut state = self.lock();
        let unreadable = |error: serde_json::Error| ControlError::new(format!("options: {error}"));
        let mut options = serde_json::to_value(&state.options).map_err(unreadable)?;
        if let Some(options) = options.as_object_mut() {
            options.extend(patch);
        }
        let options: Options = serde_json::from_value(options).map_err(unreadable)?;
        if !matches!(options.enos_token_error_http, 200 | 401) {
            return Err(ControlError::new(
                "enos_token_error_http: 200 or 401".to_owned(),
            ));
        }
        state.options = options.clone();
        Ok(options)
    }

    /// The true states, of one device or of all that were looked at.
    pub(crate) fn ledger(&self, device: Option<(Provider, u32)>, touched: bool) -> Ledger {
        let mut state = self.lock();
        let known = match device {
            Some(device) => vec![device],
            None => self.known_devices(&state),
        };
        let mut commands = Vec::new();
        for (provider, index) in known {
            let device = self.device(&mut state, provider, index);
            commands.extend(entries(device, &self.identity, touched));
        }
        Ledger {
            now_ms: self.clock.now_ms(),
            commands,
            requests: state.counters.by_name(),
        }
    }
}

fn set(device: &mut Device, place: usize, state: TrueState, now_ms: i64) {
    if let Some(command) = device.commands.get_mut(place) {
        command.touched = true;
        command.cancel = None;
        command.sent_ms = None;
        command.ended_ms = None;
        command.state = state;
        match state {
            TrueState::Pending => {}
            TrueState::Sent => command.send(now_ms),
            TrueState::Cancelled | TrueState::Expired => command.end(state, now_ms),
            TrueState::Succeeded | TrueState::Failed | TrueState::TimedOut => {
                command.send(now_ms);
                command.end(state, now_ms);
            }
        }
    }
    device.refresh_active();
}
