//! Commands and devices for the tests of the state.

use std::sync::Arc;

use countermand_client::{BaseUrl, CancelReport, Entry, Header, RunWatch, UnfinishedRun};
use countermand_core_model::{
    Command, CommandId, CommandState, CommandTarget, DeviceRef, Organization, Provider,
    ProviderDetail, SeverityRules, Timestamp,
};
use countermand_transport::{BoxFuture, SharedTimer, Timer};

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_770_724_800_000 + seconds * 1_000).unwrap()
}

pub(crate) fn device(text: &str) -> DeviceRef {
    text.parse().unwrap()
}

/// An Applivery command whose id ends in `number`, created `number` seconds after the start.
pub(crate) fn command(device_text: &str, number: u32, kind: &str, state: CommandState) -> Command {
    let device = device(device_text);
    let (org, id) = match device.provider() {
        Provider::Applivery => ("acme-mobile", format!("{number:024x}")),
        Provider::Enos => ("o15", format!("{number:019}")),
        Provider::Other(_) => ("o1", number.to_string()),
    };
    let provider = device.provider();
    let mut command = Command::new(
        Organization::parse(provider, org).unwrap(),
        device,
        CommandId::parse(provider, &id).unwrap(),
    );
    command.kind = kind.to_owned();
    command.state = state;
    command.created_at = Some(at(i64::from(number)));
    command
}

pub(crate) fn target(command: &Command) -> CommandTarget {
    CommandTarget::new(command.device.clone(), command.id.clone()).unwrap()
}

/// A target of a run: its report so far, the name of its command, and how far it is.
#[derive(Clone)]
pub(crate) struct TestRow {
    pub(crate) report: CancelReport,
    pub(crate) name: Option<String>,
    pub(crate) is_unplanned: bool,
    pub(crate) is_settled: bool,
}

/// The rows of a run as its journal tells them. Those that are unplanned come last.
pub(crate) fn run_rows(rows: &[TestRow]) -> RunWatch {
    let (provider, timer): (_, SharedTimer) = (Provider::Applivery, Arc::new(Stopped));
    let org = Organization::parse(provider, "acme-mobile").unwrap();
    let base = BaseUrl::parse("https://api.example.com/v1").unwrap();
    let planned = rows.iter().filter(|row| !row.is_unplanned).count();
    let mut entries = vec![Entry::Header(Header::new(org, base, &timer))];
    for (number, row) in rows.iter().enumerate() {
        let (device, id) = (row.report.device.clone(), row.report.id.clone());
        if number == planned {
            entries.push(Entry::Planned { targets: planned });
        }
        entries.push(match row.is_unplanned {
            true => Entry::Beyond {
                target: number,
                device,
                id,
                created_at: None,
                with: 0,
                attempts: 1,
            },
            false => Entry::Target {
                target: number,
                device,
                id,
                kind: row.report.kind.clone(),
                name: row.name.clone(),
                created_at: None,
                before: Some(CommandState::Pending),
                outcome: None,
                detail: ProviderDetail::default(),
            },
        });
    }
    if planned == rows.len() {
        entries.push(Entry::Planned { targets: planned });
    }
    let settled = rows.iter().enumerate().filter(|(_, row)| row.is_settled);
    entries.extend(settled.map(|(number, row)| Entry::settled(number, &row.report)));
    let lines = (1..).zip(entries).map(Ok);
    RunWatch::of_journal(
        &UnfinishedRun::replay(lines).unwrap(),
        SeverityRules::default(),
    )
}

/// A clock that does not move.
pub(crate) struct Stopped;

impl Timer for Stopped {
    fn now(&self) -> Timestamp {
        at(0)
    }

    fn monotonic(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }

    fn sleep(&self, _: std::time::Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}
