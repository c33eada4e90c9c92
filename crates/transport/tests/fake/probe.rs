//! A future that a test polls by hand, and of which it sees whether it was woken.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

pub(crate) struct Probe<'a, T> {
    future: Pin<Box<dyn Future<Output = T> + 'a>>,
    woken: Arc<Flag>,
}

#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl<'a, T> Probe<'a, T> {
    /// Has been polled once.
    pub(crate) fn waiting(future: impl Future<Output = T> + 'a) -> Self {
        let mut probe = Self {
            future: Box::pin(future),
            woken: Arc::default(),
        };
        assert!(probe.poll().is_none(), "it should have to wait");
        probe
    }

    /// Polls it whether or not it was woken.
    pub(crate) fn poll(&mut self) -> Option<T> {
        self.woken.0.store(false, Ordering::SeqCst);
        let waker = Waker::from(self.woken.clone());
        match self.future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        }
    }

    /// Polls it as an executor does: only after it was woken.
    pub(crate) fn poll_if_woken(&mut self) -> Option<T> {
        if self.woken.0.load(Ordering::SeqCst) {
            self.poll()
        } else {
            None
        }
    }
}
