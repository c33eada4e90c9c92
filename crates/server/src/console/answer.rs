//! Answers a request for a file.

use std::{path::Path, sync::Arc};

use axum::{
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use countermand_page::{
    Origin, WORKER, caching,
    content_security::{self, WORKER_POLICY},
    media_type,
};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{
        ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, VARY,
    },
    request::Parts,
};

use super::{
    entity,
    files::{self, Files},
};
use crate::response::{logged, plain};

/// What is served.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) files: Files,
    pub(crate) connect: Vec<Origin>,
}

pub(crate) async fn answer(State(site): State<Arc<Site>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    logged("console", site.answer(&parts).await)
}

impl Site {
    async fn answer(&self, request: &Parts) -> Response {
        if !matches!(request.method, Method::GET | Method::HEAD) {
            let refused = plain(StatusCode::METHOD_NOT_ALLOWED, "GET and HEAD only.");
            return ([(ALLOW, "GET, HEAD")], refused).into_response();
        }
        let found = match files::place(request.uri.path()) {
            Some(place) => self.file(&place, &request.headers).await,
            None => None,
        };
        found.unwrap_or_else(|| plain(StatusCode::NOT_FOUND, "There is no such file."))
    }

    async fn file(&self, place: &Path, request: &HeaderMap) -> Option<Response> {
        let accepts = |encoding: &str| entity::accepts(request, encoding);
        let file = self.files.read(place, accepts).await?;
        let tag = entity::tag(&file.content);
        let mut headers = HeaderMap::new();
        // Every value is made here of visible characters; one that is not is left out.
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        set(CACHE_CONTROL, caching::cache_control(&file.name));
        set(ETAG, &tag);
        if file.varies {
            set(VARY, "Accept-Encoding");
        }
        if file.name.ends_with(".html") {
            set(CONTENT_SECURITY_POLICY, &self.policy(place).await);
        } else if place == Path::new(WORKER) {
            set(CONTENT_SECURITY_POLICY, WORKER_POLICY);
        }
        if entity::is_known(request, &tag) {
            return Some((StatusCode::NOT_MODIFIED, headers).into_response());
        }
        set(CONTENT_TYPE, media_type::media_type(&file.name));
        if let Some(encoding) = file.encoding {
            set(CONTENT_ENCODING, encoding);
        }
        Some((headers, Body::from(file.content)).into_response())
    }

    /// Computes the policy from the page as it is now, so that a new build needs no restart.
    async fn policy(&self, place: &Path) -> String {
        let html = self.files.plain(place).await.unwrap_or_default();
        content_security::policy(&String::from_utf8_lossy(&html), &self.connect)
    }
}
