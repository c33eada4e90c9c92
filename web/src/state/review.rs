//! What a review shows before anything is sent: what will be cancelled, the gravest first.

use std::sync::Arc;

use countermand_core_model::{Command, CommandTarget, DeviceRef, EverythingWaiting, Provider};

use super::{consequence, rows};

/// From so many on the number has to be typed.
pub const TYPED_FROM: usize = 50;

/// What is to be cancelled. The two ways never turn into each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// These commands.
    Commands(Vec<CommandTarget>),
    /// Everything that waits on a device.
    Everything(EverythingWaiting),
}

/// A review of a cancel.
#[derive(Clone, Debug)]
pub struct Review {
    /// What is to be cancelled.
    pub scope: Scope,
    /// The vendor.
    pub provider: Provider,
    /// The commands as they were last read, by kind, the gravest first.
    pub groups: Vec<Group>,
    /// How many they are.
    pub total: usize,
}

/// Commands of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The kind.
    pub kind: String,
    /// The name, where there is one.
    pub name: Option<String>,
    /// What such a command does if it is not cancelled.
    pub does: &'static str,
    /// Each device with the number of its commands of this kind.
    pub devices: Vec<(DeviceRef, usize)>,
    /// How many they are.
    pub total: usize,
}

impl Review {
    /// Of `commands`, all of one vendor.
    pub fn new(scope: Scope, provider: Provider, commands: &[Arc<Command>]) -> Self {
        let mut ranked: Vec<(consequence::Consequence, Group)> = Vec::new();
        for command in commands {
            let (kind, name) = (
                rows::kind(&command.kind),
                rows::known_by(command.name.as_deref()),
            );
            let known = ranked
                .iter_mut()
                .find(|(_, group)| group.kind == kind && group.name.as_deref() == name);
            let group = match known {
                Some((_, group)) => group,
                None => {
                    let weight = consequence::of(&command.kind);
                    let group = Group {
                        kind: kind.to_owned(),
                        name: name.map(str::to_owned),
                        does: weight.does,
                        devices: Vec::new(),
                        total: 0,
                    };
                    ranked.push((weight, group));
                    // Just pushed.
                    let Some((_, group)) = ranked.last_mut() else {
                        continue;
                    };
                    group
                }
            };
            group.total += 1;
            match group
                .devices
                .iter_mut()
                .find(|(device, _)| *device == command.device)
            {
                Some((_, count)) => *count += 1,
                None => group.devices.push((command.device.clone(), 1)),
            }
        }
        ranked.sort_by(|(one, a), (other, b)| {
            one.rank
                .cmp(&other.rank)
                .then_with(|| (&a.kind, &a.name).cmp(&(&b.kind, &b.name)))
        });
        Self {
            scope,
            provider,
            groups: ranked.into_iter().map(|(_, group)| group).collect(),
            total: commands.len(),
        }
    }

    /// Must the number be typed?
    pub fn must_be_typed(&self) -> bool {
        self.total >= TYPED_FROM
    }

    /// May it go ahead with this in the box for the number?
    pub fn may_go(&self, typed: &str) -> bool {
        self.total > 0 && (!self.must_be_typed() || typed.trim().parse::<usize>() == Ok(self.total))
    }

    /// On how many devices.
    pub fn devices(&self) -> usize {
        let mut devices: Vec<&DeviceRef> = self
            .groups
            .iter()
            .flat_map(|group| group.devices.iter().map(|(device, _)| device))
            .collect();
        devices.sort();
        devices.dedup();
        devices.len()
    }
}

#[cfg(test)]
mod tests {
    use countermand_core_model::CommandState;

    use super::*;
    use crate::state::testing::{command, target};

    fn review(commands: &[Command]) -> Review {
        let commands: Vec<Arc<Command>> = commands.iter().cloned().map(Arc::new).collect();
        let targets = commands.iter().map(|command| target(command)).collect();
        Review::new(Scope::Commands(targets), Provider::Applivery, &commands)
    }

    fn pending(device: &str, number: u32, kind: &str) -> Command {
        command(device, number, kind, CommandState::Pending)
    }

    #[test]
    fn groups_by_kind_and_device_the_gravest_first() {
        let review = review(&[
            pending("applivery:A", 1, "REBOOT"),
            pending("applivery:A", 2, "LOCK"),
            pending("applivery:B", 3, "WIPE"),
            pending("applivery:B", 4, "LOCK"),
            pending("applivery:B", 5, "LOCK"),
        ]);
        let shown: Vec<(&str, usize, usize)> = review
            .groups
            .iter()
            .map(|group| (group.kind.as_str(), group.total, group.devices.len()))
            .collect();
        assert_eq!(shown, [("WIPE", 1, 1), ("LOCK", 3, 2), ("REBOOT", 1, 1)]);
        assert_eq!(review.groups[1].devices[1].1, 2);
        assert_eq!((review.total, review.devices()), (5, 2));
    }

    #[test]
    fn a_path_to_a_command_does_not_make_a_group_of_its_own() {
        let mut two = [
            pending("applivery:A", 1, "LOCK"),
            pending("applivery:A", 2, "LOCK"),
        ];
        for (number, command) in two.iter_mut().enumerate() {
            command.name = Some(format!("enterprises/e/operations/{number}"));
        }
        assert_eq!(review(&two).groups.len(), 1);
        two[0].name = Some("Night shift".into());
        assert_eq!(review(&two).groups.len(), 2);
    }

    #[test]
    fn from_fifty_on_the_number_is_typed() {
        let many = |count: u32| -> Vec<Command> {
            (0..count)
                .map(|number| pending("applivery:A", number, "LOCK"))
                .collect()
        };
        let few = review(&many(49));
        assert!(few.may_go(""));
        let fifty = review(&many(50));
        assert!(fifty.must_be_typed());
        for typed in ["", "49", "5O", "all", "-50"] {
            assert!(!fifty.may_go(typed), "{typed}");
        }
        assert!(fifty.may_go("50") && fifty.may_go(" 50 "));
    }

    #[test]
    fn nothing_is_nothing_to_confirm() {
        assert!(!review(&[]).may_go(""));
    }
}
