//! A budget of requests that several callers share.

use std::{
    fmt,
    num::NonZeroU32,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{
    FutureExt,
    future::{Either, select},
};
use http::{Response, StatusCode};

use super::{
    RateLimit,
    rate_bucket::{Bucket, NoToken},
    rate_lease::TokenLender,
    rate_share::Share,
    rate_told::ToldLimit,
    rate_turn::Turns,
};
use crate::{
    CallLimits, RequestClass, SharedTimer, TransportError, TransportErrorKind, Urgency, retry_after,
};

/// The longest pause that a server can ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

/// Gives out turns at a rate, in the order of arrival. A caller that stops waiting takes nothing from the others.
pub struct Budget {
    timer: SharedTimer,
    bucket: Mutex<Bucket>,
    /// Of each share.
    turns: [Turns; 3],
    /// Of each urgency, of calls that wait however long it takes.
    patient: [Turns; 3],
    lender: Option<Arc<dyn TokenLender>>,
}

impl Budget {
    /// A budget of `limit`; without one, only a server's `Retry-After` makes callers wait.
    pub fn new(timer: SharedTimer, limit: Option<RateLimit>) -> Self {
        Self {
            timer,
            bucket: Mutex::new(Bucket::new(limit)),
            turns: Default::default(),
            patient: Default::default(),
            lender: None,
        }
    }

    /// A budget of `limit` whose tokens are leased, because other processes draw on it, too.
    pub fn leasing(timer: SharedTimer, limit: RateLimit, lender: Arc<dyn TokenLender>) -> Self {
        Self {
            bucket: Mutex::new(Bucket::leasing(limit)),
            lender: Some(lender),
            ..Self::new(timer, Some(limit))
        }
    }

    /// Lets so many requests go at once from now on. What was sent before counts.
    pub fn widen(&self, burst: NonZeroU32) {
        self.bucket().widen(burst.get());
    }

    /// Waits for a turn by the rate, however long that takes. A pause of the server is waited for as far as the limits
    /// allow.
    ///
    /// # Errors
    /// [`TransportErrorKind::Paused`], or [`TransportErrorKind::Stopped`] where a cancel was stopped meanwhile.
    /// No turn was taken then.
    pub(super) async fn pass(
        &self,
        class: RequestClass,
        limits: &CallLimits,
    ) -> Result<(), TransportError> {
        loop {
            // A caller that waited for the pause in the queue would block the other class.
            self.pause(class, limits).await?;
            if self.take_turn(class, limits).await? {
                return Ok(());
            }
        }
    }

    /// Waits until the server's pause is over.
    async fn pause(&self, class: RequestClass, limits: &CallLimits) -> Result<(), TransportError> {
        loop {
            // A separate statement: the lock must not be held while waiting.
            let pause = self.bucket().pause(class, self.timer.monotonic());
            if pause.is_zero() {
                return Ok(());
            }
            let is_too_long = limits.patience.is_some_and(|patience| pause > patience);
            if is_too_long || limits.is_stopped() {
                return Err(TransportError::new(TransportErrorKind::Paused).with_retry_after(pause));
            }
            limits.sleep(&self.timer, pause).await;
        }
    }

    /// Takes a turn. Returns false where the server asked for a pause meanwhile.
    async fn take_turn(
        &self,
        class: RequestClass,
        limits: &CallLimits,
    ) -> Result<bool, TransportError> {
        // Reads go on after a stop.
        let stop = limits.stop.as_ref();
        let stop = stop.filter(|_| class == RequestClass::Cancel);
        let stopped = || Err(TransportError::new(TransportErrorKind::Stopped));
        let turn = Box::pin(self.patient[limits.urgency as usize].mine());
        let _turn = match stop {
            Some(stop) => match select(turn, Box::pin(stop.stopped())).await {
                Either::Left((turn, _)) => turn,
                Either::Right(_) => return stopped(),
            },
            None => turn.await,
        };
        loop {
            let taken = match self.gives_way_to_urgent(limits.urgency) {
                Some(wait) => Err(NoToken::Rate(wait)),
                None => self.take(Share::Whole, class).await,
            };
            match (taken, stop) {
                (Ok(()), _) => return Ok(true),
                (Err(NoToken::Pause(_)), _) => return Ok(false),
                (Err(NoToken::Lease), _) => {}
                (Err(NoToken::Rate(_)), Some(stop)) if stop.is_stopped() => return stopped(),
                (Err(NoToken::Rate(wait)), Some(stop)) => stop.sleep(&self.timer, wait).await,
                (Err(NoToken::Rate(wait)), None) => self.timer.sleep(wait).await,
            }
        }
    }

    /// Waits for a turn for a request of this class, but no longer than `patience`; of the budget, it may use this
    /// share.
    ///
    /// # Errors
    /// The time after which to try again. No turn was taken then.
    pub async fn pass_within(
        &self,
        class: RequestClass,
        share: Share,
        patience: Duration,
    ) -> Result<(), Duration> {
        let deadline = self.timer.monotonic().saturating_add(patience);
        let mut turn = pin!(self.turns[share.place()].mine());
        let _turn = match (&mut turn).now_or_never() {
            // Mostly nobody is before.
            Some(turn) => turn,
            None => match select(turn, self.timer.sleep(patience)).await {
                Either::Left((turn, _)) => turn,
                Either::Right(_) => return Err(patience),
            },
        };
        loop {
            let now = self.timer.monotonic();
            let taken = match self.gives_way(share) {
                Some(wait) => Err(wait),
                None => self.take(share, class).await.map_err(NoToken::wait),
            };
            match taken {
                Ok(()) => return Ok(()),
                Err(wait) if now.saturating_add(wait) > deadline => return Err(wait),
                Err(wait) => self.timer.sleep(wait).await,
            }
        }
    }

    /// Takes a token, which is leased where this process has none; or says how long there is none.
    async fn take(&self, share: Share, class: RequestClass) -> Result<(), NoToken> {
        let now = self.timer.monotonic();
        let taken = self.bucket().take(share, class, now);
        let (Err(NoToken::Lease), Some(lender)) = (taken, &self.lender) else {
            return taken;
        };
        let wanted = self.bucket().wanted(now);
        let lease = lender.lease(wanted, share).await;
        let mut bucket = self.bucket();
        bucket.keep(lease, now);
        match bucket.take(share, class, now) {
            Err(NoToken::Lease) => Err(NoToken::Rate(lease.wait)),
            taken => taken,
        }
    }

    /// How long a call waits because a more urgent one does, which then takes the next token.
    fn gives_way_to_urgent(&self, urgency: Urgency) -> Option<Duration> {
        let more_urgent = &self.patient[..urgency as usize];
        let waits = more_urgent.iter().any(|turns| !turns.is_empty());
        let interval = self.bucket().interval();
        waits.then_some(interval).flatten()
    }

    /// How long this share waits because a larger one does.
    fn gives_way(&self, share: Share) -> Option<Duration> {
        let larger = [Share::Whole, Share::Most].map(|larger| &self.turns[larger.place()]);
        let mut before = larger.into_iter().chain(&self.patient);
        let waits = share == Share::Half && before.any(|turns| !turns.is_empty());
        let interval = self.bucket().interval();
        waits.then_some(interval).flatten()
    }

    /// What the server tells of its own limit is obeyed: where it takes no more requests, none is sent before it does again;
    /// where it takes fewer than this budget has, the rest of a burst is not sent; where it refuses one with HTTP 429, half of it
    /// is not.
    ///
    /// A `Retry-After` with HTTP 429 or 503 makes every request of this class wait as long, at most a day; those of other
    /// processes that draw on the budget, too, when they lease again.
    pub async fn heed(&self, class: RequestClass, response: &Response<Bytes>) {
        let (headers, now) = (response.headers(), self.timer.monotonic());
        if let Some(told) = ToldLimit::of(headers, self.timer.now()) {
            let mut bucket = self.bucket();
            bucket.leave_at_most(told.remaining, now);
            if told.remaining == 0 {
                let until = now.saturating_add(told.reset);
                bucket.close_until(RequestClass::Read, until);
                bucket.close_until(RequestClass::Cancel, until);
            }
        }
        if response.status() == StatusCode::TOO_MANY_REQUESTS {
            self.bucket().halve(now);
        }
        if !matches!(
            response.status(),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        ) {
            return;
        }
        if let Some(asked) = retry_after(response.headers(), self.timer.now()) {
            let pause = asked.min(LONGEST_PAUSE);
            let until = self.timer.monotonic().saturating_add(pause);
            self.bucket().close_until(class, until);
            if let Some(lender) = &self.lender {
                lender.pause(class, pause).await;
            }
        }
    }

    fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget").finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "fake"))]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{BoxFuture, TokenLease, fake::FakeTimer};

    /// Lends so many tokens in all, and keeps the pauses.
    struct Purse(Mutex<(u32, [Duration; 2])>);

    impl Purse {
        fn of(tokens: u32) -> Arc<Self> {
            Arc::new(Self(Mutex::new((tokens, [Duration::ZERO; 2]))))
        }

        fn kept(&self) -> MutexGuard<'_, (u32, [Duration; 2])> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    impl TokenLender for Purse {
        fn lease(&self, tokens: u32, share: Share) -> BoxFuture<'_, TokenLease> {
            let mut kept = self.kept();
            let given = tokens.min(kept.0.saturating_sub(share.left_for_others(10)));
            kept.0 -= given;
            let lease = TokenLease {
                tokens: given,
                wait: Duration::from_secs(1),
                pauses: kept.1,
            };
            Box::pin(async move { lease })
        }

        fn pause(&self, class: RequestClass, pause: Duration) -> BoxFuture<'_, ()> {
            self.kept().1[class as usize] = pause;
            Box::pin(async {})
        }
    }

    #[test]
    fn what_a_server_asks_of_one_holds_for_all_that_lease() {
        let epoch = countermand_core_model::Timestamp::from_millis(0).unwrap();
        let timer = FakeTimer::starting_at(epoch);
        let limit: RateLimit = "3600/h, burst 10".parse().unwrap();
        let purse = Purse::of(10);
        let budget = || Budget::leasing(Arc::new(timer.clone()), limit, purse.clone());
        let (one, other) = (budget(), budget());
        let pass = |budget: &Budget, class| {
            let turn = budget.pass_within(class, Share::Whole, Duration::ZERO);
            turn.now_or_never().unwrap()
        };
        let minute = Duration::from_secs(60);
        let asked = Response::builder().status(429).header("retry-after", "60");
        let asked = asked.body(Bytes::new()).unwrap();
        one.heed(RequestClass::Cancel, &asked)
            .now_or_never()
            .unwrap();
        for budget in [&one, &other] {
            assert_eq!(pass(budget, RequestClass::Cancel), Err(minute));
            assert_eq!(pass(budget, RequestClass::Read), Ok(()));
        }
        purse.kept().1 = [Duration::ZERO; 2];
        timer.advance(minute);
        assert_eq!(pass(&other, RequestClass::Cancel), Ok(()));
    }

    #[test]
    fn a_widened_budget_lets_the_rest_of_the_hour_go_and_no_more() {
        let epoch = countermand_core_model::Timestamp::from_millis(0).unwrap();
        let timer = FakeTimer::starting_at(epoch);
        timer.advance(Duration::from_secs(3_600));
        let limit: RateLimit = "3600/h, burst 36".parse().unwrap();
        let budget = Budget::new(Arc::new(timer.clone()), Some(limit));
        let passed = || {
            let pass = || {
                let turn = budget.pass_within(RequestClass::Read, Share::Whole, Duration::ZERO);
                turn.now_or_never().unwrap()
            };
            (0..5_000).map_while(|_| pass().ok()).count()
        };
        assert_eq!(passed(), 36);
        budget.widen(limit.at_once().burst);
        assert_eq!(passed(), 3_600 - 36);
        timer.advance(Duration::from_secs(2));
        assert_eq!(passed(), 2);
        budget.widen(limit.burst);
        timer.advance(Duration::from_secs(3_600));
        assert_eq!(passed(), 3_600, "it is never narrowed");
    }

    #[test]
    fn a_burst_ends_where_the_server_takes_no_more() {
        let epoch = countermand_core_model::Timestamp::from_millis(0).unwrap();
        let timer = FakeTimer::starting_at(epoch);
        let budget = Budget::new(Arc::new(timer.clone()), "3600/h, burst 3600".parse().ok());
        let passed = |class| {
            let pass = || {
                let turn = budget.pass_within(class, Share::Whole, Duration::ZERO);
                turn.now_or_never().unwrap()
            };
            (0..5_000).map_while(|_| pass().ok()).count()
        };
        let heed = |status, headers: &[(&str, &str)]| {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(*name, *value);
            }
            let response = response.body(Bytes::new()).unwrap();
            let heeded = budget.heed(RequestClass::Read, &response);
            heeded.now_or_never().unwrap();
        };
        heed(
            200,
            &[("ratelimit-remaining", "20"), ("ratelimit-reset", "60")],
        );
        assert_eq!(passed(RequestClass::Read), 20);
        timer.advance(Duration::from_secs(100));
        for _ in 0..3 {
            heed(429, &[]);
        }
        assert_eq!(passed(RequestClass::Cancel), 13, "half of a half of a half");
        // Nothing is sent, whatever this budget has.
        heed(
            200,
            &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "30")],
        );
        timer.advance(Duration::from_secs(29));
        assert_eq!(passed(RequestClass::Cancel), 0);
        timer.advance(Duration::from_secs(1));
        assert_eq!(passed(RequestClass::Read), 30);
    }

    #[test]
    fn budgets_that_lease_send_no_more_together_than_there_is() {
        let epoch = countermand_core_model::Timestamp::from_millis(0).unwrap();
        let timer = FakeTimer::starting_at(epoch);
        let limit: RateLimit = "3600/h, burst 10".parse().unwrap();
        let purse = Purse::of(10);
        let budget = || Budget::leasing(Arc::new(timer.clone()), limit, purse.clone());
        let (one, other) = (budget(), budget());
        let passed = |budget: &Budget, share| {
            let pass = || {
                let turn = budget.pass_within(RequestClass::Cancel, share, Duration::ZERO);
                turn.now_or_never().unwrap()
            };
            (0..20).map_while(|_| pass().ok()).count()
        };
        assert_eq!(passed(&one, Share::Half), 5);
        assert_eq!(passed(&other, Share::Whole), 5);
        assert_eq!(passed(&one, Share::Whole), 0);
        let wait = one.pass_within(RequestClass::Cancel, Share::Whole, Duration::ZERO);
        assert_eq!(wait.now_or_never(), Some(Err(Duration::from_secs(1))));
        purse.kept().0 = 1;
        assert_eq!(passed(&one, Share::Whole), 1);
    }

    #[test]
    fn whoever_cannot_wait_so_long_is_told_how_long_it_takes_and_takes_nothing() {
        let epoch = countermand_core_model::Timestamp::from_millis(0).unwrap();
        let timer = FakeTimer::starting_at(epoch);
        let limit = "3600/h, burst 1".parse().ok();
        let budget = Budget::new(Arc::new(timer.clone()), limit);
        // The clock jumps where it is waited on: nothing here ever waits.
        let pass = || {
            budget
                .pass_within(RequestClass::Read, Share::Whole, Duration::from_millis(500))
                .now_or_never()
                .unwrap()
        };
        assert_eq!(pass(), Ok(()));
        assert_eq!(pass(), Err(Duration::from_secs(1)));
        assert_eq!(pass(), Err(Duration::from_secs(1)));
        timer.advance(Duration::from_secs(1));
        assert_eq!(pass(), Ok(()));
    }

    #[test]
    fn what_one_share_uses_up_is_left_to_the_larger_ones() {
        let epoch = countermand_core_model::Timestamp::from_millis(0).unwrap();
        let timer = FakeTimer::starting_at(epoch);
        let budget = Budget::new(Arc::new(timer.clone()), "60/h, burst 100".parse().ok());
        let pass = |share| {
            let turn = budget.pass_within(RequestClass::Read, share, Duration::from_secs(5));
            turn.now_or_never().unwrap().is_ok()
        };
        let passed = |share| (0..200).filter(|_| pass(share)).count();
        assert_eq!(passed(Share::Half), 50);
        assert_eq!(passed(Share::Most), 40);
        assert_eq!(passed(Share::Whole), 10);
        assert_eq!(passed(Share::Whole), 0);
        // What comes back fills the reserve first.
        timer.advance(Duration::from_secs(60 * 50));
        assert_eq!((passed(Share::Half), passed(Share::Most)), (0, 40));
        timer.advance(Duration::from_secs(60 * 100));
        assert_eq!(passed(Share::Most), 90);
        // Without a reserve in it, a burst of one is the first one's who comes.
        let one = Budget::new(Arc::new(timer.clone()), "60/h, burst 1".parse().ok());
        let turn = one.pass_within(RequestClass::Read, Share::Half, Duration::from_secs(5));
        assert_eq!(turn.now_or_never(), Some(Ok(())));
    }
}
