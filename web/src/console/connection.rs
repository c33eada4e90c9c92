//! The open connection: its client, what the person may do over it, and its background tasks.

use std::{cell::RefCell, collections::VecDeque, rc::Rc, sync::Arc};

use countermand_client::Client;
use countermand_console::{
    command_line::command_line, fleet::AT_ONCE, idle::IdleLimit, past_run::PastRun, relay::Offer,
};
use countermand_core_model::{Command, DeviceRef, Provider, SeverityRules};
use countermand_relay_api::{ApprovalRule, Role};
use leptos::prelude::*;

use super::preferences;
use crate::platform::tasks::Tasks;

#[derive(Clone)]
pub struct OpenConnection {
    /// The client, which holds the key.
    pub client: Client,
    /// What the connection is called.
    pub name: String,
    /// The devices to begin with.
    pub devices: Vec<DeviceRef>,
    /// After how long without a touch it is locked.
    pub idle: IdleLimit,
    /// Its background tasks. They end when it is closed.
    pub tasks: Tasks,
    /// Whether its key was typed by hand and is kept nowhere else.
    pub is_key_typed: bool,
    /// The session at the page's server, where the server holds the keys. `None` where this page does.
    pub relay: Option<Arc<RelaySession>>,
}

/// A person's session at the page's server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelaySession {
    /// The connection that the server offers.
    pub offer: Offer,
    /// The signed-in person.
    pub user: String,
}

impl OpenConnection {
    /// Returns how grave commands are in the words of those who run the page's server.
    fn severity_rules_of_server(&self) -> SeverityRules {
        let relay = self.relay.as_ref();
        relay.map_or_else(SeverityRules::default, |relay| relay.offer.severity_rules())
    }

    /// Returns how grave commands are in the words of this person, as the browser keeps them, and of those who run the
    /// page's server.
    pub fn severity_rules(&self) -> SeverityRules {
        preferences::severity_rules().beside(self.severity_rules_of_server())
    }

    /// Returns whether this person may cancel. Every control that leads to a cancel asks this, and so does
    /// every cancel.
    pub fn may_cancel(&self) -> bool {
        let role = self.relay.as_ref().map(|relay| relay.offer.role);
        role.is_none_or(|role| role == Role::Operator)
    }
}

/// A handle to the open connection that the stores share.
#[derive(Clone, Copy)]
pub struct ConnectionHandle {
    open: StoredValue<OpenConnection>,
    /// How grave commands are, in the words of this person and of those who run the page's server.
    severity_rules: StoredValue<SeverityRules>,
}

impl ConnectionHandle {
    /// Wraps an open connection.
    pub(super) fn new(connection: OpenConnection) -> Self {
        Self {
            severity_rules: StoredValue::new(connection.severity_rules()),
            open: StoredValue::new(connection),
        }
    }

    pub fn provider(self) -> Provider {
        self.open.with_value(|open| open.client.provider())
    }

    /// Returns the organization.
    pub fn organization(self) -> String {
        self.open.with_value(|open| open.client.org().to_string())
    }

    /// Returns whether this person may cancel over this connection.
    pub fn may_cancel(self) -> bool {
        self.open.with_value(OpenConnection::may_cancel)
    }

    /// Returns the session at the page's server, or `None` where this page holds the keys.
    pub fn relay(self) -> Option<Arc<RelaySession>> {
        self.open.with_value(|open| open.relay.clone())
    }

    /// Returns who is signed in at the page's server.
    pub fn user(self) -> Option<String> {
        self.relay().map(|relay| relay.user.clone())
    }

    /// Returns which cancels need an approval, or `None` where none does.
    pub fn approval_rule(self) -> Option<ApprovalRule> {
        self.relay().and_then(|relay| relay.offer.rule.clone())
    }

    /// Returns whether the page's server drives the runs of this connection.
    pub fn has_server_runs(self) -> bool {
        self.relay().is_some_and(|relay| relay.offer.drives_runs)
    }

    /// Returns whether this person can be asked to approve cancels.
    pub fn may_approve(self) -> bool {
        self.relay()
            .is_some_and(|relay| relay.offer.role == Role::Operator && relay.offer.rule.is_some())
    }

    /// Returns whether the server's last answer said that this person's session has ended.
    pub fn is_signed_out(self) -> bool {
        self.open.with_value(|open| open.client.is_signed_out())
    }

    /// Returns the devices to begin with.
    pub fn first_devices(self) -> Vec<DeviceRef> {
        self.open.with_value(|open| open.devices.clone())
    }

    /// Returns whether a run was made over this connection.
    pub fn made(self, past: &PastRun) -> bool {
        let client = self.client();
        past.is_of(client.provider(), client.base(), client.org())
    }

    pub fn command_line(self, cancels: bool, command: &Command) -> String {
        let client = self.client();
        command_line(
            cancels,
            client.base().as_str(),
            client.org(),
            &command.device,
            &command.id,
        )
    }

    /// Returns how grave commands are in the words of those who run the page's server.
    pub fn severity_rules_of_server(self) -> SeverityRules {
        self.open
            .with_value(OpenConnection::severity_rules_of_server)
    }

    /// Returns how grave commands are.
    pub fn severity_rules(self) -> SeverityRules {
        self.severity_rules.get_value()
    }

    /// Takes over what this person says of severity. Returns whether it changes anything.
    pub(super) fn grade(self, own: &SeverityRules) -> bool {
        let rules = own.beside(self.severity_rules_of_server());
        let differ = self.severity_rules.with_value(|known| *known != rules);
        self.severity_rules.set_value(rules);
        differ
    }

    /// Lets all requests of an hour go at once from now on.
    pub(super) fn spend_at_once(self) {
        self.open
            .update_value(|open| open.client = open.client.spending_at_once());
    }

    /// Returns whether there is a number of requests an hour that this page keeps to.
    pub fn keeps_to_rate(self) -> bool {
        self.relay().is_none() && self.provider().descriptor().rate.is_some()
    }

    pub(super) fn client(self) -> Client {
        self.open.with_value(|open| open.client.clone())
    }

    /// Runs a task until it is done or the connection is closed.
    pub(super) fn spawn(self, task: impl Future<Output = ()> + 'static) {
        self.open.with_value(|open| open.tasks.spawn(task));
    }

    /// Does `work` for each item in order, [`AT_ONCE`] at a time.
    pub(super) fn spawn_each<T: 'static>(self, items: Vec<T>, work: impl AsyncFn(T) + 'static) {
        let workers = AT_ONCE.min(items.len());
        let (queue, work) = (Rc::new(RefCell::new(VecDeque::from(items))), Rc::new(work));
        for _ in 0..workers {
            let (queue, work) = (queue.clone(), work.clone());
            self.spawn(async move {
                loop {
                    // The borrow ends before the work begins: the other workers take theirs meanwhile.
                    let next = queue.borrow_mut().pop_front();
                    let Some(item) = next else { break };
                    work(item).await;
                }
            });
        }
    }
}
