//! Looks for what a sweep cancels, device by device, in the order in which the devices are likely to act. What is found
//! on a device is cancelled while others are still to be looked at, and while the provider still tells which devices
//! there are.

pub(crate) mod devices;
mod passes;

use std::{
    future::{pending, ready},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use countermand_core_model::{Device, KindSeverity, Listing};
use countermand_transport::{ApiError, BoxFuture};
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::{
    Stream, StreamExt,
    future::{Either, select},
    stream::{self, FuturesUnordered},
};

use self::{
    devices::{SweepDevices, SweepWork},
    passes::Passes,
};
use super::{
    context::Context,
    job::Job,
    listing::{self, Listed},
    unlisted::Unlisted,
};
use crate::{
    ListFailure, RunEvent, StopReason, SweepScope, cancel::refusal, error_chain, journal::Entry,
};

/// How long nobody may answer before the sweep gives up.
const PATIENCE: Duration = Duration::from_secs(300);

/// After so many looks it is estimated how long the rest takes.
const WORTH_ESTIMATING: usize = 10;

/// Looks for what matches, and returns for each device the queues of what is to be cancelled.
pub(super) fn sweep<'c>(
    context: &'c Context,
    work: SweepWork,
) -> impl Stream<Item = (Option<KindSeverity>, Vec<Job>)> + 'c {
    let (found, jobs) = unbounded();
    let driver = async move { Sweeping::new(context, work, found).drive().await };
    let driver = stream::once(driver).filter_map(|()| ready(None));
    stream::select(jobs, driver)
}

type Found = (Option<KindSeverity>, Vec<Job>);
type Looked = (Unlisted, Result<Listed, ApiError>);
type Pass = Result<Listing<Device>, ApiError>;

/// What happens next.
enum Event {
    /// A page of the list of devices.
    Page(Vec<Device>),
    /// The end of that list.
    Listed(Pass),
    Looked(Box<Looked>),
    /// Time has passed.
    Waited,
}

struct Sweeping<'c> {
    context: &'c Context,
    scope: SweepScope,
    found: UnboundedSender<Found>,
    devices: SweepDevices,
    passes: Passes,
    /// Nothing is looked at before this time: the provider asked for it.
    held_until: Duration,
    /// Since when nobody answers.
    silent_since: Option<Duration>,
}

impl<'c> Sweeping<'c> {
    fn new(context: &'c Context, work: SweepWork, found: UnboundedSender<Found>) -> Self {
        let filter = context.state.rows.with_rules(work.sweep.filter().clone());
        let scope = work.sweep.scope.clone();
        let mut this = Self {
            context,
            found,
            devices: SweepDevices::new(work, Arc::new(filter), context.timer.now()),
            passes: Passes::default(),
            held_until: Duration::ZERO,
            silent_since: None,
            scope,
        };
        if let SweepScope::Devices(named) = &this.scope {
            let named: Vec<Device> = named.iter().cloned().map(Device::new).collect();
            this.take_page(named);
            this.all_are_known();
            this.passes = Passes::of_named(this.devices.status().left());
        }
        this
    }

    async fn drive(mut self) {
        let (pages, mut shown) = unbounded();
        let mut pass: Option<BoxFuture<'c, Pass>> = None;
        let mut looks = FuturesUnordered::new();
        loop {
            let is_stopped = self.context.stop_reason().is_some();
            let is_at_limit = self.context.is_at_limit();
            let now = self.context.monotonic();
            if is_stopped || is_at_limit {
                pass = None;
            } else if pass.is_none() && self.passes.is_due(now, self.devices.silent()) {
                pass = Some(self.pass(pages.clone()));
            }
            while !is_stopped && looks.len() < self.context.limits.at_once {
                let Some(look) = self.next_look(is_at_limit) else {
                    break;
                };
                looks.push(look);
            }
            let wait = self.wait(is_at_limit).filter(|_| !is_stopped);
            if looks.is_empty() && pass.is_none() && wait.is_none() {
                break;
            }
            match self.event(&mut shown, &mut pass, &mut looks, wait).await {
                Event::Page(devices) => self.take_page(devices),
                Event::Listed(listing) => {
                    pass = None;
                    while let Ok(devices) = shown.try_recv() {
                        self.take_page(devices);
                    }
                    self.take_pass(listing);
                }
                Event::Looked(looked) => self.take_look(*looked),
                Event::Waited => {}
            }
        }
        self.leave();
    }

    /// Waits for what happens next.
    async fn event<L: Future<Output = Looked>>(
        &self,
        shown: &mut UnboundedReceiver<Vec<Device>>,
        pass: &mut Option<BoxFuture<'c, Pass>>,
        looks: &mut FuturesUnordered<L>,
        wait: Option<Duration>,
    ) -> Event {
        let page = async {
            match shown.next().await {
                Some(devices) => Event::Page(devices),
                None => pending().await,
            }
        };
        let listed = async {
            match pass {
                Some(pass) => Event::Listed(pass.await),
                None => pending().await,
            }
        };
        let looked = async {
            match looks.next().await {
                Some(looked) => Event::Looked(Box::new(looked)),
                None => pending().await,
            }
        };
        let waited = async {
            let stop = &self.context.state.stop.handle;
            match wait {
                Some(wait) => stop.sleep(&self.context.timer, wait).await,
                None if stop.is_stopped() => pending().await,
                None => stop.stopped().await,
            }
            Event::Waited
        };
        first(first(page, listed), first(looked, waited)).await
    }

    /// Returns how long it is to wait, where time is all that is waited for.
    fn wait(&self, is_at_limit: bool) -> Option<Duration> {
        let now = self.context.monotonic();
        let has_next = self.devices.has_next(is_at_limit);
        let looks = has_next.then_some(self.held_until);
        let pass = self.passes.due().filter(|_| !is_at_limit);
        let waits = [looks, pass].into_iter().flatten();
        let waits = waits.filter_map(|until| until.checked_sub(now));
        waits.filter(|wait| !wait.is_zero()).min()
    }

    /// Returns a list of the devices, which hands on its pages.
    fn pass(&mut self, pages: UnboundedSender<Vec<Device>>) -> BoxFuture<'c, Pass> {
        self.passes.begin(self.context.monotonic());
        let search = match &self.scope {
            SweepScope::Search(text) => Some(text.clone()),
            SweepScope::Organization | SweepScope::Devices(_) => None,
        };
        let calls = &self.context.calls.namer;
        Box::pin(async move {
            let mut sink = move |devices| {
                // Nobody receives them once the sweep is over.
                let _ = pages.unbounded_send(devices);
            };
            calls.devices(search.as_deref(), &mut sink).await
        })
    }

    /// Takes in devices.
    fn take_page(&mut self, devices: Vec<Device>) {
        self.passes.take_page();
        for device in devices {
            if !self.devices.take(&device) {
                continue;
            }
            self.context.failures.plan(&device.device);
            let asked_at = self.devices.asked_at();
            self.context.recorder.note(|| Entry::ToList {
                device: device.device,
                asked_at: asked_at.unwrap_or_else(|| self.context.timer.now()),
                filter: Some(self.devices.filter().clone()),
            });
        }
        self.tell();
    }

    /// Every device is known.
    fn all_are_known(&mut self) {
        if self.devices.all_are_known() {
            self.tell();
            let devices = self.devices.status().devices;
            self.context.recorder.note(|| Entry::AllKnown { devices });
        }
    }

    /// Takes in the end of a list of the devices.
    fn take_pass(&mut self, listing: Pass) {
        let problem = match &listing {
            Ok(listing) if listing.is_whole() => {
                self.passes.take_whole();
                return self.all_are_known();
            }
            Ok(_) => "the list of the devices is not whole".to_owned(),
            Err(error) => {
                self.context.note_reading(error);
                error_chain(error)
            }
        };
        let now = self.context.monotonic();
        let is_given_up = self.passes.take_failure(listing.as_ref().err(), now);
        // The devices that are named need no list.
        if is_given_up && !self.devices.status().all_known {
            self.context
                .gaps(|gaps| gaps.devices_unknown = Some(problem));
            self.context.leave_open();
        }
    }

    /// Returns the next look at a device, if one may be begun now.
    fn next_look(&mut self, is_at_limit: bool) -> Option<impl Future<Output = Looked> + use<'c>> {
        if self.context.monotonic() < self.held_until {
            return None;
        }
        let unlisted = self.devices.next(is_at_limit)?;
        let context = self.context;
        Some(async move {
            let listed = listing::list(context, &unlisted.device).await;
            (unlisted, listed)
        })
    }

    fn take_look(&mut self, (unlisted, listed): Looked) {
        let device = unlisted.device.clone();
        self.passes.looked();
        match listed {
            Ok(Listed::Not) => self.devices.again(unlisted),
            Ok(listed) => {
                self.silent_since = None;
                let found = self.take_in(unlisted, Ok(listed));
                let targets = found.1.iter().flat_map(|job| job.queue.targets());
                let given = targets.map(|one| one.created_at).collect();
                self.devices.looked(&device, given);
                self.send(found);
            }
            Err(error) => self.take_failure(unlisted, error),
        }
        self.tell();
    }

    /// Tries a device again that could not be looked at, or gives it up.
    fn take_failure(&mut self, unlisted: Unlisted, error: ApiError) {
        let now = self.context.monotonic();
        if error.refuses_connection() {
            self.context.note_reading(&error);
            return self.devices.again(unlisted);
        }
        if let Some(wait) = error.retry_after() {
            self.context.note_reading(&error);
            self.held_until = self.held_until.max(now.saturating_add(wait));
            return self.devices.again(unlisted);
        }
        let is_final = refusal(&error).is_some();
        if is_final {
            self.silent_since = None;
        } else {
            let since = *self.silent_since.get_or_insert(now);
            if now.saturating_sub(since) >= PATIENCE {
                self.context.stop_for(StopReason::TooManyFailures);
            }
        }
        if let Some(unlisted) = self.devices.failed(unlisted, is_final) {
            let found = self.take_in(unlisted, Err(ListFailure::Failed(error)));
            self.send(found);
        }
    }

    fn take_in(&self, unlisted: Unlisted, listed: Result<Listed, ListFailure>) -> Found {
        let severity = unlisted.severity();
        (severity, listing::take_in(self.context, unlisted, listed))
    }

    fn send(&self, found: Found) {
        // The run waits for the end of the sweep.
        let _ = self.found.unbounded_send(found);
    }

    /// Leaves what was not looked at to a resumed run, or to nobody where as many were found as were wanted.
    fn leave(&mut self) {
        let left = self.devices.take_left();
        if self.context.stop_reason().is_none() {
            self.context.gaps(|gaps| gaps.beyond_limit += left.len());
            return;
        }
        for unlisted in left {
            self.send(self.take_in(unlisted, Ok(Listed::Not)));
        }
        if !self.devices.status().all_known {
            self.context.leave_open();
        }
    }

    /// Tells how far the sweep is.
    fn tell(&self) {
        let mut status = self.devices.status();
        status.time_left = self.time_left();
        self.context.state.set_sweep(status);
        if self.context.state.events.are_wanted() {
            self.context
                .state
                .events
                .send(RunEvent::LookedAt { status });
        }
    }

    /// Estimates how long the rest takes, as if the other devices had as much as those that were looked at: a look at each,
    /// and a cancel and a reading for each command.
    fn time_left(&self) -> Option<Duration> {
        let looked_at = self.devices.looked_at();
        if looked_at < WORTH_ESTIMATING {
            return None;
        }
        let status = self.devices.status();
        let progress = self.context.state.rows.progress();
        let sent = self.context.limits.sent().max(progress.done);
        let per_device = progress.total as f64 / status.looked_at as f64;
        let left = status.left() as f64;
        let requests = left * (1.0 + 2.0 * per_device)
            + progress.total.saturating_sub(sent) as f64
            + progress.total.saturating_sub(progress.done) as f64;
        let made = (looked_at + sent + progress.done) as f64;
        let elapsed = self.context.monotonic().saturating_sub(self.context.began);
        let by_now = Duration::try_from_secs_f64(elapsed.as_secs_f64() * requests / made).ok();
        let limits = &self.context.limits;
        by_now.max(limits.requests_by_budget(requests, made, elapsed))
    }
}

/// The output of whichever ends first.
async fn first<T>(one: impl Future<Output = T>, other: impl Future<Output = T>) -> T {
    match select(pin!(one), pin!(other)).await {
        Either::Left((output, _)) | Either::Right((output, _)) => output,
    }
}
