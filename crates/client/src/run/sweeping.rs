//! Looks for what a sweep cancels, device by device, in the order in which the devices are likely to act. What is found
//! on a device is cancelled while others are still to be looked at, and while the provider still tells which devices
//! there are.

use std::{
    collections::{HashMap, HashSet},
    future::{pending, ready},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use countermand_core_model::{Device, DeviceRef, KindSeverity, Listing, Timestamp};
use countermand_transport::{ApiError, BoxFuture};
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::{
    Stream, StreamExt,
    future::{Either, select},
    stream::{self, FuturesUnordered},
};

use super::{
    context::Context,
    job::Job,
    listing::{self, Listed},
    unlisted::Unlisted,
};
use crate::{
    Filter, ListFailure, RunEvent, StopReason, Sweep, SweepScope, SweepStatus, cancel::refusal,
    error_chain, journal::Entry, sweep::SweepOrder,
};

/// How often a device is tried that cannot be looked at.
const ATTEMPTS: u32 = 3;

/// How often the devices are listed, where the list fails or is not whole.
const LIST_ATTEMPTS: u32 = 5;

/// The wait before the devices are listed again. It doubles each time.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// How long nobody may answer before the sweep gives up.
const PATIENCE: Duration = Duration::from_secs(300);

/// The devices are listed again, to learn who has come back, after so many looks for each request that it takes: it costs
/// at most a twentieth of the budget.
const LOOKS_PER_REQUEST: usize = 20;

/// They are listed again at most this often.
const LISTED_EVERY: Duration = Duration::from_secs(30);

/// After so many looks it is estimated how long the rest takes.
const WORTH_ESTIMATING: usize = 10;

/// Fewer devices than this are looked at in any order.
const WORTH_ORDERING: usize = 50;

/// A sweep, with what an earlier process left of it.
pub(super) struct SweepWork {
    pub(super) sweep: Sweep,
    /// When it was asked for, if that was before this run began; later commands are left alone.
    pub(super) asked_at: Option<Timestamp>,
    /// All devices became known before.
    pub(super) all_known: bool,
    /// The devices that became known before.
    pub(super) known: HashSet<DeviceRef>,
    /// Those of them that are still to be looked at.
    pub(super) left: Vec<Unlisted>,
}

impl SweepWork {
    /// Returns the work of a new sweep.
    pub(super) fn new(sweep: Sweep) -> Self {
        Self {
            sweep,
            asked_at: None,
            all_known: false,
            known: HashSet::new(),
            left: Vec::new(),
        }
    }
}

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
    sweep: Sweep,
    filter: Arc<Filter>,
    asked_at: Option<Timestamp>,
    found: UnboundedSender<Found>,
    order: SweepOrder,
    /// The devices of the journal.
    known: HashSet<DeviceRef>,
    /// Devices with something of their own that is known.
    left: HashMap<DeviceRef, Unlisted>,
    attempts: HashMap<DeviceRef, u32>,
    /// How many looks were begun.
    begun: usize,
    /// How many devices an earlier process looked at.
    looked_before: usize,
    status: SweepStatus,
    /// Nothing is looked at before this time: the provider asked for it.
    held_until: Duration,
    /// Since when nobody answers.
    silent_since: Option<Duration>,
    passes: Passes,
}

/// The lists of the devices.
#[derive(Default)]
struct Passes {
    /// How many failed in a row.
    failed: u32,
    /// All devices are known, or will not become known. Further lists only tell who has come back.
    is_over: bool,
    /// Requests that the list under way took.
    requests: usize,
    /// Requests that the latest whole list took.
    cost: usize,
    /// When it began.
    began: Duration,
    /// Looks since.
    looks: usize,
    /// None is begun before this time.
    not_before: Duration,
}

impl<'c> Sweeping<'c> {
    fn new(context: &'c Context, work: SweepWork, found: UnboundedSender<Found>) -> Self {
        let SweepWork {
            sweep,
            asked_at,
            all_known,
            known,
            left,
        } = work;
        let mut this = Self {
            filter: Arc::new(context.state.rows.with_rules(sweep.filter().clone())),
            order: SweepOrder::beginning(context.timer.now()),
            left: HashMap::new(),
            context,
            asked_at,
            found,
            known,
            attempts: HashMap::new(),
            begun: 0,
            looked_before: 0,
            status: SweepStatus::default(),
            held_until: Duration::ZERO,
            silent_since: None,
            passes: Passes::default(),
            sweep,
        };
        for unlisted in left {
            this.order.add(&Device::new(unlisted.device.clone()));
            this.left.insert(unlisted.device.clone(), unlisted);
        }
        this.looked_before = this.known.len() - this.left.len();
        this.status.looked_at = this.looked_before;
        this.status.all_known = all_known;
        if let SweepScope::Devices(devices) = &this.sweep.scope {
            let devices = devices.iter().cloned().map(Device::new).collect();
            this.take_page(devices);
            this.all_are_known();
            // The list of all devices would only tell of their contacts.
            this.passes.is_over = this.order.known() < WORTH_ORDERING;
        }
        this
    }

    async fn drive(mut self) {
        let (pages, mut shown) = unbounded();
        let mut pass: Option<BoxFuture<'c, Pass>> = None;
        let mut looks = FuturesUnordered::new();
        loop {
            let is_over = self.context.stop_reason().is_some() || self.context.is_at_limit();
            if is_over {
                pass = None;
            } else if pass.is_none() && self.is_pass_due() {
                pass = Some(self.pass(pages.clone()));
            }
            while !is_over && looks.len() < self.context.limits.at_once {
                let Some(look) = self.next_look() else { break };
                looks.push(look);
            }
            let wait = self.wait().filter(|_| !is_over);
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
    fn wait(&self) -> Option<Duration> {
        let now = self.context.monotonic();
        let looks = self.order.has_next().then_some(self.held_until);
        let pass = (!self.passes.is_over).then_some(self.passes.not_before);
        let waits = [looks, pass].into_iter().flatten();
        let waits = waits.filter_map(|until| until.checked_sub(now));
        waits.filter(|wait| !wait.is_zero()).min()
    }

    /// Returns whether the devices are to be listed now.
    fn is_pass_due(&self) -> bool {
        let now = self.context.monotonic();
        let passes = &self.passes;
        if !passes.is_over {
            return now >= passes.not_before;
        }
        passes.cost > 0
            && self.order.silent() >= WORTH_ORDERING
            && passes.looks >= passes.cost * LOOKS_PER_REQUEST
            && now.saturating_sub(passes.began) >= LISTED_EVERY
    }

    /// Returns a list of the devices, which hands on its pages.
    fn pass(&mut self, pages: UnboundedSender<Vec<Device>>) -> BoxFuture<'c, Pass> {
        self.passes.began = self.context.monotonic();
        self.passes.looks = 0;
        self.passes.requests = 1;
        let search = match &self.sweep.scope {
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
        self.passes.requests += 1;
        for device in devices {
            let name = &device.device;
            let was_looked_at = self.known.contains(name) && !self.left.contains_key(name);
            let is_beside = self.status.all_known
                && matches!(self.sweep.scope, SweepScope::Devices(_))
                && !self.order.is_known(&device);
            if was_looked_at || is_beside || !self.order.add(&device) || self.known.contains(name) {
                continue;
            }
            self.context.failures.plan(name);
            self.context.recorder.note(|| Entry::ToList {
                device: name.clone(),
                asked_at: self.asked_at.unwrap_or_else(|| self.context.timer.now()),
                filter: Some((*self.filter).clone()),
            });
        }
        self.tell();
    }

    /// Every device is known.
    fn all_are_known(&mut self) {
        if !self.status.all_known {
            self.status.all_known = true;
            self.tell();
            let devices = self.status.devices;
            self.context.recorder.note(|| Entry::AllKnown { devices });
        }
    }

    /// Takes in the end of a list of the devices.
    fn take_pass(&mut self, listing: Pass) {
        let problem = match &listing {
            Ok(listing) if listing.is_whole() => {
                self.passes.cost = self.passes.requests;
                self.passes.failed = 0;
                self.passes.is_over = true;
                self.all_are_known();
                return;
            }
            Ok(_) => "the list of the devices is not whole".to_owned(),
            Err(error) => {
                self.context.note_reading(error);
                error_chain(error)
            }
        };
        // A list that only was to tell who has come back may fail.
        if self.passes.is_over {
            return;
        }
        self.passes.failed += 1;
        let error = listing.as_ref().err();
        let is_final = error.is_some_and(|error| refusal(error).is_some());
        if is_final || self.passes.failed >= LIST_ATTEMPTS {
            self.passes.is_over = true;
            // The devices that are named need no list.
            if !self.status.all_known {
                self.context
                    .gaps(|gaps| gaps.devices_unknown = Some(problem));
                self.context.leave_open();
            }
            return;
        }
        let wait = FIRST_WAIT * 2_u32.pow(self.passes.failed - 1);
        let asked = error.and_then(ApiError::retry_after);
        let wait = asked.map_or(wait, |asked| asked.max(wait));
        self.passes.not_before = self.context.monotonic().saturating_add(wait);
    }

    /// Returns the next look at a device, if one may be begun now.
    fn next_look(&mut self) -> Option<impl Future<Output = Looked> + use<'c>> {
        if self.context.monotonic() < self.held_until {
            return None;
        }
        let device = self.order.next()?;
        let unlisted = self.unlisted(device);
        let context = self.context;
        Some(async move {
            let listed = listing::list(context, &unlisted.device).await;
            (unlisted, listed)
        })
    }

    fn unlisted(&mut self, device: DeviceRef) -> Unlisted {
        self.left.remove(&device).unwrap_or_else(|| {
            self.begun += 1;
            Unlisted::swept(device, self.begun, self.asked_at, Arc::clone(&self.filter))
        })
    }

    fn take_look(&mut self, (unlisted, listed): Looked) {
        let device = unlisted.device.clone();
        self.passes.looks += 1;
        match listed {
            Ok(Listed::Not) => self.again(unlisted),
            Ok(listed) => {
                self.silent_since = None;
                let (severity, jobs) = self.hand_on(unlisted, Ok(listed));
                let targets = jobs.iter().flat_map(|job| job.queue.targets());
                let given: Vec<Option<Timestamp>> = targets.map(|one| one.created_at).collect();
                self.status.looked_at += 1;
                self.status.matching += usize::from(!given.is_empty());
                self.order.looked_at(&device, given);
                self.send(severity, jobs);
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
            return self.again(unlisted);
        }
        if let Some(wait) = error.retry_after() {
            self.context.note_reading(&error);
            self.held_until = self.held_until.max(now.saturating_add(wait));
            return self.again(unlisted);
        }
        let device = unlisted.device.clone();
        let is_final = refusal(&error).is_some();
        if is_final {
            self.silent_since = None;
        } else {
            let since = *self.silent_since.get_or_insert(now);
            if now.saturating_sub(since) >= PATIENCE {
                self.context.stop_for(StopReason::TooManyFailures);
            }
            let attempts = self.attempts.entry(device.clone()).or_default();
            *attempts += 1;
            if *attempts < ATTEMPTS {
                return self.again(unlisted);
            }
        }
        let failure = ListFailure::Failed(error);
        let (severity, jobs) = self.hand_on(unlisted, Err(failure));
        self.status.failed += 1;
        self.order.looked_at(&device, []);
        self.send(severity, jobs);
    }

    fn again(&mut self, unlisted: Unlisted) {
        self.order.try_again(unlisted.device.clone());
        self.left.insert(unlisted.device.clone(), unlisted);
    }

    fn hand_on(&self, unlisted: Unlisted, listed: Result<Listed, ListFailure>) -> Found {
        let severity = unlisted.severity();
        (severity, listing::take_in(self.context, unlisted, listed))
    }

    fn send(&self, severity: Option<KindSeverity>, jobs: Vec<Job>) {
        // The run waits for the end of the sweep.
        let _ = self.found.unbounded_send((severity, jobs));
    }

    /// Leaves what was not looked at to a resumed run, or to nobody where as many were found as were wanted.
    fn leave(&mut self) {
        let is_stopped = self.context.stop_reason().is_some();
        let left: Vec<DeviceRef> = self.order.take_left().collect();
        if !is_stopped {
            self.context.gaps(|gaps| gaps.beyond_limit += left.len());
            return;
        }
        for device in left {
            let unlisted = self.unlisted(device);
            let (severity, jobs) = self.hand_on(unlisted, Ok(Listed::Not));
            self.send(severity, jobs);
        }
        if !self.status.all_known {
            self.context.leave_open();
        }
    }

    /// Tells how far the sweep is.
    fn tell(&mut self) {
        self.status.devices = self.order.known() + self.looked_before;
        self.status.time_left = self.time_left();
        let status = self.status;
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
        let looked_at = self.status.looked_at - self.looked_before;
        if looked_at < WORTH_ESTIMATING {
            return None;
        }
        let progress = self.context.state.rows.progress();
        let sent = self.context.limits.sent().max(progress.done);
        let per_device = progress.total as f64 / self.status.looked_at as f64;
        let left = self.status.left() as f64;
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
