//! What went over the wire.

use std::sync::{Arc, Mutex, OnceLock};

use bytes::Bytes;
use countermand_transport::{ReqwestTransport, Transport, TransportError, TransportErrorKind};
use http::{Request, Response};
use serde_json::Value;

use crate::SimulatedTime;

/// One attempt of one request, and what came of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Counts the beginnings and the ends of all exchanges: when this one began.
    pub began: usize,
    /// When it ended.
    pub ended: usize,
    /// As the simulator's ledger calls it: `enos.cancel_all`, `applivery.get`, ...
    pub operation: &'static str,
    /// The command that the request names.
    pub command: Option<String>,
    /// Everything that a log on the way could hold: method, path and query.
    pub line: String,
    /// The status and the body that came back, or why none did.
    pub answer: Result<(u16, String), TransportErrorKind>,
}

impl Exchange {
    /// Does it ask for the cancel of `command`, alone or with everything else that waits?
    pub fn is_cancel(&self) -> bool {
        self.operation.contains(".cancel")
    }

    /// The states that the answer gives to this command, in the vendor's own words.
    pub fn states_of(&self, command: &str) -> Vec<String> {
        let Ok((200, body)) = &self.answer else {
            return Vec::new();
        };
        let lower = command.to_ascii_lowercase();
        if !body.contains(command) && !body.contains(&lower) {
            return Vec::new();
        }
        let mut found = Vec::new();
        if let Ok(body) = serde_json::from_str(body) {
            states(&body, command, &mut found);
        }
        found
    }

    /// Does the answer show this command waiting, with nothing that contradicts it?
    pub fn shows_pending(&self, command: &str) -> bool {
        let states = self.states_of(command);
        !states.is_empty()
            && states
                .iter()
                .all(|state| state == "1" || state == "PENDING")
    }
}

fn states(value: &Value, command: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| states(item, command, found)),
        Value::Object(members) => {
            let is_named = ["id", "_id", "commandId"]
                .iter()
                .filter_map(|key| members.get(*key)?.as_str())
                .any(|id| id.eq_ignore_ascii_case(command));
            if is_named {
                let done = members
                    .values()
                    .any(|operation| operation.get("done") == Some(&Value::Bool(true)));
                found.extend(["state", "status"].iter().filter_map(|key| {
                    Some(match members.get(*key)? {
                        Value::String(word) if done => format!("{word} and done"),
                        Value::String(word) => word.clone(),
                        number => number.to_string(),
                    })
                }));
            }
            members
                .values()
                .for_each(|member| states(member, command, found));
        }
        _ => {}
    }
}

/// Made once: reading the machine's certificates takes longer than most tests.
static BACKEND: OnceLock<ReqwestTransport> = OnceLock::new();

/// The shipped native backend, with a note of every exchange. Clones write into the same notes.
#[derive(Clone)]
pub struct Wire {
    backend: ReqwestTransport,
    time: Option<SimulatedTime>,
    notes: Arc<Mutex<Notes>>,
}

#[derive(Default)]
struct Notes {
    moment: usize,
    exchanges: Vec<Exchange>,
    tokens: Vec<String>,
}

impl Wire {
    /// A backend in this time; none where it is the machine's.
    pub fn new(time: Option<SimulatedTime>) -> Self {
        Self {
            backend: BACKEND
                .get_or_init(|| ReqwestTransport::new().unwrap())
                .clone(),
            time,
            notes: Arc::default(),
        }
    }

    /// Every exchange that has ended, in the order in which they began.
    pub fn exchanges(&self) -> Vec<Exchange> {
        let mut exchanges = self.notes.lock().unwrap().exchanges.clone();
        exchanges.sort_by_key(|exchange| exchange.began);
        exchanges
    }

    /// The exchanges that ask for a cancel.
    pub fn cancels(&self) -> Vec<Exchange> {
        let mut exchanges = self.exchanges();
        exchanges.retain(Exchange::is_cancel);
        exchanges
    }

    /// How often this operation was asked for.
    pub fn count(&self, operation: &str) -> usize {
        let exchanges = self.exchanges();
        exchanges
            .iter()
            .filter(|exchange| exchange.operation == operation)
            .count()
    }

    /// The access tokens that were given out.
    pub fn tokens(&self) -> Vec<String> {
        self.notes.lock().unwrap().tokens.clone()
    }

    fn moment(&self) -> usize {
        let mut notes = self.notes.lock().unwrap();
        notes.moment += 1;
        notes.moment
    }

    fn note(
        &self,
        began: usize,
        request: &(String, String),
        result: &Result<Response<Bytes>, TransportError>,
    ) {
        let ended = self.moment();
        let (method, target) = request;
        let (operation, command) = read_line(method, target);
        let answer = match result {
            Ok(answer) => Ok((
                answer.status().as_u16(),
                String::from_utf8_lossy(answer.body()).into_owned(),
            )),
            Err(error) => Err(error.kind()),
        };
        let mut notes = self.notes.lock().unwrap();
        if let Ok((_, body)) = &answer
            && let Ok(body) = serde_json::from_str::<Value>(body)
            && let Some(token) = body.pointer("/data/accessToken").and_then(Value::as_str)
        {
            notes.tokens.push(token.to_owned());
        }
        notes.exchanges.push(Exchange {
            began,
            ended,
            operation,
            command,
            line: format!("{method} {target}"),
            answer,
        });
    }
}

impl Transport for Wire {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let line = (request.method().to_string(), request.uri().to_string());
        let on_its_way = self.time.as_ref().map(SimulatedTime::request);
        let mut open = Open {
            wire: self,
            began: self.moment(),
            line,
            is_noted: false,
        };
        let result = self.backend.send(request).await;
        open.note(&result);
        drop(on_its_way);
        result
    }
}

/// An exchange that goes on. Should whoever waits for it go away, it counts as broken off.
struct Open<'a> {
    wire: &'a Wire,
    began: usize,
    line: (String, String),
    is_noted: bool,
}

impl Open<'_> {
    fn note(&mut self, result: &Result<Response<Bytes>, TransportError>) {
        self.is_noted = true;
        self.wire.note(self.began, &self.line, result);
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if !self.is_noted {
            self.note(&Err(TransportError::new(TransportErrorKind::Interrupted)));
        }
    }
}

/// What a request line asks for. Written from the vendors' documents, not from the clients.
fn read_line(method: &str, target: &str) -> (&'static str, Option<String>) {
    let path_and_query = target
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('/'))
        .map_or("", |(_, rest)| rest);
    let (path, query) = path_and_query
        .split_once('?')
        .unwrap_or((path_and_query, ""));
    let parameter = |name: &str| {
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    };
    let segments: Vec<&str> = path.split('/').collect();
    match (method, segments.as_slice()) {
        ("POST", ["apim-token-service", "v2.0", "token", "get"]) => ("enos.token_get", None),
        ("POST", ["apim-token-service", "v2.0", "token", "refresh"]) => {
            ("enos.token_refresh", None)
        }
        (_, ["connect-service", "v2.1", "devices"]) => ("enos.devices", None),
        (_, ["connect-service", "v2.1", "commands"]) => {
            let command = parameter("commandId");
            let operation = match (parameter("action").as_deref(), &command) {
                (Some("get"), _) => "enos.get",
                (Some("search"), _) => "enos.search",
                (Some("cancel"), Some(_)) => "enos.cancel",
                (Some("cancel"), None) => "enos.cancel_all",
                _ => "enos.unknown",
            };
            (operation, command)
        }
        ("GET", ["v1", "organizations", _]) => ("applivery.organization", None),
        ("GET", ["v1", "organizations", _, "mdm", "devices"]) => ("applivery.all_devices", None),
        (
            method,
            [
                "v1",
                "organizations",
                _,
                "mdm",
                "android",
                "enterprise",
                "devices",
                rest @ ..,
            ],
        ) => match (method, rest) {
            ("GET", []) => ("applivery.devices", None),
            ("GET", [_, "commands"]) => ("applivery.list", None),
            ("GET", [_, "commands", id]) => ("applivery.get", Some((*id).to_owned())),
            ("POST", [_, "commands", id, "cancel"]) => ("applivery.cancel", Some((*id).to_owned())),
            _ => ("applivery.unknown", None),
        },
        _ => ("unknown", None),
    }
}
