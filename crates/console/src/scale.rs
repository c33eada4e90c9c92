//! A time axis that begins now: what is near gets more room than what is far.

/// A minute, in milliseconds.
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Spans that people think in.
const ROUND: [i64; 27] = [
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    20 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    4 * HOUR,
    6 * HOUR,
    9 * HOUR,
    12 * HOUR,
    18 * HOUR,
    DAY,
    2 * DAY,
    3 * DAY,
    5 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    60 * DAY,
    90 * DAY,
    180 * DAY,
    365 * DAY,
    1_825 * DAY,
    3_650 * DAY,
];

/// Two marks are at least so far apart, in thousandths of the axis.
const APART: u32 = 130;

/// How the time left is spread, counted by powers of two.
#[derive(Debug)]
pub(super) struct Spread {
    counts: [usize; 64],
    total: usize,
    most: i64,
}

impl Spread {
    pub(super) const fn new() -> Self {
        Self {
            counts: [0; 64],
            total: 0,
            most: 0,
        }
    }

    /// Adds something with this many milliseconds left.
    pub(super) fn add(&mut self, left: i64) {
        let left = left.max(0);
        self.most = self.most.max(left);
        self.total += 1;
        // The bits that a number needs: 0 to 63.
        let bits = (64 - left.leading_zeros()) as usize;
        if let Some(count) = self.counts.get_mut(bits) {
            *count += 1;
        }
    }

    /// An axis on which the nearest tenth gets the room to be told apart.
    pub(super) fn scale(&self) -> Scale {
        let most = self.most.max(MINUTE);
        let mut before = 0;
        let near = self.counts.iter().position(|count| {
            before += count;
            before * 10 >= self.total
        });
        let near = near.map_or(most, |bits| 1_i64 << bits.saturating_sub(1).min(62));
        Scale {
            most: most as f64,
            bend: near.clamp(MINUTE, most) as f64,
        }
    }
}

/// The axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Where it ends, in milliseconds from now.
    most: f64,
    /// Up to about here the axis is linear; beyond, it is logarithmic.
    bend: f64,
}

impl Scale {
    /// Returns the place of a time in milliseconds from now, in thousandths of the axis.
    pub fn place(self, left: i64) -> u32 {
        let part = (left.max(0) as f64 / self.bend).ln_1p() / (self.most / self.bend).ln_1p();
        ((part * 1_000.0) as u32).min(1_000)
    }

    /// In which of `columns` that is.
    pub(super) fn column(self, left: i64, columns: usize) -> usize {
        let column = self.place(left) as usize * columns / 1_000;
        column.min(columns.saturating_sub(1))
    }

    /// How many milliseconds from now a column begins; that of the one after the last is the end.
    pub(super) fn begins(self, column: usize, columns: usize) -> i64 {
        let part = column as f64 / columns.max(1) as f64;
        let left = self.bend * (part * (self.most / self.bend).ln_1p()).exp_m1();
        left as i64
    }

    /// The marks: how many milliseconds from now, and where in thousandths of the axis.
    pub fn marks(self) -> Vec<(i64, u32)> {
        let mut marks = vec![(0, 0)];
        for left in ROUND {
            if left as f64 > self.most {
                break;
            }
            let place = self.place(left);
            if marks.last().is_none_or(|(_, last)| place >= last + APART) {
                marks.push((left, place));
            }
        }
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(lefts: &[i64]) -> Scale {
        let mut spread = Spread::new();
        lefts.iter().for_each(|left| spread.add(*left));
        spread.scale()
    }

    #[test]
    fn it_begins_now_and_ends_with_the_last() {
        let scale = scale(&[5 * MINUTE, HOUR, 30 * DAY]);
        assert_eq!((scale.place(0), scale.place(-9)), (0, 0));
        assert_eq!(scale.place(30 * DAY), 1_000);
        assert_eq!(scale.place(300 * DAY), 1_000);
    }

    #[test]
    fn what_is_near_gets_room_though_one_is_far() {
        let mut lefts: Vec<i64> = (1..=99).map(|number| number * MINUTE).collect();
        lefts.push(365 * DAY);
        let scale = scale(&lefts);
        let (near, far) = (scale.place(10 * MINUTE), scale.place(99 * MINUTE));
        assert!(near > 50, "{near}");
        assert!(far - near > 100, "{near} {far}");
    }

    #[test]
    fn columns_and_their_beginnings_agree() {
        let scale = scale(&[MINUTE, HOUR, 2 * DAY, 9 * DAY]);
        for column in 0..24 {
            // A thousandth is the grain of a place.
            let middle = (scale.begins(column, 24) + scale.begins(column + 1, 24)) / 2;
            assert_eq!(scale.column(middle, 24), column);
        }
        assert_eq!(scale.begins(0, 24), 0);
    }

    #[test]
    fn nothing_one_and_equal_ones_have_an_axis_too() {
        for lefts in [&[][..], &[0], &[i64::MAX / 2], &[HOUR, HOUR, HOUR]] {
            let scale = scale(lefts);
            let marks = scale.marks();
            assert_eq!(marks.first(), Some(&(0, 0)));
            assert!(scale.place(lefts.first().copied().unwrap_or(0)) <= 1_000);
        }
        assert_eq!(scale(&[HOUR, HOUR]).column(HOUR, 24), 23);
    }

    #[test]
    fn marks_are_round_rising_and_apart() {
        for lefts in [&[3 * MINUTE][..], &[HOUR, 40 * DAY], &[MINUTE, 3_000 * DAY]] {
            let marks = scale(lefts).marks();
            assert!(marks.len() > 1 && marks.len() < 10, "{marks:?}");
            assert!(marks.windows(2).all(|pair| pair[1].1 >= pair[0].1 + APART));
        }
    }
}
