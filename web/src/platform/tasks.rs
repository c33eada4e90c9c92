//! What goes on in the background of a session, and its end.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::future::{AbortHandle, abortable};

/// The tasks of a session. When they are ended, their requests are aborted.
#[derive(Clone, Default)]
pub struct Tasks(Arc<Mutex<Running>>);

#[derive(Default)]
struct Running {
    next: u64,
    handles: HashMap<u64, AbortHandle>,
    ended: bool,
}

impl Tasks {
    /// Starts a task, unless the session has ended.
    pub fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        let (task, handle) = abortable(task);
        let number = {
            let mut running = self.lock();
            if running.ended {
                return;
            }
            running.next += 1;
            let number = running.next;
            running.handles.insert(number, handle);
            number
        };
        let tasks = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            // An aborted task is dropped, and its request with it.
            let _ = task.await;
            tasks.lock().handles.remove(&number);
        });
    }

    /// Ends them all; none starts any more.
    pub fn end(&self) {
        let mut running = self.lock();
        running.ended = true;
        for handle in running.handles.values() {
            handle.abort();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
