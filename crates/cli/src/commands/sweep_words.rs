//! What a sweep at a server looks for, in words.

use countermand_relay_api::{FilterTerms, ScopeTerms, SweepTerms};

use crate::output::count;

/// Returns what is braked, and where.
pub(super) fn sweep_words(sweep: &SweepTerms) -> String {
    let scope = match &sweep.scope {
        ScopeTerms::Organization => "all devices of the organization".to_owned(),
        ScopeTerms::Search(text) => format!("the devices that --search {text:?} finds"),
        ScopeTerms::Devices(devices) => match devices.as_slice() {
            [device] => device.clone(),
            devices => count(devices.len(), "device"),
        },
    };
    let most = sweep
        .at_most
        .map(|most| format!(", at most {most} commands"));
    let most = most.unwrap_or_default();
    format!(
        "whatever is pending and matches {} on {scope}{most}",
        filter_words(&sweep.filter)
    )
}

/// Returns a filter as its options.
pub(super) fn filter_words(filter: &FilterTerms) -> String {
    let FilterTerms {
        kinds,
        created_after,
        created_before,
        text,
        severity,
    } = filter;
    let kinds = (!kinds.is_empty()).then(|| format!("--kind {}", kinds.join(",")));
    let severity = severity.as_ref().map(|level| match level.as_str() {
        "disruptive" => "--destructive".to_owned(),
        level => format!("severity {level} or more"),
    });
    let after = created_after
        .as_ref()
        .map(|after| format!("--created-after {after}"));
    let before = created_before
        .as_ref()
        .map(|before| format!("--created-before {before}"));
    let text = text.as_ref().map(|text| format!("--text {text:?}"));
    let options = [kinds, severity, after, before, text];
    let options: Vec<String> = options.into_iter().flatten().collect();
    options.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_said() {
        let mut sweep = SweepTerms {
            filter: FilterTerms {
                kinds: vec!["WIPE".to_owned(), "LOCK".to_owned()],
                created_after: Some("2026-12-01T08:00:00Z".to_owned()),
                created_before: Some("2026-12-02T08:00:00Z".to_owned()),
                text: Some("Lager".to_owned()),
                severity: Some("disruptive".to_owned()),
            },
            scope: ScopeTerms::Organization,
            at_most: Some(9),
        };
        assert_eq!(
            sweep_words(&sweep),
            "whatever is pending and matches --kind WIPE,LOCK and --destructive and --created-after 2026-12-01T08:00:00Z and --created-before 2026-12-02T08:00:00Z and --text \"Lager\" on all devices of the organization, at most 9 commands"
        );
        sweep.filter = FilterTerms {
            kinds: vec!["WIPE".to_owned()],
            ..FilterTerms::default()
        };
        sweep.at_most = None;
        sweep.scope = ScopeTerms::Devices(vec!["applivery:a".to_owned(); 3]);
        assert_eq!(
            sweep_words(&sweep),
            "whatever is pending and matches --kind WIPE on 3 devices"
        );
    }
}
