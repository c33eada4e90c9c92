//! The numbers of rows and devices.

/// The number of a row of a [`Store`](crate::Store). It stays the same while its device is read again and again.
/// Once the command is gone, it may be used again for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId(pub(crate) u32);

impl RowId {
    /// Returns the number, for sets of rows.
    pub const fn number(self) -> u32 {
        self.0
    }
}

/// The number of a device of a [`Store`](crate::Store). It stays the same until the device is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeviceIx(pub(crate) u32);

impl DeviceIx {
    /// Returns the number, from 0: an index for what others keep of each device.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}
