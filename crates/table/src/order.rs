//! The order of the rows.

use crate::{RowId, Store, columns::NO_TIME, sorting::Nearly};

/// A column that rows are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// How grave it is if the command runs.
    Severity,
    /// The state, in the order of a command's life.
    State,
    /// The name, or the kind where there is no name.
    Title,
    /// The device's name, or its reference.
    Device,
    /// When the command was created.
    Created,
    /// When it expires.
    Expires,
    /// The provider's own word for the state.
    VendorState,
    /// The command's id.
    Id,
}

impl Column {
    /// Every column.
    pub const ALL: [Self; 8] = [
        Self::Severity,
        Self::State,
        Self::Title,
        Self::Device,
        Self::Created,
        Self::Expires,
        Self::VendorState,
        Self::Id,
    ];

    /// Returns the word used in addresses and settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Severity => "severity",
            Self::State => "state",
            Self::Title => "command",
            Self::Device => "device",
            Self::Created => "created",
            Self::Expires => "expires",
            Self::VendorState => "vendor",
            Self::Id => "id",
        }
    }

    /// Returns the column of this word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.as_str() == text)
    }
}

/// Ascending or descending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The smallest, the earliest or the alphabetically first comes first.
    Ascending,
    /// The greatest comes first.
    Descending,
}

/// An order of the rows. Unknown values come last in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Order {
    /// The column.
    pub column: Column,
    /// The direction.
    pub direction: Direction,
}

impl Default for Order {
    /// The gravest first, and of those as grave the oldest: it goes out first.
    fn default() -> Self {
        Self {
            column: Column::Severity,
            direction: Direction::Descending,
        }
    }
}

impl Order {
    /// Returns the order after a click on the head of `column`: reversed if it is that one's already.
    #[must_use]
    pub fn chosen(self, column: Column) -> Self {
        let direction = match (self.column == column, self.direction, column) {
            (true, Direction::Ascending, _) => Direction::Descending,
            (true, Direction::Descending, _) => Direction::Ascending,
            // The newest commands are wanted first, and the gravest.
            (false, _, Column::Created | Column::Severity) => Direction::Descending,
            (false, ..) => Direction::Ascending,
        };
        Self { column, direction }
    }
}

/// The key of unknown values, in either direction.
const LAST: u64 = u64::MAX;

/// Returns every row of `store` in `order`. Equal rows are ordered newest first, and by severity what goes out first;
/// then as they were read. `before` are the rows as they were in this order earlier: those that are still in their
/// place are not sorted again.
pub(crate) fn sorted(
    store: &Store,
    order: Order,
    device_ranks: &[u32],
    before: &[RowId],
) -> Vec<RowId> {
    let columns = &store.columns;
    let word_ranks = match order.column {
        Column::Title | Column::VendorState => store.words.ranks(),
        _ => Vec::new(),
    };
    let id_ranks = match order.column {
        Column::Id => crate::text_order::ranks(columns.id.len(), |at| columns.id[at].as_str()),
        _ => Vec::new(),
    };
    let rank = |rank: u32| {
        if rank == u32::MAX {
            LAST
        } else {
            u64::from(rank)
        }
    };
    let key = |at: usize| match order.column {
        Column::Severity => u64::from(columns.severity[at].rank()),
        Column::State => columns.state[at] as u64,
        Column::Title => rank(word_ranks[store.row(RowId(at as u32)).label_word() as usize]),
        Column::Device => rank(device_ranks[columns.device[at].index()]),
        Column::Created => time_key(columns.created[at]),
        Column::Expires => time_key(columns.expires[at]),
        Column::VendorState => rank(word_ranks[columns.vendor_state[at] as usize]),
        Column::Id => rank(id_ranks[at]),
    };
    let turned = order.direction == Direction::Descending;
    let keyed = |row: u32| {
        let at = row as usize;
        let key = match key(at) {
            LAST => LAST,
            known if turned => LAST - 1 - known,
            known => known,
        };
        let created = columns.created[at];
        let next = match order.column {
            Column::Severity => time_key(created),
            _ => newest_first(created),
        };
        (u128::from(key) << 64 | u128::from(next), row)
    };
    let mut nearly = Nearly::with_capacity(store.len());
    let mut known = vec![false; columns.id.len()];
    for RowId(row) in before {
        if store.live.has(*row) {
            known[*row as usize] = true;
            nearly.push(keyed(*row));
        }
    }
    let new = store.live.iter().filter(|row| !known[*row as usize]);
    new.for_each(|row| nearly.push_new(keyed(row)));
    nearly.sorted().into_iter().map(RowId).collect()
}

/// Returns a key that grows with time and is smaller than [`LAST`].
fn time_key(millis: i64) -> u64 {
    if millis == NO_TIME {
        LAST
    } else {
        // Times are within some thousand years of 1970.
        (millis as u64) ^ (1 << 63)
    }
}

fn newest_first(millis: i64) -> u64 {
    match time_key(millis) {
        LAST => LAST,
        known => LAST - 1 - known,
    }
}
