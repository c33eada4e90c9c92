//! One device with its commands.

use crate::fleet::Provider;
use crate::fleet::command::{CancelRequest, Command, Ending, TrueState};
use crate::fleet::identity::{Identity, object_id};
use crate::fleet::presence::Presence;
use crate::rng::{Rng, mix};

/// EnOS keeps at most this many commands waiting for one device.
pub(crate) const ENOS_QUEUE: usize = 50;

#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) provider: Provider,
    pub(crate) index: u32,
    /// In the order in which they were added.
    pub(crate) commands: Vec<Command>,
    /// Places in `commands` of those that are not over.
    pub(crate) active: Vec<usize>,
    /// When it can be reached; the pattern it was made with, unless the control address changed it.
    pub(crate) presence: Presence,
    pub(crate) seeded_presence: Presence,
    /// Everything that is due up to here has happened.
    pub(crate) cursor_ms: i64,
    /// How much later than promised the provider notices that a command has expired.
    pub(crate) expiry_lag_ms: i64,
    pub(crate) arrivals: Option<Arrivals>,
    pub(crate) rng: Rng,
    pub(crate) next_number: u32,
}

/// New commands that keep coming, for a demonstration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrivals {
    pub(crate) next_ms: i64,
    pub(crate) mean_ms: i64,
}

impl Arrivals {
    /// About every other device gets new commands, each at a pace of its own.
    pub(crate) fn of(rng: &mut Rng, start_ms: i64) -> Option<Self> {
        let mean_ms = rng.between(20_000, 300_000);
        let first = rng.between(1_000, mean_ms);
        rng.chance(50).then_some(Self {
            next_ms: start_ms + first,
            mean_ms,
        })
    }
}

/// What a new command is, before it has an id.
#[derive(Clone, Debug)]
pub(crate) struct NewCommand {
    pub(crate) kind: String,
    pub(crate) created_ms: i64,
    pub(crate) ttl_ms: i64,
}

impl Device {
    pub(crate) fn new(
        provider: Provider,
        index: u32,
        presence: Presence,
        start_ms: i64,
        rng: Rng,
    ) -> Self {
        Self {
            provider,
            index,
            commands: Vec::new(),
            active: Vec::new(),
            presence,
            seeded_presence: presence,
            cursor_ms: start_ms,
            expiry_lag_ms: 0,
            arrivals: None,
            rng,
            next_number: 0,
        }
    }

    /// Adds a waiting command and gives its place.
    pub(crate) fn add(&mut self, identity: &Identity, new: NewCommand) -> usize {
        let number = self.next_number;
        self.next_number += 1;
        let payload = self.rng.next();
        let (timeout_ms, takes_ms) = match self.provider {
            Provider::Applivery => (0, self.rng.between(2_000, 40_000)),
            Provider::Enos => (
                self.rng.between(5, 60) * 1_000,
                self.rng.between(200, 4_000),
            ),
        };
        let ending = match (self.provider, self.rng.below(100)) {
            (_, 0..88) => Ending::Succeeds,
            (Provider::Enos, 95..) => Ending::Silent,
            _ => Ending::Fails,
        };
        self.commands.push(Command {
            id: command_id(self.provider, identity, self.index, number, new.created_ms).into(),
            number,
            kind: new.kind.into(),
            created_ms: new.created_ms,
            ttl_ms: new.ttl_ms,
            timeout_ms,
            state: TrueState::Pending,
            sent_ms: None,
            ended_ms: None,
            takes_ms,
            ending,
            held: false,
            cancel: None,
            cancels: Vec::new(),
            seen_pending: false,
            payload,
            touched: false,
        });
        let place = self.commands.len() - 1;
        self.active.push(place);
        place
    }

    /// Adds a command that ended before the start.
    pub(crate) fn add_past(&mut self, identity: &Identity, new: NewCommand) {
        let created_ms = new.created_ms;
        let place = self.add(identity, new);
        self.active.retain(|active| *active != place);
        let waited = self.rng.between(2_000, 240_000);
        let draw = self.rng.below(100);
        let provider = self.provider;
        let Some(command) = self.commands.get_mut(place) else {
            return;
        };
        let state = match (provider, draw) {
            (_, 0..72) => TrueState::Succeeded,
            (_, 72..80) => TrueState::Failed,
            (_, 80..88) => TrueState::Cancelled,
            (Provider::Enos, 95..) => TrueState::TimedOut,
            (Provider::Enos, _) if command.ttl_ms == 0 => TrueState::Failed,
            _ => TrueState::Expired,
        };
        command.state = state;
        let sent_ms = created_ms + waited;
        match state {
            TrueState::Cancelled => {
                command.cancels.push(CancelRequest {
                    at_ms: sent_ms,
                    all: false,
                    accepted: true,
                    seen_pending: false,
                });
                command.ended_ms = Some(sent_ms + 300);
            }
            TrueState::Expired => command.ended_ms = Some(command.expires_ms().max(sent_ms)),
            TrueState::TimedOut => {
                command.sent_ms = Some(sent_ms);
                command.ended_ms = Some(sent_ms + command.timeout_ms);
            }
            _ => {
                command.sent_ms = Some(sent_ms);
                command.ended_ms = Some(sent_ms + command.takes_ms);
            }
        }
    }

    pub(crate) fn place_of(&self, id: &str) -> Option<usize> {
        self.commands
            .iter()
            .position(|command| command.id.eq_ignore_ascii_case(id))
    }

    /// Forgets the places of commands that are over, and takes in those that are not.
    pub(crate) fn refresh_active(&mut self) {
        self.active = (0..self.commands.len())
            .filter(|place| {
                self.commands
                    .get(*place)
                    .is_some_and(|command| !command.state.is_over())
            })
            .collect();
    }

    /// Fails an instant command of EnOS, which does not wait for a device that cannot be reached. Says whether it
    /// did.
    pub(crate) fn fail_unreachable(&mut self, place: usize, at_ms: i64) -> bool {
        let is_online = self.presence.is_online(at_ms);
        let fails = self.commands.get_mut(place).filter(|command| {
            self.provider == Provider::Enos && command.ttl_ms == 0 && !command.held && !is_online
        });
        let Some(command) = fails else { return false };
        // The provider tried to send it.
        command.send(at_ms);
        command.end(TrueState::Failed, at_ms);
        self.active.retain(|active| *active != place);
        true
    }

    /// How many commands of an EnOS device are cached.
    pub(crate) fn cached(&self) -> usize {
        self.active
            .iter()
            .filter_map(|place| self.commands.get(*place))
            .filter(|command| command.state == TrueState::Pending && command.ttl_ms > 0)
            .count()
    }

    /// The places of all commands, newest first.
    pub(crate) fn newest_first(&self) -> Vec<usize> {
        let key = |place: &usize| {
            self.commands
                .get(*place)
                .map(|command| (command.created_ms, command.number))
        };
        let mut places: Vec<usize> = (0..self.commands.len()).collect();
        places.sort_by_key(|place| std::cmp::Reverse(key(place)));
        places
    }
}

fn command_id(
    provider: Provider,
    identity: &Identity,
    index: u32,
    number: u32,
    created_ms: i64,
) -> String {
    match provider {
        Provider::Applivery => {
            let noise = mix(&[identity.seed(), 41, u64::from(index)]);
            // As in the provider's identifiers, the first eight digits are the second it was made in.
            let id = object_id(noise, u64::from(number));
            let seconds = u32::try_from(created_ms / 1_000).unwrap_or(0);
            format!("{seconds:08x}{}", id.get(8..).unwrap_or_default())
        }
        // 19 digits, neighbours one apart: a floating-point number cannot tell them from each other.
        Provider::Enos => {
            let base = 2_278_935_391_000_000_000 + (mix(&[identity.seed(), 42]) % 200_000_000_000);
            (base + u64::from(index) * 1_000_003 + u64::from(number)).to_string()
        }
    }
}
