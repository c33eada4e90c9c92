//! Cancels everything that is pending on a device, and prints the outcome of each command.
//!
//! The device is the argument. COUNTERMAND_BASE_URL, COUNTERMAND_ORG and COUNTERMAND_TOKEN name an organization at
//! Applivery, for example the one that `countermand simulate` prints.

use std::{env, error::Error, sync::Arc};

use countermand_client::{
    AllPending, BaseUrl, Client, Connection, Credentials, Organization, Provider,
    transport::{ReqwestTransport, TokioTimer},
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let device = env::args().nth(1).ok_or("usage: cancel DEVICE")?.parse()?;
    let connection = Connection::new(
        Organization::parse(Provider::Applivery, &env::var("COUNTERMAND_ORG")?)?,
        BaseUrl::parse(&env::var("COUNTERMAND_BASE_URL")?)?,
        Credentials::applivery(env::var("COUNTERMAND_TOKEN")?.into()),
    )?;
    let timer = Arc::new(TokioTimer::new());
    let client = Client::connect(connection, ReqwestTransport::new()?, timer)?;

    let plan = client.plan_everything(vec![AllPending::on(device)]).await;
    let result = client.run(plan).start().finish().await;
    for report in &result.reports {
        println!("{} {} {}", report.device, report.id, report.outcome);
    }
    Ok(())
}
