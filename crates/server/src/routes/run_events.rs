//! A run as Server-Sent Events: the lines of its journal as they become durable, and its state where that changes.

use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use countermand_relay_api::Run;
use countermand_store::RunRecord;
use futures_util::stream;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE, request::Parts};

use crate::{
    context::ConnectionRequest,
    response::{Refusal, plain},
    runs::described,
};

/// The line behind which a browser asks to go on.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// How long new lines are collected, so that many watchers cost as little as one.
const COLLECTED: Duration = Duration::from_millis(200);

/// How long nothing is asked of the store where no line comes.
const LOOKED_AGAIN: Duration = Duration::from_secs(1);

/// After how long something is sent, so that nobody takes the connection for dead.
const LONGEST_SILENCE: Duration = Duration::from_secs(15);

/// How many bytes go out at once.
const AT_ONCE: usize = 256 << 10;

/// Somebody who watches a run. It does nothing but where they read.
struct Watcher {
    request: ConnectionRequest,
    parts: Parts,
    run: String,
    /// The next line.
    next: u64,
    told: Option<Run>,
    spoke_at: Instant,
    is_over: bool,
}

/// Answers with the events of a run.
pub(super) fn watch(
    request: &ConnectionRequest,
    parts: &Parts,
    run: RunRecord,
) -> Result<Response, Refusal> {
    let next = match last_event_id(&parts.headers)? {
        Some(last) if last > run.lines => {
            return Err(Refusal::Malformed(
                "Last-Event-ID must be a line of this run's journal.",
            ));
        }
        Some(last) => last + 1,
        None => 1,
    };
    let watcher = Watcher {
        request: request.clone(),
        parts: parts.clone(),
        run: run.id,
        next,
        told: None,
        spoke_at: Instant::now(),
        is_over: false,
    };
    let events = stream::unfold(watcher, |mut watcher| async move {
        let bytes = watcher.next_bytes().await?;
        Some((Ok::<_, Infallible>(bytes), watcher))
    });
    let mut response = plain(StatusCode::OK, Body::from_stream(events));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // A proxy passes on each event at once.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<u64>, Refusal> {
    let Some(id) = headers.get(LAST_EVENT_ID) else {
        return Ok(None);
    };
    let id = id.to_str().ok().and_then(|id| id.parse().ok());
    id.map(Some).ok_or(Refusal::Malformed(
        "Last-Event-ID must be the number of a line.",
    ))
}

impl Watcher {
    /// Returns the next bytes, or `None` where there will be none.
    async fn next_bytes(&mut self) -> Option<Bytes> {
        if self.is_over {
            return None;
        }
        loop {
            // Whoever may not watch any more is not told anything more.
            if !self.may_watch().await {
                return None;
            }
            // Before the lines are read: where it says that the run is over, they are all there.
            let runs = self.request.context.runs.clone();
            let run = runs.get(self.request.connection.config.name.as_str(), &self.run);
            let run = described(run.await.ok()??);
            if let Some(lines) = self.lines().await? {
                self.spoke_at = Instant::now();
                return Some(lines);
            }
            let is_news = self.told.as_ref().is_none_or(|told| differs(told, &run));
            if is_news {
                self.is_over = run.state.is_over();
                let text = serde_json::to_string(&run).unwrap_or_default();
                self.told = Some(run);
                self.spoke_at = Instant::now();
                return Some(format!("event: run\ndata: {text}\n\n").into());
            }
            if self.spoke_at.elapsed() >= LONGEST_SILENCE {
                self.spoke_at = Instant::now();
                return Some(Bytes::from_static(b": still there\n\n"));
            }
            match runs.last_line(&self.run) {
                Some(mut last) => {
                    let next = self.next;
                    let news = last.wait_for(|last| *last >= next);
                    let _ = tokio::time::timeout(LOOKED_AGAIN, news).await;
                    tokio::time::sleep(COLLECTED).await;
                }
                None => tokio::time::sleep(LOOKED_AGAIN).await,
            }
        }
    }

    /// Returns the lines that are there, `Some(None)` for none, or `None` where they cannot be read now: whoever
    /// watches comes again.
    async fn lines(&mut self) -> Option<Option<Bytes>> {
        let found = self
            .request
            .context
            .runs
            .lines(&self.run, self.next)
            .await
            .ok()?;
        let mut bytes = Vec::new();
        for part in found {
            if bytes.len() > AT_ONCE {
                break;
            }
            for (number, line) in part.numbered(self.next) {
                bytes.extend_from_slice(format!("id: {number}\nevent: line\ndata: ").as_bytes());
                bytes.extend_from_slice(line);
                bytes.extend_from_slice(b"\n\n");
            }
            self.next = part.end();
        }
        Some((!bytes.is_empty()).then(|| bytes.into()))
    }

    async fn may_watch(&self) -> bool {
        let context = &self.request.context;
        let Ok(user) = context.authenticate(&self.parts).await else {
            return false;
        };
        let name = &self.request.connection.config.name;
        context.policy.now().role(name, &user).is_some()
    }
}

/// Returns whether there is more to tell than what the lines say.
fn differs(told: &Run, now: &Run) -> bool {
    told.state != now.state || told.stopped_by != now.stopped_by
}
