//! The calls of Applivery's endpoints.

use countermand_applivery::{
    CommandId, DeviceId, OrganizationId,
    endpoints::{
        CancelCommand, GetCommand, GetOrganization, ListAllDevices, ListCommands, ListDevices,
    },
};
use countermand_core_model::{self as model, DeviceRef, Organization, PageRequest, Provider};
use countermand_transport::{BaseUrl, Endpoint};
use serde::Serialize;

use super::{
    call::{Call, CancelTarget, RawCall, ServedProvider, observed, observed_page},
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
    authenticate: countermand_applivery::authenticate,
    error_body,
};

fn parse(org: &Organization, base: &BaseUrl, raw: &RawCall<'_>) -> Result<Call, ParseError> {
    let (Organization::Applivery(organization), ["organizations", of, rest @ ..]) =
        (org, raw.segments)
    else {
        return Err(ParseError::Unknown);
    };
    // The key may open other organizations, too: they are none of this connection's.
    if *of != organization.as_str() || !raw.body.is_empty() {
        return Err(ParseError::Unknown);
    }
    let mut query = raw.query.clone();
    let call = match rest {
        [] => Call::new(&GetOrganization { organization }, base)?,
        ["mdm", "devices"] => {
            let page = query.page(ListAllDevices::PAGE_SIZE)?;
            Call::new(&ListAllDevices { organization, page }, base)?
        }
        ["mdm", "android", "enterprise", "devices", rest @ ..] => {
            of_devices(organization, base, rest, &mut query)?
        }
        _ => return Err(ParseError::Unknown),
    };
    query.end()?;
    Ok(call)
}

fn of_devices(
    organization: &OrganizationId,
    base: &BaseUrl,
    rest: &[&str],
    query: &mut Query,
) -> Result<Call, ParseError> {
    let device = |text: &str| DeviceId::parse(text).map_err(|_| ParseError::Malformed);
    let command = |text: &str| CommandId::parse(text).map_err(|_| ParseError::Malformed);
    match rest {
        [] => {
            let page = sorted(query)?;
            Call::new(&ListDevices { organization, page }, base)
        }
        [of, "commands"] => list_commands(organization, base, device(of)?, sorted(query)?),
        [of, "commands", id] => get(organization, base, &device(of)?, &command(id)?),
        [of, "commands", id, "cancel"] => cancel(organization, base, device(of)?, command(id)?),
        _ => Err(ParseError::Unknown),
    }
}

fn sorted(query: &mut Query) -> Result<PageRequest, ParseError> {
    let page = query.page(LARGEST_PAGE)?;
    match query.take("sort").as_deref() {
        Some(SORT) => Ok(page),
        _ => Err(ParseError::Malformed),
    }
}

fn list_commands(
    organization: &OrganizationId,
    base: &BaseUrl,
    device: DeviceId,
    page: PageRequest,
) -> Result<Call, ParseError> {
    let list = ListCommands {
        organization,
        device: &device,
        page,
    };
    let (call, organization) = (Call::new(&list, base)?, organization.clone());
    Ok(call.reads(move |response| {
        let list = ListCommands {
            organization: &organization,
            device: &device,
            page,
        };
        list.decode(response).ok().map(observed_page)
    }))
}

fn get(
    organization: &OrganizationId,
    base: &BaseUrl,
    device: &DeviceId,
    id: &CommandId,
) -> Result<Call, ParseError> {
    let get = GetCommand {
        organization,
        device,
        id,
    };
    let call = Call::new(&get, base)?;
    let (organization, device, id) = (organization.clone(), device.clone(), id.clone());
    Ok(call.reads(move |response| {
        let get = GetCommand {
            organization: &organization,
            device: &device,
            id: &id,
        };
        get.decode(response).ok().map(observed)
    }))
}

fn get_command(
    org: &Organization,
    base: &BaseUrl,
    device: &DeviceRef,
    id: &model::CommandId,
) -> Option<Call> {
    match (org, device, id) {
        (
            Organization::Applivery(organization),
            DeviceRef::Applivery(device),
            model::CommandId::Applivery(id),
        ) => get(organization, base, device, id).ok(),
        _ => None,
    }
}

fn cancel(
    organization: &OrganizationId,
    base: &BaseUrl,
    device: DeviceId,
    id: CommandId,
) -> Result<Call, ParseError> {
    let target = CancelTarget {
        device: DeviceRef::Applivery(device.clone()),
        command: Some(model::CommandId::Applivery(id.clone())),
    };
    let cancel = CancelCommand {
        organization,
        device: &device,
        id: &id,
    };
    let (call, organization) = (Call::new(&cancel, base)?, organization.clone());
    Ok(call.cancels(target, move |response| {
        let cancel = CancelCommand {
            organization: &organization,
            device: &device,
            id: &id,
        };
        cancel.decode(response).map(|answer| answer.word)
    }))
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
