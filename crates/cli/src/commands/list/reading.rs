//! Reads the lists of devices once.

use countermand_client::AnswerOrder;
use countermand_core_model::{Command, CommandState};
use futures_util::StreamExt;

use super::{args::ListArgs, found::Found};
use crate::{
    output::{Rows, Unwritten},
    progress::Waiting,
    settings::{FoundDevices, Session},
};

/// What is listed.
pub(super) struct Reading<'a> {
    pub(super) session: &'a Session,
    pub(super) args: &'a ListArgs,
    pub(super) found: FoundDevices,
}

impl<'a> Reading<'a> {
    /// Reads the list of each device, and adds its commands to `rows` as they come. Ends early once the rows are full.
    pub(super) async fn read(&self, rows: &mut Rows<Command>) -> Result<Found<'a>, Unwritten> {
        let Self { session, args, .. } = *self;
        let devices = &self.found.devices;
        let progress = Waiting::start("listing");
        let asking = progress.told(args.pace.asking(), args.errors.limit());
        let client = session.client.clone().asking(asking);
        // Scripts get each row as it arrives; people get the devices in the order in which they gave them.
        let order = match rows.is_by_line() {
            true => AnswerOrder::AsTheyCome,
            false => AnswerOrder::OfDevices,
        };
        // Commands that may be pending are read as well, so that they are reported as left out.
        let waiting_only = args.state.0 == Some(CommandState::Pending);
        let asked_for = args.state.0.filter(|_| !waiting_only);
        let listed = client.list_each(devices.clone(), asked_for, waiting_only, order);
        let mut listed = std::pin::pin!(listed);
        let mut found = Found::new(session, args, self.found.is_whole);
        let mut unread = devices.len();
        while !rows.is_full() {
            let next = tokio::select! {
                next = listed.next() => next,
                never = progress.tick() => match never {},
            };
            let Some((device, result)) = next else { break };
            unread -= 1;
            let commands = found.take(device, result);
            if rows.is_due(commands.len()) {
                progress.clear();
            }
            rows.add(commands)?;
        }
        progress.clear();
        found.set_unread(unread);
        Ok(found)
    }
}
