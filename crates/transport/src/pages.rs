//! The pages of a list at a provider.

use std::hash::Hash;

use bytes::Bytes;
use countermand_core_model::{JsonPath, Listing, Page, PageRequest, PageWalk, salvage};
use http::Response;

use crate::{
    ApiError, Attempts, BaseUrl, BoxTransport, Endpoint, endpoint::answer, pace::pause, slices,
};

/// Reads the pages of a list, one after the other.
pub struct Pages<'a, F, T, K> {
    transport: &'a BoxTransport,
    base: &'a BaseUrl,
    endpoint: F,
    key: fn(&T) -> K,
    walk: PageWalk<K>,
}

impl<'a, F, T, K, E> Pages<'a, F, T, K>
where
    F: Fn(PageRequest) -> E,
    E: Endpoint<Output = Page<T>>,
    K: Eq + Hash,
{
    /// Reads the list whose pages of `size` items `endpoint` gets. `key` identifies its items.
    pub fn new(
        transport: &'a BoxTransport,
        base: &'a BaseUrl,
        size: u32,
        endpoint: F,
        key: fn(&T) -> K,
    ) -> Self {
        Self {
            transport,
            base,
            endpoint,
            key,
            walk: PageWalk::new(size),
        }
    }

    /// The items of the next page that no earlier page had; none at the end of the list.
    ///
    /// # Errors
    /// When the page does not come, or cannot be read.
    pub async fn next(&mut self) -> Result<Option<Vec<T>>, ApiError> {
        self.next_until(|_| false).await
    }

    /// As [`Self::next`]. A page that is `enough` is the last.
    ///
    /// # Errors
    /// When the page does not come, or cannot be read.
    pub async fn next_until(
        &mut self,
        enough: impl FnOnce(&Page<T>) -> bool,
    ) -> Result<Option<Vec<T>>, ApiError> {
        let Some(request) = self.walk.request() else {
            return Ok(None);
        };
        let endpoint = (self.endpoint)(request);
        let response = answer(self.transport, self.base, &endpoint).await?;
        let page = decoded(&endpoint, &response).await;
        let page = page.map_err(|error| error.with_attempts(Attempts::of(&response)))?;
        let is_enough = enough(&page);
        let items = self.walk.take(page, self.key);
        if is_enough {
            self.walk.stop();
        }
        Ok(Some(items))
    }

    /// Reads the list to its end.
    ///
    /// # Errors
    /// When a page does not come, or cannot be read: a part is never passed off as the whole.
    pub async fn all(mut self) -> Result<Listing<T>, ApiError> {
        let mut items = Vec::new();
        while let Some(page) = self.next().await? {
            items.extend(page);
        }
        Ok(self.listing(items))
    }

    /// Returns whether no page is left to ask for.
    pub fn is_at_end(&self) -> bool {
        self.walk.request().is_none()
    }

    /// How the list ended, with `items`.
    pub fn listing<I>(&self, items: Vec<I>) -> Listing<I> {
        self.walk.listing(items)
    }
}

/// Decodes a page; a long one in slices, so that a page can do something else meanwhile.
async fn decoded<T, E: Endpoint<Output = Page<T>>>(
    endpoint: &E,
    response: &Response<Bytes>,
) -> Result<Page<T>, ApiError> {
    let body = response.body();
    let slices = match slices::of(body).await {
        Some(slices) if response.status().is_success() => slices,
        _ => return endpoint.decode(response),
    };
    let mut page: Option<Page<T>> = None;
    for slice in slices.texts(body) {
        let part = endpoint.decode(&with_body(response, slice))?;
        match &mut page {
            Some(page) => page.append(part),
            None => page = Some(part),
        }
        pause().await;
    }
    match page {
        Some(page) => Ok(page),
        None => endpoint.decode(response),
    }
}

/// Decodes a page. Items that are not JSON are undecodable, and hide no others: `lists` is where a list
/// may stand in the answer, `counts` where its counts do.
///
/// # Errors
/// As `decode`.
pub fn decode_page<T>(
    response: &Response<Bytes>,
    lists: &[JsonPath<'_>],
    counts: &[JsonPath<'_>],
    decode: impl Fn(&Response<Bytes>) -> Result<Page<T>, ApiError>,
) -> Result<Page<T>, ApiError> {
    let error = match decode(response) {
        Err(error) if response.status().is_success() => error,
        decided => return decided,
    };
    let Some(salvaged) = salvage(response.body(), lists, counts) else {
        return Err(error);
    };
    let mut page = decode(&with_body(response, salvaged.text))?;
    for raw in salvaged.broken {
        page.push(raw, None);
    }
    Ok(page)
}

/// Replaces the body. Status, version, headers and extensions stay.
fn with_body(response: &Response<Bytes>, body: impl Into<Bytes>) -> Response<Bytes> {
    response.clone().map(|_| body.into())
}

#[cfg(test)]
mod tests {
    use http::{StatusCode, Version};

    use super::*;

    #[test]
    fn everything_but_the_body_stays() {
        let mut response = Response::new(Bytes::from_static(b"broken"));
        *response.status_mut() = StatusCode::ACCEPTED;
        *response.version_mut() = Version::HTTP_2;
        response
            .headers_mut()
            .insert("x-request-id", http::HeaderValue::from_static("r1"));
        response.extensions_mut().insert(Attempts(3));
        let other = with_body(&response, "whole");
        assert_eq!(other.body().as_ref(), b"whole");
        assert_eq!(other.status(), response.status());
        assert_eq!(other.version(), response.version());
        assert_eq!(other.headers(), response.headers());
        assert_eq!(other.extensions().get::<Attempts>().map(|a| a.0), Some(3));
    }
}
