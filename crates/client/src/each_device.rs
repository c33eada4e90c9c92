//! Asking about many devices: several at once, in their order, and no further where nobody answers.

use std::{
    fmt,
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
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

/// Why there is nothing of a device, or a command, that was not asked about.
pub(crate) const NOT_ASKED: &str =
    "not asked about: the connection is refused, or nobody answered for the devices before it";

/// After so many devices in a row of which nobody could be asked, the others are not asked either.
const MOST_WITHOUT_ANSWER: usize = 3;

/// How many devices were asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Asked {
    /// Devices that are done.
    pub done: usize,
    /// All of them.
    pub total: usize,
}

/// Is told after each device.
pub type AskedObserver = Arc<dyn Fn(Asked) + Send + Sync>;

/// How devices are asked about, by a list and while a plan is made.
#[derive(Clone)]
#[non_exhaustive]
pub struct AskOptions {
    /// How many devices are asked about at once; at least 1. 32 unless set.
    pub concurrency: usize,
    /// Who is told how far it is.
    pub observe: Option<AskedObserver>,
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
    /// It was asked for, and could not be had.
    Failed(ApiError),
    /// It was not asked for: the connection is refused, or nobody answered for several devices in a row.
    NotAsked,
}

/// In which order the answers come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerOrder {
    /// In the order of the devices.
    OfDevices,
    /// As they arrive.
    AsTheyCome,
}

/// What is known of the connection after the answers so far.
#[derive(Debug, Default)]
struct Connectivity {
    without_answer: AtomicUsize,
}

impl Connectivity {
    fn is_given_up(&self) -> bool {
        self.without_answer.load(Ordering::Relaxed) >= MOST_WITHOUT_ANSWER
    }

    fn take(&self, failure: Option<&ApiError>) {
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

/// So long the others wait for the first device's answer: one that hangs keeps nobody waiting.
const PATIENCE_FOR_FIRST: Duration = Duration::from_secs(2);

/// Asks about each of `devices` by `ask`. The first one is asked alone, for a while: where the key is refused, that
/// takes one request.
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
    let asked = each_heard(timer, options, order, devices, ask, |result| {
        result.as_ref().err()
    });
    asked.map(|(device, result)| match result {
        Some(result) => (device, result.map_err(ListFailure::Failed)),
        None => (device, Err(ListFailure::NotAsked)),
    })
}

/// As [`each`], where `failure` says of what came whether it tells of the connection. None comes for a device that
/// was not asked about.
pub(crate) fn each_heard<D, T, F, A>(
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
            // Only the first of these says something.
            let _ = first.set(()).await;
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            if let Some(observe) = observe {
                observe(Asked { done, total });
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
