//! Reports what happens in a run.

use std::{
    pin::Pin,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::Stream;

use crate::{Observer, RunEvent};

/// The receivers of events. Without any, no event is made.
#[derive(Default)]
pub(super) struct Events {
    observer: Option<Observer>,
    streams: Mutex<Vec<UnboundedSender<RunEvent>>>,
    any_streams: AtomicBool,
    is_over: AtomicBool,
}

/// The events of a run from when they were asked for. Ends with the run.
#[derive(Debug)]
pub struct RunEvents(UnboundedReceiver<RunEvent>);

impl Stream for RunEvents {
    type Item = RunEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<RunEvent>> {
        Pin::new(&mut self.0).poll_next(cx)
    }
}

impl Events {
    pub(super) fn new(observer: Option<Observer>) -> Self {
        Self {
            observer,
            ..Self::default()
        }
    }

    /// Returns the events from now on.
    pub(super) fn subscribe(&self) -> RunEvents {
        let (sender, receiver) = unbounded();
        if !self.is_over.load(Ordering::SeqCst) {
            self.streams().push(sender);
            self.any_streams.store(true, Ordering::SeqCst);
        }
        RunEvents(receiver)
    }

    /// Returns whether there is a receiver.
    pub(super) fn are_wanted(&self) -> bool {
        self.observer.is_some() || self.any_streams.load(Ordering::Relaxed)
    }

    /// Sends `event` to every receiver.
    pub(super) fn send(&self, event: RunEvent) {
        if self.any_streams.load(Ordering::Relaxed) {
            let mut streams = self.streams();
            // Receivers that are gone are removed.
            streams.retain(|stream| stream.unbounded_send(event.clone()).is_ok());
        }
        if let Some(observer) = &self.observer {
            observer(event);
        }
    }

    /// Ends the events.
    pub(super) fn end(&self) {
        self.is_over.store(true, Ordering::SeqCst);
        self.streams().clear();
    }

    fn streams(&self) -> MutexGuard<'_, Vec<UnboundedSender<RunEvent>>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
