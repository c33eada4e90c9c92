//! `Authorization: Bearer <token>`, and the documented patterns of what a path names.

use http::header::AUTHORIZATION;

use crate::applivery::envelope;
use crate::server::call::Call;
use crate::server::operation::Operation;
use crate::server::reply::Reply;
use crate::server::request::PathNames;

/// Checks the token, the form of the path and the organization.
pub(super) fn check(call: Call<'_>) -> Result<(), Reply> {
    let identity = &call.world.identity;
    let header = call.request.header(AUTHORIZATION.as_str());
    let header = header.unwrap_or_default();
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
        return Err(envelope::no_auth_token());
    }
    if token.trim() != identity.applivery_token() {
        return Err(envelope::invalid_token());
    }
    check_path(call.request.operation, &call.request.path)?;
    let org = call.request.path.org.to_ascii_lowercase();
    if org != identity.applivery_org() && org != identity.applivery_slug() {
        return Err(envelope::entity_not_found());
    }
    Ok(())
}

fn check_path(operation: Operation, path: &PathNames) -> Result<(), Reply> {
    let names_command = matches!(
        operation,
        Operation::AppliveryGet | Operation::AppliveryCancel
    );
    let names_device = names_command || operation == Operation::AppliveryList;
    let is_org = |text: &str| text.len() >= 3 && all(text, b'-');
    let is_device = |text: &str| !text.is_empty() && all(text, b'_');
    let is_command =
        |text: &str| text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_org(&path.org) {
        let rule = "^(([a-fA-F0-9]{24})|([a-zA-Z0-9\\-]{3,}))$";
        return Err(envelope::validation("organizationId", rule));
    }
    if names_device && !is_device(&path.device) {
        let rule = "^(([a-fA-F0-9]{24})|(\\w{1,}))$";
        return Err(envelope::validation("emmDeviceId", rule));
    }
    if names_command && !is_command(&path.command) {
        return Err(envelope::validation("emmCommandId", "^[a-fA-F0-9]{24}$"));
    }
    Ok(())
}

/// Letters and digits, and one sign.
fn all(text: &str, sign: u8) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == sign)
}
