//! The place of each of many rows of one height.

/// No browser lays out an element that is taller than some ten million pixels; what lies further down is reached
/// by scrolling faster than the bar says.
const TALLEST: f64 = 8_000_000.0;

/// So many rows of such a height, of which a part is in sight.
#[derive(Clone, Copy, Debug)]
pub(super) struct Geometry {
    /// How many rows there are.
    pub(super) count: usize,
    /// How tall each is; above zero.
    pub(super) height: f64,
    /// How tall the part in sight is.
    pub(super) sight: f64,
}

impl Geometry {
    /// How tall all rows together are.
    pub(super) fn whole(self) -> f64 {
        self.all().min(TALLEST)
    }

    /// How many rows are in sight at most, those in part too.
    pub(super) fn fit(self) -> usize {
        (self.sight / self.height).ceil() as usize + 1
    }

    /// The first row in sight when `top` is scrolled away above. Where all rows do not fit into the tallest
    /// element, the bar's place says which share of them is above.
    pub(super) fn row_at(self, top: f64) -> usize {
        let first = if self.is_stretched() {
            top / (TALLEST - self.sight).max(1.0) * self.most_above()
        } else {
            top / self.height
        };
        (first as usize).min(self.count.saturating_sub(1))
    }

    /// How much is scrolled away above when row `index` is the first in sight.
    pub(super) fn offset(self, index: usize) -> f64 {
        if self.is_stretched() {
            let share = index as f64 / self.most_above().max(1.0);
            share.min(1.0) * (TALLEST - self.sight)
        } else {
            index as f64 * self.height
        }
    }

    /// Where row `index` is drawn when `top` is scrolled away above, and `first` is the first in sight.
    pub(super) fn place(self, index: usize, first: usize, top: f64) -> f64 {
        if self.is_stretched() {
            top + (index as f64 - first as f64) * self.height
        } else {
            index as f64 * self.height
        }
    }

    fn all(self) -> f64 {
        self.height * self.count as f64
    }

    /// Returns whether all rows together exceed what a browser lays out.
    fn is_stretched(self) -> bool {
        self.all() > TALLEST
    }

    /// How many rows are above when the last one is in sight.
    fn most_above(self) -> f64 {
        let fit = (self.sight / self.height).floor();
        (self.count as f64 - fit).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(count: usize) -> Geometry {
        Geometry {
            count,
            height: 50.0,
            sight: 520.0,
        }
    }

    #[test]
    fn rows_stand_one_below_the_other() {
        let rows = of(1_000);
        assert_eq!((rows.whole(), rows.fit()), (50_000.0, 12));
        assert_eq!((rows.row_at(0.0), rows.row_at(99.0)), (0, 1));
        assert_eq!(rows.offset(7), 350.0);
        assert_eq!(rows.place(7, 3, 175.0), 350.0);
        assert_eq!(rows.row_at(1e9), 999);
    }

    #[test]
    fn a_million_are_reached_from_the_first_to_the_last() {
        let rows = of(1_000_000);
        assert_eq!(rows.whole(), TALLEST);
        assert_eq!(rows.row_at(0.0), 0);
        let bottom = rows.whole() - rows.sight;
        // The last screenful ends with the last row.
        assert_eq!(rows.row_at(bottom), 999_990);
        assert_eq!(rows.place(999_999, 999_990, bottom), bottom + 450.0);
        for index in [0, 1, 77_777, 500_000, 999_990] {
            let found = rows.row_at(rows.offset(index));
            assert!(found.abs_diff(index) <= 1, "{index}: {found}");
        }
    }

    #[test]
    fn no_row_is_nowhere() {
        let rows = of(0);
        assert_eq!(
            (rows.whole(), rows.row_at(0.0), rows.row_at(100.0)),
            (0.0, 0, 0)
        );
    }
}
