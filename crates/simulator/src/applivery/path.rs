//! The documented patterns of what a path names.

use crate::applivery::errors;
use crate::server::operation::Operation;
use crate::server::reply::Reply;
use crate::server::request::Request;

pub(super) fn check(request: &Request) -> Result<(), Reply> {
    let path = &request.path;
    if !is_org(&path.org) {
        return Err(errors::validation(
            "organizationId",
            "^(([a-fA-F0-9]{24})|([a-zA-Z0-9\\-]{3,}))$",
        ));
    }
    let names_device = matches!(
        request.operation,
        Operation::AppliveryList | Operation::AppliveryGet | Operation::AppliveryCancel
    );
    if names_device && !is_device(&path.device) {
        return Err(errors::validation(
            "emmDeviceId",
            "^(([a-fA-F0-9]{24})|(\\w{1,}))$",
        ));
    }
    let names_command = matches!(
        request.operation,
        Operation::AppliveryGet | Operation::AppliveryCancel
    );
    if names_command && !is_command(&path.command) {
        return Err(errors::validation("emmCommandId", "^[a-fA-F0-9]{24}$"));
    }
    Ok(())
}

fn is_org(text: &str) -> bool {
    text.len() >= 3
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_device(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_command(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
