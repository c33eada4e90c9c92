//! Asks about many devices, several at once, and stops if the provider does not answer.

use std::{
    fmt,
    future::Future,
    ops::ControlFlow,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_lock::OnceCell;

use countermand_transport::{ApiError, SharedTimer};
use futures_util::{
    Stream, StreamExt,
    future::{Either, select},
    stream,
};

/// Why nothing is known of a device, or a command, that was not asked about.
pub(crate) const NOT_ASKED: &str = "not asked about: the connection is refused, nobody answered, or too many devices before it failed";

/// After how many devices in a row without an answer the others are not asked about.
const MOST_WITHOUT_ANSWER: usize = 3;

/// How many devices were asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AskProgress {
    /// Devices that are done.
    pub done: usize,
    /// Those of them that failed.
    pub failed: usize,
    /// All devices.
    pub total: usize,
}

/// Called after each device. On a break no further device is asked about.
pub type AskObserver = Arc<dyn Fn(AskProgress) -> ControlFlow<()> + Send + Sync>;

/// How devices are asked about in lists and plans.
#[derive(Clone)]
#[non_exhaustive]
pub struct AskOptions {
    /// How many devices are asked about at once; at least 1, by default 32.
    pub concurrency: usize,
    /// Called with the progress; may end the asking.
    pub observe: Option<AskObserver>,
}

impl Default for AskOptions {
    fn default() -> Self {
        Self {
            concurrency: 32,
            observe: None,
        }
    }
}

impl fmt::Debug for AskOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AskOptions")
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}

/// Why there is no list of a device.
#[derive(Debug)]
pub enum ListFailure {
    /// The list could not be read.
    Failed(ApiError),
    /// It was not asked for, because the connection is refused, several devices in a row got no answer, or the observer
    /// ended the asking.
    NotAsked,
}

/// The order of the answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerOrder {
    /// In the order of the devices.
    OfDevices,
    /// As they arrive.
    AsTheyCome,
}

/// What the answers so far say of the connection.
#[derive(Debug, Default)]
struct Connectivity {
    without_answer: AtomicUsize,
    failed: AtomicUsize,
    is_broken_off: AtomicBool,
}

impl Connectivity {
    fn is_given_up(&self) -> bool {
        self.is_broken_off.load(Ordering::Relaxed)
            || self.without_answer.load(Ordering::Relaxed) >= MOST_WITHOUT_ANSWER
    }

    fn take(&self, failure: Option<&ApiError>) {
        if failure.is_some() {
            self.failed.fetch_add(1, Ordering::Relaxed);
        }
        match failure {
            Some(error) if error.refuses_connection() => {
                self.without_answer
                    .fetch_max(MOST_WITHOUT_ANSWER, Ordering::Relaxed);
            }
            Some(error) if error.transport().is_some() => {
                self.without_answer.fetch_add(1, Ordering::Relaxed);
            }
            _ if self.is_given_up() => {}
            _ => self.without_answer.store(0, Ordering::Relaxed),
        }
    }
}

/// How long the others wait for the answer of the first device, which may hang.
const PATIENCE_FOR_FIRST: Duration = Duration::from_secs(2);

/// Asks about each of `devices`. For a while the first is asked alone, so that a refused key takes one request.
pub(crate) fn each<D, T, F, A>(
    timer: &SharedTimer,
    options: &AskOptions,
    order: AnswerOrder,
    devices: Vec<D>,
    ask: A,
) -> impl Stream<Item = (D, Result<T, ListFailure>)> + use<D, T, F, A>
where
    A: Fn(&D) -> F + Clone,
    F: Future<Output = Result<T, ApiError>>,
{
    let asked = each_observed(timer, options, order, devices, ask, |result| {
        result.as_ref().err()
    });
    asked.map(|(device, result)| match result {
        Some(result) => (device, result.map_err(ListFailure::Failed)),
        None => (device, Err(ListFailure::NotAsked)),
    })
}

/// Asks like [`each`], where `failure` returns what an answer says of the connection. Devices that were not asked
/// about have no answer.
pub(crate) fn each_observed<D, T, F, A>(
    timer: &SharedTimer,
    options: &AskOptions,
    order: AnswerOrder,
    devices: Vec<D>,
    ask: A,
    failure: fn(&T) -> Option<&ApiError>,
) -> impl Stream<Item = (D, Option<T>)> + use<D, T, F, A>
where
    A: Fn(&D) -> F + Clone,
    F: Future<Output = T>,
{
    let connectivity = Arc::new(Connectivity::default());
    let done = Arc::new(AtomicUsize::new(0));
    let total = devices.len();
    let observe = options.observe.clone();
    let first = Arc::new(OnceCell::<()>::new());
    let timer = Arc::clone(timer);
    let one = move |(place, device): (usize, D)| {
        let (connectivity, ask) = (Arc::clone(&connectivity), ask.clone());
        let (done, observe) = (Arc::clone(&done), observe.clone());
        let (first, timer) = (Arc::clone(&first), Arc::clone(&timer));
        async move {
            if place > 0 && !first.is_initialized() {
                select(pin!(first.wait()), timer.sleep(PATIENCE_FOR_FIRST)).await;
            }
            let response = if connectivity.is_given_up() {
                None
            } else {
                let response = ask(&device).await;
                connectivity.take(failure(&response));
                Some(response)
            };
            // Only the first call has an effect.
            let _ = first.set(()).await;
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            let failed = connectivity.failed.load(Ordering::Relaxed);
            let progress = AskProgress {
                done,
                failed,
                total,
            };
            if observe.is_some_and(|observe| observe(progress).is_break()) {
                connectivity.is_broken_off.store(true, Ordering::Relaxed);
            }
            (device, response)
        }
    };
    let asked = stream::iter(devices.into_iter().enumerate()).map(one);
    let at_once = options.concurrency.max(1);
    match order {
        AnswerOrder::OfDevices => Either::Left(asked.buffered(at_once)),
        AnswerOrder::AsTheyCome => Either::Right(asked.buffer_unordered(at_once)),
    }
}
