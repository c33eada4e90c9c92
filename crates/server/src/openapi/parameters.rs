//! Parameters of requests.

use utoipa::openapi::{
    ObjectBuilder, Required, Type,
    path::{Parameter, ParameterBuilder, ParameterIn},
};

/// The connection's name.
pub(super) fn connection() -> Parameter {
    let name = text().pattern(Some("^[a-z0-9][a-z0-9-]{0,62}$"));
    let named = parameter("connection", ParameterIn::Path, name);
    described(named, "The connection.")
}

/// A run's id.
pub(super) fn run() -> Parameter {
    let id = text().pattern(Some("^[0-9A-Za-z-]{1,64}$"));
    described(parameter("run", ParameterIn::Path, id), "The run's id.")
}

/// A brake rule's id.
pub(super) fn rule() -> Parameter {
    let id = text().pattern(Some("^[0-9A-Za-z-]{1,64}$"));
    described(parameter("rule", ParameterIn::Path, id), "The rule's id.")
}

/// The line of a journal with which an answer begins.
pub(super) fn from_line() -> Parameter {
    let from = parameter("from", ParameterIn::Query, line(1)).required(Required::False);
    let words =
        "The first line of the answer, counted from 1. Without it, the first of the journal.";
    described(from, words)
}

/// How many targets of a run are behind whoever asks.
pub(super) fn from_target() -> Parameter {
    let from = parameter("from", ParameterIn::Query, line(0)).required(Required::False);
    described(from, "How many of them were read before.")
}

/// The line of a journal behind which events go on.
pub(super) fn last_event_id() -> Parameter {
    let id = parameter("Last-Event-ID", ParameterIn::Header, line(0)).required(Required::False);
    described(id, "The line behind which the events go on.")
}

/// What a program says that changes something and is no page of somebody else's.
pub(super) fn same_origin() -> Parameter {
    let site = text().enum_values(Some(["same-origin"]));
    let words = "That no other page asks. The server's own `Origin` says the same.";
    described(
        parameter("Sec-Fetch-Site", ParameterIn::Header, site),
        words,
    )
}

/// A text in the query, which may be missing.
pub(super) fn query(name: &str, words: &str) -> Parameter {
    let query = parameter(name, ParameterIn::Query, text()).required(Required::False);
    described(query, words)
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn line(least: u64) -> ObjectBuilder {
    let number = ObjectBuilder::new().schema_type(Type::Integer);
    number.minimum(Some(least)).maximum(Some(i64::MAX as u64))
}

fn parameter(name: &str, place: ParameterIn, schema: ObjectBuilder) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(Required::True)
        .schema(Some(schema.build()))
}

fn described(parameter: ParameterBuilder, words: &str) -> Parameter {
    parameter.description(Some(words)).build()
}
