//! Lists the commands of a device at Applivery.
//!
//! The device's id is the argument. COUNTERMAND_BASE_URL, COUNTERMAND_ORG and COUNTERMAND_TOKEN name the organization.

use std::{env, error::Error};

use countermand_applivery::{Applivery, Bearer, DeviceId, OrganizationId};
use countermand_transport::{BaseUrl, BoxTransport, ReqwestTransport};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let device = env::args().nth(1).ok_or("usage: list DEVICE_ID")?;
    let token = env::var("COUNTERMAND_TOKEN")?.into();
    let applivery = Applivery::new(
        BoxTransport::new(Bearer::new(ReqwestTransport::new()?, &token)?),
        BaseUrl::parse(&env::var("COUNTERMAND_BASE_URL")?)?,
        OrganizationId::parse(&env::var("COUNTERMAND_ORG")?)?,
    );
    let listing = applivery.commands(&DeviceId::parse(&device)?).await?;
    for command in &listing.items {
        println!("{} {} {}", command.id, command.kind, command.state);
    }
    Ok(())
}
