//! Applivery: pages of a hundred, every documented member filled in.

use bytes::Bytes;
use countermand_applivery::{DeviceId, OrganizationId, endpoints::ListCommands};
use countermand_core_model::{Command, PageRequest};
use countermand_transport::Endpoint;
use http::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{List, draw, length};

const PAGE: usize = 100;

/// A device's commands.
pub(crate) struct Applivery {
    organization: OrganizationId,
    device: DeviceId,
    pages: Vec<Response<Bytes>>,
}

impl Applivery {
    /// The list.
    pub(crate) fn new() -> Self {
        let mut state = 7;
        let pages = (0..length().div_ceil(PAGE))
            .map(|page| {
                let items: Vec<Value> = (0..PAGE).map(|_| item(&mut state)).collect();
                let total = length();
                let body = json!({"status": true, "data": {
                    "items": items, "totalDocs": total, "limit": PAGE, "hasPrevPage": page > 0,
                    "hasNextPage": (page + 1) * PAGE < total, "page": page + 1,
                    "totalPages": total.div_ceil(PAGE), "pagingCounter": page * PAGE + 1,
                    "prevPage": (page > 0).then_some(page), "nextPage": page + 2,
                }});
                Response::new(body.to_string().into())
            })
            .collect();
        Self {
            organization: OrganizationId::parse("507f1f77bcf86cd799439012").unwrap(),
            device: DeviceId::parse("507f1f77bcf86cd799439015").unwrap(),
            pages,
        }
    }
}

impl List for Applivery {
    const NAME: &'static str = "applivery";
    type Plain = PlainCommand;

    fn pages(&self) -> &[Response<Bytes>] {
        &self.pages
    }

    fn plain(&self, page: &Response<Bytes>) -> Vec<PlainCommand> {
        let answer: PlainAnswer = serde_json::from_slice(page.body()).unwrap();
        assert!(answer.status);
        answer.data.items
    }

    fn commands(&self, page: &Response<Bytes>) -> Vec<Command> {
        let endpoint = ListCommands {
            organization: &self.organization,
            device: &self.device,
            page: PageRequest {
                number: 1,
                size: PAGE as u32,
            },
        };
        let page = endpoint.decode(page).unwrap();
        assert_eq!(page.items.len(), page.received());
        page.items
    }
}

fn item(state: &mut u64) -> Value {
    let draw = draw::next(state);
    let at = draw::clock(draw % 2_000_000).replace(' ', "T");
    let kind = match draw % 100 {
        0..=54 => "LOCK",
        55..=79 => "REBOOT",
        80..=89 => "REQUEST_DEVICE_INFO",
        90..=94 => "CLEAR_APP_DATA",
        95..=97 => "WIPE",
        _ => "RESET_PASSWORD",
    };
    let mut metadata = json!({
        "@type": "type.googleapis.com/google.apps.gmm.v1.Command",
        "type": kind,
        "createTime": format!("{at}.{:03}Z", draw % 1_000),
        "duration": "3600s",
        "userName": format!("user{}@example.com", draw % 1_000),
    });
    if kind == "RESET_PASSWORD" {
        metadata["newPassword"] = json!(format!("Passw0rd-{:08x}", draw as u32));
    }
    let pending = draw.is_multiple_of(3);
    json!({
        "id": format!("{:08x}{draw:016x}", draw::next(state) as u32),
        "organization": "507f1f77bcf86cd799439012",
        "emmEnterprise": "507f1f77bcf86cd799439013",
        "mdmUser": format!("507f1f77bcf8{:012x}", draw % 1_000),
        "status": if pending { "PENDING" } else { "SUCCESS" },
        "config": {"metadata": metadata, "done": !pending},
        "_config": {
            "name": format!("enterprises/LC04z6vydu/devices/3b{:014x}/operations/{}", 7_u64 << 40, draw % 10_000_000_000),
            "metadata": {"type": kind},
        },
        "updatedAt": format!("{at}.{:03}Z", draw % 1_000),
        "createdAt": format!("{at}.{:03}Z", draw % 1_000),
    })
}

#[derive(Deserialize)]
struct PlainAnswer {
    status: bool,
    data: PlainPage,
}

#[derive(Deserialize)]
struct PlainPage {
    items: Vec<PlainCommand>,
}

/// The documented members, all of them optional, and nothing else.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is decoded, and that is all")]
pub(crate) struct PlainCommand {
    id: Option<String>,
    organization: Option<String>,
    emm_enterprise: Option<String>,
    mdm_user: Option<String>,
    status: Option<String>,
    config: Option<PlainConfig>,
    #[serde(rename = "_config")]
    underscore_config: Option<PlainUnderscoreConfig>,
    updated_at: Option<String>,
    created_at: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is decoded, and that is all")]
struct PlainConfig {
    metadata: Option<PlainMetadata>,
    done: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is decoded, and that is all")]
struct PlainMetadata {
    #[serde(rename = "@type")]
    at_type: Option<String>,
    r#type: Option<String>,
    create_time: Option<String>,
    duration: Option<String>,
    user_name: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is decoded, and that is all")]
struct PlainUnderscoreConfig {
    name: Option<String>,
    metadata: Option<PlainType>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is decoded, and that is all")]
struct PlainType {
    r#type: Option<String>,
}
