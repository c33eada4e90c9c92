//! A command's details.

/// The heading, with the command's title after it.
pub const HEADING: &str = "Details of";
/// A field.
pub const ID: &str = "Command id";
/// A field.
pub const KIND: &str = "Kind";
/// A field.
pub const NAME: &str = "Name";
/// A field.
pub const DEVICE: &str = "Device";
/// A field.
pub const ORGANISATION: &str = "Organisation";
/// A field.
pub const STATE: &str = "State";
/// A field.
pub const VENDOR_STATE: &str = "Vendor's word";
/// A field.
pub const CREATED: &str = "Created";
/// A field.
pub const EXPIRES: &str = "Expires";
/// What is asked of the device.
pub const REQUEST: &str = "What is asked of the device";
/// The vendor's JSON.
pub const RAW: &str = "The vendor's JSON, secrets removed";
/// Copies the JSON.
pub const COPY: &str = "Copy JSON";
/// After copying.
pub const COPIED: &str = "Copied.";
/// Where the browser did not let it.
pub const NOT_COPIED: &str =
    "The browser did not allow copying. Select the text and copy it yourself.";
/// Opens the details.
pub const OPEN: &str = "Details";

/// The accessible name of the button that opens them.
pub fn open(title: &str, device: &str) -> String {
    format!("{OPEN} of {title} on {device}")
}
