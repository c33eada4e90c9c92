//! Which names are those of secrets. Providers name what they like, so these are families of names, known by how
//! they end, whatever the case and the characters between the words.

use std::sync::LazyLock;

/// The words of a list. Split once, because names are looked at in every answer.
type Words = LazyLock<Vec<&'static str>>;

macro_rules! words {
    ($list:literal) => {
        LazyLock::new(|| $list.split(' ').collect())
    };
}

/// A name that ends in one of these is a secret's.
static ENDINGS: Words = words!(
    "\
    password passwd passcode passphrase pwd passwort kennwort secret token credential authorization cookie mnemonic \
    psk puk otp jwt"
);

/// What precedes `key` in the name of a secret. Most keys are ids: of products, devices, assets, rows.
static KEYS: Words = words!(
    "\
    access account activation admin aes api app auth authentication authorization bitlocker bootstrap cipher client \
    crypto decrypt decryption des encrypt encryption enrollment escrow filevault hmac integration licence license \
    lock login master mqtt net network nwk pairing pass password pgp preshared private psk recovery registration \
    root rsa secret security service session shared sign signature signing ssh ssl storage symmetric tls token \
    unlock webhook wep wifi wlan wpa"
);

/// What precedes `code` in the name of a secret.
static CODES: Words = words!(
    "\
    access activation admin auth authorization bypass challenge door enrollment entry esim lock master mfa otp \
    pairing parental pass pin puk recovery release reset secret security sim twofactor unlock verification"
);

/// What precedes `pin` or `pass` where nothing shows where that word begins.
static PINS: Words = words!(
    "\
    access admin alarm auth bypass card confirm current db default device door exit http initial kiosk lock login \
    master my new old owner parental phone profile proxy recovery reset root screen secret security service set sim \
    smtp temp temporary unlock user wifi work"
);

/// Other names of secrets.
static WHOLE: Words = words!("matchingid seedphrase 密码 密碼 口令 密钥");

/// What may follow the name: the same secret, or another form of it.
static SUFFIXES: Words = words!(
    "\
    s value hash text plain encoded encrypted enc base hex new old current confirm confirmation again pem"
);

/// The longest name.
const LONGEST: usize = 128;

/// The last two letters of all of them, one bit each: most names are decided by these.
const LAST_TWO: [u32; 26] =
    last_two(b"rdwdhdetrtntwteninonsedeieeyalicskuktpssdsnststsyskspslsesueshxtedncexewldrmemid");

const fn last_two(pairs: &[u8]) -> [u32; 26] {
    let mut table = [0; 26];
    let mut at = 0;
    while at + 1 < pairs.len() {
        table[(pairs[at + 1] - b'a') as usize] |= 1 << (pairs[at] - b'a');
        at += 2;
    }
    table
}

/// Returns whether a member of this name holds a secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    if name.len() > LONGEST || !may_be_secret(name) {
        return false;
    }
    let letters = letters(name);
    let mut rest = without_digits(&letters);
    let mut begins_word = begins_last_word(name);
    loop {
        if is_of_family(rest, begins_word) {
            return true;
        }
        let Some(shorter) = SUFFIXES
            .iter()
            .filter_map(|suffix| rest.strip_suffix(suffix))
            .min_by_key(|rest| rest.len())
        else {
            return false;
        };
        rest = without_digits(shorter);
        begins_word = false;
    }
}

/// Returns whether the last letters allow it.
fn may_be_secret(name: &str) -> bool {
    let mut last = None;
    for byte in name.bytes().rev() {
        match (byte, last) {
            (b'0'..=b'9', None) => {}
            (b'a'..=b'z' | b'A'..=b'Z', None) => last = Some(byte.to_ascii_lowercase() - b'a'),
            (b'a'..=b'z' | b'A'..=b'Z', Some(last)) => {
                let before = byte.to_ascii_lowercase() - b'a';
                return LAST_TWO
                    .get(usize::from(last))
                    .is_some_and(|mask| mask >> before & 1 == 1);
            }
            // A letter of another script, or one that stands for an ASCII letter.
            (128.., _) => return true,
            _ => {}
        }
    }
    false
}

fn is_of_family(letters: &str, begins_word: bool) -> bool {
    let follows = |word: &str, before: &Words| {
        letters
            .strip_suffix(word)
            .is_some_and(|rest| ends_in_one_of(without_digits(rest), before))
    };
    let is_pin = |word: &str| {
        letters
            .strip_suffix(word)
            .is_some_and(|rest| begins_word || rest.is_empty() || follows(word, &PINS))
    };
    ends_in_one_of(letters, &ENDINGS)
        || follows("key", &KEYS)
        || follows("skey", &KEYS)
        || follows("code", &CODES)
        || is_pin("pin")
        || is_pin("pass")
        || ends_in_one_of(letters, &WHOLE)
}

fn ends_in_one_of(letters: &str, words: &Words) -> bool {
    words.iter().any(|word| letters.ends_with(word))
}

fn without_digits(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// Returns whether the last word of this name is `pin` or `pass`, by its case or the character before it.
fn begins_last_word(name: &str) -> bool {
    let name = name.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
    ["pin", "pass"].iter().any(|word| {
        let Some((before, last)) = name
            .len()
            .checked_sub(word.len())
            .and_then(|at| name.split_at_checked(at))
        else {
            return false;
        };
        let capital = last.starts_with(|c: char| c.is_ascii_uppercase())
            && last[1..].chars().all(|c| c.is_ascii_lowercase());
        last.eq_ignore_ascii_case(word)
            && before
                .chars()
                .next_back()
                .is_none_or(|c| !c.is_alphanumeric() || (capital && c.is_ascii_lowercase()))
    })
}

/// How the name of the value for the name beside it ends.
static VALUES: Words = words!(
    "\
    value values val vals data content contents payload text string input output default current new old"
);

/// Returns whether a member of this name holds the value for the name beside it.
pub(super) fn is_of_value(name: &str) -> bool {
    let letters = letters(name);
    letters == "v" || (letters != "metadata" && ends_in_one_of(&letters, &VALUES))
}

/// Returns the letters and digits of a name, in lower case.
fn letters(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One of every family, and of every provider's page.
    pub(in super::super) const SECRETS: &[&str] = &[
        "password",
        "newPassword",
        "currentPassword",
        "old_password",
        "wifi-passwd",
        "passcode",
        "devicePassCode",
        "passphrase",
        "userPwd",
        "secret",
        "deviceSecret",
        "app_secret",
        "productSecret",
        "accessToken",
        "apim_refreshtoken",
        "refreshToken",
        "unlockToken",
        "UnlockToken",
        "bootstrap-token",
        "pin",
        "unlockPin",
        "sim_pin",
        "PIN2",
        "newPIN",
        "pinCode",
        "PUK",
        "pukcode",
        "puk1Code",
        "activationCode",
        "unlock code",
        "sessionKey",
        "apiKey",
        "x-api-key",
        "privateKey",
        "recoveryKey",
        "personalRecoveryKey",
        "secretKey",
        "encryptionKey",
        "preSharedKey",
        "wifiKey",
        "appKey",
        "appSKey",
        "nwkSKey",
        "wifi psk",
        "wpaPsk",
        "authorization",
        "Proxy-Authorization",
        "credentials",
        "Set-Cookie",
        "passwords",
        "newPassword2",
        "tokenValue",
        "passwordNew",
        "wifiPass",
        "apiKeys",
        "oneTimeOtp",
        "idJwt",
        "passwordHash",
        "密码",
    ];

    /// What a reader needs, or what only looks like one.
    pub(in super::super) const ORDINARY: &[&str] = &[
        "productKey",
        "deviceKey",
        "assetKey",
        "modelKey",
        "publicKey",
        "primaryKey",
        "sortKey",
        "key",
        "keys",
        "commandId",
        "tslIdentifier",
        "monkey",
        "keyboard",
        "keyCode",
        "turkey",
        "spin",
        "spinning",
        "pinned",
        "mapping",
        "opinion",
        "code",
        "errorCode",
        "statusCode",
        "countryCode",
        "deviceCode",
        "barcode",
        "tokenType",
        "tokenId",
        "expire",
        "passwordQuality",
        "secretary",
        "compass",
        "bypass",
        "encode",
        "duration",
        "organization",
        "deviceName",
        "value",
        "defaultValue",
        "identifier",
        "requestId",
        "orgId",
        "assetId",
        "timeout",
        "",
        "s",
    ];

    #[test]
    fn families_are_told_from_ids() {
        for name in SECRETS {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ORDINARY {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    /// Another way to write the same name: other case, other separators.
    pub(in super::super) fn rewritten(name: &str, cases: u64, between: char) -> String {
        let mut text = String::new();
        for (place, c) in name.chars().enumerate() {
            if c.is_uppercase() && place > 0 {
                text.push(between);
            }
            if cases >> (place % 64) & 1 == 1 {
                text.extend(c.to_uppercase());
            } else {
                text.extend(c.to_lowercase());
            }
        }
        text
    }

    proptest! {
        #[test]
        fn case_and_separators_make_no_difference(
            name in prop::sample::select(SECRETS),
            cases: u64,
            between in prop::sample::select(vec!['_', '-', '.', ' ', '\u{200b}']),
        ) {
            let name = rewritten(name, cases, between);
            prop_assert!(is_secret_name(&name), "{}", name);
        }

        #[test]
        fn an_ordinary_name_stays_one_in_any_case(name in prop::sample::select(ORDINARY), cases: u64) {
            // Where a capital letter shows a word of its own, that word counts.
            let name = rewritten(name, cases, '_');
            prop_assume!(!begins_last_word(&name));
            prop_assert!(!is_secret_name(&name), "{}", name);
        }
    }
}
