//! Words that many rows share, each kept once.

use std::collections::HashMap;

use crate::text_order;

/// Which word.
pub(crate) type WordIx = u32;

/// The words. The first is the empty one, which stands for "none" too.
#[derive(Debug)]
pub(crate) struct Words {
    texts: Vec<Box<str>>,
    /// Without case, to be searched.
    folded: Vec<Box<str>>,
    known: HashMap<Box<str>, WordIx>,
}

impl Default for Words {
    fn default() -> Self {
        let mut words = Self {
            texts: Vec::new(),
            folded: Vec::new(),
            known: HashMap::new(),
        };
        words.of("");
        words
    }
}

impl Words {
    /// The number of `text`.
    pub(crate) fn of(&mut self, text: &str) -> WordIx {
        if let Some(known) = self.known.get(text) {
            return *known;
        }
        let ix = self.texts.len() as WordIx;
        self.texts.push(text.into());
        self.folded.push(text.to_lowercase().into());
        self.known.insert(text.into(), ix);
        ix
    }

    /// The word itself.
    pub(crate) fn text(&self, ix: WordIx) -> &str {
        self.texts.get(ix as usize).map_or("", |text| text)
    }

    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(crate) fn folded(&self) -> impl Iterator<Item = &str> {
        self.folded.iter().map(|text| &**text)
    }

    /// Of each word its place in the alphabet; the empty one comes last.
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
