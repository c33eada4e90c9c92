//! Answers a request for a file.

use std::{path::Path, sync::Arc};

use axum::{
    body::Body,
    extract::{Request, State},
};
use countermand_page::{
    Origin, WORKER, caching,
    content_security::{self, WORKER_POLICY},
    media_type,
};
use http::{
    HeaderMap, Method, Response, StatusCode,
    header::{
        ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, VARY,
    },
    request::Parts,
};

use super::{
    entity,
    files::{self, Files},
};
use crate::{
    request_log::RequestLog,
    text_response::{plain, set, status},
};

/// What is served.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) files: Files,
    pub(crate) connect: Vec<Origin>,
}

pub(crate) async fn answer(State(site): State<Arc<Site>>, request: Request) -> Response<Body> {
    let (parts, _) = request.into_parts();
    let mut response = site.answer(&parts).await;
    response.extensions_mut().insert(RequestLog::of("console"));
    response
}

impl Site {
    async fn answer(&self, request: &Parts) -> Response<Body> {
        if !matches!(request.method, Method::GET | Method::HEAD) {
            let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "GET and HEAD only.");
            set(&mut response, ALLOW, "GET, HEAD");
            return response;
        }
        match files::place(request.uri.path()) {
            Some(place) => self.file(&place, &request.headers).await,
            None => not_found(),
        }
    }

    async fn file(&self, place: &Path, request: &HeaderMap) -> Response<Body> {
        let accepts = |encoding: &str| entity::accepts(request, encoding);
        let Some(file) = self.files.read(place, accepts).await else {
            return not_found();
        };
        let tag = entity::tag(&file.content);
        let mut response = if entity::is_known(request, &tag) {
            status(StatusCode::NOT_MODIFIED, Body::empty())
        } else {
            let mut response = Response::new(Body::from(file.content));
            set(
                &mut response,
                CONTENT_TYPE,
                media_type::media_type(&file.name),
            );
            if let Some(encoding) = file.encoding {
                set(&mut response, CONTENT_ENCODING, encoding);
            }
            response
        };
        set(
            &mut response,
            CACHE_CONTROL,
            caching::cache_control(&file.name),
        );
        set(&mut response, ETAG, &tag);
        if file.varies {
            set(&mut response, VARY, "Accept-Encoding");
        }
        if file.name.ends_with(".html") {
            let policy = self.policy(place).await;
            set(&mut response, CONTENT_SECURITY_POLICY, &policy);
        } else if place == Path::new(WORKER) {
            set(&mut response, CONTENT_SECURITY_POLICY, WORKER_POLICY);
        }
        response
    }

    /// Computes the policy from the page as it is now, so that a new build needs no restart.
    async fn policy(&self, place: &Path) -> String {
        let html = self.files.plain(place).await.unwrap_or_default();
        content_security::policy(&String::from_utf8_lossy(&html), &self.connect)
    }
}

fn not_found() -> Response<Body> {
    plain(StatusCode::NOT_FOUND, "There is no such file.")
}
