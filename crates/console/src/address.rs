//! What is shown, in the page's address, so that a view can be saved and shared. It stands behind the `#`, which is
//! sent to no server, and has no place for a key.

use countermand_core_model::{
    CommandId, CommandState, CommandTarget, DeviceRef, FilterField, Provider, SeverityLevel,
    StateSet,
};
use countermand_table::{Column, Direction, Order, RowFilter};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::rows::default_filter;

/// What needs no encoding stays readable.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b':')
    .remove(b'/')
    .remove(b',');

/// The most devices that an address names.
pub const MOST_DEVICES: usize = 50;

/// What an address says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressView {
    /// Which commands.
    pub filter: RowFilter,
    /// In which order.
    pub order: Order,
    /// The devices that are chosen; empty where the address does not say.
    pub chosen: Vec<DeviceRef>,
    /// The command whose details are open.
    pub open: Option<CommandTarget>,
    /// Parts that are not understood. If one of them may narrow down what is shown, [`RowFilter::is_unreadable`] is
    /// set.
    pub ignored: Vec<String>,
}

impl AddressView {
    /// Reads what stands behind the `#`. Parts that are not understood are returned, and where one of them may narrow
    /// down what is shown, nothing is shown: what is shown can be selected and cancelled.
    pub fn read(provider: Provider, address: &str) -> Self {
        let mut shown = Self {
            filter: default_filter(),
            order: Order::default(),
            chosen: Vec::new(),
            open: None,
            ignored: Vec::new(),
        };
        // What takes one value is named once.
        let mut named = Vec::new();
        for part in address.trim_start_matches('#').split('&') {
            if part.is_empty() {
                continue;
            }
            let name = part.split_once('=').map_or(part, |(name, _)| name);
            if shown.take(provider, part).is_some() && (may_repeat(name) || !named.contains(&name))
            {
                named.push(name);
                continue;
            }
            shown.ignored.push(part.chars().take(80).collect());
            // In whatever order, and whatever is open, the same commands are shown.
            shown.filter.is_unreadable |= !part.starts_with("sort=") && !part.starts_with(OPEN);
        }
        shown
    }

    /// Takes in a part. Returns `None` if it is not understood.
    fn take(&mut self, provider: Provider, part: &str) -> Option<()> {
        let (name, value) = part.split_once('=')?;
        let value = percent_decode_str(value).decode_utf8().ok()?;
        let value = value.as_ref();
        match name {
            "state" => self.filter.commands.states = read_states(value)?,
            "device" if self.filter.devices.len() < MOST_DEVICES => {
                let device = DeviceRef::parse_for(provider, value).ok()?;
                self.filter.devices.push(device);
            }
            "severity" => self.filter.level = Some(SeverityLevel::parse(value)?),
            "sort" => {
                let (column, direction) = match value.strip_prefix('-') {
                    Some(column) => (column, Direction::Descending),
                    None => (value, Direction::Ascending),
                };
                self.order = Order {
                    column: Column::parse(column)?,
                    direction,
                };
            }
            "chosen" => {
                let devices = value.split(',');
                let devices = devices.map(|one| DeviceRef::parse_for(provider, one).ok());
                self.chosen = devices.take(MOST_DEVICES).collect::<Option<_>>()?;
            }
            "open" => {
                let (device, id) = value.split_once(' ')?;
                let device = DeviceRef::parse_for(provider, device).ok()?;
                let id = CommandId::parse(provider, id).ok()?;
                self.open = Some(CommandTarget::new(device, id).ok()?);
            }
            // Other parts of the page use these.
            "demo" | "connection" => {}
            _ => FilterField::parse(name)?.set(&mut self.filter.commands, value)?,
        }
        Some(())
    }

    /// Returns the parts that differ from what is shown first, to stand behind the `#`.
    pub fn write(filter: &RowFilter, order: Order) -> String {
        let mut parts = Vec::new();
        let mut part = |name: &str, value: &str| {
            parts.push(format!("{name}={}", utf8_percent_encode(value, ENCODED)));
        };
        let RowFilter {
            commands,
            devices,
            level,
            is_unreadable: _,
        } = filter;
        if commands.states.is_empty() {
            part("state", ALL_STATES);
        } else if commands.states != default_filter().commands.states {
            let states: Vec<&str> = commands.states.iter().map(CommandState::as_str).collect();
            part("state", &states.join(","));
        }
        let values = |are_lists: bool| {
            let fields = FilterField::ALL.into_iter();
            let fields = fields.filter(move |field| field.is_list() == are_lists);
            fields.flat_map(|field| {
                let values = field.values(commands).into_iter();
                values.map(move |value| (field.as_str(), value))
            })
        };
        let devices = devices.iter().take(MOST_DEVICES);
        let devices = devices.map(|device| ("device", device.to_string()));
        for (name, value) in values(true).chain(devices).chain(values(false)) {
            part(name, &value);
        }
        if let Some(level) = level {
            part("severity", level.as_str());
        }
        if order != Order::default() {
            let turned = match order.direction {
                Direction::Ascending => "",
                Direction::Descending => "-",
            };
            part("sort", &format!("{turned}{}", order.column.as_str()));
        }
        parts.join("&")
    }
}

/// Returns the part of an address that names the chosen devices; empty where there are none, or too many to be named.
pub fn write_chosen(chosen: &[DeviceRef]) -> String {
    if chosen.is_empty() || chosen.len() > MOST_DEVICES {
        return String::new();
    }
    let names: Vec<String> = chosen.iter().map(DeviceRef::to_string).collect();
    written("chosen=", &names.join(","))
}

/// Returns the part of an address that opens a command's details.
pub fn write_open(open: Option<&CommandTarget>) -> String {
    open.map_or_else(String::new, |target| {
        written(OPEN, &format!("{} {}", target.device(), target.id()))
    })
}

fn written(name: &str, value: &str) -> String {
    format!("{name}{}", utf8_percent_encode(value, ENCODED))
}

/// Begins the part that opens a command's details.
const OPEN: &str = "open=";

/// The states of an address that shows all.
const ALL_STATES: &str = "all";

fn read_states(value: &str) -> Option<StateSet> {
    let mut states = StateSet::default();
    if value != ALL_STATES {
        for word in value.split(',') {
            states.set(word.parse::<CommandState>().ok()?, true);
        }
    }
    Some(states)
}

fn may_repeat(name: &str) -> bool {
    matches!(name, "device" | "demo" | "connection")
        || FilterField::parse(name).is_some_and(FilterField::is_list)
}

#[cfg(test)]
mod tests {
    use countermand_core_model::{Filter, KindName, SearchText};
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{at, device};

    #[test]
    fn what_is_shown_to_begin_with_needs_no_words() {
        let shown = AddressView::read(Provider::Applivery, "");
        assert_eq!(AddressView::write(&shown.filter, shown.order), "");
        assert!(shown.ignored.is_empty());
    }

    #[test]
    fn reading_is_the_inverse_of_writing() {
        let filters = [
            RowFilter::default(),
            RowFilter {
                commands: Filter {
                    states: StateSet::of([CommandState::Sent, CommandState::Unknown]),
                    kinds: ["LOCK", "a & b = c, 100 %", "类型"]
                        .map(KindName::exact)
                        .into(),
                    created_after: Some(at(5)),
                    created_before: Some(at(9)),
                    text: SearchText::typed("#till 1&x=y"),
                    ..Filter::default()
                },
                devices: vec![device("enos:key:pk/d%2Fk"), device("enos:asset:a1")],
                level: Some(SeverityLevel::Destructive),
                is_unreadable: false,
            },
        ];
        for filter in filters {
            for column in Column::ALL {
                for direction in [Direction::Ascending, Direction::Descending] {
                    let order = Order { column, direction };
                    let address = format!("#{}", AddressView::write(&filter, order));
                    let read = AddressView::read(Provider::Enos, &address);
                    assert_eq!((&read.filter, read.order), (&filter, order), "{address}");
                    assert!(read.ignored.is_empty(), "{address}");
                }
            }
        }
    }

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let chosen = [device("enos:key:p,k/d%2Fk"), device("enos:asset:a&1")];
        let id = CommandId::parse(Provider::Enos, "1234567890123456789").unwrap();
        let target = CommandTarget::new(chosen[0].clone(), id).unwrap();
        let address = format!(
            "#{}&{}&sort=id",
            write_chosen(&chosen),
            write_open(Some(&target))
        );
        let read = AddressView::read(Provider::Enos, &address);
        assert!(read.ignored.is_empty(), "{:?}", read.ignored);
        assert_eq!((read.chosen, read.open), (chosen.to_vec(), Some(target)));
        let many = vec![chosen[0].clone(); MOST_DEVICES + 1];
        assert_eq!(
            (write_chosen(&many), write_open(None)),
            (String::new(), String::new())
        );
    }

    #[test]
    fn what_may_narrow_and_is_not_understood_shows_nothing() {
        let narrower = [
            "text=",
            "text=%20",
            "text=%E2%80%8B",
            "text",
            "text=%FF",
            "text=a%0Ab",
            "kind=",
            "kind=%20",
            "kind=_",
            "severity=",
            "severity=grave",
            "state=",
            "state=,",
            "state=sent,",
            "state=flying",
            "chosen=",
            "chosen=A,,B",
            "chosen=A&chosen=B",
            "device=",
            "device=%20",
            "device=enos:asset:a",
            "after=",
            "after=yesterday",
            "before=%20",
            "stat=sent",
            "kinds=WIPE",
            "TEXT=x",
            "=x",
            "text=a&text=b",
            "state=sent&state=all",
            "after=2026-01-01T00:00:00Z&after=2025-01-01T00:00:00Z",
        ];
        for part in narrower {
            for address in [
                format!("#{part}"),
                format!("#kind=WIPE&{part}"),
                format!("#{part}&kind=WIPE"),
            ] {
                let shown = AddressView::read(Provider::Applivery, &address);
                assert!(shown.filter.is_unreadable, "{address}");
                assert!(!shown.ignored.is_empty(), "{address}");
            }
        }
        for address in [
            "",
            "#",
            "#&",
            "#state=all",
            "#demo=1",
            "#sort=colour",
            "#open=",
            "#open=A",
            "#open=A%20..",
            "#chosen=A,B",
            "#kind=A&kind=B&device=A&device=B",
        ] {
            let shown = AddressView::read(Provider::Applivery, address);
            assert!(!shown.filter.is_unreadable, "{address}");
        }
    }

    proptest! {
        /// An address shows commands only where each of its parts was understood.
        #[test]
        fn nothing_is_left_out_of_an_address_in_silence(
            parts in prop::collection::vec(
                ("(state|kind|severity|device|after|before|text|sort|stat|)", "[ %a-f0-9,=:_TZ-]{0,12}"), 0..4,
            ),
        ) {
            let address = parts.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
            let shown = AddressView::read(Provider::Applivery, &address);
            let narrows = |part: &str| !part.is_empty() && !part.starts_with("sort=");
            let understood = address.split('&').filter(|part| narrows(part)).count()
                - shown.ignored.iter().filter(|part| narrows(part)).count();
            let filter = &shown.filter.commands;
            let is_set = usize::from(filter.created_after.is_some()) + usize::from(filter.created_before.is_some())
                + usize::from(filter.text.is_some()) + filter.kinds.len() + shown.filter.devices.len()
                + usize::from(shown.filter.level.is_some()) + usize::from(filter.states != default_filter().commands.states);
            prop_assert!(shown.filter.is_unreadable || is_set <= understood);
            prop_assert_eq!(shown.filter.is_unreadable, shown.ignored.iter().any(|part| narrows(part)));
        }
    }

    #[test]
    fn nonsense_is_named() {
        let shown = AddressView::read(
            Provider::Applivery,
            "#state=sent&state=flying&kind&sort=colour&after=yesterday&device=enos:asset:a&text=%FF&token=x&kind=LOCK&demo=1&connection=fleet",
        );
        assert!(shown.filter.is_unreadable);
        assert_eq!(
            shown.ignored,
            [
                "state=flying",
                "kind",
                "sort=colour",
                "after=yesterday",
                "device=enos:asset:a",
                "text=%FF",
                "token=x"
            ]
        );
    }
}
