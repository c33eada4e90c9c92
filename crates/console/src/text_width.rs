//! How much room a text takes, before a browser has laid it out.

/// About how wide a text is, in digits of its font.
pub fn of(text: &str) -> usize {
    text.chars().map(hundredths).sum::<usize>().div_ceil(100)
}

fn hundredths(character: char) -> usize {
    match character {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | '-' | ' ' | '\'' => 60,
        'm' | 'w' | 'M' | 'W' => 165,
        _ if character.is_uppercase() => 122,
        // Characters of East Asia are as wide as they are tall.
        '\u{1100}'.. => 190,
        _ => 96,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_take_more_room_than_narrow_ones() {
        assert_eq!(of(""), 0);
        assert!(of("WIPE") > of("1234") && of("1234") > of("i-il"));
        assert!(of("锁定设备") > of("lock"));
        assert!((22..=27).contains(&of("REQUEST_DEVICE_INFO")));
    }
}
