//! Signed notes with Ed25519, as <https://c2sp.org/signed-note> defines them: a text, an empty line, and a line for each
//! signature. Keys are in the encodings of that page and of its Go implementation.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use countermand_core_model::{ExposeSecret, InvalidValue, Secret};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// The type of a key: Ed25519.
const ED25519: u8 = 1;

/// How a key that signs begins.
const PRIVATE: &str = "PRIVATE+KEY+";

/// How a line with a signature begins: an em dash and a space.
const SIGNATURE: &str = "\u{2014} ";

/// A key that signs notes. Its private part is wiped when it is dropped.
pub struct NoteSigner {
    key: SigningKey,
    public: NoteKey,
}

/// A key that checks the signatures of one signer. Its text is `NAME+ID+KEY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteKey {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl NoteSigner {
    /// Makes a new key.
    ///
    /// # Errors
    /// When the name is not valid, or the system gives no random numbers.
    pub fn generate(name: &str) -> Result<Self, InvalidValue> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| {
            let rule = "cannot be made: the system gives no random numbers";
            InvalidValue::new("key", rule, &error.to_string())
        })?;
        Self::of(name, &seed)
    }

    fn of(name: &str, seed: &[u8; 32]) -> Result<Self, InvalidValue> {
        let key = SigningKey::from_bytes(seed);
        let public = NoteKey::of(name, key.verifying_key())?;
        Ok(Self { key, public })
    }

    /// Reads a key in the form `PRIVATE+KEY+NAME+ID+KEY`.
    ///
    /// # Errors
    /// When it has another form. The value is not repeated.
    pub fn parse(text: &Secret) -> Result<Self, InvalidValue> {
        let read = || {
            // Exposed to be read.
            let rest = text.expose_secret().trim().strip_prefix(PRIVATE)?;
            let mut parts = rest.splitn(3, '+');
            let (name, id, key) = (parts.next()?, parts.next()?, parts.next()?);
            let signer = match BASE64.decode(key).ok()?.as_slice() {
                [ED25519, seed @ ..] => Self::of(name, seed.try_into().ok()?).ok()?,
                _ => return None,
            };
            (signer.public.id_text() == id).then_some(signer)
        };
        let rule = "must be PRIVATE+KEY+NAME+ID+KEY, an Ed25519 key that signs notes";
        read().ok_or_else(|| InvalidValue::new("key", rule, "(not shown)"))
    }

    /// Returns the key in the form that [`Self::parse`] reads.
    pub fn to_secret(&self) -> Secret {
        let mut key = vec![ED25519];
        key.extend_from_slice(self.key.as_bytes());
        let NoteKey { name, .. } = &self.public;
        let (id, key) = (self.public.id_text(), BASE64.encode(key));
        Secret::from(format!("{PRIVATE}{name}+{id}+{key}"))
    }

    /// Returns the key that checks what this one signs.
    pub fn public(&self) -> &NoteKey {
        &self.public
    }

    /// Returns the note that has `text`, which ends in a line feed.
    pub fn sign(&self, text: &str) -> String {
        let NoteKey { name, id, .. } = &self.public;
        let mut signature = id.to_vec();
        signature.extend_from_slice(&self.key.sign(text.as_bytes()).to_bytes());
        let signature = BASE64.encode(signature);
        format!("{text}\n{SIGNATURE}{name} {signature}\n")
    }
}

/// Without the private part.
impl fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoteSigner")
            .field("public", &self.public.to_string())
            .finish_non_exhaustive()
    }
}

impl NoteKey {
    fn of(name: &str, key: VerifyingKey) -> Result<Self, InvalidValue> {
        if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c == '+') {
            let rule = "must not be empty, and have no space and no plus";
            return Err(InvalidValue::new("key name", rule, name));
        }
        let mut hash = Sha256::new();
        hash.update(name.as_bytes());
        hash.update([b'\n', ED25519]);
        hash.update(key.as_bytes());
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
        Ok(Self {
            name: name.to_owned(),
            id: [a, b, c, d],
            key,
        })
    }

    /// Returns the name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn id_text(&self) -> String {
        self.id.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Returns whether this key signed a note, or `None` where the note has no signature by it.
    pub fn has_signed(&self, note: &SignedNote<'_>) -> Option<bool> {
        let mut found = None;
        for (name, bytes) in &note.signatures {
            let signature = match bytes.split_first_chunk::<4>() {
                Some((id, signature)) if *name == self.name && *id == self.id => signature,
                _ => continue,
            };
            let signature = Signature::from_slice(signature);
            let is_valid = signature.is_ok_and(|signature| {
                let text = note.text.as_bytes();
                self.key.verify_strict(text, &signature).is_ok()
            });
            found = Some(found.unwrap_or(true) && is_valid);
        }
        found
    }
}

impl fmt::Display for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![ED25519];
        key.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, self.id_text(), BASE64.encode(key))
    }
}

impl FromStr for NoteKey {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        if text.starts_with(PRIVATE) {
            let rule = "must be the public key: this is a private one, which nobody else may have";
            return Err(InvalidValue::new("key", rule, "(not shown)"));
        }
        let read = || {
            let mut parts = text.splitn(3, '+');
            let (name, id, key) = (parts.next()?, parts.next()?, parts.next()?);
            let key = match BASE64.decode(key).ok()?.as_slice() {
                [ED25519, key @ ..] => VerifyingKey::from_bytes(key.try_into().ok()?).ok()?,
                _ => return None,
            };
            let key = Self::of(name, key).ok()?;
            (key.id_text() == id).then_some(key)
        };
        let rule = "must be NAME+ID+KEY, an Ed25519 key that checks notes";
        read().ok_or_else(|| InvalidValue::new("key", rule, text))
    }
}

/// A note as it was read. Nothing is checked yet.
#[derive(Clone, Debug)]
pub struct SignedNote<'a> {
    text: &'a str,
    signatures: Vec<(&'a str, Vec<u8>)>,
}

impl<'a> SignedNote<'a> {
    /// Reads a note. `None` where it is none.
    pub fn parse(note: &'a str) -> Option<Self> {
        let end = note.rfind("\n\n")?;
        let (text, rest) = note.split_at_checked(end + 1)?;
        let lines = rest.strip_prefix('\n')?.strip_suffix('\n')?.split('\n');
        let signatures = lines.map(|line| {
            let (name, signature) = line.strip_prefix(SIGNATURE)?.split_once(' ')?;
            Some((name, BASE64.decode(signature).ok()?))
        });
        Some(Self {
            text,
            signatures: signatures.collect::<Option<_>>()?,
        })
    }

    /// Returns its text, which ends in a line feed.
    pub fn text(&self) -> &'a str {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of <https://pkg.go.dev/golang.org/x/mod/sumdb/note>.
    const GO_SECRET: &str =
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const GO_PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const GO_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn signer() -> NoteSigner {
        NoteSigner::parse(&Secret::from(GO_SECRET)).unwrap()
    }

    #[test]
    fn keys_and_notes_are_those_of_the_go_implementation() {
        let signer = signer();
        assert_eq!(signer.public().to_string(), GO_PUBLIC);
        assert_eq!(signer.to_secret().expose_secret(), GO_SECRET);
        let key: NoteKey = GO_PUBLIC.parse().unwrap();
        let note = SignedNote::parse(GO_NOTE).unwrap();
        assert_eq!(key.has_signed(&note), Some(true));
        assert_eq!(signer.sign(note.text()), GO_NOTE);
    }

    #[test]
    fn a_changed_text_and_a_changed_signature_are_found_and_others_are_nobody_s() {
        let key = signer().public().clone();
        let changed = GO_NOTE.replace("answer", "Answer");
        let note = SignedNote::parse(&changed).unwrap();
        assert_eq!(key.has_signed(&note), Some(false));
        let other = NoteSigner::generate("PeterNeumann").unwrap();
        let note = other.sign("a\n\nb\n");
        let note = SignedNote::parse(&note).unwrap();
        assert_eq!(note.text(), "a\n\nb\n");
        assert_eq!(key.has_signed(&note), None);
        assert_eq!(other.public().has_signed(&note), Some(true));
        let two = format!("{GO_NOTE}{}", GO_NOTE.lines().next_back().unwrap());
        assert!(SignedNote::parse(&two).is_none(), "no line feed");
        let short = format!(
            "a\n\n\u{2014} PeterNeumann {}\n",
            BASE64.encode([0xc7, 0x4f, 0x20, 0xa3])
        );
        assert_eq!(
            key.has_signed(&SignedNote::parse(&short).unwrap()),
            Some(false)
        );
    }

    #[test]
    fn what_is_no_key_and_no_note_is_refused_and_no_secret_is_shown() {
        for text in [
            "",
            "a+b",
            "a+00000000+AAAA",
            &GO_PUBLIC.replace("c74", "c75"),
        ] {
            assert!(text.parse::<NoteKey>().is_err(), "{text}");
        }
        let error = GO_SECRET.parse::<NoteKey>().unwrap_err();
        assert!(!error.to_string().contains("AYEK"), "{error}");
        for text in [GO_PUBLIC, "PRIVATE+KEY+a+00000000+AAAA", ""] {
            let error = NoteSigner::parse(&Secret::from(text)).unwrap_err();
            assert!(error.to_string().contains("not shown"), "{error}");
        }
        assert!(!format!("{:?}", signer()).contains("AYEK"));
        for name in ["", "a b", "a+b"] {
            assert!(NoteSigner::generate(name).is_err(), "{name}");
        }
        for text in ["", "a", "a\n\n", "a\n\nb\n", "a\n\n\u{2014} x\n"] {
            assert!(SignedNote::parse(text).is_none(), "{text}");
        }
    }
}
