//! EnOS: pages of fifty, every documented member filled in.

use std::collections::BTreeMap;

use bytes::Bytes;
use countermand_core_model::{
    Command, EnosDevice, PageRequest,
    enos::{DeviceKey, OrgId, ProductKey},
};
use countermand_enos::endpoints::SearchCommands;
use countermand_transport::Endpoint;
use http::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{List, draw, length};

const PAGE: usize = 50;
const ORG: &str = "o15475450989191";
const PRODUCT: &str = "Vx8qT3zL";
const DEVICE: &str = "turbine-0042";

/// A device's commands.
pub(crate) struct Enos {
    org: OrgId,
    device: EnosDevice,
    pages: Vec<Response<Bytes>>,
}

impl Enos {
    /// The list.
    pub(crate) fn new() -> Self {
        let mut state = 7;
        let pages = (0..length().div_ceil(PAGE))
            .map(|page| {
                let items: Vec<Value> = (0..PAGE).map(|_| item(&mut state)).collect();
                let body = json!({
                    "code": 0, "msg": "OK", "requestId": "7d863d517eae4f18a2776452eb1305bb", "data": items,
                    "pagination": {"sortedBy": null, "pageNo": page + 1, "pageSize": PAGE, "totalSize": length()},
                });
                Response::new(body.to_string().into())
            })
            .collect();
        Self {
            org: OrgId::parse(ORG).unwrap(),
            device: EnosDevice::Key(
                ProductKey::parse(PRODUCT).unwrap(),
                DeviceKey::parse(DEVICE).unwrap(),
            ),
            pages,
        }
    }
}

impl List for Enos {
    const NAME: &'static str = "enos";
    type Plain = PlainCommand;

    fn pages(&self) -> &[Response<Bytes>] {
        &self.pages
    }

    fn plain(&self, page: &Response<Bytes>) -> Vec<PlainCommand> {
        let answer: PlainAnswer = serde_json::from_slice(page.body()).unwrap();
        assert_eq!(answer.code, 0);
        answer.data
    }

    fn commands(&self, page: &Response<Bytes>) -> Vec<Command> {
        let endpoint = SearchCommands {
            org: &self.org,
            device: &self.device,
            state: None,
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
    let (kind, identifier, chinese, input) = match draw % 4 {
        0 => (1, "active_power_limit", "有功功率限值", json!(draw % 5_000)),
        1 => (1, "yaw_mode", "偏航模式", json!("manual")),
        2 => (
            2,
            "stop_turbine",
            "停机",
            json!({"reason": "maintenance", "brake": true}),
        ),
        _ => (
            2,
            "report_interval",
            "上报周期",
            json!({"seconds": draw % 900}),
        ),
    };
    let state = draw % 7 + 1;
    json!({
        "commandId": (2_278_935_391_225_618_432 + draw).to_string(),
        "orgId": ORG,
        "productKey": PRODUCT,
        "deviceKey": DEVICE,
        "assetId": "sxH2DD6f",
        "createTime": (1_770_724_800_000 + draw % 2_000_000_000).to_string(),
        "createLocalTime": draw::clock(draw % 2_000_000),
        "commandType": kind,
        "commandName": {"defaultValue": identifier, "i18nValue": {"en_US": identifier, "zh_CN": chinese}},
        "timeout": 30,
        "pendingTtl": 86_400,
        "state": state,
        "tslIdentifier": identifier,
        "inputData": input,
        "outputData": (state == 5).then(|| json!({"result": "done"})),
    })
}

#[derive(Deserialize)]
struct PlainAnswer {
    code: i64,
    data: Vec<PlainCommand>,
}

/// The documented members, and nothing else.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is decoded, and that is all")]
pub(crate) struct PlainCommand {
    command_id: String,
    org_id: String,
    product_key: String,
    device_key: String,
    asset_id: String,
    create_time: String,
    create_local_time: String,
    command_type: u8,
    command_name: PlainName,
    timeout: u32,
    pending_ttl: u32,
    state: u8,
    tsl_identifier: String,
    input_data: Value,
    output_data: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is decoded, and that is all")]
struct PlainName {
    default_value: String,
    i18n_value: BTreeMap<String, String>,
}
