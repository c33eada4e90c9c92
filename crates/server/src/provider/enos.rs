//! The calls of EnOS's endpoints.

use std::sync::Arc;

use bytes::Bytes;
use countermand_core_model::{
    self as model, CommandState, DeviceRef, EnosDevice, Organization, PageRequest, Provider,
    ProviderDetail,
    enos::{AssetId, CommandId, DeviceKey, OrgId, ProductKey},
};
use countermand_enos::endpoints::{
    CancelCommand, CancelEverything, GetCommand, SearchCommands, SearchDevices,
};
use countermand_transport::{ApiError, BaseUrl, Endpoint, Route};
use http::{Request, Response};
use serde::Serialize;

use super::{
    call::{self, CancelTarget, ObservedPage, PENDING_PAGE, ProviderCall, RawCall, ServedProvider},
    query::{ParseError, Query},
};

pub(super) static SERVED: ServedProvider = ServedProvider {
    provider: Provider::Enos,
    path: "connect-service",
    parse,
    get_command,
    list_pending,
    authenticate: countermand_enos::authenticate,
    error_body,
};

/// A call to an organization.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) org: OrgId,
    pub(super) operation: Operation,
}

#[derive(Clone, Debug)]
pub(super) enum Operation {
    Devices {
        page: PageRequest,
    },
    Commands {
        device: EnosDevice,
        state: Option<CommandState>,
        page: PageRequest,
    },
    Command {
        device: EnosDevice,
        id: CommandId,
    },
    Cancel {
        device: EnosDevice,
        id: CommandId,
    },
    CancelEverything {
        device: EnosDevice,
    },
}

fn parse(org: &Organization, raw: &RawCall<'_>) -> Result<call::Call, ParseError> {
    let (Organization::Enos(org), ["connect-service", "v2.1", what @ ("commands" | "devices")]) =
        (org, raw.segments)
    else {
        return Err(ParseError::Unknown);
    };
    let mut query = raw.query.clone();
    let action = query.take("action").ok_or(ParseError::Malformed)?;
    if query.take("orgId").as_deref() != Some(org.as_str()) {
        return Err(ParseError::Unknown);
    }
    let operation = match (*what, action.as_str()) {
        ("devices", "search") => Operation::Devices {
            page: SearchDevices::read_body(raw.body).ok_or(ParseError::Malformed)?,
        },
        ("commands", "search") => {
            let (state, page) = SearchCommands::read_body(raw.body).ok_or(ParseError::Malformed)?;
            Operation::Commands {
                device: device(&mut query)?,
                state,
                page,
            }
        }
        ("commands", "get") => Operation::Command {
            device: device(&mut query)?,
            id: query.must("commandId", CommandId::parse)?,
        },
        ("commands", "cancel") => cancel(&mut query)?,
        _ => return Err(ParseError::Unknown),
    };
    query.end()?;
    let searches = matches!(
        operation,
        Operation::Devices { .. } | Operation::Commands { .. }
    );
    if !searches && !raw.body.is_empty() {
        return Err(ParseError::Malformed);
    }
    Ok(Arc::new(Call {
        org: org.clone(),
        operation,
    }))
}

fn cancel(query: &mut Query) -> Result<Operation, ParseError> {
    if query.hides("commandId") {
        return Err(ParseError::Malformed);
    }
    let device = device(query)?;
    // An id that is there and empty is no absent one: it is refused, not widened.
    Ok(match query.take("commandId") {
        Some(id) => Operation::Cancel {
            device,
            id: CommandId::parse(&id).map_err(|_| ParseError::Malformed)?,
        },
        None => Operation::CancelEverything { device },
    })
}

fn device(query: &mut Query) -> Result<EnosDevice, ParseError> {
    match query.take("assetId") {
        Some(asset) => AssetId::parse(&asset)
            .map(EnosDevice::Asset)
            .map_err(|_| ParseError::Malformed),
        None => Ok(EnosDevice::Key(
            query.must("productKey", ProductKey::parse)?,
            query.must("deviceKey", DeviceKey::parse)?,
        )),
    }
}

fn get_command(
    org: &Organization,
    device: &DeviceRef,
    id: &model::CommandId,
) -> Option<call::Call> {
    match (org, device, id) {
        (Organization::Enos(org), DeviceRef::Enos(device), model::CommandId::Enos(id)) => {
            Some(Arc::new(Call {
                org: org.clone(),
                operation: Operation::Command {
                    device: device.clone(),
                    id: id.clone(),
                },
            }))
        }
        _ => None,
    }
}

fn list_pending(org: &Organization, device: &DeviceRef, number: u32) -> Option<call::Call> {
    match (org, device) {
        (Organization::Enos(org), DeviceRef::Enos(device)) => Some(Arc::new(Call {
            org: org.clone(),
            operation: Operation::Commands {
                device: device.clone(),
                state: Some(CommandState::Pending),
                page: PageRequest {
                    number,
                    size: PENDING_PAGE,
                },
            },
        })),
        _ => None,
    }
}

impl ProviderCall for Call {
    fn route(&self) -> Route {
        match self.operation {
            Operation::Devices { .. } => SearchDevices::ROUTE,
            Operation::Commands { .. } => SearchCommands::ROUTE,
            Operation::Command { .. } => GetCommand::ROUTE,
            Operation::Cancel { .. } => CancelCommand::ROUTE,
            Operation::CancelEverything { .. } => CancelEverything::ROUTE,
        }
    }

    fn target(&self) -> Option<CancelTarget> {
        let (device, command) = match &self.operation {
            Operation::Cancel { device, id } => (device, Some(id.clone())),
            Operation::CancelEverything { device } => (device, None),
            _ => return None,
        };
        Some(CancelTarget {
            device: DeviceRef::Enos(device.clone()),
            command: command.map(model::CommandId::Enos),
        })
    }

    fn request(&self, base: &BaseUrl) -> Result<Request<Bytes>, ApiError> {
        let org = &self.org;
        match &self.operation {
            Operation::Devices { page } => SearchDevices { org, page: *page }.request(base),
            Operation::Commands {
                device,
                state,
                page,
            } => SearchCommands {
                org,
                device,
                state: *state,
                page: *page,
            }
            .request(base),
            Operation::Command { device, id } => GetCommand { org, device, id }.request(base),
            Operation::Cancel { device, id } => CancelCommand { org, device, id }.request(base),
            Operation::CancelEverything { device } => {
                CancelEverything { org, device }.request(base)
            }
        }
    }

    fn decode_cancel(&self, response: &Response<Bytes>) -> Result<ProviderDetail, ApiError> {
        let org = &self.org;
        let answer = match &self.operation {
            Operation::Cancel { device, id } => CancelCommand { org, device, id }.decode(response),
            Operation::CancelEverything { device } => {
                CancelEverything { org, device }.decode(response)
            }
            _ => return Ok(ProviderDetail::default()),
        };
        answer.map(|answer| answer.word)
    }

    fn decode_commands(&self, response: &Response<Bytes>) -> Option<ObservedPage> {
        let org = &self.org;
        match &self.operation {
            Operation::Commands {
                device,
                state,
                page,
            } => {
                let search = SearchCommands {
                    org,
                    device,
                    state: *state,
                    page: *page,
                };
                let page = search.decode(response).ok()?;
                Some(ObservedPage {
                    received: page.received(),
                    commands: page.items.into_iter().map(Into::into).collect(),
                })
            }
            Operation::Command { device, id } => {
                let get = GetCommand { org, device, id };
                get.decode(response).ok().map(ObservedPage::from)
            }
            _ => None,
        }
    }
}

/// An error as EnOS says it.
#[derive(Serialize)]
struct ErrorBody<'a> {
    code: u16,
    msg: &'a str,
    message: &'a str,
}

fn error_body(code: u16, message: &str) -> Vec<u8> {
    let body = ErrorBody {
        code,
        msg: message,
        message,
    };
    serde_json::to_vec(&body).unwrap_or_default()
}
