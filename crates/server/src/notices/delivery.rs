//! Delivers what waits in the outbox: a loop for each destination, so that one that is slow holds up no other.

use std::{sync::Arc, time::Duration};

use countermand_core_model::Timestamp;
use countermand_store::{Delivery, Store, StoreError};
use countermand_transport::{SharedTimer, TransportError};
use futures_util::future::join_all;
use tokio::sync::{Notify, watch};

use super::{
    destination::{Destination, Way},
    mail::MailSender,
    webhook::WebhookSender,
};
use crate::metrics::Metrics;

/// How many notices are delivered to a destination at a time.
const AT_ONCE: u32 = 8;

/// How long a delivery that is under way may go on when the server stops.
pub(super) const GRACE: Duration = Duration::from_secs(3);

/// How long a notice is tried.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(3 * 24 * 3_600);

/// How long one that is over is kept.
const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 3_600);

/// When what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// How often the outbox is looked at.
    pub(super) tick: Duration,
    /// How long whoever took a notice has it: longer than an attempt takes.
    pub(super) claim: Duration,
    /// How long after a failure the next attempt is due: from half of this to all of it, doubled with each failure.
    pub(super) first_wait: Duration,
    pub(super) longest_wait: Duration,
    /// How often old notices are given up and removed. What waited while no server ran is tried before.
    pub(super) upkeep: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            tick: Duration::from_secs(1),
            claim: Duration::from_secs(60),
            first_wait: Duration::from_secs(5),
            longest_wait: Duration::from_secs(3_600),
            upkeep: Duration::from_secs(600),
        }
    }
}

impl Pace {
    /// Returns how long after this attempt the next one is due. `share` (0 to 1) spreads them.
    fn wait(&self, attempt: u64, share: f64) -> Duration {
        let doublings = u32::try_from(attempt.saturating_sub(1)).map_or(31, |more| more.min(31));
        let step = self.first_wait.saturating_mul(1 << doublings);
        let half = step.min(self.longest_wait) / 2;
        half + half.mul_f64(share)
    }
}

/// What the loops share.
pub(super) struct Outbox {
    pub(super) store: Store,
    pub(super) timer: SharedTimer,
    pub(super) metrics: Arc<Metrics>,
    pub(super) pace: Pace,
    /// Woken where something was added.
    pub(super) news: Notify,
    pub(super) is_closing: watch::Sender<bool>,
}

/// The way to a destination.
pub(super) struct Courier {
    name: String,
    sender: Sender,
}

enum Sender {
    Webhook(WebhookSender),
    Mail(MailSender),
}

impl Courier {
    pub(super) fn new(
        destination: &Destination,
        timer: &SharedTimer,
        origin: &str,
    ) -> Result<Self, TransportError> {
        Ok(Self {
            name: destination.name.clone(),
            sender: match &destination.way {
                Way::Webhook(webhook) => {
                    Sender::Webhook(WebhookSender::new(webhook.clone(), timer)?)
                }
                Way::Mail(mail) => Sender::Mail(MailSender::new(mail.clone(), origin)),
            },
        })
    }

    async fn send(&self, delivery: &Delivery, now: Timestamp) -> Result<(), String> {
        match &self.sender {
            Sender::Webhook(webhook) => webhook.send(delivery, now).await,
            Sender::Mail(mail) => mail.send(delivery).await,
        }
    }
}

impl Outbox {
    /// Delivers to one destination until the server stops.
    pub(super) async fn deliver(self: Arc<Self>, courier: Courier) {
        self.until_closed(async {
            while !*self.is_closing.borrow() {
                match self.round(&courier).await {
                    Ok(count) if count == AT_ONCE as usize => {}
                    // Whoever keeps the runs tells of a store that cannot be used.
                    Ok(_) | Err(_) => self.pause(self.pace.tick).await,
                }
            }
        })
        .await;
    }

    /// Gives up what is too old and removes what is over, until the server stops.
    pub(super) async fn keep_short(self: Arc<Self>) {
        let mut is_closing = self.is_closing.subscribe();
        loop {
            tokio::select! {
                () = tokio::time::sleep(self.pace.upkeep) => {}
                _ = is_closing.wait_for(|is| *is) => return,
            }
            // It is tried again.
            let _ = self.tidy().await;
        }
    }

    /// Goes on until the server stops, and a moment longer.
    async fn until_closed(&self, work: impl Future<Output = ()>) {
        let mut is_closing = self.is_closing.subscribe();
        let closed = async {
            let _ = is_closing.wait_for(|is| *is).await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            () = work => {}
            () = closed => {}
        }
    }

    async fn pause(&self, tick: Duration) {
        let mut is_closing = self.is_closing.subscribe();
        tokio::select! {
            () = tokio::time::sleep(tick) => {}
            () = self.news.notified() => {}
            _ = is_closing.wait_for(|is| *is) => {}
        }
    }

    /// Delivers what is due, and returns how many that were.
    async fn round(&self, courier: &Courier) -> Result<usize, StoreError> {
        let now = self.timer.now();
        let until = later(now, self.pace.claim);
        let store = &self.store;
        let due = store
            .claim_notices(&courier.name, now, until, AT_ONCE)
            .await?;
        join_all(due.iter().map(|delivery| self.attempt(courier, delivery))).await;
        Ok(due.len())
    }

    async fn attempt(&self, courier: &Courier, delivery: &Delivery) {
        let now = self.timer.now();
        let sent = courier.send(delivery, now).await;
        let now = self.timer.now();
        let (noted, outcome) = match &sent {
            Ok(()) => (
                self.store.notice_delivered(delivery, now).await,
                "delivered",
            ),
            Err(why) => {
                let next = later(now, self.pace.wait(delivery.attempt, share()));
                let noted = self.store.notice_failed(delivery, next, why).await;
                (noted, "failed")
            }
        };
        self.metrics.notice(&courier.name, outcome);
        // Where it was not noted, it is delivered again when the claim ends.
        let is_noted = noted.is_ok();
        match sent {
            Ok(()) => tracing::info!(
                target: "countermand_server::notices",
                destination = courier.name,
                notice = delivery.id,
                attempt = delivery.attempt,
                is_noted,
                "a notice was delivered"
            ),
            Err(why) => tracing::warn!(
                target: "countermand_server::notices",
                destination = courier.name,
                notice = delivery.id,
                attempt = delivery.attempt,
                is_noted,
                why,
                "a notice cannot be delivered now"
            ),
        }
    }

    pub(super) async fn tidy(&self) -> Result<(), StoreError> {
        let now = self.timer.now();
        let given_up = self
            .store
            .give_up_notices(earlier(now, GIVEN_UP_AFTER), now);
        for notice in given_up.await? {
            self.metrics.notice(&notice.destination, "given_up");
            tracing::error!(
                target: "countermand_server::notices",
                destination = notice.destination,
                notice = notice.id,
                why = notice.last_error,
                "a notice is given up"
            );
        }
        while self.store.remove_notices(earlier(now, KEPT_FOR)).await? > 0 {}
        Ok(())
    }
}

fn later(now: Timestamp, duration: Duration) -> Timestamp {
    shifted(now, i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
}

fn earlier(now: Timestamp, duration: Duration) -> Timestamp {
    shifted(
        now,
        -i64::try_from(duration.as_millis()).unwrap_or(i64::MAX),
    )
}

fn shifted(now: Timestamp, millis: i64) -> Timestamp {
    now.plus_millis(millis).unwrap_or(now)
}

/// Returns a number from 0 to 1. Where the system gives no random ones, nothing is spread.
fn share() -> f64 {
    let mut byte = [u8::MAX];
    let _ = getrandom::fill(&mut byte);
    f64::from(byte[0]) / f64::from(u8::MAX)
}

#[cfg(test)]
mod tests;
