//! A watch: looks at a sample of the devices again and again, knows what is usual, and notices when many devices get a
//! command of a grave kind at the same time.
//!
//! It has no clock and sends nothing: [`Watch::next`] says which device to look at now, and [`Watch::looked_at`] takes what was found
//! there. It looks at so many devices a minute. When it finds a command that may be the beginning of a surge, it looks at up to
//! a hundred devices at once to confirm it: a share of 5% is missed by the first 98 looks of a minute in 0.7% of cases, so one hit has to
//! be enough to begin, and what follows must not take long.

mod level;
mod sample;
mod share;
mod surge;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, HashMap, btree_map},
    hash::{DefaultHasher, Hash, Hasher},
};

use countermand_core_model::{
    Command, Device, DeviceRef, InvalidValue, SeverityLevel, SeverityRules, Timestamp,
};

use self::{
    level::{Kept, Level},
    sample::Sample,
    surge::{Change, Detector, Hit, Shares, WINDOW_MS},
};

/// How many looks at once confirm a suspicion.
const BURST: f64 = 100.0;

/// How many kinds are known at a time. Of more, those that are least grave and were not found for longest are forgotten.
const MOST_KINDS: usize = 64;

/// The longest name of a kind, in characters.
const LONGEST_KIND: usize = 64;

/// How far a command may have been given in the future before its time is taken for wrong, in milliseconds.
const AHEAD_MS: i64 = 120_000;

/// How many commands without a usable time are remembered of a device.
const MOST_UNDATED: usize = 64;

/// What a watch looks for, and how often it looks.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WatchOptions {
    /// How many devices are looked at in a minute: 1 to 600.
    pub per_minute: u32,
    /// The share of the devices that makes a surge: 0.001 to 0.5.
    pub share: f64,
    /// How grave the commands are at least that are watched for.
    pub level: SeverityLevel,
    /// How grave commands are in the operators' words.
    pub severity_rules: SeverityRules,
    /// The same seed gives the same sample.
    pub seed: u64,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self {
            per_minute: 100,
            share: 0.05,
            level: SeverityLevel::Destructive,
            severity_rules: SeverityRules::default(),
            seed: 1,
        }
    }
}

impl WatchOptions {
    /// Checks the numbers.
    ///
    /// # Errors
    /// Names the field, its rule and the value.
    pub fn check(&self) -> Result<(), InvalidValue> {
        if !(1..=600).contains(&self.per_minute) {
            let value = self.per_minute.to_string();
            return Err(InvalidValue::new(
                "samples_per_minute",
                "must be 1 to 600",
                &value,
            ));
        }
        if !(0.001..=0.5).contains(&self.share) {
            let value = self.share.to_string();
            return Err(InvalidValue::new("share", "must be 0.001 to 0.5", &value));
        }
        Ok(())
    }
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchStep {
    /// Look at this device now.
    Look(DeviceRef),
    /// Wait for so many milliseconds, or until a look under way has ended.
    Wait(u64),
    /// There is no device.
    NoDevices,
}

/// What a watch has noticed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum WatchNews {
    /// Many devices got a command of a kind. It is told once.
    Surge(Surge),
    /// There are no more of them than usual.
    Over {
        /// The kind, in the provider's word.
        kind: String,
    },
}

/// A surge of commands of one kind.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Surge {
    /// The kind, in the provider's word.
    pub kind: String,
    /// How many devices were looked at since the first hit.
    pub looks: u32,
    /// On how many of them such a command was found.
    pub hits: u32,
    /// On about how many devices there is one.
    pub estimate: u64,
    /// So many devices at least, and at most: with a probability of 95%.
    pub between: (u64, u64),
    /// When the earliest command that was found was given, where that is known.
    pub since: Option<Timestamp>,
    /// Some of the devices.
    pub devices: Vec<DeviceRef>,
    /// When it was noticed.
    pub at: Timestamp,
}

/// What is known of a kind.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WatchedKind {
    /// The kind, in the provider's word.
    pub kind: String,
    /// The share of the devices that is usual; 0 where only single commands are.
    pub usual: f64,
    /// The latest looks, and the hits among them.
    pub recent: (u32, u32),
    /// When a surge that is not over was noticed.
    pub surge: Option<Timestamp>,
}

/// A watch over the devices of one organization.
#[derive(Clone, Debug)]
pub struct Watch {
    options: WatchOptions,
    sample: Sample,
    kinds: BTreeMap<String, KindWatch>,
    seen: HashMap<DeviceRef, Seen>,
    /// When the next look is due without a suspicion, in milliseconds since 1970.
    due: i64,
    /// How many looks may be made beside those that are due, and when there were so many.
    extra: (f64, i64),
    is_suspicious: bool,
}

#[derive(Clone, Debug, Default)]
struct KindWatch {
    level: Level,
    detector: Detector,
    /// The devices that were hit, and when: another look at them is no other hit.
    hit: HashMap<DeviceRef, i64>,
    severity: u8,
    last_hit: i64,
}

/// What the last look at a device showed.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// Commands without a usable time, by their hash.
    undated: Vec<u64>,
}

/// What was lately given to a device, of one kind.
struct Given {
    at: Option<Timestamp>,
    severity: u8,
}

impl Watch {
    /// A watch that knows no device yet.
    ///
    /// # Errors
    /// As [`WatchOptions::check`].
    pub fn new(options: WatchOptions) -> Result<Self, InvalidValue> {
        options.check()?;
        Ok(Self {
            sample: Sample::new(options.seed),
            options,
            kinds: BTreeMap::new(),
            seen: HashMap::new(),
            due: i64::MIN,
            extra: (BURST, i64::MAX),
            is_suspicious: false,
        })
    }

    /// Goes on with what an earlier watch has kept. What cannot be read is left out.
    #[must_use]
    pub fn knowing(mut self, kept: &str) -> Self {
        let kept = Kept::read(kept);
        let mut kinds: BTreeMap<String, KindWatch> = BTreeMap::new();
        for (kind, peaks) in kept.levels.into_iter().take(MOST_KINDS) {
            let kind = shortened(&kind);
            let severity = self.options.severity_rules.of_command(&kind, None).rank();
            let known = kinds.entry(kind).or_default();
            known.level = Level::of_kept(peaks);
            known.severity = severity;
        }
        for (kind, since) in kept.surges {
            if let Some(known) = kinds.get_mut(&kind) {
                known.detector.surge = Timestamp::from_millis(since);
            }
        }
        self.kinds = kinds;
        self
    }

    /// Returns what is to be kept for the next watch: some kilobytes of JSON.
    pub fn kept(&self) -> String {
        let mut kept = Kept::new();
        for (kind, known) in &self.kinds {
            kept.levels.insert(kind.clone(), known.level.kept());
            if let Some(since) = known.detector.surge {
                kept.surges.insert(kind.clone(), since.as_millis());
            }
        }
        serde_json::to_string(&kept).unwrap_or_default()
    }

    /// Takes in the devices as they are listed at `now`. If these are all, others have vanished.
    pub fn list(&mut self, devices: &[Device], is_whole: bool, now: Timestamp) {
        self.sample.list(devices, is_whole, now);
        if is_whole {
            let sample = &self.sample;
            self.seen.retain(|device, _| sample.knows(device));
        }
    }

    /// Returns how many devices there are.
    pub fn devices(&self) -> usize {
        self.sample.len()
    }

    /// Returns whether it looks at devices at once, to confirm a suspicion.
    pub fn is_suspicious(&self) -> bool {
        self.is_suspicious
    }

    /// Returns the kinds that were found, by name.
    pub fn kinds(&self) -> impl Iterator<Item = WatchedKind> + '_ {
        self.kinds.iter().map(|(kind, known)| WatchedKind {
            kind: kind.clone(),
            usual: known.level.usual(),
            recent: known.level.recent(),
            surge: known.detector.surge,
        })
    }

    /// Returns what to do at `now`. A device that is returned counts as looked at in this cycle, whether or not the look
    /// succeeds.
    pub fn next(&mut self, now: Timestamp) -> WatchStep {
        let now = now.as_millis();
        let interval = i64::from(60_000 / self.options.per_minute);
        // After a pause, or a clock that was set back, looks are not made up for.
        if now.saturating_sub(self.due) > interval || self.due.saturating_sub(now) > interval {
            self.due = now;
        }
        if self.due > now && !self.takes_extra(now) {
            return WatchStep::Wait(u64::try_from(self.due - now).unwrap_or_default());
        }
        if self.due <= now {
            self.due += interval;
        }
        self.sample
            .next()
            .map_or(WatchStep::NoDevices, WatchStep::Look)
    }

    /// Returns whether a look beside those that are due may be made, and counts it. They come back as fast as the others.
    fn takes_extra(&mut self, now: i64) -> bool {
        let (extra, then) = self.extra;
        let back = now.saturating_sub(then).max(0) as f64 / 60_000.0;
        let extra = (extra + back * f64::from(self.options.per_minute)).min(BURST);
        let takes = self.is_suspicious && extra >= 1.0;
        self.extra = (if takes { extra - 1.0 } else { extra }, now);
        takes
    }

    /// Takes in what was found on a device at `now`: all commands that were given within the last quarter of an hour, in any
    /// state, and perhaps others.
    ///
    /// A command without a time, or with one that lies in the future, was given lately if the look at the device before did not
    /// show it.
    pub fn looked_at(
        &mut self,
        device: &DeviceRef,
        commands: &[Command],
        now: Timestamp,
    ) -> Vec<WatchNews> {
        let given = self.lately_given(device, commands, now);
        for (kind, given) in &given {
            self.know(kind, given.severity, now.as_millis());
        }
        let devices = self.sample.len();
        let mut news = Vec::new();
        self.is_suspicious = false;
        for (kind, known) in &mut self.kinds {
            let hit = given.get(kind).map(|given| Hit {
                device,
                given: given.at,
            });
            let change = known.take(device, hit, devices, self.options.share, now);
            self.is_suspicious |= known.detector.is_suspicious();
            match change {
                Change::Nothing => {}
                Change::Over => news.push(WatchNews::Over { kind: kind.clone() }),
                Change::Surge(tally) => {
                    let (share, low, high) = tally.share();
                    let of_all = |share: f64| (share * devices as f64).round() as u64;
                    news.push(WatchNews::Surge(Surge {
                        kind: kind.clone(),
                        looks: tally.looks,
                        hits: tally.hits,
                        estimate: of_all(share),
                        between: (of_all(low), of_all(high)),
                        since: tally.since,
                        devices: tally.devices,
                        at: now,
                    }));
                }
            }
        }
        news
    }

    /// Returns what was lately given to a device, by kind, as far as it is grave.
    fn lately_given(
        &mut self,
        device: &DeviceRef,
        commands: &[Command],
        now: Timestamp,
    ) -> BTreeMap<String, Given> {
        let mut given: BTreeMap<String, Given> = BTreeMap::new();
        let mut undated = Vec::new();
        let before = self.seen.get(device);
        for command in commands {
            let severity = self
                .options
                .severity_rules
                .of_command(&command.kind, command.name.as_deref());
            if severity.level() < self.options.level {
                continue;
            }
            let at = match age_ms(command, now) {
                Some(age) if age >= WINDOW_MS => continue,
                Some(age) if age >= -AHEAD_MS => command.created_at,
                Some(_) | None => {
                    let hash = hash(command);
                    undated.push(hash);
                    if before.is_none_or(|before| before.may_have(hash)) {
                        continue;
                    }
                    None
                }
            };
            match given.entry(shortened(&command.kind)) {
                btree_map::Entry::Vacant(place) => {
                    let severity = severity.rank();
                    place.insert(Given { at, severity });
                }
                btree_map::Entry::Occupied(mut place) => {
                    let known = place.get_mut();
                    known.at = known.at.into_iter().chain(at).min();
                    known.severity = known.severity.max(severity.rank());
                }
            }
        }
        undated.truncate(MOST_UNDATED);
        self.seen.insert(device.clone(), Seen { undated });
        given
    }

    /// Has a kind known that was found at `now`.
    fn know(&mut self, kind: &str, severity: u8, now: i64) {
        if !self.kinds.contains_key(kind) && self.kinds.len() >= MOST_KINDS {
            let kinds = self.kinds.iter();
            let least = kinds.min_by_key(|(_, known)| (known.severity, known.last_hit));
            if let Some(least) = least.map(|(kind, _)| kind.clone()) {
                self.kinds.remove(&least);
            }
        }
        let known = self.kinds.entry(kind.to_owned()).or_default();
        known.severity = known.severity.max(severity);
        known.last_hit = now;
    }
}

impl KindWatch {
    fn take(
        &mut self,
        device: &DeviceRef,
        hit: Option<Hit<'_>>,
        devices: usize,
        least: f64,
        now: Timestamp,
    ) -> Change {
        let then = now.as_millis();
        if !self.hit.is_empty() {
            self.hit
                .retain(|_, at| (0..WINDOW_MS).contains(&(then - *at)));
            if self.hit.contains_key(device) {
                return Change::Nothing;
            }
        }
        if hit.is_some() {
            self.hit.insert(device.clone(), then);
        }
        self.level.take(hit.is_some(), now);
        let shares = Shares::new(self.level.usual(), devices, least);
        self.detector.take(hit, &self.level, shares, now)
    }
}

impl Seen {
    /// Returns whether it may have shown a command without a usable time.
    fn may_have(&self, hash: u64) -> bool {
        self.undated.len() >= MOST_UNDATED || self.undated.contains(&hash)
    }
}

fn age_ms(command: &Command, now: Timestamp) -> Option<i64> {
    let given = command.created_at?.as_millis();
    Some(now.as_millis().saturating_sub(given))
}

fn hash(command: &Command) -> u64 {
    let mut hasher = DefaultHasher::new();
    command.id.hash(&mut hasher);
    hasher.finish()
}

fn shortened(kind: &str) -> String {
    kind.chars().take(LONGEST_KIND).collect()
}
