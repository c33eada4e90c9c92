//! A queue with turns in the order of arrival. A caller that leaves gives its turn up.

use std::{
    collections::VecDeque,
    future::poll_fn,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    next_number: u64,
    queue: VecDeque<(u64, Option<Waker>)>,
}

impl Waiting {
    /// Numbers only grow, so the queue is sorted by them.
    fn place(&self, number: u64) -> Result<usize, usize> {
        self.queue
            .binary_search_by_key(&number, |(number, _)| *number)
    }
}

/// A place in the queue; dropping it lets the next one go.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    number: u64,
}

impl Turns {
    /// Queues at the end, and waits for the turn.
    pub(super) async fn mine(&self) -> Turn<'_> {
        let turn = self.join();
        poll_fn(|context| turn.poll(context)).await;
        turn
    }

    /// Returns whether the queue is empty.
    pub(super) fn is_empty(&self) -> bool {
        self.lock().queue.is_empty()
    }

    fn join(&self) -> Turn<'_> {
        let mut waiting = self.lock();
        let number = waiting.next_number;
        waiting.next_number += 1;
        waiting.queue.push_back((number, None));
        Turn {
            turns: self,
            number,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    fn poll(&self, context: &Context<'_>) -> Poll<()> {
        let mut waiting = self.turns.lock();
        match waiting.place(self.number) {
            Ok(place) if place > 0 => {
                waiting.queue[place].1 = Some(context.waker().clone());
                Poll::Pending
            }
            _ => Poll::Ready(()),
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut waiting = self.turns.lock();
        if let Ok(place) = waiting.place(self.number) {
            waiting.queue.remove(place);
        }
        let first = waiting
            .queue
            .front_mut()
            .and_then(|(_, waker)| waker.take());
        drop(waiting);
        if let Some(waker) = first {
            waker.wake();
        }
    }
}
