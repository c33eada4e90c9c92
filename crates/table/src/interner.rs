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
    /// How grave each is as a kind; none where nobody asked.
    severities: Vec<Option<KindSeverity>>,
    pub(crate) severity_rules: SeverityRules,
}

impl Default for Interner {
    fn default() -> Self {
        let mut interner = Self {
            texts: Vec::new(),
            folded: Vec::new(),
            known: HashMap::new(),
            severities: Vec::new(),
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
        self.texts.get(ix as usize).map_or("", |text| text)
    }

    /// Returns how grave a command of this kind and name is.
    pub(crate) fn severity_of_command(&mut self, kind: Symbol, name: Symbol) -> KindSeverity {
        let of_kind = self.severity_of(kind);
        let (kind, name) = (self.text(kind), self.text(name));
        let known = of_kind.with_name(name);
        self.severity_rules.apply(known, kind, name)
    }

    /// Returns how grave the kind of this number is.
    fn severity_of(&mut self, ix: Symbol) -> KindSeverity {
        let at = ix as usize;
        if self.severities.len() <= at {
            self.severities.resize(at + 1, None);
        }
        let known = self.severities.get(at).copied().flatten();
        known.unwrap_or_else(|| {
            let severity = KindSeverity::of(self.text(ix));
            self.severities[at] = Some(severity);
            severity
        })
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
