//! What waits and a filter leaves out, in words: "nothing is waiting" is said only where nothing is.

use countermand_client::LeftOut;

use crate::{args::FilterArgs, output::say, settings::KeepOut};

/// Says what must be known of the commands that `filter` leaves out, where it lets `through` commands through.
/// Is there anything that must not pass for done?
pub(super) fn tell(
    keep_out: &KeepOut,
    filter: &FilterArgs,
    left_out: &LeftOut,
    through: usize,
) -> bool {
    if left_out.count() == 0 {
        return false;
    }
    if through == 0 {
        say(&keep_out.of(&nothing_through(filter, left_out)));
    }
    if left_out.without_time > 0 {
        say(&without_time(left_out.without_time));
    }
    through == 0 || left_out.without_time > 0
}

fn nothing_through(filter: &FilterArgs, left_out: &LeftOut) -> String {
    let wait = match left_out.count() {
        1 => "1 command waits".to_owned(),
        count => format!("{count} commands wait"),
    };
    let waiting = by_kind(
        left_out
            .by_kind
            .iter()
            .map(|(kind, count)| (&**kind, *count)),
    );
    format!("{wait}; none is {} (waiting: {waiting})", filter.in_words())
}

/// The kinds with their numbers: "31 LOCK, 9 WIPE", the most first.
pub(super) fn by_kind<'a>(kinds: impl Iterator<Item = (&'a str, usize)>) -> String {
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

fn without_time(count: usize) -> String {
    let (commands, it) = match count {
        1 => ("1 command that waits is".to_owned(), "it was"),
        _ => (format!("{count} commands that wait are"), "they were"),
    };
    format!(
        "{commands} left out: it is not known when {it} given; --command ID cancels one by its id"
    )
}
