//! Finding one of many entries by a few letters.

/// How many entries are shown at most.
pub const SHOWN: usize = 40;

/// How well `label` fits what was typed, the best lowest; none where it does not. What was typed is taken
/// word by word, in any order.
pub fn fit(label: &str, typed: &str) -> Option<usize> {
    let label = label.to_lowercase();
    let typed = typed.to_lowercase();
    typed.split_whitespace().try_fold(0, |sum, word| {
        let at = label.find(word)?;
        // At the beginning of a word is better than within one, and earlier better than later.
        let within = label[..at]
            .chars()
            .next_back()
            .is_some_and(char::is_alphanumeric);
        Some(sum + at.min(100) + if within { 200 } else { 0 })
    })
}

/// The entries that fit, the best first; those that fit equally well in their order. `entries` may be very
/// many: only the best [`SHOWN`] are kept on the way.
pub fn best<T>(
    entries: impl Iterator<Item = T>,
    label: impl Fn(&T) -> String,
    typed: &str,
) -> Vec<T> {
    let mut found: Vec<(usize, T)> = Vec::new();
    for entry in entries {
        let Some(fit) = fit(&label(&entry), typed) else {
            continue;
        };
        let place = found.partition_point(|(other, _)| *other <= fit);
        if place < SHOWN {
            found.truncate(SHOWN - 1);
            found.insert(place.min(found.len()), (fit, entry));
        }
    }
    found.into_iter().map(|(_, entry)| entry).collect()
}

/// Where the choice goes with a key; none where the key does not move it. It goes round.
pub fn moved(at: usize, count: usize, key: &str) -> Option<usize> {
    let last = count.checked_sub(1)?;
    match key {
        "ArrowDown" if at >= last => Some(0),
        "ArrowDown" => Some(at + 1),
        "ArrowUp" if at == 0 => Some(last),
        "ArrowUp" => Some(at - 1),
        "PageDown" => Some((at + 8).min(last)),
        "PageUp" => Some(at.saturating_sub(8)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(entries: &[&str], typed: &str) -> Vec<String> {
        best(
            entries.iter().map(|entry| (*entry).to_owned()),
            Clone::clone,
            typed,
        )
    }

    #[test]
    fn the_beginning_of_a_word_comes_first() {
        let entries = ["Unlock nothing", "Lock", "Read again", "Go to the lock"];
        assert_eq!(
            found(&entries, "LOC"),
            ["Lock", "Go to the lock", "Unlock nothing"]
        );
        assert_eq!(found(&entries, "again read"), ["Read again"]);
        assert_eq!(found(&entries, ""), entries);
        assert_eq!(found(&entries, "  "), entries);
        assert!(found(&entries, "lock x").is_empty());
    }

    #[test]
    fn letters_of_any_language_are_found() {
        assert_eq!(found(&["Ajustes", "Último"], "últ"), ["Último"]);
        assert_eq!(found(&["锁定", "刷新"], "刷"), ["刷新"]);
    }

    #[test]
    fn of_very_many_only_the_best_are_kept() {
        let many = (0..100_000).map(|number| format!("device {number}"));
        let best = best(many, Clone::clone, "device 99");
        assert_eq!(best.len(), SHOWN);
        assert_eq!(best[0], "device 99");
        let filled = super::best(
            (0..39)
                .map(|n| format!("xa{n}"))
                .chain(["a".to_owned(), "a".to_owned()]),
            Clone::clone,
            "a",
        );
        assert_eq!(filled.len(), SHOWN);
        assert_eq!(filled[..2], ["a", "a"]);
    }

    #[test]
    fn the_choice_goes_round() {
        assert_eq!(moved(0, 3, "ArrowUp"), Some(2));
        assert_eq!(moved(2, 3, "ArrowDown"), Some(0));
        assert_eq!(moved(0, 3, "ArrowDown"), Some(1));
        assert_eq!(moved(0, 30, "PageDown"), Some(8));
        assert_eq!(moved(28, 30, "PageDown"), Some(29));
        assert_eq!(moved(3, 30, "PageUp"), Some(0));
        assert_eq!(moved(0, 0, "ArrowDown"), None);
        assert_eq!(moved(0, 3, "x"), None);
    }
}
