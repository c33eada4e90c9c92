//! What a review shows before anything is sent: what will be cancelled, the gravest first.

use std::{cmp::Reverse, collections::HashMap};

use countermand_core_model::{
    AllPending, CommandTarget, DeviceRef, KindName, Organization, Provider, SearchText,
};

use super::{
    command_view::CommandView,
    kind_severity,
    problem::Problem,
    promoted_commands::{PromotedCommands, Queue},
    rows,
};
use crate::text;

/// From this number of commands on, the number has to be typed.
pub const TYPED_FROM: usize = 50;

/// What is to be cancelled. The two ways never turn into each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// These commands.
    Commands(Vec<CommandTarget>),
    /// Everything that waits on these devices.
    Everything(Vec<AllPending>),
    /// What waits on these devices and is of this kind.
    OfKind(KindName, Vec<AllPending>),
}

impl Scope {
    /// Returns the devices of which everything is meant, or everything of a kind.
    pub fn devices(&self) -> Option<&[AllPending]> {
        match self {
            Self::Commands(_) => None,
            Self::Everything(devices) | Self::OfKind(_, devices) => Some(devices),
        }
    }

    /// Returns the only kind that is meant.
    pub fn kind(&self) -> Option<&KindName> {
        match self {
            Self::OfKind(kind, _) => Some(kind),
            _ => None,
        }
    }
}

/// The whole organization, as the provider's list of devices has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// Its id, which is to be typed.
    pub organization: Organization,
    /// Whether the provider's list is complete.
    pub listed_to_the_end: bool,
}

/// How far listing the devices of an organization is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrgScan {
    /// The provider's list is being read.
    Listing,
    /// The organization has no device.
    NoDevices,
    /// The list could not be read.
    Failed(Problem),
}

/// What is to be typed before it may go ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// The number of commands.
    Number(usize),
    /// The organization's id.
    Id(String),
}

impl Typed {
    fn is(&self, typed: &str) -> bool {
        match self {
            // As it is shown, or without what separates its thousands.
            Self::Number(count) => {
                let separates =
                    |c: char| matches!(c, ',' | '.' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}');
                let digits = typed.chars().filter(|c| !separates(*c));
                digits.eq(count.to_string().chars())
            }
            Self::Id(id) => id == typed,
        }
    }
}

/// A review of a cancel.
#[derive(Clone, Debug)]
pub struct Review {
    /// What is to be cancelled.
    pub scope: Scope,
    /// The whole organization, if the review is about that.
    pub whole: Option<Whole>,
    /// The provider.
    pub provider: Provider,
    /// The commands as they were last read, by kind, the gravest first.
    pub groups: Vec<Group>,
    /// The devices of these commands.
    pub devices: Vec<DeviceRef>,
    /// How many commands they are.
    pub total: usize,
    /// How many devices are meant whose commands were never read here.
    pub unread: usize,
    /// On EnOS: the devices on which kept commands come forward, the gravest first.
    pub next_out: Vec<PromotedCommands>,
}

/// Commands of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The kind.
    pub kind: String,
    /// The name, where there is one.
    pub name: Option<String>,
    /// What such a command does if it is not cancelled, and what its cancel means.
    pub weight: kind_severity::Consequence,
    /// The place of each device in the review's devices, with the number of its commands of this kind.
    pub devices: Vec<(usize, usize)>,
    /// How many they are.
    pub total: usize,
}

impl Review {
    /// How many devices are meant, with or without known commands.
    pub fn device_count(&self) -> usize {
        self.scope
            .devices()
            .map_or(self.devices.len(), <[AllPending]>::len)
    }

    /// Returns what has to be typed to confirm, if anything.
    pub fn to_be_typed(&self) -> Option<Typed> {
        match &self.whole {
            Some(whole) => Some(Typed::Id(whole.organization.to_string())),
            None => (self.total >= TYPED_FROM).then_some(Typed::Number(self.total)),
        }
    }

    /// Returns whether it may start with this text typed.
    pub fn may_go(&self, typed: &str) -> bool {
        let something = self.total > 0 || (self.unread > 0 && self.scope.devices().is_some());
        something
            && self
                .to_be_typed()
                .is_none_or(|wanted| wanted.is(typed.trim()))
    }

    /// Returns what will be cancelled in a line: each kind with its number, the gravest first.
    pub fn summary(&self) -> String {
        let mut kinds: Vec<(&str, usize)> = Vec::new();
        for group in &self.groups {
            match kinds.iter_mut().find(|(kind, _)| *kind == group.kind) {
                Some((_, count)) => *count += group.total,
                None => kinds.push((&group.kind, group.total)),
            }
        }
        text::list(
            kinds
                .into_iter()
                .map(|(kind, count)| text::review::times_of(count, rows::kind(kind))),
        )
    }

    /// The first `most` kinds and devices in which `text` occurs, without case, as places in the groups and
    /// in their devices; and whether there are more. A blank text is in all: it only shows, and selects nothing.
    /// `name_of` knows what people call a device.
    pub fn matching(
        &self,
        text: &str,
        most: usize,
        name_of: &dyn Fn(&DeviceRef) -> Option<String>,
    ) -> (Vec<(usize, usize)>, bool) {
        let text = SearchText::parse("search", text.trim()).ok();
        let mut found = Vec::new();
        for (at, group) in self.groups.iter().enumerate() {
            let name = group.name.as_deref().unwrap_or_default();
            let all = text
                .as_ref()
                .is_none_or(|text| text.is_in(&group.kind) || text.is_in(name));
            for (place, (device, _)) in group.devices.iter().enumerate() {
                let takes = all
                    || self.devices.get(*device).is_some_and(|device| {
                        text.as_ref().is_some_and(|text| {
                            text.is_in_device(device)
                                || name_of(device).is_some_and(|name| text.is_in(&name))
                        })
                    });
                if !takes {
                    continue;
                }
                if found.len() == most {
                    return (found, true);
                }
                found.push((at, place));
            }
        }
        (found, false)
    }
}

/// A review being built, in one pass over the candidates and one over the commands kept.
#[derive(Debug)]
pub struct Gathering {
    provider: Provider,
    /// By kind and name.
    groups: Vec<Group>,
    devices: Vec<DeviceRef>,
    queues: Vec<Queue>,
    places: HashMap<DeviceRef, usize>,
    /// Where the last command was put: the next one mostly goes there, too.
    last: Option<usize>,
    last_group: usize,
    total: usize,
}

impl Gathering {
    /// Returns an empty review for this provider.
    pub fn new(provider: Provider) -> Self {
        Self {
            provider,
            groups: Vec::new(),
            devices: Vec::new(),
            queues: Vec::new(),
            places: HashMap::new(),
            last: None,
            last_group: 0,
            total: 0,
        }
    }

    fn known_place(&mut self, device: &DeviceRef) -> Option<usize> {
        let is_last = |last: &usize| self.devices.get(*last) == Some(device);
        if self.last.filter(is_last).is_none() {
            self.last = self.places.get(device).copied();
        }
        self.last
    }

    /// One that is to be cancelled.
    pub fn add(&mut self, one: CommandView<'_>) {
        self.total += 1;
        let device = match self.known_place(one.device) {
            Some(known) => {
                if let Some(queue) = self.queues.get_mut(known) {
                    queue.cancels(&one);
                }
                known
            }
            None => {
                let new = self.devices.len();
                self.devices.push(one.device.clone());
                self.places.insert(one.device.clone(), new);
                self.last = Some(new);
                if self.provider.descriptor().has_device_queue() {
                    self.queues.push(Queue::new(&one));
                }
                new
            }
        };
        let group = self.group(&one);
        if let Some(group) = self.groups.get_mut(group) {
            group.total += 1;
            match group.devices.last_mut() {
                Some((last, count)) if *last == device => *count += 1,
                _ => group.devices.push((device, 1)),
            }
        }
    }

    fn group(&mut self, one: &CommandView<'_>) -> usize {
        let (kind, name) = (one.kind, one.known_name());
        let order = |group: &Group| (group.kind.as_str(), group.name.as_deref()).cmp(&(kind, name));
        if self
            .groups
            .get(self.last_group)
            .is_some_and(|group| order(group).is_eq())
        {
            return self.last_group;
        }
        self.last_group = match self.groups.binary_search_by(order) {
            Ok(known) => known,
            Err(new) => {
                let group = Group {
                    kind: kind.to_owned(),
                    name: name.map(str::to_owned),
                    weight: kind_severity::of_command(kind, name, one.severity),
                    devices: Vec::new(),
                    total: 0,
                };
                self.groups.insert(new, group);
                new
            }
        };
        self.last_group
    }

    /// One that waits and is kept. All that are to be cancelled have to be added by now.
    pub fn keep(&mut self, one: CommandView<'_>) {
        if let Some(place) = self.known_place(one.device)
            && let Some(queue) = self.queues.get_mut(place)
        {
            queue.keeps(&one);
        }
    }

    /// The review of `scope`, of which `unread` devices were never read.
    pub fn finish(mut self, scope: Scope, whole: Option<Whole>, unread: usize) -> Review {
        for group in &mut self.groups {
            // Commands need not have come device by device.
            group.devices.sort_unstable();
            group.devices.dedup_by(|gone, kept| {
                let same = gone.0 == kept.0;
                if same {
                    kept.1 += gone.1;
                }
                same
            });
        }
        // Stable: within a rank by kind and name.
        self.groups
            .sort_by_key(|group| Reverse(group.weight.severity));
        let mut next_out: Vec<PromotedCommands> = self
            .queues
            .into_iter()
            .zip(&self.devices)
            .filter_map(|(queue, device)| queue.finish(device))
            .collect();
        next_out.sort_by_key(|next| Reverse(next.severity));
        Review {
            scope,
            whole,
            provider: self.provider,
            groups: self.groups,
            devices: self.devices,
            total: self.total,
            unread,
            next_out,
        }
    }
}

#[cfg(test)]
mod tests;
