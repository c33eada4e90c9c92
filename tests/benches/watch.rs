//! How soon a watch notices a wipe of a twentieth of ten thousand devices at a hundred looks a minute, and how often it is wrong in
//! ordinary months. In simulated time, without HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod figure;

use std::{cmp::Reverse, collections::BinaryHeap};

use countermand_client::{DeviceRef, Provider, Surge, Watch, WatchNews, WatchOptions, WatchStep};
use countermand_core_model::{Command, CommandId, Device, Organization, SeverityLevel, Timestamp};
use figure::Figure;

const DEVICES: usize = 10_000;
const HIT: usize = DEVICES / 20;
/// How many attacks are bound, and how many tell the true share.
const ATTACKS: u64 = 200;
const MORE_ATTACKS: u64 = 3_000;
/// A Monday, at midnight.
const START_MS: i64 = 1_800_230_400_000;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// The budget of the connection: a burst, and so much more each millisecond.
const BURST: f64 = 100.0;
const PER_MS: f64 = 10_000.0 / HOUR_MS as f64;
const AT_ONCE: usize = 32;

fn main() {
    let fleet = Fleet::new();
    for (name, whom) in [
        ("at random", Whom::Random(HIT)),
        ("of a group", Whom::Group),
        ("of everything", Whom::Random(DEVICES)),
    ] {
        attacks(&fleet, name, whom);
    }
    ordinary(&fleet, "destructive kinds", SeverityLevel::Destructive, 0);
    ordinary(
        &fleet,
        "every kind, three weeks known",
        SeverityLevel::Minor,
        21,
    );
}

/// The devices, of which 40% are online. Twenty sites have five hundred each.
struct Fleet {
    devices: Vec<Device>,
    /// The numbers of devices, by their ids.
    numbers: std::collections::HashMap<DeviceRef, usize>,
    org: Organization,
}

impl Fleet {
    fn new() -> Self {
        let device = |number: usize| {
            let id = format!("{number:024x}");
            let mut device = Device::new(DeviceRef::parse_for(Provider::Applivery, &id).unwrap());
            device.name = Some(format!("site-{:02}-{number:05}", number / HIT));
            let is_online = number % 5 < 2;
            let silent_ms = match number % 5 {
                0 | 1 => 10_000,
                2 => 30 * MINUTE_MS,
                3 => 9 * HOUR_MS,
                _ => 5 * DAY_MS,
            };
            device.last_contact = Timestamp::from_millis(START_MS - silent_ms);
            device.is_online = Some(is_online);
            device
        };
        let devices: Vec<Device> = (0..DEVICES).map(device).collect();
        let numbers = devices.iter().enumerate();
        Self {
            numbers: numbers
                .map(|(number, device)| (device.device.clone(), number))
                .collect(),
            devices,
            org: Organization::parse(Provider::Applivery, "acme").unwrap(),
        }
    }

    fn watch(&self, level: SeverityLevel, seed: u64) -> Watch {
        let mut options = WatchOptions::default();
        options.level = level;
        options.seed = seed;
        let mut watch = Watch::new(options).unwrap();
        watch.list(&self.devices, true, at(START_MS));
        watch
    }

    /// A command that has gone out at once where the device is online: its state makes no difference.
    fn command(&self, device: usize, kind: &str, given_ms: i64) -> Command {
        let id = format!("{given_ms:016x}{device:08x}");
        let id = CommandId::parse(Provider::Applivery, &id).unwrap();
        let device = self.devices[device].device.clone();
        let mut command = Command::new(self.org.clone(), device, id);
        kind.clone_into(&mut command.kind);
        command.created_at = Some(at(given_ms));
        command
    }
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms).unwrap()
}

/// Random numbers: SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    fn within(&mut self, from: i64, to: i64) -> i64 {
        from + self.below(usize::try_from(to - from).unwrap()) as i64
    }

    /// So many different devices.
    fn devices(&mut self, count: usize) -> Vec<usize> {
        let mut devices: Vec<usize> = (0..DEVICES).collect();
        for place in 0..count {
            let other = place + self.below(DEVICES - place);
            devices.swap(place, other);
        }
        devices.truncate(count);
        devices
    }
}

/// Whom a wipe goes to.
#[derive(Clone, Copy)]
enum Whom {
    Random(usize),
    /// One site.
    Group,
}

fn attacks(fleet: &Fleet, name: &str, whom: Whom) {
    let name = |what: &str| format!("watch, wipe {name}: {what}");
    let delays: Vec<Option<i64>> = (0..MORE_ATTACKS)
        .map(|seed| attack(fleet, whom, seed).map(|(delay, _)| delay))
        .collect();
    let late = |delays: &[Option<i64>]| {
        let late = delays
            .iter()
            .filter(|delay| delay.is_none_or(|ms| ms > MINUTE_MS));
        late.count() as f64
    };
    let first = usize::try_from(ATTACKS).unwrap();
    let missed = late(&delays[..first]);
    Figure::new(name("not noticed within 60 s"), missed, "of 200 attacks")
        .limited_to(2.0)
        .print();
    let share = 100.0 * late(&delays) / delays.len() as f64;
    Figure::new(name("the same of 3,000"), share, "%")
        .limited_to(1.0)
        .print();
    let mut noticed: Vec<i64> = delays
        .iter()
        .map(|delay| delay.unwrap_or(i64::MAX))
        .collect();
    noticed.sort_unstable();
    for (percent, of) in [(50, "half"), (95, "95%"), (99, "99%")] {
        let delay = noticed[noticed.len() * percent / 100];
        Figure::new(
            name(&format!("{of} are noticed within")),
            delay as f64 / 1_000.0,
            "s",
        )
        .print();
    }
}

/// Wipes devices at a random moment. Returns how long it took until it was noticed, and what was told.
fn attack(fleet: &Fleet, whom: Whom, seed: u64) -> Option<(i64, Surge)> {
    let mut random = Random(seed.wrapping_mul(0x1234_5678_9ABC_DEF1) + 1);
    let mut watch = fleet.watch(SeverityLevel::Destructive, random.next());
    let mut is_hit = vec![false; DEVICES];
    match whom {
        Whom::Random(count) => {
            for device in random.devices(count) {
                is_hit[device] = true;
            }
        }
        Whom::Group => {
            let site = random.below(DEVICES / HIT) * HIT;
            is_hit[site..site + HIT].fill(true);
        }
    }
    // It has been watching for some minutes.
    let given_ms = START_MS + random.within(0, 20 * MINUTE_MS);
    let mut line = Line::new(START_MS);
    while line.now < given_ms + 3 * MINUTE_MS {
        let surge = line.step(&mut watch, &mut random, &mut |device, seen_ms| {
            let number = fleet.numbers[device];
            let is_there = is_hit[number] && seen_ms >= given_ms;
            is_there
                .then(|| fleet.command(number, "WIPE", given_ms))
                .into_iter()
                .collect()
        });
        if let Some(surge) = surge {
            assert!(line.now >= given_ms, "an alarm before the attack");
            return Some((line.now - given_ms, surge));
        }
    }
    None
}

/// Requests on their way: each takes a while, and a budget is kept.
struct Line {
    now: i64,
    under_way: BinaryHeap<Reverse<(i64, i64, DeviceRef)>>,
    tokens: f64,
}

impl Line {
    fn new(now: i64) -> Self {
        Self {
            now,
            under_way: BinaryHeap::new(),
            tokens: BURST,
        }
    }

    /// Begins the looks that may begin, and goes on to the next moment at which something happens.
    fn step(
        &mut self,
        watch: &mut Watch,
        random: &mut Random,
        found: &mut dyn FnMut(&DeviceRef, i64) -> Vec<Command>,
    ) -> Option<Surge> {
        let mut next = self.now + 10_000;
        while self.under_way.len() < AT_ONCE {
            if self.tokens < 1.0 {
                next = next.min(self.now + ((1.0 - self.tokens) / PER_MS).ceil() as i64);
                break;
            }
            match watch.next(at(self.now)) {
                WatchStep::Look(device) => {
                    self.tokens -= 1.0;
                    let took = random.within(150, 450);
                    let look = (self.now + took, self.now + took / 2, device);
                    self.under_way.push(Reverse(look));
                }
                WatchStep::Wait(ms) => {
                    next = next.min(self.now + i64::try_from(ms.max(1)).unwrap());
                    break;
                }
                WatchStep::NoDevices => panic!("there are devices"),
            }
        }
        if let Some(Reverse((answered, ..))) = self.under_way.peek() {
            next = next.min(*answered);
        }
        self.tokens = (self.tokens + (next - self.now) as f64 * PER_MS).min(BURST);
        self.now = next;
        let is_answered = |look: &Reverse<(i64, i64, DeviceRef)>| look.0.0 <= next;
        while self.under_way.peek().is_some_and(is_answered) {
            let Reverse((_, seen_ms, device)) = self.under_way.pop()?;
            let commands = found(&device, seen_ms);
            for news in watch.looked_at(&device, &commands, at(self.now)) {
                if let WatchNews::Surge(surge) = news {
                    return Some(surge);
                }
            }
        }
        None
    }
}

/// What happens on ordinary days: what is given, when, to whom.
fn ordinary_day(day: i64, random: &mut Random) -> Vec<(i64, usize, &'static str)> {
    let mut events = Vec::new();
    let midnight = START_MS + day * DAY_MS;
    let mut give = |random: &mut Random, kind, devices: Vec<usize>, from: i64, to: i64| {
        for device in devices {
            events.push((midnight + random.within(from, to), device, kind));
        }
    };
    // By hand, in office hours.
    for (kind, count) in [
        ("WIPE", 20),
        ("LOCK", 60),
        ("RESET_PASSWORD", 30),
        ("RELINQUISH_OWNERSHIP", 5),
    ] {
        let devices = random.devices(count);
        give(random, kind, devices, 8 * HOUR_MS, 18 * HOUR_MS);
    }
    // Devices that were given back are wiped together.
    if matches!(day % 7, 1 | 4) {
        let devices = random.devices(5);
        give(
            random,
            "WIPE",
            devices,
            16 * HOUR_MS,
            16 * HOUR_MS + 2 * MINUTE_MS,
        );
    }
    let devices = random.devices(4_000);
    give(random, "REQUEST_DEVICE_INFO", devices, 0, DAY_MS);
    // Each night a fifth of the fleet starts anew.
    let devices = random.devices(DEVICES / 5);
    give(
        random,
        "REBOOT",
        devices,
        2 * HOUR_MS,
        2 * HOUR_MS + 5 * MINUTE_MS,
    );
    // Each evening the devices of a class are locked.
    let class = random.below(8) * 300;
    let devices = (class..class + 300).collect();
    give(
        random,
        "LOCK",
        devices,
        18 * HOUR_MS,
        18 * HOUR_MS + MINUTE_MS,
    );
    // Each Sunday everything gets an app.
    if day % 7 == 6 {
        let devices = (0..DEVICES).collect();
        give(
            random,
            "INSTALL_APP",
            devices,
            3 * HOUR_MS,
            3 * HOUR_MS + 10 * MINUTE_MS,
        );
    }
    events.sort_unstable();
    events
}

fn ordinary(fleet: &Fleet, name: &str, level: SeverityLevel, learning: i64) {
    const SEEDS: u64 = 3;
    const DAYS: i64 = 30;
    let (mut alarms, mut while_learning, mut looks) = (0, 0, 0_u64);
    for seed in 1..=SEEDS {
        let mut random = Random(seed);
        let mut watch = fleet.watch(level, seed);
        let mut given: Vec<Vec<(i64, &str)>> = vec![Vec::new(); DEVICES];
        for day in 0..learning + DAYS {
            let mut events = ordinary_day(day, &mut random).into_iter().peekable();
            let mut now = START_MS + day * DAY_MS;
            while now < START_MS + (day + 1) * DAY_MS {
                while let Some((when, device, kind)) = events.next_if(|(when, ..)| *when <= now) {
                    given[device].push((when, kind));
                }
                let device = match watch.next(at(now)) {
                    WatchStep::Look(device) => device,
                    WatchStep::Wait(ms) => {
                        now += i64::try_from(ms.max(1)).unwrap();
                        continue;
                    }
                    WatchStep::NoDevices => panic!("there are devices"),
                };
                looks += 1;
                let number = fleet.numbers[&device];
                let of_device = &mut given[number];
                of_device.retain(|(when, _)| now - when < HOUR_MS / 4);
                let commands: Vec<Command> = of_device
                    .iter()
                    .map(|(when, kind)| fleet.command(number, kind, *when))
                    .collect();
                for news in watch.looked_at(&device, &commands, at(now)) {
                    if let WatchNews::Surge(surge) = news {
                        if day < learning {
                            while_learning += 1;
                            continue;
                        }
                        eprintln!("{name}, seed {seed}, day {day}: {surge:?}");
                        alarms += 1;
                    }
                }
                now += 1;
            }
        }
    }
    let name = |what: &str| format!("watch, 30 ordinary days, {name}: {what}");
    Figure::new(name("false alarms, 3 seeds"), f64::from(alarms), "alarms")
        .limited_to(0.0)
        .print();
    if learning > 0 {
        let each = f64::from(while_learning) / SEEDS as f64;
        Figure::new(name("alarms in the weeks before"), each, "alarms").print();
    }
    let days = (SEEDS as i64 * (learning + DAYS)) as f64;
    let regular = (DAY_MS / 600) as f64;
    let more = 100.0 * (looks as f64 / days / regular - 1.0);
    Figure::new(name("looks beside the regular ones"), more, "%").print();
}
