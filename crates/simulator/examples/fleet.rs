//! Starts a simulated fleet, gives a device a command, and prints what is true of it.

use std::error::Error;

use countermand_simulator::{AddCommands, Config, Simulator};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::start(Config::default()).await?;
    let applivery = simulator.description().applivery;
    println!("Applivery is served at {}", applivery.base_url);

    let order: AddCommands = serde_json::from_value(serde_json::json!({
        "device": applivery.devices[0],
        "kind": "LOCK",
    }))?;
    for added in simulator.add_commands(&order)? {
        println!("{} waits on {}", added.command, added.device);
    }
    simulator.stop().await;
    Ok(())
}
