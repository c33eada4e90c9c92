//! Lists what is pending on a device at EnOS.
//!
//! The asset's id is the argument. COUNTERMAND_BASE_URL, COUNTERMAND_ORG, COUNTERMAND_APP_KEY and
//! COUNTERMAND_APP_SECRET name the application.

use std::{env, error::Error, sync::Arc};

use countermand_core_model::{EnosDevice, enos::AssetId, enos::OrgId};
use countermand_enos::{Credentials, Enos, Signed};
use countermand_transport::{BaseUrl, BoxTransport, ReqwestTransport, TokioTimer};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let asset = env::args().nth(1).ok_or("usage: list ASSET_ID")?;
    let base = BaseUrl::parse(&env::var("COUNTERMAND_BASE_URL")?)?;
    let keys = Credentials::new(
        env::var("COUNTERMAND_APP_KEY")?.into(),
        env::var("COUNTERMAND_APP_SECRET")?.into(),
    )?;
    let timer = Arc::new(TokioTimer::new());
    let signed = Signed::new(ReqwestTransport::new()?, base.clone(), keys, timer);
    let org = OrgId::parse(&env::var("COUNTERMAND_ORG")?)?;
    let enos = Enos::new(BoxTransport::new(signed), base, org);
    let device = EnosDevice::Asset(AssetId::parse(&asset)?);
    for command in &enos.waiting(&device).await?.items {
        println!("{} {} {}", command.id, command.kind, command.state);
    }
    Ok(())
}
