//! Sends a GET request with a time limit, and prints the status.

use std::{env, error::Error, sync::Arc, time::Duration};

use bytes::Bytes;
use countermand_transport::{ReqwestTransport, Timeout, TokioTimer, Transport};
use http::Request;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = env::args().nth(1).ok_or("usage: get URL")?;
    let timer = Arc::new(TokioTimer::new());
    let transport = Timeout::new(ReqwestTransport::new()?, timer, Duration::from_secs(10));
    let response = transport
        .send(Request::get(url).body(Bytes::new())?)
        .await?;
    println!("{}", response.status());
    Ok(())
}
