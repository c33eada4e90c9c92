//! A brake rule of a server, as a row.

use countermand_relay_api::{BrakeRule, BrakeRuleState};
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::output::{Cell, Column, Record, Tone};

/// A rule in which absent fields are null.
#[derive(Clone, Debug)]
pub(crate) struct BrakeRuleRow {
    pub(crate) rule: BrakeRule,
    /// What it is about, for people.
    pub(crate) words: String,
}

impl Serialize for BrakeRuleRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rule = &self.rule;
        let mut map = serializer.serialize_map(Some(Self::FIELDS.len()))?;
        map.serialize_entry("id", &rule.id)?;
        map.serialize_entry("state", &rule.state)?;
        map.serialize_entry("sweep", &rule.sweep)?;
        map.serialize_entry("automatic", &rule.automatic)?;
        map.serialize_entry("reason", &rule.reason)?;
        map.serialize_entry("valid_until", &rule.valid_until)?;
        map.serialize_entry("by", &rule.by)?;
        map.serialize_entry("at", &rule.at)?;
        map.serialize_entry("signed_by", &rule.signed_by)?;
        map.serialize_entry("signed_at", &rule.signed_at)?;
        map.serialize_entry("ended_by", &rule.ended_by)?;
        map.serialize_entry("ended_at", &rule.ended_at)?;
        map.end()
    }
}

impl Record for BrakeRuleRow {
    const FIELDS: &'static [&'static str] = &[
        "id",
        "state",
        "sweep",
        "automatic",
        "reason",
        "valid_until",
        "by",
        "at",
        "signed_by",
        "signed_at",
        "ended_by",
        "ended_at",
    ];
    const NAME: &'static str = "id";
    const COLUMNS: &'static [Column] = &[
        Column::whole("ID"),
        Column::whole("STATE"),
        Column::whole("BY"),
        Column::whole("SIGNED BY").of("signed_by").dispensable(1),
        Column::whole("VALID UNTIL").of("valid_until"),
        Column::at_least("SWEEP", 12),
    ];

    fn cells(&self) -> Vec<Cell> {
        let rule = &self.rule;
        let tone = match rule.state {
            BrakeRuleState::InForce => Tone::Plain,
            BrakeRuleState::Proposed => Tone::Open,
            BrakeRuleState::Expired | BrakeRuleState::Declined | BrakeRuleState::Revoked => {
                Tone::Faint
            }
        };
        let state = match (rule.state, rule.automatic) {
            (state, false) => state.as_str().to_owned(),
            (state, true) => format!("{} (automatic)", state.as_str()),
        };
        vec![
            rule.id.clone().into(),
            Cell::new(state, tone),
            rule.by.clone().into(),
            rule.signed_by.clone().unwrap_or_default().into(),
            rule.valid_until.clone().into(),
            self.words.clone().into(),
        ]
    }
}
