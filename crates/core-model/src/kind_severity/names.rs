//! What the name of a command says of it, in the words of those who named it.

/// Words that say that something is stopped, reset, switched off or set to another value. In lower case and in order.
static WORDS: [&str; 36] = [
    "abort",
    "apagar",
    "consigna",
    "deenergize",
    "delete",
    "desconectar",
    "detener",
    "disable",
    "disconnect",
    "disparo",
    "emergency",
    "erase",
    "estop",
    "format",
    "halt",
    "isolate",
    "kill",
    "parada",
    "parar",
    "paro",
    "poweroff",
    "reboot",
    "reiniciar",
    "reset",
    "restablecer",
    "restart",
    "setpoint",
    "shutdown",
    "shutoff",
    "stop",
    "stopping",
    "stops",
    "trip",
    "tripping",
    "turnoff",
    "wipe",
];

/// Two words that say it together.
static PAIRS: [(&str, &str); 15] = [
    ("de", "energize"),
    ("e", "stop"),
    ("open", "breaker"),
    ("open", "relay"),
    ("open", "switch"),
    ("breaker", "open"),
    ("relay", "open"),
    ("switch", "open"),
    ("power", "down"),
    ("power", "off"),
    ("set", "point"),
    ("shut", "down"),
    ("shut", "off"),
    ("switch", "off"),
    ("turn", "off"),
];

/// Parts that say it where words are not separated.
static PARTS: [&str; 14] = [
    "停止",
    "停机",
    "停运",
    "急停",
    "关机",
    "关闭",
    "断开",
    "分闸",
    "跳闸",
    "复位",
    "重置",
    "重启",
    "设定值",
    "恢复出厂",
];

/// Returns whether a name says that it stops, resets or switches off something, however its words are written:
/// "Stop turbine", `stop_turbine`, `StopTurbine`, `TURBINE-STOP`. It allocates nothing: there may be very many names.
pub(super) fn say_that_it_stops(name: &str) -> bool {
    let mut before = Word::default();
    let mut word = Word::default();
    let mut last = b' ';
    let mut bytes = name.bytes().peekable();
    while let Some(byte) = bytes.next() {
        let next = bytes.peek().copied().unwrap_or(b' ');
        let begins = byte.is_ascii_uppercase()
            && (last.is_ascii_lowercase()
                || last.is_ascii_uppercase() && next.is_ascii_lowercase());
        let is_letter = byte.is_ascii_alphabetic() || !byte.is_ascii();
        if (begins || !is_letter) && !word.is_empty() {
            if says_it(&before, &word) {
                return true;
            }
            before = std::mem::take(&mut word);
        }
        if is_letter {
            word.push(byte.to_ascii_lowercase());
        }
        last = byte;
    }
    says_it(&before, &word) || !name.is_ascii() && PARTS.iter().any(|part| name.contains(part))
}

fn says_it(before: &Word, word: &Word) -> bool {
    let is = |word: &Word, known: &str| word.bytes() == known.as_bytes();
    let known = WORDS.binary_search_by(|known| known.as_bytes().cmp(word.bytes()));
    known.is_ok()
        || PAIRS
            .iter()
            .any(|(first, second)| is(word, second) && is(before, first))
}

/// A word in lower case. One that is longer than every known word is cut off, and is none of them.
#[derive(Default)]
struct Word {
    bytes: [u8; LONGEST + 1],
    length: usize,
}

const LONGEST: usize = 12;

impl Word {
    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    const fn is_empty(&self) -> bool {
        self.length == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_it_is_written() {
        for name in [
            "Stop turbine",
            "stop_turbine",
            "StopTurbine",
            "TURBINE-STOP",
            "turbineStop",
            "STOP",
            "EStop",
            "e-stop",
            "Emergency stop",
            "Shut down",
            "shutDown",
            "SHUTDOWN",
            "Power off",
            "power_off",
            "PowerOff2",
            "Trip breaker",
            "breaker.trip",
            "Reset fault",
            "FactoryReset",
            "Set point",
            "SetPoint",
            "Power setpoint",
            "relay_open",
            "Detener turbina",
            "停止风机",
            "故障复位",
            "关机",
        ] {
            assert!(say_that_it_stops(name), "{name}");
        }
    }

    #[test]
    fn a_part_of_another_word_says_nothing() {
        for name in [
            "",
            " ",
            "Start turbine",
            "Unstoppable",
            "Stopwatch",
            "Disconnectedness",
            "Off power",
            "Information",
            "Triple",
            "Preset 3",
            "Set active power",
            "Synchronise time",
            "Power on",
            "启动风机",
            "对时",
        ] {
            assert!(!say_that_it_stops(name), "{name}");
        }
    }

    #[test]
    fn every_word_is_written_as_names_are_read() {
        assert!(WORDS.is_sorted());
        for word in WORDS {
            assert!(word.len() <= LONGEST && say_that_it_stops(word), "{word}");
        }
        for (first, second) in PAIRS {
            assert!(say_that_it_stops(&format!("{first}_{second}")), "{first}");
        }
    }
}
