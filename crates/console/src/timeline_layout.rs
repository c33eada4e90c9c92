//! Where the parts of the picture stand. Lengths across are in ten-thousandths of the picture's width.

use super::timeline::{Picture, Span};

/// The picture's width.
pub const WIDE: usize = 10_000;
/// The picture's height, in pixels.
pub const HIGH: usize = 120;
/// The most commands in a column that are drawn one by one.
const ONE_BY_ONE: usize = 8;
/// One alone does not fill the picture.
const LEAST: usize = 4;

/// The least number of columns.
const FEWEST: usize = 12;

/// A rectangle: from the left, from the top, width, height.
pub type Rect = (usize, usize, usize, usize);

/// What a mark under the picture says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The validity has passed.
    Past,
    /// Now.
    Now,
    /// So many milliseconds from now.
    In(i64),
    /// No known end.
    Open,
    /// A place in the queues.
    Place(usize),
}

/// The place of everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Each column from left, and its width.
    pub columns: Vec<(usize, usize)>,
    /// The marks, with the place of each.
    pub marks: Vec<(usize, Mark)>,
}

impl Layout {
    /// Of this picture. What is no part of the time axis stands apart from it by half a column.
    pub fn of(picture: &Picture) -> Self {
        let count = picture.columns.len();
        let (first, axis) = picture
            .axis
            .map_or((0, count), |(first, columns, _)| (first, columns));
        let gaps =
            usize::from(first > 0) + usize::from(picture.axis.is_some() && first + axis < count);
        // Two units for a column, one for a gap; few columns do not fill the picture.
        let units = 2 * count.max(FEWEST) + gaps;
        let at = |column: usize| {
            let gaps = usize::from(first > 0 && column >= first)
                + usize::from(picture.axis.is_some() && column >= first + axis);
            (2 * column + gaps) * WIDE / units
        };
        let columns: Vec<(usize, usize)> = (0..count)
            .map(|column| {
                let from = at(column);
                (from, from + 2 * WIDE / units)
            })
            .map(|(from, to)| (from, to - from))
            .collect();
        let middle = |column: usize| {
            let (from, width) = columns.get(column).copied().unwrap_or_default();
            from + width / 2
        };
        let mut marks = Vec::new();
        for (column, shown) in picture.columns.iter().enumerate() {
            match shown.span {
                Span::Past => marks.push((middle(column), Mark::Past)),
                Span::Open => marks.push((middle(column), Mark::Open)),
                Span::Place(place) if count <= 12 || place == 1 || place.is_multiple_of(5) => {
                    marks.push((middle(column), Mark::Place(place)));
                }
                Span::Place(_) | Span::Between(..) => {}
            }
        }
        if let Some((first, columns, scale)) = picture.axis {
            let (from, to) = (at(first), at(first) + 2 * columns * WIDE / units);
            let place = |part: u32| from + (to - from) * part as usize / 1_000;
            marks.extend(scale.marks().into_iter().map(|(left, part)| {
                let mark = if left == 0 { Mark::Now } else { Mark::In(left) };
                (place(part), mark)
            }));
        }
        Self { columns, marks }
    }

    /// The rectangles of a column: those of what is hard to undo, and those of the rest above them.
    pub fn bars(&self, picture: &Picture, column: usize) -> (Vec<Rect>, Vec<Rect>) {
        let (Some(shown), Some((from, width))) =
            (picture.columns.get(column), self.columns.get(column))
        else {
            return (Vec::new(), Vec::new());
        };
        let most = picture.most.max(LEAST);
        let (from, width) = (from + width / 10, width - width / 5);
        let (mut grave, mut rest) = (Vec::new(), Vec::new());
        if most <= ONE_BY_ONE {
            let high = HIGH / most;
            for number in 0..shown.count {
                let one = (
                    from,
                    HIGH - (number + 1) * high,
                    width,
                    high.saturating_sub(2),
                );
                if number < shown.grave {
                    &mut grave
                } else {
                    &mut rest
                }
                .push(one);
            }
            return (grave, rest);
        }
        // What is there is seen, however small its part.
        let high = |count: usize| match count {
            0 => 0,
            count => (count * HIGH / most).max(3),
        };
        let (low, whole) = (high(shown.grave), high(shown.count));
        if low > 0 {
            grave.push((from, HIGH - low, width, low));
        }
        if whole > low {
            rest.push((from, HIGH - whole, width, whole - low));
        } else if shown.count > shown.grave {
            rest.push((from, HIGH.saturating_sub(low + 3), width, 3));
        }
        (grave, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command_view::CommandView,
        testing::{at, command},
        timeline::{By, COLUMNS, Wanted, picture},
    };
    use countermand_core_model::{Command, CommandState};

    fn drawn(expiries: &[Option<i64>], by: By) -> Picture {
        let commands: Vec<Command> = expiries
            .iter()
            .zip(1..)
            .map(|(expires, number)| {
                let kind = if number % 2 == 0 { "WIPE" } else { "LOCK" };
                let mut command = command("applivery:A", number, kind, CommandState::Pending);
                command.expires_at = expires.map(at);
                command
            })
            .collect();
        let walk = |look: &mut dyn FnMut(CommandView<'_>)| {
            commands.iter().for_each(|one| look(one.into()));
        };
        let wanted = Wanted {
            by,
            kind: None,
            from: 0,
        };
        picture(&walk, &wanted, at(0))
    }

    #[test]
    fn columns_stand_beside_each_other_within_the_picture() {
        for expiries in [
            &[Some(60)][..],
            &[Some(-60), Some(60)],
            &[Some(60), None],
            &[Some(-60), Some(60), None],
            &[None],
            &[],
        ] {
            let picture = drawn(expiries, By::Expiry);
            let layout = Layout::of(&picture);
            assert_eq!(layout.columns.len(), picture.columns.len());
            let edges: Vec<(usize, usize)> = layout
                .columns
                .iter()
                .map(|(from, width)| (*from, from + width))
                .collect();
            assert!(edges.windows(2).all(|pair| pair[0].1 <= pair[1].0 + 1));
            assert!(edges.iter().all(|(_, to)| *to <= WIDE));
            assert!(layout.marks.iter().all(|(place, _)| *place <= WIDE));
        }
    }

    #[test]
    fn what_is_no_part_of_the_axis_stands_apart() {
        let layout = Layout::of(&drawn(&[Some(-60), Some(60), None], By::Expiry));
        let gap = |column: usize| {
            let (from, width) = layout.columns[column];
            layout.columns[column + 1].0 - (from + width)
        };
        assert!(gap(0) > 100 && gap(COLUMNS) > 100);
        assert!(gap(1) <= 1);
        let marks: Vec<Mark> = layout.marks.iter().map(|(_, mark)| *mark).collect();
        assert!(marks.contains(&Mark::Past) && marks.contains(&Mark::Open));
        let now = layout.marks.iter().find(|(_, mark)| *mark == Mark::Now);
        assert_eq!(now.map(|(place, _)| *place), Some(layout.columns[1].0));
    }

    #[test]
    fn few_are_drawn_one_by_one_and_none_fills_the_picture_alone() {
        let picture = drawn(&[Some(60), Some(60), Some(60)], By::Expiry);
        let (grave, rest) = Layout::of(&picture).bars(&picture, COLUMNS - 1);
        assert_eq!((grave.len(), rest.len()), (1, 2));
        let top = rest.iter().map(|(_, top, ..)| *top).min();
        assert!(top > Some(0), "three do not fill it");
        assert!(grave[0].1 > rest[0].1, "what is grave is at the bottom");
    }

    #[test]
    fn many_are_two_bars_and_the_least_is_seen() {
        let mut expiries = vec![Some(3_600); 1_000];
        expiries.push(Some(1));
        let picture = drawn(&expiries, By::Expiry);
        let layout = Layout::of(&picture);
        let (grave, rest) = layout.bars(&picture, COLUMNS - 1);
        assert_eq!((grave.len(), rest.len()), (1, 1));
        assert_eq!(rest[0].1, 0, "the most fill it");
        let (_, one) = layout.bars(&picture, 0);
        assert!(one[0].3 >= 3);
    }

    #[test]
    fn places_are_marked_at_all_or_at_every_fifth() {
        let few = Layout::of(&drawn(&[None; 4], By::Place));
        assert_eq!(few.marks.len(), 4);
        let many = Layout::of(&drawn(&[None; 30], By::Place));
        let marks: Vec<Mark> = many.marks.iter().map(|(_, mark)| *mark).collect();
        assert_eq!(
            marks[..3],
            [Mark::Place(1), Mark::Place(5), Mark::Place(10)]
        );
    }
}
