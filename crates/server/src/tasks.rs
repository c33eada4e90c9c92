//! Work that must not be interrupted: it runs in tasks of its own, which no client can cancel, and which the server
//! waits for before it ends.

use std::{future::Future, sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::request_peer;

/// The running tasks. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Tasks(Arc<watch::Sender<usize>>);

/// Counts one running task for as long as it lives.
struct UnderWay(Tasks);

impl Tasks {
    /// Begins with none.
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }

    /// Runs `work` to its end, whether or not the returned future is polled or dropped. Returns `None` where `work`
    /// panicked.
    pub(crate) fn run<T, F>(&self, work: F) -> impl Future<Output = Option<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let under_way = self.begin();
        let task = tokio::spawn(request_peer::within(request_peer::current(), async move {
            let _under_way = under_way;
            work.await
        }));
        async move { task.await.ok() }
    }

    fn begin(&self) -> UnderWay {
        self.0.send_modify(|count| *count += 1);
        UnderWay(self.clone())
    }

    /// Waits until no task runs, for at most `patience`, and returns whether that is so.
    pub(crate) async fn finished(&self, patience: Duration) -> bool {
        let mut count = self.0.subscribe();
        let none = count.wait_for(|count| *count == 0);
        tokio::time::timeout(patience, none).await.is_ok()
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| *count -= 1);
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn nobody_who_stops_waiting_breaks_a_task_off_and_the_end_waits_for_it() {
        let tasks = Tasks::new();
        let (go, may_go) = oneshot::channel::<()>();
        let (done, is_done) = oneshot::channel();
        drop(tasks.run(async move {
            let _ = may_go.await;
            let _ = done.send(());
        }));
        assert!(!tasks.finished(Duration::from_millis(20)).await);
        go.send(()).unwrap();
        assert!(tasks.finished(Duration::from_secs(10)).await);
        is_done.await.unwrap();
    }

    #[tokio::test]
    async fn a_task_that_panics_is_over_too() {
        let tasks = Tasks::new();
        let ended = tasks.run(async { panic!("of a test") });
        assert_eq!(ended.await, None::<()>);
        assert!(tasks.finished(Duration::from_secs(10)).await);
    }
}
