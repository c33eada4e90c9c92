//! The calls of Applivery's endpoints.

use std::sync::Arc;

use bytes::Bytes;
use countermand_applivery::{
    CommandId, DeviceId, OrganizationId,
    endpoints::{
        CancelCommand, GetCommand, GetOrganization, ListAllDevices, ListCommands, ListDevices,
    },
};
use countermand_core_model::{
    self as model, DeviceRef, Organization, PageRequest, Provider, ProviderDetail,
};
use countermand_transport::{ApiError, BaseUrl, Endpoint, Route};
use http::{Request, Response};
use serde::Serialize;

use super::{
    call::{self, CancelTarget, ObservedPage, ProviderCall, RawCall, ServedProvider},
    query::{ParseError, Query},
};

/// The largest page that may be requested.
const LARGEST_PAGE: u32 = 500;

/// The only order in which lists may be requested.
const SORT: &str = "createdAt:desc";

pub(super) static SERVED: ServedProvider = ServedProvider {
    provider: Provider::Applivery,
    path: "organizations",
    parse,
    get_command,
    list_pending: |_, _, _| None,
    authenticate: countermand_applivery::authenticate,
    error_body,
};

/// A call to an organization.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) organization: OrganizationId,
    pub(super) operation: Operation,
}

#[derive(Clone, Debug)]
pub(super) enum Operation {
    Organization,
    Devices { page: PageRequest },
    AllDevices { page: PageRequest },
    Commands { device: DeviceId, page: PageRequest },
    Command { device: DeviceId, id: CommandId },
    Cancel { device: DeviceId, id: CommandId },
}

fn parse(org: &Organization, raw: &RawCall<'_>) -> Result<call::Call, ParseError> {
    let (Organization::Applivery(organization), ["organizations", of, rest @ ..]) =
        (org, raw.segments)
    else {
        return Err(ParseError::Unknown);
    };
    // The key may open other organisations, too: they are none of this connection's.
    if *of != organization.as_str() || !raw.body.is_empty() {
        return Err(ParseError::Unknown);
    }
    let mut query = raw.query.clone();
    let operation = match rest {
        [] => Operation::Organization,
        ["mdm", "devices"] => Operation::AllDevices {
            page: query.page(ListAllDevices::PAGE_SIZE)?,
        },
        ["mdm", "android", "enterprise", "devices", rest @ ..] => of_devices(rest, &mut query)?,
        _ => return Err(ParseError::Unknown),
    };
    query.end()?;
    Ok(Arc::new(Call {
        organization: organization.clone(),
        operation,
    }))
}

fn of_devices(rest: &[&str], query: &mut Query) -> Result<Operation, ParseError> {
    let device = |text: &str| DeviceId::parse(text).map_err(|_| ParseError::Malformed);
    let command = |text: &str| CommandId::parse(text).map_err(|_| ParseError::Malformed);
    Ok(match rest {
        [] => Operation::Devices {
            page: sorted(query)?,
        },
        [of, "commands"] => Operation::Commands {
            device: device(of)?,
            page: sorted(query)?,
        },
        [of, "commands", id] => Operation::Command {
            device: device(of)?,
            id: command(id)?,
        },
        [of, "commands", id, "cancel"] => Operation::Cancel {
            device: device(of)?,
            id: command(id)?,
        },
        _ => return Err(ParseError::Unknown),
    })
}

fn sorted(query: &mut Query) -> Result<PageRequest, ParseError> {
    let page = query.page(LARGEST_PAGE)?;
    match query.take("sort").as_deref() {
        Some(SORT) => Ok(page),
        _ => Err(ParseError::Malformed),
    }
}

fn get_command(
    org: &Organization,
    device: &DeviceRef,
    id: &model::CommandId,
) -> Option<call::Call> {
    match (org, device, id) {
        (
            Organization::Applivery(organization),
            DeviceRef::Applivery(device),
            model::CommandId::Applivery(id),
        ) => Some(Arc::new(Call {
            organization: organization.clone(),
            operation: Operation::Command {
                device: device.clone(),
                id: id.clone(),
            },
        })),
        _ => None,
    }
}

impl ProviderCall for Call {
    fn route(&self) -> Route {
        match self.operation {
            Operation::Organization => GetOrganization::ROUTE,
            Operation::Devices { .. } => ListDevices::ROUTE,
            Operation::AllDevices { .. } => ListAllDevices::ROUTE,
            Operation::Commands { .. } => ListCommands::ROUTE,
            Operation::Command { .. } => GetCommand::ROUTE,
            Operation::Cancel { .. } => CancelCommand::ROUTE,
        }
    }

    fn target(&self) -> Option<CancelTarget> {
        match &self.operation {
            Operation::Cancel { device, id } => Some(CancelTarget {
                device: DeviceRef::Applivery(device.clone()),
                command: Some(model::CommandId::Applivery(id.clone())),
            }),
            _ => None,
        }
    }

    fn request(&self, base: &BaseUrl) -> Result<Request<Bytes>, ApiError> {
        let organization = &self.organization;
        match &self.operation {
            Operation::Organization => GetOrganization { organization }.request(base),
            Operation::Devices { page } => ListDevices {
                organization,
                page: *page,
            }
            .request(base),
            Operation::AllDevices { page } => ListAllDevices {
                organization,
                page: *page,
            }
            .request(base),
            Operation::Commands { device, page } => ListCommands {
                organization,
                device,
                page: *page,
            }
            .request(base),
            Operation::Command { device, id } => GetCommand {
                organization,
                device,
                id,
            }
            .request(base),
            Operation::Cancel { device, id } => CancelCommand {
                organization,
                device,
                id,
            }
            .request(base),
        }
    }

    fn decode_cancel(&self, response: &Response<Bytes>) -> Result<ProviderDetail, ApiError> {
        let Operation::Cancel { device, id } = &self.operation else {
            return Ok(ProviderDetail::default());
        };
        let cancel = CancelCommand {
            organization: &self.organization,
            device,
            id,
        };
        cancel.decode(response).map(|answer| answer.word)
    }

    fn decode_commands(&self, response: &Response<Bytes>) -> Option<ObservedPage> {
        let organization = &self.organization;
        match &self.operation {
            Operation::Commands { device, page } => {
                let list = ListCommands {
                    organization,
                    device,
                    page: *page,
                };
                let page = list.decode(response).ok()?;
                Some(ObservedPage {
                    received: page.received(),
                    commands: page.items.into_iter().map(Into::into).collect(),
                })
            }
            Operation::Command { device, id } => {
                let get = GetCommand {
                    organization,
                    device,
                    id,
                };
                get.decode(response).ok().map(ObservedPage::from)
            }
            _ => None,
        }
    }
}

/// An error as Applivery says it.
#[derive(Serialize)]
struct ErrorBody<'a> {
    status: bool,
    error: InnerError<'a>,
}

#[derive(Serialize)]
struct InnerError<'a> {
    code: u16,
    message: &'a str,
}

fn error_body(code: u16, message: &str) -> Vec<u8> {
    let body = ErrorBody {
        status: false,
        error: InnerError { code, message },
    };
    serde_json::to_vec(&body).unwrap_or_default()
}
