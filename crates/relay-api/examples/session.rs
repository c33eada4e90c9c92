//! Reads what a server says to a page about the person who asks.

use countermand_relay_api::{ConnectionsFile, DemoConnection};

fn main() -> Result<(), serde_json::Error> {
    let answer = r#"{
        "demo": [],
        "relay": {
            "sign_in": "token",
            "user": "ada",
            "connections": [
                {"name": "fleet", "provider": "applivery", "org": "acme", "role": "operator"}
            ]
        }
    }"#;
    let file: ConnectionsFile<DemoConnection> = serde_json::from_str(answer)?;
    if let Some(session) = file.relay {
        let user = session.user.as_deref().unwrap_or("nobody");
        for connection in &session.connections {
            println!("{user}: {} ({:?})", connection.name, connection.role);
        }
    }
    Ok(())
}
