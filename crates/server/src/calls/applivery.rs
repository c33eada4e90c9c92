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

use super::{Asked, Cancelling, NoCall, Query, Shown, sighting};

/// More items than this no page is asked to have.
const LARGEST_PAGE: u32 = 500;

/// How the lists are asked to be sorted, and never otherwise.
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
    pub(super) fn read(org: &OrganizationId, asked: &Asked<'_>) -> Result<Self, NoCall> {
        let ["organizations", of, rest @ ..] = asked.segments else {
            return Err(NoCall::Unknown);
        };
        // The key may open other organisations, too: they are none of this connection's.
        if *of != org.as_str() || !asked.body.is_empty() {
            return Err(NoCall::Unknown);
        }
        let mut query = asked.query.clone();
        let call = match rest {
            [] => Self::Organization,
            ["mdm", "devices"] => Self::AllDevices {
                page: query.page(ListAllDevices::PAGE_SIZE)?,
            },
            ["mdm", "android", "enterprise", "devices", rest @ ..] => {
                Self::of_devices(rest, &mut query)?
            }
            _ => return Err(NoCall::Unknown),
        };
        query.end()?;
        let method = call.route().method;
        match asked.method.as_str() == method {
            true => Ok(call),
            false => Err(NoCall::Method(method)),
        }
    }

    fn of_devices(rest: &[&str], query: &mut Query) -> Result<Self, NoCall> {
        let device = |text: &str| DeviceId::parse(text).map_err(|_| NoCall::Malformed);
        let command = |text: &str| CommandId::parse(text).map_err(|_| NoCall::Malformed);
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
            _ => return Err(NoCall::Unknown),
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

    pub(super) fn cancelling(&self) -> Option<Cancelling> {
        match self {
            Self::Cancel { device, id } => Some(Cancelling {
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
    ) -> Option<Shown> {
        match self {
            Self::Commands { device, page } => {
                let list = ListCommands {
                    organization,
                    device,
                    page: *page,
                };
                let page = list.decode(response).ok()?;
                let commands = page.items.into_iter().filter_map(|item| match item {
                    Item::Decoded(command) => Some(sighting(command)),
                    Item::Undecodable(_) => None,
                });
                Some(Shown {
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
                get.decode(response).ok().map(Shown::one)
            }
            _ => None,
        }
    }
}

fn sorted(query: &mut Query) -> Result<PageRequest, NoCall> {
    let page = query.page(LARGEST_PAGE)?;
    match query.take("sort").as_deref() {
        Some(SORT) => Ok(page),
        _ => Err(NoCall::Malformed),
    }
}
