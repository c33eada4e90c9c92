//! Runs that the page's own server drives: handing a plan over, and showing a run line by line of its journal.

use std::time::Duration;

use countermand_client::{FollowedRun, Plan, RunWatch, StopHandle};
use countermand_console::{
    run::Run,
    run_status::{Phase, RunStatus},
    server_run::{ServerRun, distrusted},
    text::{approvals as text_of_approvals, server_runs as text},
};
use countermand_relay_api::RunState;
use countermand_table::Bits;
use leptos::prelude::*;

use super::{Refused, Runner};
use crate::{
    console::server_runs::{NotStarted, Pace},
    platform::{clock, cooperative_yield::Yielder, focus},
};

/// How a run that is followed came to its end here.
enum Ended {
    /// Another one is shown.
    Elsewhere,
    /// Its journal is broken, or that of something else.
    Distrusted(String),
    /// Nobody approved it, as this sentence says.
    NotApproved(String),
    /// The server does not have it.
    Gone,
}

impl Runner {
    /// Hands a plan over to the server, and shows the run.
    pub(super) async fn hand_over(self, plan: &Plan) {
        let kept = self.connection.client().encode_whole_plan(plan);
        let plan = kept.ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let request = self
            .choices
            .get_untracked()
            .request(plan.unwrap_or_default());
        let started = self.server.start(request).await;
        self.server.refresh();
        match started {
            Ok(run) => {
                let is_stopping = self.run.is_stopping();
                self.follow(run);
                if is_stopping {
                    self.server.stop();
                }
            }
            Err(NotStarted::Refused(why)) => self.refuse(Refused::Server(why)),
            Err(NotStarted::Unclear) => self.refuse(Refused::Unclear),
        }
    }

    /// Shows a run that the server drives, from its first line on.
    pub fn follow(self, run: ServerRun) {
        if self.run.is_active_now() && !self.is_handing_over() {
            return;
        }
        let id = run.id.clone();
        let followed = FollowedRun::new(self.connection.severity_rules());
        let shown = Run::following(followed.watch(), &run);
        let turn = self.server.follow(Some(run));
        self.show(shown, &StopHandle::new());
        self.connection.spawn(async move {
            match Box::pin(self.read_on(id, turn, followed)).await {
                Ended::Elsewhere => {}
                Ended::Distrusted(said) => self.let_go(said),
                Ended::NotApproved(said) => {
                    self.server.follow(None);
                    self.server.refresh();
                    self.refuse(Refused::Approval(said));
                }
                Ended::Gone => self.let_go(text::gone().to_owned()),
            }
        });
    }

    fn is_handing_over(self) -> bool {
        self.run.rows.peek(Run::is_planning) && self.connection.has_server_runs()
    }

    /// Shows nothing of it any more, and says why.
    fn let_go(self, said: String) {
        self.server.follow(None);
        self.run.clear();
        self.table.keep_in_view(Bits::default());
        self.announcer.alert(said.clone());
        focus::soon("server-runs-heading");
        self.server.problem.set(Some(said));
    }

    /// Reads the journal for as long as the run is shown: one that is over may be resumed by somebody.
    async fn read_on(self, id: String, turn: u32, mut followed: FollowedRun) -> Ended {
        let client = self.connection.client();
        let pace = Pace::new();
        let mut live_since = None;
        loop {
            let next = followed.lines() + 1;
            let read = self.server.lines(&id, next).await;
            if !self.server.is_turn(turn) {
                return Ended::Elsewhere;
            }
            let has_news = match &read {
                Ok(lines) => {
                    let taken = self.take_in(lines, &mut followed, live_since, turn).await;
                    if let Err(ended) = taken {
                        return ended;
                    }
                    !lines.is_empty()
                }
                Err(_) => false,
            };
            // While there is more, how the run is can wait.
            if !has_news || live_since.is_some() {
                let asked = match read {
                    Ok(_) => self.server.ask(&id).await,
                    Err(no_answer) => Err(no_answer),
                };
                if !self.server.is_turn(turn) {
                    return Ended::Elsewhere;
                }
                self.server.is_unanswered.set(asked.is_err());
                match asked {
                    Ok(None) => return Ended::Gone,
                    Ok(Some(run)) if run.contradicts(&followed, client.org()) => {
                        return Ended::Distrusted(distrusted(None));
                    }
                    Ok(Some(run)) if run.state == RunState::NotApproved => {
                        return Ended::NotApproved(run.refusal());
                    }
                    Ok(Some(run)) => {
                        self.note_approval(&run);
                        // While its plan is being written, nothing else happens.
                        if live_since.is_none() && (followed.is_planned() || run.state.is_over()) {
                            live_since = Some(clock::elapsed());
                            self.has_caught_up(&followed.watch());
                        }
                        self.is_now(run, &mut followed).await;
                    }
                    Err(_) => {}
                }
                pace.wait(has_news).await;
            }
            if !self.server.is_turn(turn) {
                return Ended::Elsewhere;
            }
        }
    }

    /// Takes whole lines in. What happened before anybody watched makes no event.
    async fn take_in(
        self,
        lines: &str,
        followed: &mut FollowedRun,
        live_since: Option<f64>,
        turn: u32,
    ) -> Result<(), Ended> {
        let mut yielder = Yielder::begin();
        let observer = self.observer();
        let elapsed = live_since.map(|since| {
            let seconds = ((clock::elapsed() - since) / 1_000.0).max(0.0);
            Duration::try_from_secs_f64(seconds).unwrap_or_default()
        });
        // Half a line is asked for again.
        let whole = lines.rsplit_once('\n').map_or("", |(whole, _)| whole);
        for line in whole.split_terminator('\n') {
            // Another one may have been shown meanwhile, and these are not its events.
            if !self.server.is_turn(turn) {
                return Err(Ended::Elsewhere);
            }
            let event = followed.take(line.as_bytes(), elapsed);
            let event = event.map_err(|broken| Ended::Distrusted(distrusted(Some(&broken))))?;
            if let Some(event) = event.filter(|_| live_since.is_some()) {
                observer(event);
            }
            yielder.yield_if_due().await;
        }
        Ok(())
    }

    /// Everything that had happened is known: from here on the rows are told one by one.
    fn has_caught_up(self, watch: &RunWatch) {
        self.run.rows.change(|run| run.begin(watch.clone()));
        self.keep_in_view();
        self.run.publish();
    }

    /// Shows that the run waits for somebody to approve it, or that somebody has.
    fn note_approval(self, run: &ServerRun) {
        let waits = run.state == RunState::Waiting;
        let waited = self
            .run
            .status
            .look_untracked(|status| status.phase == Phase::Asking);
        if waits == waited {
            return;
        }
        if let Some(by) = run.approved_by().filter(|_| waited) {
            self.announcer.say(text_of_approvals::approved_by(by));
        }
        self.run.rows.change(|run| run.wait_for_approval(waits));
        self.run.publish();
    }

    /// Shows how the run is by the server's word.
    async fn is_now(self, run: ServerRun, followed: &mut FollowedRun) {
        let was_over = !self.run.status.look_untracked(RunStatus::goes_on);
        // Its last lines are written before it is over.
        let is_over = run.state.is_over() && followed.lines() >= run.lines;
        let changed = self
            .server
            .followed
            .with_untracked(|known| known.as_ref() != Some(&run));
        if changed {
            self.run.rows.change(|shown| shown.told(&run));
            self.run.publish_soon();
            self.server.followed.set(Some(run));
        }
        match (was_over, is_over) {
            (false, true) => {
                self.finish(followed.finish(), None).await;
                self.server.refresh();
            }
            (true, false) => {
                self.run.rows.change(Run::go_on);
                self.run.publish();
            }
            _ => {}
        }
    }
}
