//! What waits and a filter leaves out, in words: "nothing is waiting" is said only where nothing is.

use std::collections::BTreeMap;

use countermand_client::LeftOut;

use crate::{args::FilterArgs, output::say, settings::KeepOut};

/// What came through a filter.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Through {
    /// Commands that it means.
    pub(super) meant: usize,
    /// Commands that it may mean, left out because it is not clear whether they wait.
    pub(super) unclear: usize,
}

/// Says what must be known of the commands that `filter` leaves out, beside those that came `through`.
/// Is there anything that must not pass for done?
pub(super) fn tell(
    keep_out: &KeepOut,
    filter: &FilterArgs,
    left_out: &LeftOut,
    through: Through,
) -> bool {
    let lines = lines(filter, left_out, through);
    for line in &lines {
        say(&keep_out.of(line));
    }
    !lines.is_empty()
}

fn lines(filter: &FilterArgs, left_out: &LeftOut, through: Through) -> Vec<String> {
    let mut lines = Vec::new();
    if through.meant == 0 {
        // That something of what is meant may wait has been said.
        let counts_unclear = through.unclear == 0;
        lines.extend(nothing_through(filter, left_out, counts_unclear));
    }
    if left_out.without_time > 0 {
        lines.push(lacking(left_out.without_time, |it| {
            format!("when {it} given")
        }));
    }
    if left_out.without_kind > 0 {
        lines.push(lacking(left_out.without_kind, |it| {
            format!("of which kind {it}")
        }));
    }
    lines
}

/// "3 commands wait; none is of kind WYPE (waiting: 3 WIPE)", where there are any.
fn nothing_through(
    filter: &FilterArgs,
    left_out: &LeftOut,
    counts_unclear: bool,
) -> Option<String> {
    let kinds = |by_kind: &BTreeMap<String, usize>| {
        by_kind_in_words(by_kind.iter().map(|(kind, count)| (&**kind, *count)))
    };
    let waits = match left_out.count() {
        0 => None,
        1 => Some("1 command waits".to_owned()),
        count => Some(format!("{count} commands wait")),
    };
    let may_wait = match left_out.may_wait() {
        0 => None,
        _ if !counts_unclear => None,
        count if waits.is_some() => Some(format!("{count} more may wait")),
        1 => Some("1 command may wait".to_owned()),
        count => Some(format!("{count} commands may wait")),
    };
    let which = [
        waits
            .is_some()
            .then(|| format!("waiting: {}", kinds(&left_out.by_kind))),
        may_wait
            .is_some()
            .then(|| format!("not clear: {}", kinds(&left_out.may_wait_by_kind))),
    ];
    let which: Vec<String> = which.into_iter().flatten().collect();
    let both: Vec<String> = [waits, may_wait].into_iter().flatten().collect();
    (!both.is_empty()).then(|| {
        format!(
            "{}; none is {} ({})",
            both.join(", and "),
            filter.in_words(),
            which.join("; ")
        )
    })
}

/// The kinds with their numbers: "31 LOCK, 9 WIPE", the most first.
pub(super) fn by_kind_in_words<'a>(kinds: impl Iterator<Item = (&'a str, usize)>) -> String {
    let mut kinds: Vec<_> = kinds.collect();
    kinds.sort_by(|(a, many), (b, more)| more.cmp(many).then(a.cmp(b)));
    let words: Vec<String> = kinds
        .into_iter()
        .map(|(kind, count)| match kind {
            "" => format!("{count} of unknown kind"),
            kind => format!("{count} {kind}"),
        })
        .collect();
    words.join(", ")
}

fn lacking(count: usize, what: impl Fn(&str) -> String) -> String {
    let (commands, what) = match count {
        1 => ("1 command that waits is".to_owned(), what("it was")),
        _ => (format!("{count} commands that wait are"), what("they were")),
    };
    format!("{commands} left out: it is not known {what}; --command ID cancels one by its id")
}
