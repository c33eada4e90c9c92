//! A parsed request: its operation, and the device and command that it names.

use axum::body::Bytes;
use http::{HeaderMap, Method, Uri};
use percent_encoding::percent_decode_str;

use crate::faults::rules::Target;
use crate::fleet::Provider;
use crate::fleet::identity::Identity;
use crate::server::operation::Operation;

#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) operation: Operation,
    pub(crate) headers: HeaderMap,
    /// The decoded pairs, in their order.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Bytes,
    /// What the path names (Applivery).
    pub(crate) path: PathNames,
}

/// What an Applivery path names, as it was sent.
#[derive(Debug, Default)]
pub(crate) struct PathNames {
    pub(crate) org: String,
    pub(crate) device: String,
    pub(crate) command: String,
}

impl Request {
    pub(crate) fn new(method: &Method, uri: &Uri, headers: HeaderMap, body: Bytes) -> Self {
        let query = decode_query(uri.query().unwrap_or_default());
        let (operation, path) = classify(method, uri.path(), &query);
        Self {
            operation,
            headers,
            query,
            body,
            path,
        }
    }

    /// The first value of a query parameter; a blank one counts as absent, as it does in the
    /// frameworks that such servers are written with. So `commandId=` cancels everything that waits,
    /// and a client that lets one through is found out.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        parameter(&self.query, name)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)?
            .to_str()
            .ok()
            .filter(|value| !value.is_empty())
    }

    pub(crate) fn target(&self, identity: &Identity) -> Target {
        let (device, command) = match self.operation.provider() {
            Provider::Applivery => (
                identity
                    .applivery_index(&self.path.device)
                    .map(|index| (Provider::Applivery, index)),
                Some(self.path.command.as_str()).filter(|command| !command.is_empty()),
            ),
            Provider::Enos => {
                let by_asset = || identity.asset_index(self.parameter("assetId")?);
                let by_key = || {
                    identity.key_index(self.parameter("productKey")?, self.parameter("deviceKey")?)
                };
                let index = by_asset().or_else(by_key);
                (
                    index.map(|index| (Provider::Enos, index)),
                    self.parameter("commandId"),
                )
            }
        };
        Target {
            operation: self.operation,
            device,
            command: command.map(str::to_owned),
        }
    }
}

fn parameter<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let (_, value) = query.iter().find(|(key, _)| key == name)?;
    Some(value.as_str()).filter(|value| !value.trim().is_empty())
}

/// `+` is a blank, as for the decoders of Java and of most frameworks. What is signed is decoded, too.
pub(crate) fn decode_query(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (
                decode(&name.replace('+', " ")),
                decode(&value.replace('+', " ")),
            )
        })
        .collect()
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn classify(method: &Method, path: &str, query: &[(String, String)]) -> (Operation, PathNames) {
    let segments: Vec<String> = path.split('/').skip(1).map(decode).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match segments.first() {
        Some(&"v1") => classify_applivery(method, &segments),
        _ => (
            classify_enos(method, &segments, query),
            PathNames::default(),
        ),
    }
}

fn classify_applivery(method: &Method, segments: &[&str]) -> (Operation, PathNames) {
    let get = method == Method::GET;
    let names = |org: &str, device: &str, command: &str| PathNames {
        org: org.to_owned(),
        device: device.to_owned(),
        command: command.to_owned(),
    };
    match segments {
        [_, "organizations", org] if get => (Operation::AppliveryOrganization, names(org, "", "")),
        [_, "organizations", org, "mdm", "devices"] if get => {
            (Operation::AppliveryAllDevices, names(org, "", ""))
        }
        [
            _,
            "organizations",
            org,
            "mdm",
            "android",
            "enterprise",
            "devices",
            rest @ ..,
        ] => match rest {
            [] if get => (Operation::AppliveryDevices, names(org, "", "")),
            [device, "commands"] if get => (Operation::AppliveryList, names(org, device, "")),
            [device, "commands", command] if get => {
                (Operation::AppliveryGet, names(org, device, command))
            }
            [device, "commands", command, "cancel"] if method == Method::POST => {
                (Operation::AppliveryCancel, names(org, device, command))
            }
            _ => (Operation::AppliveryUnknown, PathNames::default()),
        },
        _ => (Operation::AppliveryUnknown, PathNames::default()),
    }
}

fn classify_enos(method: &Method, segments: &[&str], query: &[(String, String)]) -> Operation {
    let post = method == Method::POST;
    let action = parameter(query, "action");
    match (segments, action) {
        (["apim-token-service", "v2.0", "token", "get"], _) if post => Operation::EnosTokenGet,
        (["apim-token-service", "v2.0", "token", "refresh"], _) if post => {
            Operation::EnosTokenRefresh
        }
        (["connect-service", "v2.1", "commands"], Some("get")) if method == Method::GET => {
            Operation::EnosGet
        }
        (["connect-service", "v2.1", "commands"], Some("search")) if post => Operation::EnosSearch,
        (["connect-service", "v2.1", "commands"], Some("cancel")) if post => {
            match parameter(query, "commandId") {
                Some(_) => Operation::EnosCancel,
                None => Operation::EnosCancelAll,
            }
        }
        (["connect-service", "v2.1", "devices"], Some("search")) if post => Operation::EnosDevices,
        _ => Operation::EnosUnknown,
    }
}
