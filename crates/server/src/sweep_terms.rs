//! What a sweep looks for, in the words of the contract, of the store and of the audit.

use countermand_client::{Filter, Sweep, SweepScope};
use countermand_core_model::{InvalidValue, SeverityRules};
use countermand_relay_api::SweepTerms;
use countermand_store::BrakeRuleRecord;
use serde::Deserialize;
use serde_json::{Value, json};

/// The words, as the types that are never invalid. A plan's line has the same.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Terms {
    filter: Filter,
    scope: SweepScope,
    #[serde(default)]
    at_most: Option<usize>,
}

/// Returns what a sweep looks for as the contract tells it.
pub(crate) fn terms(sweep: &Sweep) -> Option<SweepTerms> {
    let words = json!({
        "filter": sweep.filter(),
        "scope": sweep.scope,
        "at_most": sweep.at_most,
    });
    serde_json::from_value(words).ok()
}

/// Returns the sweep that the contract tells of.
///
/// # Errors
/// Names the field and the rule.
pub(crate) fn sweep_of(terms: &SweepTerms) -> Result<Sweep, InvalidValue> {
    let read = serde_json::to_value(terms).and_then(serde_json::from_value::<Terms>);
    let Terms {
        filter,
        scope,
        at_most,
    } = read.map_err(|error| {
        let rule =
            "must have kinds, times in RFC 3339, a text, a severity and devices that can be read";
        InvalidValue::new("sweep", rule, &error.to_string())
    })?;
    if at_most == Some(0) {
        let rule = "must be at least 1";
        return Err(InvalidValue::new("sweep.at_most", rule, "0"));
    }
    Ok(Sweep::new(filter)?.over(scope).at_most(at_most))
}

/// Returns what a rule lets brake, with the connection's severity rules; none where it cannot be read.
pub(crate) fn sweep_of_rule(rule: &BrakeRuleRecord, rules: &SeverityRules) -> Option<Sweep> {
    let terms: SweepTerms = serde_json::from_str(&rule.sweep).ok()?;
    let sweep = sweep_of(&terms).ok()?;
    Some(sweep.with_severity_rules(rules.clone()))
}

/// Returns what a sweep looks for, for the audit and for notices. Of devices it has the number.
pub(crate) fn in_words(sweep: &Sweep) -> Value {
    let scope = match &sweep.scope {
        SweepScope::Devices(devices) => json!({"devices": devices.len()}),
        scope => json!(scope),
    };
    let mut words = json!({"filter": sweep.filter(), "scope": scope});
    if let (Some(most), Some(words)) = (sweep.at_most, words.as_object_mut()) {
        words.insert("at_most".to_owned(), json!(most));
    }
    words
}
