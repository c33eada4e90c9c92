//! The review before a cancel.

use countermand_core_model::Provider;

pub use super::catalogue::review::*;

/// What is particular to a provider.
pub fn of_vendor(provider: Provider) -> &'static str {
    match provider {
        Provider::Applivery => of_applivery(),
        Provider::Enos => of_enos(),
        Provider::Other(_) => "",
    }
}

/// What cancelling some of a device's queue lets go out; the names follow.
pub fn lets_out(cancelled: usize, forward: usize, ahead: usize) -> String {
    match ahead {
        0 => lets_out_next(cancelled, forward),
        ahead => lets_out_after(cancelled, forward, ahead),
    }
}

/// What is known already of an organization.
pub fn organisation_known(commands: usize, devices: usize) -> String {
    match devices {
        0 => organisation_unseen().to_owned(),
        devices => organisation_seen(devices, commands),
    }
}
