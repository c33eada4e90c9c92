//! The calls of EnOS's endpoints.

use bytes::Bytes;
use countermand_core_model::{
    self as model, CommandState, DeviceRef, EnosDevice, PageRequest, VendorWord,
    enos::{AssetId, CommandId, DeviceKey, OrgId, ProductKey},
};
use countermand_enos::endpoints::{
    CancelCommand, CancelEverything, GetCommand, SearchCommands, SearchDevices,
};
use countermand_transport::{ApiError, BaseUrl, Endpoint, Route};
use http::{Request, Response};

use super::{
    cancel_target::CancelTarget,
    observed_state::{ObservedPage, observed_state},
    parse_error::ParseError,
    query::Query,
    raw_call::RawCall,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Call {
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

impl Call {
    pub(super) fn read(org: &OrgId, raw: &RawCall<'_>) -> Result<Self, ParseError> {
        let ["connect-service", "v2.1", what @ ("commands" | "devices")] = raw.segments else {
            return Err(ParseError::Unknown);
        };
        let mut query = raw.query.clone();
        let action = query.take("action").ok_or(ParseError::Malformed)?;
        if query.take("orgId").as_deref() != Some(org.as_str()) {
            return Err(ParseError::Unknown);
        }
        let call = match (*what, action.as_str()) {
            ("devices", "search") => Self::Devices {
                page: SearchDevices::read_body(raw.body).ok_or(ParseError::Malformed)?,
            },
            ("commands", "search") => {
                let (state, page) =
                    SearchCommands::read_body(raw.body).ok_or(ParseError::Malformed)?;
                Self::Commands {
                    device: device(&mut query)?,
                    state,
                    page,
                }
            }
            ("commands", "get") => Self::Command {
                device: device(&mut query)?,
                id: query.must("commandId", CommandId::parse)?,
            },
            ("commands", "cancel") => {
                if query.hides("commandId") {
                    return Err(ParseError::Malformed);
                }
                let device = device(&mut query)?;
                // An id that is there and empty is no absent one: it is refused, not widened.
                match query.take("commandId") {
                    Some(id) => Self::Cancel {
                        device,
                        id: CommandId::parse(&id).map_err(|_| ParseError::Malformed)?,
                    },
                    None => Self::CancelEverything { device },
                }
            }
            _ => return Err(ParseError::Unknown),
        };
        query.end()?;
        let searches = matches!(call, Self::Devices { .. } | Self::Commands { .. });
        if !searches && !raw.body.is_empty() {
            return Err(ParseError::Malformed);
        }
        let method = call.route().method;
        match raw.method.as_str() == method {
            true => Ok(call),
            false => Err(ParseError::Method(method)),
        }
    }

    pub(super) fn route(&self) -> Route {
        match self {
            Self::Devices { .. } => SearchDevices::ROUTE,
            Self::Commands { .. } => SearchCommands::ROUTE,
            Self::Command { .. } => GetCommand::ROUTE,
            Self::Cancel { .. } => CancelCommand::ROUTE,
            Self::CancelEverything { .. } => CancelEverything::ROUTE,
        }
    }

    pub(super) fn target(&self) -> Option<CancelTarget> {
        match self {
            Self::Cancel { device, id } => Some(CancelTarget {
                device: DeviceRef::Enos(device.clone()),
                command: Some(model::CommandId::Enos(id.clone())),
            }),
            Self::CancelEverything { device } => Some(CancelTarget {
                device: DeviceRef::Enos(device.clone()),
                command: None,
            }),
            _ => None,
        }
    }

    pub(super) fn request(&self, org: &OrgId, base: &BaseUrl) -> Result<Request<Bytes>, ApiError> {
        match self {
            Self::Devices { page } => SearchDevices { org, page: *page }.request(base),
            Self::Commands {
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
            Self::Command { device, id } => GetCommand { org, device, id }.request(base),
            Self::Cancel { device, id } => CancelCommand { org, device, id }.request(base),
            Self::CancelEverything { device } => CancelEverything { org, device }.request(base),
        }
    }

    pub(super) fn taken(
        &self,
        org: &OrgId,
        response: &Response<Bytes>,
    ) -> Result<VendorWord, ApiError> {
        let answer = match self {
            Self::Cancel { device, id } => CancelCommand { org, device, id }.decode(response),
            Self::CancelEverything { device } => CancelEverything { org, device }.decode(response),
            _ => return Ok(VendorWord::default()),
        };
        answer.map(|answer| answer.word)
    }

    pub(super) fn shown(&self, org: &OrgId, response: &Response<Bytes>) -> Option<ObservedPage> {
        match self {
            Self::Commands {
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
                    received: page.received,
                    commands: page.items.into_iter().map(observed_state).collect(),
                })
            }
            Self::Command { device, id } => {
                let get = GetCommand { org, device, id };
                get.decode(response).ok().map(ObservedPage::one)
            }
            _ => None,
        }
    }
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
