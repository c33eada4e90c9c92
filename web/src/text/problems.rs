//! What went wrong and what to do: a title and an advice each.

use countermand_core_model::{Provider, VendorCode};

type Words = (&'static str, &'static str);

/// No answer in time.
pub const TIMEOUT: Words = (
    "No answer came in time",
    "The vendor or the network is slow. Wait a moment and try again.",
);
/// Too large.
pub const TOO_LARGE: Words = (
    "The answer is too large",
    "Something other than the vendor's API may answer there. Check the base URL.",
);
/// A redirect.
pub const REDIRECTED: Words = (
    "The host answered with a redirect",
    "Redirects are not followed, so that the key goes to no other host. Enter the base URL that it leads to, if you trust it.",
);
/// No answer at all.
pub const NO_ANSWER: Words = (
    "No answer from the vendor",
    "The network may be down, or the host out of reach. Check your connection and try again.",
);
/// The key is refused.
pub const UNAUTHORIZED: Words = (
    "The vendor refuses the key",
    "It may have been revoked or have expired. Lock this page and connect with another key.",
);
/// The gateway refuses.
pub const FORBIDDEN: Words = (
    "The vendor's gateway refuses this client (HTTP 403)",
    "It may only take certain addresses. Ask whoever runs the gateway to allow yours, or work from a network that is allowed.",
);
/// No permission.
pub const DENIED: Words = (
    "The key may not do this",
    "Ask an administrator of the organisation to give this key's role the permission.",
);
/// Not found.
pub const NOT_FOUND: Words = (
    "The vendor knows no such device",
    "Check its spelling and form; it may also have been removed, or belong to another organisation.",
);
/// Rejected.
pub const REJECTED: Words = (
    "The vendor refused the request",
    "Its own words say why. A billing plan or an installation's settings can be the reason.",
);
/// Too many requests.
pub const RATE_LIMITED: Words = (
    "Too many requests",
    "The vendor limits how often it is asked. Wait a minute, then try again.",
);
/// Unavailable.
pub const UNAVAILABLE: Words = (
    "The vendor's service is not available",
    "Nothing is wrong here. Wait a few minutes and try again.",
);
/// The vendor failed.
pub const SERVER: Words = (
    "The vendor's service failed",
    "Nothing is wrong here. Try again; if it goes on, give the vendor's support the request id.",
);
/// Not the vendor's answer.
pub const UNREADABLE: Words = (
    "The answer is not one of the vendor's API",
    "A proxy, a sign-in page or another service may have answered. Try again, and check the base URL.",
);
/// Anything else.
pub const OTHER: Words = (
    "The request could not be made",
    "The details say why. Check what was entered.",
);

/// The check found a wrong key.
pub const WRONG_KEY: &str = "Wrong key";
/// The check found no such organisation.
pub const ORG_UNKNOWN: &str = "The vendor knows no such organisation";
/// What to do.
pub const ORG_UNKNOWN_ADVICE: &str = "The host answers and takes the key. Check the organisation's spelling, and that the key belongs to it.";
/// The check found no permission.
pub const ORG_DENIED: &str = "This key may not see this organisation";
/// The check found another service.
pub const NOT_THE_API: &str = "Something answers there, but not the vendor's API";
/// The check found nobody.
pub const UNREACHABLE: &str = "The host cannot be reached";
/// The check found that CORS forbids it.
pub const ORIGIN_REFUSED: &str = "The host does not allow this page's origin";
/// The check found that this page's policy forbids it.
pub const BLOCKED: &str = "This page's own policy does not allow that host";

/// What to do about a wrong key.
pub const fn wrong_key_advice(provider: Provider) -> &'static str {
    match provider {
        Provider::Applivery => {
            "The host answers, but refuses the token. Copy it again from the service account, whole and without blanks; it may also have been revoked."
        }
        Provider::Enos => {
            "The host answers, but refuses the app key or the app secret. Copy both again from the application; and check this computer's clock, for every request is signed with the time."
        }
    }
}

/// What to do about a permission that is missing.
pub const fn org_denied_advice(provider: Provider) -> &'static str {
    match provider {
        Provider::Applivery => {
            "The token works, but its role does not reach this organisation. Check the organisation, or have the service account's role changed."
        }
        Provider::Enos => {
            "The application works, but is not allowed in this organisation. Check the orgId, or have the application authorised there."
        }
    }
}

/// What to do about another service.
pub const fn not_the_api_advice(provider: Provider) -> &'static str {
    match provider {
        Provider::Applivery => {
            "Check the base URL: it ends in /v1. A proxy or a sign-in page may stand in between."
        }
        Provider::Enos => {
            "Check the base URL: it is the API gateway, not the EnOS portal. A proxy or a sign-in page may stand in between."
        }
    }
}

/// What to do where nobody answers.
pub fn unreachable_advice(origin: &str) -> String {
    format!(
        "Nobody answered at {origin}. Check the base URL for a typing error, your network, and whether a VPN is needed."
    )
}

/// What to do where CORS forbids it.
pub fn origin_refused_advice(origin: &str) -> String {
    format!(
        "{origin} is there, but does not let pages of this origin read its answers. Use a relay on this page's own origin: “countermand serve” is one."
    )
}

/// What to do where this page's policy forbids it.
pub fn blocked_advice(origin: &str) -> String {
    format!(
        "The page was served with a list of hosts that it may talk to, and {origin} is not on it. Serve it with “countermand serve --connect {origin}”, or add the host where this page is deployed."
    )
}

/// An advice after a wait that the vendor asks for.
pub fn wait_first(seconds: u64, advice: &str) -> String {
    format!("The vendor asks to wait {seconds} s. {advice}")
}

/// A vendor's code.
pub fn code(code: &VendorCode) -> String {
    format!("code {code}")
}

/// A vendor's request id.
pub fn request(id: &str) -> String {
    format!("request {id}")
}

/// Why a run stopped.
pub const STOPPED_ASKED: &str = "Stopped as you asked: nothing more was sent.";
/// Why a run stopped.
pub const STOPPED_REFUSED: &str =
    "The run stopped: the vendor refuses the connection as a whole. Nothing more was sent.";
/// Why a run stopped.
pub const STOPPED_FAILURES: &str =
    "The run stopped after too many failures in a row. Nothing more was sent.";
