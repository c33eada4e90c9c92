//! A set of small numbers.

/// A set of small numbers that knows its size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bits {
    blocks: Vec<u64>,
    len: usize,
}

impl Bits {
    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns whether `number` is in it.
    pub fn has(&self, number: u32) -> bool {
        let (block, bit) = place(number);
        self.blocks.get(block).is_some_and(|bits| bits & bit != 0)
    }

    /// Adds or removes `number`, and returns whether that changed anything.
    pub fn set(&mut self, number: u32, on: bool) -> bool {
        let (block, bit) = place(number);
        if self.blocks.len() <= block {
            if !on {
                return false;
            }
            self.blocks.resize(block + 1, 0);
        }
        let Some(bits) = self.blocks.get_mut(block) else {
            return false;
        };
        if (*bits & bit != 0) == on {
            return false;
        }
        *bits ^= bit;
        if on {
            self.len += 1;
        } else {
            self.len -= 1;
        }
        true
    }

    /// Removes all.
    pub fn clear(&mut self) {
        self.blocks.clear();
        self.len = 0;
    }

    /// Returns the numbers in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.blocks.iter().enumerate().flat_map(|(block, bits)| {
            let mut rest = *bits;
            std::iter::from_fn(move || {
                let at = rest.trailing_zeros();
                (at < 64).then(|| {
                    rest &= rest - 1;
                    block as u32 * 64 + at
                })
            })
        })
    }
}

const fn place(number: u32) -> (usize, u64) {
    (number as usize / 64, 1 << (number % 64))
}

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ByteSet([u128; 2]);

impl ByteSet {
    /// Adds a byte.
    pub(crate) fn add(&mut self, byte: u8) {
        self.0[usize::from(byte >> 7)] |= 1 << (byte & 127);
    }

    /// Returns whether all bytes of a text are in it.
    pub(crate) fn has_all(self, text: &str) -> bool {
        text.bytes()
            .all(|byte| self.0[usize::from(byte >> 7)] & 1 << (byte & 127) != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_numbers() {
        let mut bits = Bits::default();
        assert!(bits.is_empty() && !bits.set(700, false));
        for number in [3, 64, 0, 127, 3] {
            bits.set(number, true);
        }
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 3, 64, 127]);
        assert!(bits.set(64, false) && !bits.set(64, false));
        assert_eq!((bits.len(), bits.has(64), bits.has(127)), (3, false, true));
        bits.clear();
        assert_eq!((bits.len(), bits.has(3)), (0, false));
    }
}
