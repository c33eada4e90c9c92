//! A running simulator.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::{Config, MAX_DEVICES};
use crate::control::{
    AddCommands, Added, ControlError, FaultStatus, FillFleet, Filled, Incident, SetState,
};
use crate::description::Description;
use crate::faults::Fault;
use crate::fleet::Provider;
use crate::ledger::Ledger;
use crate::options::Options;
use crate::world::World;

/// A running simulator. Dropping it stops it, too.
pub struct Simulator {
    addr: SocketAddr,
    world: Arc<World>,
    stop: watch::Sender<bool>,
    server: Option<JoinHandle<()>>,
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("the simulator cannot listen on {addr}")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// More than [`MAX_DEVICES`] devices.
    #[error("{devices} devices are too many: {MAX_DEVICES} at most")]
    TooManyDevices {
        /// How many were asked for.
        devices: usize,
    },
}

impl Simulator {
    /// Starts to listen, and serves both providers until it is stopped or dropped. Needs a tokio
    /// runtime with its network and time.
    ///
    /// # Errors
    /// When the address cannot be listened on, and when there are too many devices.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let too_many = || StartError::TooManyDevices {
            devices: config.devices,
        };
        let devices = u32::try_from(config.devices).map_err(|_| too_many())?;
        if config.devices > MAX_DEVICES {
            return Err(too_many());
        }
        let listen = |source| StartError::Listen {
            addr: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
        let addr = listener.local_addr().map_err(listen)?;
        let world = Arc::new(World::new(&config, devices));
        let (stop, stopped) = watch::channel(false);
        let serving = crate::server::serve(listener, Arc::clone(&world), config.control, stopped);
        Ok(Self {
            addr,
            world,
            stop,
            server: Some(tokio::spawn(serving)),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Addresses, keys and devices of both providers.
    #[must_use]
    pub fn description(&self) -> Description {
        Description::new(&self.addr.to_string(), &self.world.identity)
    }

    /// The clock, in milliseconds since 1970.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.world.clock.now_ms()
    }

    /// Steps the clock forward, and gives its new time.
    pub fn advance(&self, ms: u32) -> i64 {
        self.world.clock.advance(ms)
    }

    /// Adds commands.
    ///
    /// # Errors
    /// When there is no such device, and when an EnOS queue is full.
    pub fn add_commands(&self, order: &AddCommands) -> Result<Vec<Added>, ControlError> {
        self.world.add_commands(order)
    }

    /// Gives the first devices of a provider an exact number of commands instead of those they have.
    ///
    /// # Errors
    /// When there are fewer devices, and when more should wait than can.
    pub fn fill_fleet(&self, order: &FillFleet) -> Result<Filled, ControlError> {
        self.world.fill_fleet(order)
    }

    /// Sends a wrong command to every device of a provider, some of which are out of reach.
    ///
    /// # Errors
    /// When a number is out of its range.
    pub fn incident(&self, order: &Incident) -> Result<Filled, ControlError> {
        self.world.incident(order)
    }

    /// When each device of a provider can next be reached, in the order of the description: milliseconds since 1970.
    #[must_use]
    pub fn next_contacts(&self, provider: Provider) -> Vec<Option<i64>> {
        let now_ms = self.world.clock.now_ms();
        let devices = 0..self.world.identity.devices();
        let next = devices.map(|index| self.world.presence(provider, index).next_from(now_ms));
        next.collect()
    }

    /// Changes the true state of a command.
    ///
    /// # Errors
    /// When there is no such device or command.
    pub fn set_state(&self, order: &SetState) -> Result<(), ControlError> {
        self.world.set_state(order)
    }

    /// Makes a device reachable or not; `None` gives it back the pattern from the seed.
    ///
    /// # Errors
    /// When there is no such device.
    pub fn set_online(&self, device: &str, online: Option<bool>) -> Result<(), ControlError> {
        self.world.set_online(device, online)
    }

    /// Makes EnOS forget every token that it has issued.
    pub fn expire_tokens(&self) {
        self.world.lock().tokens.expire_all();
    }

    /// The options as they are.
    #[must_use]
    pub fn options(&self) -> Options {
        self.world.lock().options.clone()
    }

    /// Changes options in place.
    pub fn change_options(&self, change: impl FnOnce(&mut Options)) {
        change(&mut self.world.lock().options);
    }

    /// Adds a rule of faults after those that are there.
    ///
    /// # Errors
    /// When it names an operation or a device that does not exist.
    pub fn fault(&self, fault: Fault) -> Result<(), ControlError> {
        self.world.add_fault(fault)
    }

    /// The rules of faults, each with how often it has fired.
    #[must_use]
    pub fn faults(&self) -> Vec<FaultStatus> {
        self.world.faults()
    }

    /// Takes all rules of faults away.
    pub fn clear_faults(&self) {
        self.world.lock().rules.clear();
    }

    /// The true state of every command of every device that was looked at.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.world.ledger(None, false)
    }

    /// The true states of the commands of one device.
    ///
    /// # Errors
    /// When there is no such device.
    pub fn ledger_of(&self, device: &str) -> Result<Ledger, ControlError> {
        let device = self.world.resolve(device)?;
        Ok(self.world.ledger(Some(device), false))
    }

    /// Stops to listen, and cuts what is connected.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        if let Some(server) = self.server.take() {
            // An abort or a panic of the task changes nothing here.
            let _ = server.await;
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            server.abort();
        }
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator")
            .field("addr", &self.addr)
            .finish_non_exhaustive()
    }
}
