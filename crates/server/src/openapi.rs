//! The OpenAPI document of what the server answers itself, made from the types of the contract.
//!
//! A route is described in one place: among the operations of its subject, which every document is made of.

mod approvals;
mod brake_rules;
mod operation;
mod parameters;
mod runs;
mod sign_in;
mod site;
mod watch;

use axum::response::Response;
use countermand_relay_api::SignInMethod;
use http::{Method, StatusCode};
use utoipa::openapi::{
    Components, ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Paths,
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use self::operation::{METRICS, Operation, SESSION, TOKEN};
use crate::response::{Refusal, json, logged};

/// What the document says of the whole.
const DESCRIPTION: &str = "\
What `countermand serve` answers itself. Where it refuses, the header `countermand-relay` names the reason in one \
word, and the body says it in words. Each answer has security headers, and none is to be cached. `HEAD` is answered \
where the console and the site answer `GET`, and nowhere below `/relay`.\n\
\n\
Below `/relay/{connection}` the server also forwards the endpoints of the connection's vendor that Countermand uses, \
at the vendor's own paths, with the vendor's answers: Applivery's `organizations/...`, EnOS's `connect-service/...`. \
They are not described here; the vendor does. The server adds its key, and refuses what a person may not do.\n\
\n\
A browser sends `Origin` and `Sec-Fetch-Site` by itself. Any other program says `Sec-Fetch-Site: same-origin` where \
it changes something, or sends the server's own `Origin`.";

/// The document of a server.
pub(crate) struct Document(OpenApi);

impl Document {
    /// Returns the document of a server where people sign in so, and whose session is in this cookie.
    pub(crate) fn new(sign_in: SignInMethod, cookie: &str) -> Self {
        let operations = [
            site::operations(sign_in),
            sign_in::operations(sign_in),
            runs::operations(sign_in),
            approvals::operations(sign_in),
            watch::operations(sign_in),
            brake_rules::operations(sign_in),
        ];
        let (mut paths, mut schemas) = (Paths::new(), Vec::new());
        for operation in operations.into_iter().flatten() {
            let Operation {
                path,
                method,
                schemas: used,
                ..
            } = &operation;
            schemas.extend(used.iter().cloned());
            let (path, method) = (path.clone(), method.clone());
            let item = PathItem::new(method, operation.described());
            match paths.paths.get_mut(&path) {
                Some(known) => known.merge_operations(item),
                None => {
                    paths.paths.insert(path, item);
                }
            }
        }
        let components = ComponentsBuilder::new().schemas_from_iter(schemas).build();
        let info = InfoBuilder::new()
            .title("Countermand's server")
            .version(env!("CARGO_PKG_VERSION"))
            .description(Some(DESCRIPTION));
        let document = OpenApiBuilder::new()
            .info(info.build())
            .paths(paths)
            .components(Some(secured(components, sign_in, cookie)));
        Self(document.build())
    }

    /// Answers `GET /relay/openapi.json`, for everybody: it says nothing of connections and people.
    pub(crate) fn answer(&self, method: &Method) -> Response {
        let answered = match *method {
            Method::GET => Ok(json(StatusCode::OK, &self.0)),
            _ => Err(Refusal::Method("GET")),
        };
        logged("openapi", answered)
    }
}

/// Adds the ways by which a request says who sends it.
fn secured(mut components: Components, sign_in: SignInMethod, cookie: &str) -> Components {
    let bearer = |words: &str| {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
        SecurityScheme::Http(scheme.description(Some(words)).build())
    };
    let words = "The token for the metrics, where the server has one.";
    components.add_security_scheme(METRICS, bearer(words));
    if sign_in == SignInMethod::Token {
        components.add_security_scheme(TOKEN, bearer("A person's token."));
    }
    if sign_in != SignInMethod::Proxy {
        let words = "The session that a sign-in opens.";
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description(cookie, words));
        components.add_security_scheme(SESSION, SecurityScheme::ApiKey(cookie));
    }
    components
}
