//! Texts that many rows share, each stored once.

use std::collections::HashMap;

use countermand_core_model::{KindSeverity, SeverityRules};

use crate::text_order;

/// The number of an interned text.
pub(crate) type Symbol = u32;

/// The texts. The first is empty, and also stands for none.
#[derive(Debug)]
pub(crate) struct Interner {
    texts: Vec<Box<str>>,
    /// In lower case, for searches.
    folded: Vec<Box<str>>,
    known: HashMap<Box<str>, Symbol>,
    /// How grave each is as a kind, and as the name of a command whose kind leaves open what runs; none where nobody
    /// asked.
    as_kind: Vec<Option<KindSeverity>>,
    as_name: Vec<Option<KindSeverity>>,
    pub(crate) severity_rules: SeverityRules,
}

impl Default for Interner {
    fn default() -> Self {
        let mut interner = Self {
            texts: Vec::new(),
            folded: Vec::new(),
            known: HashMap::new(),
            as_kind: Vec::new(),
            as_name: Vec::new(),
            severity_rules: SeverityRules::default(),
        };
        interner.intern("");
        interner
    }
}

impl Interner {
    /// Stores `text`, and returns its number.
    pub(crate) fn intern(&mut self, text: &str) -> Symbol {
        if let Some(known) = self.known.get(text) {
            return *known;
        }
        let ix = self.texts.len() as Symbol;
        self.texts.push(text.into());
        self.folded.push(text.to_lowercase().into());
        self.known.insert(text.into(), ix);
        ix
    }

    /// Returns the text of a number.
    pub(crate) fn text(&self, ix: Symbol) -> &str {
        text_of(&self.texts, ix)
    }

    /// Like [`Self::intern`], where the text is probably that of `like`.
    pub(crate) fn intern_like(&mut self, text: &str, like: Symbol) -> Symbol {
        if self.text(like) == text {
            like
        } else {
            self.intern(text)
        }
    }

    /// Returns how grave a command of this kind and name is.
    pub(crate) fn severity_of_command(&mut self, kind: Symbol, name: Symbol) -> KindSeverity {
        let mut known = once(&mut self.as_kind, kind, || {
            KindSeverity::of(text_of(&self.texts, kind))
        });
        if known.is_open() {
            // All kinds that leave it open are as grave as each other where the name says more.
            let named = once(&mut self.as_name, name, || {
                KindSeverity::UNKNOWN.with_name(text_of(&self.texts, name))
            });
            if named == KindSeverity::STOPS {
                known = named;
            }
        }
        self.severity_rules
            .apply(known, self.text(kind), self.text(name))
    }

    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(crate) fn folded(&self) -> impl Iterator<Item = &str> {
        self.folded.iter().map(|text| &**text)
    }

    /// Returns the alphabetical rank of each text. The empty one comes last.
    pub(crate) fn ranks(&self) -> Vec<u32> {
        let mut ranks = text_order::ranks(self.folded.len(), |ix| {
            self.folded.get(ix).map_or("", |text| text)
        });
        if let Some(empty) = ranks.first_mut() {
            *empty = u32::MAX;
        }
        ranks
    }
}

fn text_of(texts: &[Box<str>], ix: Symbol) -> &str {
    texts.get(ix as usize).map_or("", |text| text)
}

/// Returns what is known of a text, or finds it out.
fn once(
    known: &mut Vec<Option<KindSeverity>>,
    ix: Symbol,
    find: impl FnOnce() -> KindSeverity,
) -> KindSeverity {
    let at = ix as usize;
    if known.len() <= at {
        known.resize(at + 1, None);
    }
    *known[at].get_or_insert_with(find)
}
