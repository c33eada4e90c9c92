//! The calls of EnOS's endpoints.

use countermand_core_model::{
    self as model, CommandState, DeviceRef, EnosDevice, Organization, PageRequest, Provider,
    enos::{AssetId, CommandId, DeviceKey, OrgId, ProductKey},
};
use countermand_enos::endpoints::{
    CancelCommand, CancelEverything, GetCommand, SearchCommands, SearchDevices,
};
use countermand_transport::{BaseUrl, Endpoint};
use serde::Serialize;

use super::{
    call::{Call, CancelTarget, RawCall, ServedProvider, observed, observed_page},
    query::{ParseError, Query},
};

pub(super) static SERVED: ServedProvider = ServedProvider {
    provider: Provider::Enos,
    path: "connect-service",
    parse,
    get_command,
    authenticate: countermand_enos::authenticate,
    error_body,
};

fn parse(org: &Organization, base: &BaseUrl, raw: &RawCall<'_>) -> Result<Call, ParseError> {
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
    let call = match (*what, action.as_str()) {
        ("devices", "search") => {
            let page = SearchDevices::read_body(raw.body).ok_or(ParseError::Malformed)?;
            Call::new(&SearchDevices { org, page }, base)?
        }
        ("commands", "search") => {
            let (state, page) = SearchCommands::read_body(raw.body).ok_or(ParseError::Malformed)?;
            search(org, base, device(&mut query)?, state, page)?
        }
        ("commands", "get") => {
            let device = device(&mut query)?;
            get(
                org,
                base,
                &device,
                &query.must("commandId", CommandId::parse)?,
            )?
        }
        ("commands", "cancel") => cancel(org, base, &mut query)?,
        _ => return Err(ParseError::Unknown),
    };
    query.end()?;
    if action != "search" && !raw.body.is_empty() {
        return Err(ParseError::Malformed);
    }
    Ok(call)
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

fn search(
    org: &OrgId,
    base: &BaseUrl,
    device: EnosDevice,
    state: Option<CommandState>,
    page: PageRequest,
) -> Result<Call, ParseError> {
    let search = SearchCommands {
        org,
        device: &device,
        state,
        page,
    };
    let (call, org) = (Call::new(&search, base)?, org.clone());
    Ok(call.reads(move |response| {
        let search = SearchCommands {
            org: &org,
            device: &device,
            state,
            page,
        };
        search.decode(response).ok().map(observed_page)
    }))
}

fn get(
    org: &OrgId,
    base: &BaseUrl,
    device: &EnosDevice,
    id: &CommandId,
) -> Result<Call, ParseError> {
    let call = Call::new(&GetCommand { org, device, id }, base)?;
    let (org, device, id) = (org.clone(), device.clone(), id.clone());
    Ok(call.reads(move |response| {
        let get = GetCommand {
            org: &org,
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
        (Organization::Enos(org), DeviceRef::Enos(device), model::CommandId::Enos(id)) => {
            get(org, base, device, id).ok()
        }
        _ => None,
    }
}

fn cancel(org: &OrgId, base: &BaseUrl, query: &mut Query) -> Result<Call, ParseError> {
    if query.hides("commandId") {
        return Err(ParseError::Malformed);
    }
    let device = device(query)?;
    // An id that is there and empty is no absent one: it is refused, not widened.
    let id = match query.take("commandId") {
        Some(id) => Some(CommandId::parse(&id).map_err(|_| ParseError::Malformed)?),
        None => None,
    };
    let target = CancelTarget {
        device: DeviceRef::Enos(device.clone()),
        command: id.clone().map(model::CommandId::Enos),
    };
    let org = org.clone();
    Ok(match id {
        Some(id) => {
            let cancel = CancelCommand {
                org: &org,
                device: &device,
                id: &id,
            };
            Call::new(&cancel, base)?.cancels(target, move |response| {
                let cancel = CancelCommand {
                    org: &org,
                    device: &device,
                    id: &id,
                };
                cancel.decode(response).map(|answer| answer.word)
            })
        }
        None => {
            let cancel = CancelEverything {
                org: &org,
                device: &device,
            };
            Call::new(&cancel, base)?.cancels(target, move |response| {
                let cancel = CancelEverything {
                    org: &org,
                    device: &device,
                };
                cancel.decode(response).map(|answer| answer.word)
            })
        }
    })
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
