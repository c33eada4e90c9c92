//! Signing in and out.

use countermand_relay_api::{SignInMethod, SignInRequest, route};
use http::StatusCode;
use utoipa::openapi::{
    HttpMethod::{Get, Post},
    ObjectBuilder, Schema, Type,
};

use super::{
    operation::{LEADS_ON, Operation, SESSION, SETS_COOKIE, TEXT, TOO_MANY_FAILED},
    parameters,
};
use crate::response::Refusal;

const NO_SESSION: &str = "No session can be opened just now.";
const OPENED: &str = "A session is open.";

pub(super) fn operations(sign_in: SignInMethod) -> Vec<Operation> {
    let mut operations = match sign_in {
        SignInMethod::Launch => vec![launch()],
        SignInMethod::Token => vec![by_token()],
        SignInMethod::Oidc => vec![to_issuer(), from_issuer(), by_issuer()],
        SignInMethod::Proxy => Vec::new(),
    };
    operations.push(sign_out(sign_in));
    operations
}

fn launch() -> Operation {
    let token = parameters::query("token", "The token of the link, which opens one session.");
    Operation::new(Get, route::LAUNCH, "launch", "Sign in by the server's link")
        .misdirected()
        .parameter(token)
        .empty(StatusCode::SEE_OTHER, &LEADS_ON, OPENED)
        .text(
            StatusCode::OK,
            "text/html",
            "A page that follows the link again, as the own page.",
        )
        .text(
            StatusCode::FORBIDDEN,
            TEXT,
            "The link was used, or is not the newest one.",
        )
        .text(
            StatusCode::SERVICE_UNAVAILABLE,
            TEXT,
            "Nobody follows the link, but a program looks ahead.",
        )
        .text(StatusCode::SERVICE_UNAVAILABLE, TEXT, NO_SESSION)
        .refuses(&[Refusal::Audit, TOO_MANY_FAILED])
}

fn by_token() -> Operation {
    let path = route::sign_in();
    Operation::of_page(Post, &path, "signIn", "Sign in by a token")
        .body::<SignInRequest>("The token, in at most 4 KiB.")
        .empty(StatusCode::NO_CONTENT, &[SETS_COOKIE], OPENED)
        .error(StatusCode::FORBIDDEN, "The token is not known.")
        .text(StatusCode::SERVICE_UNAVAILABLE, TEXT, NO_SESSION)
        .refuses(&[Refusal::Audit, TOO_MANY_FAILED])
}

fn to_issuer() -> Operation {
    let path = route::sign_in();
    Operation::of_page(Get, &path, "signIn", "Go to the issuer")
        .empty(StatusCode::SEE_OTHER, &LEADS_ON, "To the issuer.")
        .text(
            StatusCode::BAD_GATEWAY,
            TEXT,
            "The issuer does not answer as it should.",
        )
        .text(StatusCode::FORBIDDEN, TEXT, "Nobody can sign in.")
        .refuses(&[Refusal::Audit])
}

fn from_issuer() -> Operation {
    let path = format!("{}/{}", route::RELAY, route::SIGNED_IN);
    let query = parameters::query;
    Operation::new(Get, &path, "signedIn", "Come back from the issuer")
        .misdirected()
        .parameter(query("state", "The attempt."))
        .parameter(query("code", "The issuer's code."))
        .parameter(query("iss", "The issuer."))
        .parameter(query("error", "Why the issuer let nobody in."))
        .empty(StatusCode::SEE_OTHER, &LEADS_ON, OPENED)
        .text(
            StatusCode::FORBIDDEN,
            TEXT,
            "Nobody was let in; the text says why.",
        )
        .text(
            StatusCode::BAD_GATEWAY,
            TEXT,
            "The issuer does not answer as it should.",
        )
        .text(StatusCode::SERVICE_UNAVAILABLE, TEXT, NO_SESSION)
        .refuses(&[Refusal::Audit, TOO_MANY_FAILED])
}

fn by_issuer() -> Operation {
    let path = format!("{}/{}", route::RELAY, route::BACK_CHANNEL_LOGOUT);
    let text = ObjectBuilder::new().schema_type(Type::String);
    let form = ObjectBuilder::new()
        .property("logout_token", text)
        .required("logout_token");
    let summary = "End sessions, as the issuer (OpenID Connect Back-Channel Logout 1.0)";
    Operation::new(Post, &path, "backChannelLogout", summary)
        .misdirected()
        .form(Schema::Object(form.build()), "The issuer's token.")
        .empty(StatusCode::OK, &[], "The sessions are over.")
        .text(
            StatusCode::BAD_REQUEST,
            "application/json",
            "The token is not taken: an error as OAuth's.",
        )
        .refuses(&[Refusal::Issuer, Refusal::Store])
}

fn sign_out(sign_in: SignInMethod) -> Operation {
    let path = route::sign_out();
    let described = Operation::of_page(Post, &path, "signOut", "End the session").by_anybody();
    let described = match sign_in {
        SignInMethod::Proxy => described,
        _ => described.by(SESSION),
    };
    described
        .empty(
            StatusCode::NO_CONTENT,
            &[SETS_COOKIE],
            "No session is open.",
        )
        .refuses(&[Refusal::Store, Refusal::Audit])
}
