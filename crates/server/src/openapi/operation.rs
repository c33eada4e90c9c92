//! One operation: a method of a path, with everything that it answers.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use countermand_relay_api::{ErrorBody, REASON_HEADER, SignInMethod};
use http::{StatusCode, header::RETRY_AFTER};
use utoipa::{
    ToSchema,
    openapi::{
        Content, Header, HttpMethod, ObjectBuilder, Ref, RefOr, Required, ResponseBuilder, Schema,
        SecurityRequirement, Type,
        path::{self, OperationBuilder, Parameter},
        request_body::RequestBodyBuilder,
    },
};

use super::parameters;
use crate::response::Refusal;

/// The scheme of a person's token.
pub(super) const TOKEN: &str = "token";

/// The scheme of a session.
pub(super) const SESSION: &str = "session";

/// The scheme of the token for the metrics.
pub(super) const METRICS: &str = "metrics";

const JSON: &str = "application/json";

const FORM: &str = "application/x-www-form-urlencoded";

pub(super) const TEXT: &str = "text/plain";

/// Too many presented what nobody has.
pub(super) const TOO_MANY_FAILED: Refusal = Refusal::TooManyFailed(Duration::ZERO);

/// A method of a path.
pub(super) struct Operation {
    pub(super) path: String,
    pub(super) method: HttpMethod,
    /// The schemas that it refers to, by name.
    pub(super) schemas: Vec<(String, RefOr<Schema>)>,
    operation: OperationBuilder,
    answers: BTreeMap<u16, Answer>,
}

/// What a status says.
#[derive(Default)]
struct Answer {
    words: Vec<String>,
    content: BTreeMap<&'static str, RefOr<Schema>>,
    headers: BTreeMap<&'static str, &'static str>,
    reasons: BTreeSet<&'static str>,
}

impl Operation {
    /// Begins to describe a method of a path below the server's origin. `id` names it for generated clients.
    pub(super) fn new(method: HttpMethod, path: &str, id: &str, summary: &str) -> Self {
        let operation = OperationBuilder::new()
            .operation_id(Some(id))
            .summary(Some(summary));
        let described = Self {
            path: format!("/{path}"),
            method,
            schemas: Vec::new(),
            operation,
            answers: BTreeMap::new(),
        };
        described.refuses(&[Refusal::Malformed(
            "A request in a form that the server does not take.",
        )])
    }

    /// As [`Self::new`], for the own page and for programs, by the server's own name.
    pub(super) fn of_page(method: HttpMethod, path: &str, id: &str, summary: &str) -> Self {
        let changes = method != HttpMethod::Get;
        let described = Self::new(method, path, id, summary)
            .misdirected()
            .refuses(&[Refusal::Elsewhere]);
        match changes {
            true => described.parameter(parameters::same_origin()),
            false => described,
        }
    }

    /// As [`Self::of_page`], for people of a connection.
    pub(super) fn of_connection(
        sign_in: SignInMethod,
        method: HttpMethod,
        path: &str,
        id: &str,
        summary: &str,
    ) -> Self {
        let mut described = Self::of_page(method, path, id, summary)
            .parameter(parameters::connection())
            .refuses(&[Refusal::SignIn, Refusal::NotFound, Refusal::Store])
            .refuses(&[TOO_MANY_FAILED]);
        for scheme in schemes(sign_in) {
            described = described.by(scheme);
        }
        described
    }

    /// It answers so where the server does not go by the name that the request uses.
    pub(super) fn misdirected(self) -> Self {
        let words = "The server does not go by the name that the request uses.";
        self.text(StatusCode::MISDIRECTED_REQUEST, TEXT, words)
    }

    /// It takes this parameter.
    pub(super) fn parameter(mut self, parameter: Parameter) -> Self {
        self.operation = self.operation.parameter(parameter);
        self
    }

    /// It may be asked for with this scheme, and with no other than those that are named.
    pub(super) fn by(mut self, scheme: &str) -> Self {
        let needed = SecurityRequirement::new(scheme, [""; 0]);
        self.operation = self.operation.security(needed);
        self
    }

    /// Nothing has to say who asks.
    pub(super) fn by_anybody(mut self) -> Self {
        let nothing = SecurityRequirement::default();
        self.operation = self.operation.security(nothing);
        self
    }

    /// It takes this body.
    pub(super) fn body<T: ToSchema>(mut self, words: &str) -> Self {
        let body = RequestBodyBuilder::new()
            .description(Some(words))
            .required(Some(Required::True))
            .content(JSON, Content::new(Some(self.refer::<T>())));
        self.operation = self.operation.request_body(Some(body.build()));
        self.refuses(&[Refusal::TooLarge, Refusal::Timeout])
    }

    /// It takes a form.
    pub(super) fn form(mut self, schema: Schema, words: &str) -> Self {
        let body = RequestBodyBuilder::new()
            .description(Some(words))
            .required(Some(Required::True))
            .content(FORM, Content::new(Some(schema)));
        self.operation = self.operation.request_body(Some(body.build()));
        self.refuses(&[Refusal::TooLarge, Refusal::Timeout])
    }

    /// It answers with this body.
    pub(super) fn json<T: ToSchema>(mut self, status: StatusCode, words: &str) -> Self {
        let schema = self.refer::<T>();
        self.content(status, JSON, schema.into(), words)
    }

    /// A schema that it refers to has this one in it, by the name of a generic type.
    pub(super) fn mentions<T: ToSchema>(mut self) -> Self {
        self.refer::<T>();
        self
    }

    /// It answers with an error of these words, which no [`Refusal`] has.
    pub(super) fn error(self, status: StatusCode, words: &str) -> Self {
        self.json::<ErrorBody<'_>>(status, words)
    }

    /// It answers with a text.
    pub(super) fn text(self, status: StatusCode, media_type: &'static str, words: &str) -> Self {
        let text = ObjectBuilder::new().schema_type(Type::String);
        self.content(status, media_type, text.into(), words)
    }

    /// It answers with Server-Sent Events, of which the schema describes one.
    pub(super) fn events(self, kinds: &[&str], words: &str) -> Self {
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let event = ObjectBuilder::new()
            .property("event", text().enum_values(Some(kinds.iter().copied())))
            .property("id", text())
            .property("data", text())
            .required("event")
            .required("data");
        self.content(StatusCode::OK, "text/event-stream", event.into(), words)
    }

    /// It answers without a body, and with these headers.
    pub(super) fn empty(
        mut self,
        status: StatusCode,
        headers: &[(&'static str, &'static str)],
        words: &str,
    ) -> Self {
        let answer = self.answer(status, words);
        answer.headers.extend(headers.iter().copied());
        self
    }

    /// It refuses so.
    pub(super) fn refuses(mut self, refusals: &[Refusal]) -> Self {
        for refusal in refusals {
            let status = refusal.status();
            self = self.error(status, refusal.words());
            let answer = self.answer(status, refusal.words());
            answer.reasons.insert(refusal.reason().as_str());
            if matches!(refusal, Refusal::Rate(_) | Refusal::TooManyFailed(_)) {
                let words = "After how many seconds to ask again.";
                answer.headers.insert(RETRY_AFTER.as_str(), words);
            }
        }
        self
    }

    /// Returns what stands in the document.
    pub(super) fn described(self) -> path::Operation {
        let mut operation = self.operation;
        for (status, answer) in self.answers {
            operation = operation.response(status.to_string(), answer.described());
        }
        operation.build()
    }

    fn content(
        mut self,
        status: StatusCode,
        media_type: &'static str,
        schema: RefOr<Schema>,
        words: &str,
    ) -> Self {
        let answer = self.answer(status, words);
        answer.content.insert(media_type, schema);
        self
    }

    fn answer(&mut self, status: StatusCode, words: &str) -> &mut Answer {
        let answer = self.answers.entry(status.as_u16()).or_default();
        if !answer.words.iter().any(|known| known == words) {
            answer.words.push(words.to_owned());
        }
        answer
    }

    fn refer<T: ToSchema>(&mut self) -> Ref {
        let name = T::name().into_owned();
        T::schemas(&mut self.schemas);
        self.schemas.push((name.clone(), T::schema()));
        Ref::from_schema_name(name)
    }
}

impl Answer {
    fn described(self) -> ResponseBuilder {
        let mut response = ResponseBuilder::new().description(self.words.join(" "));
        for (media_type, schema) in self.content {
            response = response.content(media_type, Content::new(Some(schema)));
        }
        for (name, words) in self.headers {
            response = response.header(name, header(ObjectBuilder::new(), words));
        }
        if !self.reasons.is_empty() {
            let words = "Why the server refuses, in one word.";
            let reasons = ObjectBuilder::new().enum_values(Some(self.reasons));
            response = response.header(REASON_HEADER, header(reasons, words));
        }
        response
    }
}

fn header(schema: ObjectBuilder, words: &str) -> Header {
    let mut header = Header::new(schema.schema_type(Type::String).build());
    header.description = Some(words.to_owned());
    header
}

/// Returns the schemes by which people say who they are. A proxy says it for them.
pub(super) fn schemes(sign_in: SignInMethod) -> &'static [&'static str] {
    match sign_in {
        SignInMethod::Token => &[TOKEN, SESSION],
        SignInMethod::Launch | SignInMethod::Oidc => &[SESSION],
        SignInMethod::Proxy => &[],
    }
}

/// The headers of an answer that leads on, and may set a cookie.
pub(super) const LEADS_ON: [(&str, &str); 2] = [("Location", "Where it leads."), SETS_COOKIE];

/// The header of an answer that opens or closes a session.
pub(super) const SETS_COOKIE: (&str, &str) =
    ("Set-Cookie", "The session, or the attempt to open one.");
