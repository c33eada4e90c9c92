//! `GET /organizations/{idOrSlug}`
//!
//! A cheap check that the token works. It also turns a slug into an id.

use bytes::Bytes;
use countermand_transport::{ApiError, BaseUrl, Endpoint, RequestClass, Route};
use http::{Method, Request, Response};
use serde::Deserialize;

use super::request::bodiless;
use crate::{
    OrganizationId, errors,
    wire::{
        identity::{Identity, Ids},
        object::Object,
        scalar::Scalar,
    },
};

/// An organization by its id or slug.
#[derive(Clone, Copy, Debug)]
pub struct GetOrganization<'a> {
    /// The organization.
    pub organization: &'a OrganizationId,
}

/// The organization that the token opens. The form of the answer is not documented, so each part may be
/// missing, but not both the id and the slug.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrganizationFound {
    /// Its id.
    pub id: Option<OrganizationId>,
    /// Its slug.
    pub slug: Option<OrganizationId>,
    /// Its name for people.
    pub name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireOrganization {
    id: Scalar,
    #[serde(rename = "_id")]
    underscore_id: Scalar,
    slug: Scalar,
    name: Scalar,
}

impl Endpoint for GetOrganization<'_> {
    type Output = OrganizationFound;

    const ROUTE: Route = Route {
        operation: "applivery.get_organization",
        method: "GET",
        template: "/organizations/{idOrSlug}",
    };
    const CLASS: RequestClass = RequestClass::Read;

    fn request(&self, base: &BaseUrl) -> Result<Request<Bytes>, ApiError> {
        let segments = ["organizations", self.organization.as_str()];
        bodiless(Method::GET, base, &segments, &[])
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Self::Output, ApiError> {
        let wire = serde_json::from_str::<Object<WireOrganization>>(errors::data(response)?.get())
            .ok()
            .and_then(Object::into_members)
            .ok_or_else(|| errors::unreadable(response, "the data are no organization"))?;
        let parse = |text: &str| OrganizationId::parse(text).ok();
        let ids = Ids {
            id: &wire.id,
            underscore_id: &wire.underscore_id,
        };
        let found = OrganizationFound {
            id: match ids.identity(parse, same) {
                Identity::Is(id) => Some(id),
                Identity::Absent | Identity::Invalid => None,
            },
            slug: wire.slug.text().and_then(parse),
            name: wire.name.shown(),
        };
        match (&found.id, &found.slug) {
            (None, None) => Err(errors::unreadable(
                response,
                "the answer names no organization",
            )),
            (Some(id), Some(slug))
                if !same(id, self.organization) && !same(slug, self.organization) =>
            {
                Err(errors::unreadable(
                    response,
                    "the answer is about another organization",
                ))
            }
            _ => Ok(found),
        }
    }
}

fn same(one: &OrganizationId, other: &OrganizationId) -> bool {
    one.as_str().eq_ignore_ascii_case(other.as_str())
}
