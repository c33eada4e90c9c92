//! The toy provider's server, in memory.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use countermand_transport::{Transport, TransportError};
use http::{Request, Response};
use serde_json::{Value, json};

/// Two devices with commands that wait. Clones are the same server.
#[derive(Clone)]
pub struct Server(Arc<Mutex<State>>);

struct State {
    /// The state of each command, by device and id.
    commands: BTreeMap<(String, String), &'static str>,
    cancelled: Vec<String>,
}

impl Server {
    pub fn with_commands(commands: &[(&str, &str)]) -> Self {
        let commands = commands
            .iter()
            .map(|(device, id)| (((*device).to_owned(), (*id).to_owned()), "waiting"));
        Self(Arc::new(Mutex::new(State {
            commands: commands.collect(),
            cancelled: Vec::new(),
        })))
    }

    /// Returns the ids of the cancels that came, in their order.
    pub fn cancelled(&self) -> Vec<String> {
        self.0.lock().unwrap().cancelled.clone()
    }
}

fn shown(id: &str, state: &str) -> Value {
    json!({"id": id, "state": state, "at": 1_770_724_800_000_i64 + id.len() as i64})
}

impl State {
    fn answer(&mut self, path: &str) -> Option<Value> {
        let path: Vec<&str> = path.split('/').collect();
        let of = |wanted: &str| {
            let commands = self.commands.iter();
            let of_device = commands.filter(|((device, _), _)| device == wanted);
            of_device
                .map(|((_, id), state)| shown(id, state))
                .collect::<Vec<_>>()
        };
        match path[1..] {
            ["devices"] => {
                let mut devices: Vec<&str> =
                    self.commands.keys().map(|(device, _)| &**device).collect();
                devices.dedup();
                Some(json!(devices))
            }
            ["devices", device, "commands"] => Some(json!(of(device))),
            ["devices", device, "commands", id] => {
                let state = self.commands.get(&(device.to_owned(), id.to_owned()))?;
                Some(shown(id, state))
            }
            ["devices", device, "commands", id, "cancel"] => {
                let key = (device.to_owned(), id.to_owned());
                *self.commands.get_mut(&key)? = "cancelled";
                self.cancelled.push(id.to_owned());
                Some(json!({}))
            }
            _ => None,
        }
    }
}

impl Transport for Server {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if request
            .headers()
            .get("toy-key")
            .is_none_or(|key| key != "open")
        {
            let refused = Response::builder().status(401).body(Bytes::new());
            return Ok(refused.unwrap());
        }
        let answer = self.0.lock().unwrap().answer(request.uri().path());
        let status = if answer.is_some() { 200 } else { 404 };
        let body = answer.unwrap_or_default().to_string();
        Ok(Response::builder()
            .status(status)
            .body(body.into())
            .unwrap())
    }
}
