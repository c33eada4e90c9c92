//! Where notices go, as it is configured.

use std::collections::BTreeSet;

use countermand_core_model::InvalidValue;
use countermand_relay_api::is_connection_name;

use super::{kind::NoticeKind, mail::Mail, webhook::Webhook};

/// How many failed sign-ins in a row are told of, unless it is said.
const SIGN_IN_FAILURES: u32 = 5;

/// A destination of notices.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Destination {
    pub(super) name: String,
    /// How it is reached.
    pub way: Way,
    /// What it is told of. Everything but checkpoints, unless set.
    pub kinds: BTreeSet<NoticeKind>,
    /// After how many failed sign-ins from one address within ten minutes it is told of them.
    pub sign_in_failures: u32,
}

/// How a destination is reached.
#[derive(Clone, Debug)]
pub enum Way {
    /// By requests to a URL.
    Webhook(Webhook),
    /// By mail.
    Mail(Mail),
}

impl Destination {
    /// Returns a destination that is told of everything but checkpoints.
    ///
    /// # Errors
    /// When the name is not one.
    pub fn new(name: &str, way: Way) -> Result<Self, InvalidValue> {
        if !is_connection_name(name) {
            let rule =
                "must be 1 to 63 small letters, digits and hyphens, and not begin with a hyphen";
            return Err(InvalidValue::new("notices", rule, name));
        }
        Ok(Self {
            name: name.to_owned(),
            way,
            kinds: NoticeKind::ALL
                .into_iter()
                .filter(|kind| kind.is_news())
                .collect(),
            sign_in_failures: SIGN_IN_FAILURES,
        })
    }
}
