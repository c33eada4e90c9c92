//! What is shown, as a part of the page's address: a view can be kept and shared. It stands behind the `#`, which
//! is sent to no server, and there is no place in it for a key.

use countermand_core_model::{CommandState, DeviceRef, KindName, Provider, SearchText, Timestamp};
use countermand_table::{Column, Direction, Filter, Order, StateSet};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::rows::default_filter;

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
pub struct AddressView {
    /// Which commands.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// Parts that mean nothing here, or nothing any more. Any of them may have been meant to narrow down what is
    /// shown: then [`Filter::is_unreadable`] is set.
    pub ignored: Vec<String>,
}

/// What a part of an address is about. What a filter takes one value for, an address names once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    State,
    After,
    Before,
    Text,
    Sort,
    /// It may be named again and again, or is not for this.
    Other,
}

impl AddressView {
    /// Reads what stands behind the `#`. What it does not understand it names. Where that may narrow down what is
    /// shown, nothing is: what is shown can be selected and cancelled, and more must not be than was meant.
    pub fn read(provider: Provider, address: &str) -> Self {
        let mut shown = Self {
            filter: default_filter(),
            order: Order::default(),
            ignored: Vec::new(),
        };
        let mut named = Vec::new();
        for part in address.trim_start_matches('#').split('&') {
            if part.is_empty() {
                continue;
            }
            let about = shown.take(provider, part);
            if let Some(about) = about
                && (about == Part::Other || !named.contains(&about))
            {
                named.push(about);
                continue;
            }
            shown.ignored.push(part.chars().take(80).collect());
            // In whatever order, the same commands are shown.
            shown.filter.is_unreadable |= !part.starts_with("sort=");
        }
        shown
    }

    fn take(&mut self, provider: Provider, part: &str) -> Option<Part> {
        let (name, value) = part.split_once('=')?;
        let value = percent_decode_str(value).decode_utf8().ok()?;
        let value = value.as_ref();
        Some(match name {
            "state" => {
                let mut states = StateSet::default();
                if value != "all" {
                    for word in value.split(',') {
                        states.set(word.parse::<CommandState>().ok()?, true);
                    }
                }
                self.filter.states = states;
                Part::State
            }
            "kind" => {
                KindName::parse("kind", value).ok()?;
                self.filter.kinds.push(value.to_owned());
                Part::Other
            }
            "device" if self.filter.devices.len() < MOST_DEVICES => {
                let device = DeviceRef::parse_for(provider, value).ok()?;
                self.filter.devices.push(device);
                Part::Other
            }
            "after" => {
                self.filter.created_after = Some(Timestamp::parse_rfc3339(value)?);
                Part::After
            }
            "before" => {
                self.filter.created_before = Some(Timestamp::parse_rfc3339(value)?);
                Part::Before
            }
            "text" => {
                SearchText::parse("text", value).ok()?;
                value.clone_into(&mut self.filter.text);
                Part::Text
            }
            "sort" => {
                let (column, direction) = match value.strip_prefix('-') {
                    Some(column) => (column, Direction::Descending),
                    None => (value, Direction::Ascending),
                };
                self.order = Order {
                    column: Column::parse(column)?,
                    direction,
                };
                Part::Sort
            }
            // Whoever opens the page with these has their own use for them.
            "demo" | "connection" => Part::Other,
            _ => return None,
        })
    }

    /// The parts that differ from what is shown to begin with, to stand behind the `#`.
    pub fn write(filter: &Filter, order: Order) -> String {
        let mut parts = Vec::new();
        let mut part = |name: &str, value: &str| {
            parts.push(format!("{name}={}", utf8_percent_encode(value, ENCODED)));
        };
        if filter.states.is_empty() {
            part("state", "all");
        } else if filter.states != default_filter().states {
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
            Filter::default(),
            Filter {
                states: StateSet::of([CommandState::Sent, CommandState::Unknown]),
                kinds: vec!["LOCK".into(), "a & b = c, 100 %".into(), "类型".into()],
                devices: vec![device("enos:key:pk/d%2Fk"), device("enos:asset:a1")],
                created_after: Some(at(5)),
                created_before: Some(at(9)),
                text: "#till 1&x=y".into(),
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
            "state=",
            "state=,",
            "state=sent,",
            "state=flying",
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
                ("(state|kind|device|after|before|text|sort|stat|)", "[ %a-f0-9,=:_TZ-]{0,12}"), 0..4,
            ),
        ) {
            let address = parts.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
            let shown = AddressView::read(Provider::Applivery, &address);
            let narrows = |part: &str| !part.is_empty() && !part.starts_with("sort=");
            let understood = address.split('&').filter(|part| narrows(part)).count()
                - shown.ignored.iter().filter(|part| narrows(part)).count();
            let filter = &shown.filter;
            let is_set = usize::from(filter.created_after.is_some()) + usize::from(filter.created_before.is_some())
                + usize::from(!filter.text.is_empty()) + filter.kinds.len() + filter.devices.len()
                + usize::from(filter.states != default_filter().states);
            prop_assert!(filter.is_unreadable || is_set <= understood);
            prop_assert_eq!(filter.is_unreadable, shown.ignored.iter().any(|part| narrows(part)));
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
