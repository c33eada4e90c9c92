//! What a command does if it is not cancelled.

/// WIPE.
pub const WIPE: &str = "Erases everything on the device. It cannot be undone.";
/// RELINQUISH_OWNERSHIP.
pub const RELINQUISH_OWNERSHIP: &str = "Gives the device up: it is no longer managed.";
/// RESET_PASSWORD.
pub const RESET_PASSWORD: &str =
    "Replaces the screen lock: whoever uses the device may be locked out.";
/// An EnOS set-point.
pub const SET_POINT: &str = "Sets a point of a machine: a physical process may change.";
/// An EnOS service.
pub const SERVICE: &str = "Invokes a service of a machine: it may start, stop or switch.";
/// REMOVE_ESIM.
pub const REMOVE_ESIM: &str = "Removes an eSIM: the device may lose its connection.";
/// CLEAR_APP_DATA.
pub const CLEAR_APP_DATA: &str = "Deletes the data of apps on the device.";
/// ADD_ESIM.
pub const ADD_ESIM: &str = "Adds an eSIM to the device.";
/// START_LOST_MODE.
pub const START_LOST_MODE: &str = "Locks the device down as lost.";
/// LOCK.
pub const LOCK: &str = "Locks the screen until it is unlocked.";
/// STOP_LOST_MODE.
pub const STOP_LOST_MODE: &str = "Ends lost mode.";
/// REBOOT.
pub const REBOOT: &str = "Restarts the device.";
/// REQUEST_DEVICE_INFO.
pub const REQUEST_DEVICE_INFO: &str = "Reads information from the device.";
