//! A simulator with clients of both providers.

use std::sync::Arc;

use countermand_client::{Client, Connection, Credentials};
use countermand_core_model::{
    AllPending, CommandId, CommandState, CommandTarget, DeviceRef, Organization, Provider, Secret,
};
use countermand_simulator::{
    AddCommands, ClockMode, Config, Description, Fault, FaultKind, LedgerEntry, Simulator,
    TrueState,
};
use countermand_transport::{BaseUrl, SharedTimer, TokioTimer};

use crate::{SimulatedTime, Wire};

/// Both providers: most contracts are the same at either.
pub const BOTH: [Provider; 2] = [Provider::Applivery, Provider::Enos];

/// 2026-03-01T08:00:00Z: where a manual clock starts.
const START_MS: i64 = 1_772_352_000_000;

/// A simulator on a manual clock, and what a client of it needs. Clones share the same state.
#[derive(Clone)]
pub struct TestBed {
    /// The vendors.
    pub simulator: Arc<Simulator>,
    /// What the clients of this test bed send and get.
    pub wire: Wire,
    timer: SharedTimer,
    description: Description,
}

/// What a client is made with, for a test to change.
pub struct Keys {
    /// The organisation's id.
    pub org: String,
    /// Where the vendor is.
    pub base_url: String,
    /// The key: Applivery's token, or EnOS's app key.
    pub key: String,
    /// EnOS's app secret.
    pub secret: String,
}

impl TestBed {
    /// Six devices of each vendor, all of them out of reach: nothing moves but by the test.
    pub async fn start() -> Self {
        Self::with_devices(6).await
    }

    /// So many devices of each vendor, all of them out of reach.
    pub async fn with_devices(devices: usize) -> Self {
        let bed = Self::of(Config {
            devices,
            clock: ClockMode::Manual { start_ms: START_MS },
            ..Config::default()
        })
        .await;
        bed.take_offline();
        bed
    }

    /// In the machine's own time: for what a stopped clock cannot show.
    pub async fn in_real_time() -> Self {
        let bed = Self::of(Config {
            devices: 6,
            ..Config::default()
        })
        .await;
        bed.take_offline();
        bed
    }

    async fn of(config: Config) -> Self {
        let real = config.clock == ClockMode::Real;
        let simulator = Arc::new(Simulator::start(config).await.unwrap());
        let description = simulator.description();
        let (timer, time): (SharedTimer, _) = if real {
            (Arc::new(TokioTimer::new()), None)
        } else {
            let time = SimulatedTime::of(Arc::clone(&simulator));
            // The clients sign by the same clock: how far theirs may be off is checked.
            simulator.change_options(|options| options.enos_clock_window_ms = Some(60_000));
            (Arc::new(time.clone()), Some(time))
        };
        Self {
            simulator,
            wire: Wire::new(time),
            timer,
            description,
        }
    }

    fn take_offline(&self) {
        for device in BOTH.iter().flat_map(|vendor| self.devices(*vendor)) {
            self.simulator
                .set_online(&device.to_string(), Some(false))
                .unwrap();
        }
    }

    /// The clock that the clients live by.
    pub fn timer(&self) -> SharedTimer {
        Arc::clone(&self.timer)
    }

    /// The right keys.
    pub fn keys(&self, vendor: Provider) -> Keys {
        match vendor {
            Provider::Applivery => {
                let described = self.description.applivery.clone();
                Keys {
                    org: described.org,
                    base_url: described.base_url,
                    key: described.token,
                    secret: String::new(),
                }
            }
            _ => {
                let described = self.description.enos.clone();
                Keys {
                    org: described.org,
                    base_url: described.base_url,
                    key: described.app_key,
                    secret: described.app_secret,
                }
            }
        }
    }

    /// A client with the right keys.
    pub fn client(&self, vendor: Provider) -> Client {
        self.client_with(vendor, self.keys(vendor))
    }

    /// A client with these keys.
    pub fn client_with(&self, vendor: Provider, keys: Keys) -> Client {
        self.connect(Self::connection(vendor, keys))
    }

    /// What a client is connected with.
    pub fn connection(vendor: Provider, keys: Keys) -> Connection {
        let credentials = match vendor {
            Provider::Applivery => Credentials::applivery(Secret::from(keys.key)),
            _ => Credentials::enos(Secret::from(keys.key), Secret::from(keys.secret)),
        };
        Connection::new(
            Organization::parse(vendor, &keys.org).unwrap(),
            BaseUrl::parse(&keys.base_url).unwrap(),
            credentials,
        )
        .unwrap()
    }

    /// A client over this connection.
    pub fn connect(&self, connection: Connection) -> Client {
        Client::connect(connection, self.wire.clone(), self.timer()).unwrap()
    }

    /// The devices, in the simulator's order.
    pub fn devices(&self, vendor: Provider) -> Vec<DeviceRef> {
        let texts = match vendor {
            Provider::Applivery => &self.description.applivery.devices,
            _ => &self.description.enos.devices,
        };
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    /// One of them.
    pub fn device(&self, vendor: Provider, index: usize) -> DeviceRef {
        self.devices(vendor).swap_remove(index)
    }

    /// Gives a device one command in this state, made so long ago, that stays as it is. They are all of one kind: of
    /// several kinds the gravest would be cancelled first.
    pub fn add(&self, device: &DeviceRef, state: TrueState, age_s: u32) -> CommandId {
        let kind = match device.provider() {
            Provider::Applivery => "REBOOT",
            _ => "start_turbine",
        };
        let order = AddCommands {
            kind: Some(kind.to_owned()),
            state,
            age_s,
            hold: true,
            ..AddCommands::to(&device.to_string())
        };
        let added = self.simulator.add_commands(&order).unwrap();
        CommandId::parse(device.provider(), &added[0].command).unwrap()
    }

    /// Gives a device so many commands that wait, the oldest first, a second apart.
    pub fn add_waiting(&self, device: &DeviceRef, count: u32) -> Vec<CommandId> {
        (0..count)
            .map(|place| self.add(device, TrueState::Pending, 10 + count - place))
            .collect()
    }

    /// From now on this happens to requests.
    pub fn fault(&self, fault: Fault) {
        self.simulator.fault(fault).unwrap();
    }

    /// What is true of a command.
    pub fn truth(&self, device: &DeviceRef, id: &CommandId) -> LedgerEntry {
        let mut commands = self.truths(device);
        commands.retain(|entry| entry.command.eq_ignore_ascii_case(id.as_str()));
        assert_eq!(commands.len(), 1, "{device} {id}");
        commands.swap_remove(0)
    }

    /// What is true of all commands of a device.
    pub fn truths(&self, device: &DeviceRef) -> Vec<LedgerEntry> {
        let ledger = self.simulator.ledger_of(&device.to_string()).unwrap();
        ledger.commands
    }

    /// How many cancels of a command were processed since the start.
    pub fn cancels_of(&self, device: &DeviceRef, id: &CommandId) -> usize {
        let cancels = self.truth(device, id).cancels;
        cancels
            .iter()
            .filter(|cancel| cancel.at_ms > START_MS)
            .count()
    }

    /// The ids of what waits on a device.
    pub fn waiting(&self, device: &DeviceRef) -> Vec<CommandId> {
        self.truths(device)
            .into_iter()
            .filter(|entry| entry.state == TrueState::Pending)
            .map(|entry| CommandId::parse(device.provider(), &entry.command).unwrap())
            .collect()
    }
}

/// These commands of `device`.
pub fn targets_of(device: &DeviceRef, ids: &[CommandId]) -> Vec<CommandTarget> {
    ids.iter()
        .map(|id| CommandTarget::new(device.clone(), id.clone()).unwrap())
        .collect()
}

/// Everything that waits on these devices.
pub fn everything_on(devices: &[DeviceRef]) -> Vec<AllPending> {
    devices.iter().cloned().map(AllPending::on).collect()
}

/// The name of a vendor's cancel of one command, as the simulator has it.
pub fn cancel_of(vendor: Provider) -> &'static str {
    match vendor {
        Provider::Applivery => "applivery.cancel",
        _ => "enos.cancel",
    }
}

/// The name of a vendor's read of one command.
pub fn get_of(vendor: Provider) -> &'static str {
    match vendor {
        Provider::Applivery => "applivery.get",
        _ => "enos.get",
    }
}

/// The name of a vendor's list of a device's commands.
pub fn list_of(vendor: Provider) -> &'static str {
    match vendor {
        Provider::Applivery => "applivery.list",
        _ => "enos.search",
    }
}

/// An answer with this status and body, in place of the vendor's own; nothing is done.
pub fn http_answer(status: u16, body: impl Into<String>) -> FaultKind {
    FaultKind::Http {
        status,
        retry_after: None,
        body: Some(body.into()),
        content_type: None,
        processed: false,
    }
}

/// The state in which a client is to see what is true.
pub fn expected_state(vendor: Provider, state: TrueState) -> CommandState {
    match (vendor, state) {
        (_, TrueState::Pending) => CommandState::Pending,
        (_, TrueState::Sent) => CommandState::Sent,
        (_, TrueState::Succeeded) => CommandState::Succeeded,
        (_, TrueState::Failed) => CommandState::Failed,
        (_, TrueState::Cancelled) => CommandState::Cancelled,
        (_, TrueState::Expired) => CommandState::Expired,
        // Applivery has no word for it.
        (Provider::Applivery, TrueState::TimedOut) => CommandState::Failed,
        (_, TrueState::TimedOut) => CommandState::TimedOut,
    }
}
