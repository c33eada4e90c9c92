//! Serves a folder with a built console on this machine, until Enter is pressed.

use std::{env, error::Error, io, net::TcpListener};

use countermand_server::{ConsoleConfig, Files, Server, ServerConfig};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args_os().nth(1).ok_or("usage: console FOLDER")?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let console = ConsoleConfig {
        files: Files::Folder(folder.into()),
        connect: Vec::new(),
    };
    let server = Server::start(ServerConfig::new(listener, console)).await?;
    println!("{}", server.origin());
    io::stdin().read_line(&mut String::new())?;
    server.stop().await;
    Ok(())
}
