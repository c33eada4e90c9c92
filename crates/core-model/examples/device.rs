//! Reads a device reference, and prints it again.

use std::{env, error::Error};

use countermand_core_model::DeviceRef;

fn main() -> Result<(), Box<dyn Error>> {
    let text = env::args().nth(1).ok_or("usage: device DEVICE")?;
    let device: DeviceRef = text.parse()?;
    println!("{}: {device}", device.provider());
    Ok(())
}
