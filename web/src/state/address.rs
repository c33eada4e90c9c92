//! What is shown, as a part of the page's address: a view can be kept and shared. It stands behind the `#`, which
//! is sent to no server, and there is no place in it for a key.

use countermand_core_model::{CommandState, DeviceRef, Provider, Timestamp};
use countermand_table::{Column, Direction, Filter, Order, StateSet};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::rows::what_waits;

/// An address is shown to people: what needs no encoding is left readable.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b':')
    .remove(b'/')
    .remove(b',');

/// So many devices at most are named in an address.
const MOST_DEVICES: usize = 50;

/// What an address says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Which commands.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// Parts that mean nothing here, or nothing any more.
    pub ignored: Vec<String>,
}

impl Shown {
    /// Reads what stands behind the `#`. What it does not understand it names, and goes on.
    pub fn read(provider: Provider, address: &str) -> Self {
        let mut shown = Self {
            filter: what_waits(),
            order: Order::default(),
            ignored: Vec::new(),
        };
        for part in address.trim_start_matches('#').split('&') {
            if !part.is_empty() && shown.take(provider, part).is_none() {
                shown.ignored.push(part.chars().take(80).collect());
            }
        }
        shown
    }

    fn take(&mut self, provider: Provider, part: &str) -> Option<()> {
        let (name, value) = part.split_once('=')?;
        let value = percent_decode_str(value).decode_utf8().ok()?;
        let value = value.as_ref();
        match name {
            "state" => {
                let mut states = StateSet::default();
                if value != "all" {
                    for word in value.split(',') {
                        states.set(word.parse::<CommandState>().ok()?, true);
                    }
                }
                self.filter.states = states;
            }
            "kind" => self.filter.kinds.push(value.to_owned()),
            "device" if self.filter.devices.len() < MOST_DEVICES => {
                let device = DeviceRef::parse_for(provider, value).ok()?;
                self.filter.devices.push(device);
            }
            "after" => self.filter.created_after = Some(Timestamp::parse_rfc3339(value)?),
            "before" => self.filter.created_before = Some(Timestamp::parse_rfc3339(value)?),
            "text" => value.clone_into(&mut self.filter.text),
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
            // Whoever opens the page with these has their own use for them.
            "demo" | "connection" => {}
            _ => return None,
        }
        Some(())
    }

    /// The parts that differ from what is shown to begin with, to stand behind the `#`.
    pub fn write(filter: &Filter, order: Order) -> String {
        let mut parts = Vec::new();
        let mut part = |name: &str, value: &str| {
            parts.push(format!("{name}={}", utf8_percent_encode(value, ENCODED)));
        };
        if filter.states.is_empty() {
            part("state", "all");
        } else if filter.states != what_waits().states {
            let states: Vec<&str> = filter.states.iter().map(CommandState::as_str).collect();
            part("state", &states.join(","));
        }
        for kind in &filter.kinds {
            part("kind", kind);
        }
        for device in filter.devices.iter().take(MOST_DEVICES) {
            part("device", &device.to_string());
        }
        if let Some(at) = filter.created_after {
            part("after", &at.to_string());
        }
        if let Some(at) = filter.created_before {
            part("before", &at.to_string());
        }
        if !filter.text.trim().is_empty() {
            part("text", filter.text.trim());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::testing::{at, device};

    #[test]
    fn what_is_shown_to_begin_with_needs_no_words() {
        let shown = Shown::read(Provider::Applivery, "");
        assert_eq!(Shown::write(&shown.filter, shown.order), "");
        assert!(shown.ignored.is_empty());
    }

    #[test]
    fn reading_is_the_inverse_of_writing() {
        let filters = [
            Filter::default(),
            Filter {
                states: StateSet::of([CommandState::Sent, CommandState::Unknown]),
                kinds: vec!["LOCK".into(), "a & b = c, 100 %".into(), "类型".into()],
                devices: vec![device("enos:key:pk/d%2Fk"), device("enos:asset:a1")],
                created_after: Some(at(5)),
                created_before: Some(at(9)),
                text: "#till 1&x=y".into(),
            },
        ];
        for filter in filters {
            for column in Column::ALL {
                for direction in [Direction::Ascending, Direction::Descending] {
                    let order = Order { column, direction };
                    let address = format!("#{}", Shown::write(&filter, order));
                    let read = Shown::read(Provider::Enos, &address);
                    assert_eq!((&read.filter, read.order), (&filter, order), "{address}");
                    assert!(read.ignored.is_empty(), "{address}");
                }
            }
        }
    }

    #[test]
    fn nonsense_is_named_and_harms_nothing() {
        let shown = Shown::read(
            Provider::Applivery,
            "#state=sent&state=flying&kind&sort=colour&after=yesterday&device=enos:asset:a&text=%FF&token=x&kind=LOCK&demo=1&connection=fleet",
        );
        assert_eq!(shown.filter.states, StateSet::of([CommandState::Sent]));
        assert_eq!(shown.filter.kinds, ["LOCK"]);
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
