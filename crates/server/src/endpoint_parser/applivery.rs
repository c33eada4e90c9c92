//! The calls of Applivery's endpoints.

use bytes::Bytes;
use countermand_applivery::{
    CommandId, DeviceId, OrganizationId,
    endpoints::{
        CancelCommand, GetCommand, GetOrganization, Item, ListAllDevices, ListCommands, ListDevices,
    },
};
use countermand_core_model::{self as model, DeviceRef, PageRequest, VendorWord};
use countermand_transport::{ApiError, BaseUrl, Endpoint, Route};
use http::{Request, Response};

use super::{
    cancel_target::CancelTarget,
    observed_state::{ObservedPage, observed_state},
    parse_error::ParseError,
    query::Query,
    raw_call::RawCall,
};

/// The largest page that may be requested.
const LARGEST_PAGE: u32 = 500;

/// The only order in which lists may be requested.
const SORT: &str = "createdAt:desc";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Organization,
    Devices { page: PageRequest },
    AllDevices { page: PageRequest },
    Commands { device: DeviceId, page: PageRequest },
    Command { device: DeviceId, id: CommandId },
    Cancel { device: DeviceId, id: CommandId },
}

impl Call {
    pub(super) fn read(org: &OrganizationId, raw: &RawCall<'_>) -> Result<Self, ParseError> {
        let ["organizations", of, rest @ ..] = raw.segments else {
            return Err(ParseError::Unknown);
        };
        // The key may open other organisations, too: they are none of this connection's.
        if *of != org.as_str() || !raw.body.is_empty() {
            return Err(ParseError::Unknown);
        }
        let mut query = raw.query.clone();
        let call = match rest {
            [] => Self::Organization,
            ["mdm", "devices"] => Self::AllDevices {
                page: query.page(ListAllDevices::PAGE_SIZE)?,
            },
            ["mdm", "android", "enterprise", "devices", rest @ ..] => {
                Self::of_devices(rest, &mut query)?
            }
            _ => return Err(ParseError::Unknown),
        };
        query.end()?;
        let method = call.route().method;
        match raw.method.as_str() == method {
            true => Ok(call),
            false => Err(ParseError::Method(method)),
        }
    }

    fn of_devices(rest: &[&str], query: &mut Query) -> Result<Self, ParseError> {
        let device = |text: &str| DeviceId::parse(text).map_err(|_| ParseError::Malformed);
        let command = |text: &str| CommandId::parse(text).map_err(|_| ParseError::Malformed);
        Ok(match rest {
            [] => Self::Devices {
                page: sorted(query)?,
            },
            [of, "commands"] => Self::Commands {
                device: device(of)?,
                page: sorted(query)?,
            },
            [of, "commands", id] => Self::Command {
                device: device(of)?,
                id: command(id)?,
            },
            [of, "commands", id, "cancel"] => Self::Cancel {
                device: device(of)?,
                id: command(id)?,
            },
            _ => return Err(ParseError::Unknown),
        })
    }

    pub(super) fn route(&self) -> Route {
        match self {
            Self::Organization => GetOrganization::ROUTE,
            Self::Devices { .. } => ListDevices::ROUTE,
            Self::AllDevices { .. } => ListAllDevices::ROUTE,
            Self::Commands { .. } => ListCommands::ROUTE,
            Self::Command { .. } => GetCommand::ROUTE,
            Self::Cancel { .. } => CancelCommand::ROUTE,
        }
    }

    pub(super) fn target(&self) -> Option<CancelTarget> {
        match self {
            Self::Cancel { device, id } => Some(CancelTarget {
                device: DeviceRef::Applivery(device.clone()),
                command: Some(model::CommandId::Applivery(id.clone())),
            }),
            _ => None,
        }
    }

    pub(super) fn request(
        &self,
        organization: &OrganizationId,
        base: &BaseUrl,
    ) -> Result<Request<Bytes>, ApiError> {
        match self {
            Self::Organization => GetOrganization { organization }.request(base),
            Self::Devices { page } => ListDevices {
                organization,
                page: *page,
            }
            .request(base),
            Self::AllDevices { page } => ListAllDevices {
                organization,
                page: *page,
            }
            .request(base),
            Self::Commands { device, page } => ListCommands {
                organization,
                device,
                page: *page,
            }
            .request(base),
            Self::Command { device, id } => GetCommand {
                organization,
                device,
                id,
            }
            .request(base),
            Self::Cancel { device, id } => CancelCommand {
                organization,
                device,
                id,
            }
            .request(base),
        }
    }

    pub(super) fn taken(
        &self,
        organization: &OrganizationId,
        response: &Response<Bytes>,
    ) -> Result<VendorWord, ApiError> {
        let Self::Cancel { device, id } = self else {
            return Ok(VendorWord::default());
        };
        let cancel = CancelCommand {
            organization,
            device,
            id,
        };
        cancel.decode(response).map(|answer| answer.word)
    }

    pub(super) fn shown(
        &self,
        organization: &OrganizationId,
        response: &Response<Bytes>,
    ) -> Option<ObservedPage> {
        match self {
            Self::Commands { device, page } => {
                let list = ListCommands {
                    organization,
                    device,
                    page: *page,
                };
                let page = list.decode(response).ok()?;
                let commands = page.items.into_iter().filter_map(|item| match item {
                    Item::Decoded(command) => Some(observed_state(command)),
                    Item::Undecodable(_) => None,
                });
                Some(ObservedPage {
                    received: page.received,
                    commands: commands.collect(),
                })
            }
            Self::Command { device, id } => {
                let get = GetCommand {
                    organization,
                    device,
                    id,
                };
                get.decode(response).ok().map(ObservedPage::one)
            }
            _ => None,
        }
    }
}

fn sorted(query: &mut Query) -> Result<PageRequest, ParseError> {
    let page = query.page(LARGEST_PAGE)?;
    match query.take("sort").as_deref() {
        Some(SORT) => Ok(page),
        _ => Err(ParseError::Malformed),
    }
}
