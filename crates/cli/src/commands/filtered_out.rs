//! Reports pending commands that a filter excludes: "nothing is pending" is said only if nothing is.

use std::collections::BTreeMap;

use countermand_client::LeftOut;

use crate::{
    output::{self, say},
    settings::Redactor,
};

/// How many commands match a filter.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct MatchCounts {
    /// Commands that match.
    pub(super) matched: usize,
    /// Commands that would match, left out because it is unclear whether they are pending.
    pub(super) unclear: usize,
}

/// Reports the commands that a filter excludes, which `filter` describes by its options, as far as they matter beside those that matched. Returns whether
/// there are any, so that the result is not taken for complete.
pub(super) fn report(
    redactor: &Redactor,
    filter: &str,
    left_out: &LeftOut,
    counts: MatchCounts,
) -> bool {
    let lines = lines(filter, left_out, counts);
    for line in &lines {
        say(&redactor.of(line));
    }
    !lines.is_empty()
}

fn lines(filter: &str, left_out: &LeftOut, counts: MatchCounts) -> Vec<String> {
    let mut lines = Vec::new();
    if counts.matched == 0 {
        // Unclear commands that would match were reported already.
        lines.extend(nothing_matches(filter, left_out, counts.unclear == 0));
    }
    if left_out.without_time > 0 {
        lines.push(undecidable(left_out.without_time, "creation time"));
    }
    if left_out.without_kind > 0 {
        lines.push(undecidable(left_out.without_kind, "kind"));
    }
    lines
}

/// Returns "3 commands are pending; none matches --kind WYPE (pending: 3 WIPE)", if there are any.
fn nothing_matches(filter: &str, left_out: &LeftOut, counts_unclear: bool) -> Option<String> {
    let kinds = |by_kind: &BTreeMap<String, usize>| {
        kind_counts(by_kind.iter().map(|(kind, count)| (&**kind, *count)))
    };
    let pending = match left_out.count() {
        0 => None,
        1 => Some("1 command is pending".to_owned()),
        count => Some(format!("{} commands are pending", output::number(count))),
    };
    let may_be_pending = match left_out.may_wait() {
        0 => None,
        _ if !counts_unclear => None,
        count if pending.is_some() => {
            Some(format!("{} more may be pending", output::number(count)))
        }
        1 => Some("1 command may be pending".to_owned()),
        count => Some(format!("{} commands may be pending", output::number(count))),
    };
    let which = [
        pending
            .is_some()
            .then(|| format!("pending: {}", kinds(&left_out.by_kind))),
        may_be_pending
            .is_some()
            .then(|| format!("unclear: {}", kinds(&left_out.may_wait_by_kind))),
    ];
    let which: Vec<String> = which.into_iter().flatten().collect();
    let both: Vec<String> = [pending, may_be_pending].into_iter().flatten().collect();
    (!both.is_empty()).then(|| {
        format!(
            "{}; none matches {} ({}).",
            both.join(", and "),
            filter,
            which.join("; ")
        )
    })
}

/// Returns kinds with their counts, the most frequent first: "31 LOCK, 9 WIPE".
pub(super) fn kind_counts<'a>(kinds: impl Iterator<Item = (&'a str, usize)>) -> String {
    let mut kinds: Vec<_> = kinds.collect();
    kinds.sort_by(|(a, many), (b, more)| more.cmp(many).then(a.cmp(b)));
    let counts: Vec<String> = kinds
        .into_iter()
        .map(|(kind, count)| match (kind, output::number(count)) {
            ("", count) => format!("{count} of unknown kind"),
            (kind, count) => format!("{count} {kind}"),
        })
        .collect();
    counts.join(", ")
}

/// Returns a line about commands for which the filter cannot be decided.
fn undecidable(count: usize, what: &str) -> String {
    let commands = output::count(count, "pending command");
    let their = if count == 1 { "its" } else { "their" };
    format!(
        "{commands} left out, because {their} {what} is unknown. Use --command ID to cancel one."
    )
}
