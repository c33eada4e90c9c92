//! Going on with a run that was broken off.

use countermand_client::Journal;
use countermand_console::{
    past_run::PastRun,
    problem::Problem,
    text,
    unfinished::{ResumeState, UnfinishedRun},
};
use countermand_transport::{ApiError, Delivery, TransportError};
use leptos::prelude::*;

use super::{
    Console,
    journalling::{Recording, check},
};
use crate::platform::journals::{self, BrowserJournal};

impl Console {
    /// Goes on with a run of this connection.
    pub fn resume(self, past: PastRun) {
        if self.is_running_now() || self.is_resuming.get_untracked() || !self.may_cancel() {
            return;
        }
        self.is_resuming.set(true);
        self.resume_problem.set(None);
        self.spawn(async move {
            let problem = self.go_on(past).await.err();
            self.is_resuming.set(false);
            if let Some(problem) = &problem {
                self.say(problem.clone());
            }
            self.resume_problem.set(problem);
        });
    }

    /// Goes on with the run that was just stopped.
    pub fn resume_stopped(self) {
        let run = self.last_run.get_value();
        let past = self.unfinished.with_untracked(|all| {
            let one = all.iter().find(|one| Some(&one.past.run) == run.as_ref());
            one.map(|one| one.past.clone())
        });
        if let Some(past) = past {
            self.resume(past);
        }
    }

    /// # Errors
    /// Why it did not, in words. The journal is as it was then.
    async fn go_on(self, past: PastRun) -> Result<(), String> {
        let client = self.client();
        let Some(held) = journals::hold(&past.run).await else {
            self.found_to_be(&past.run, ResumeState::Running);
            return Err(text::history::kept_twice().to_owned());
        };
        let refused = |title: &str| text::history::resume_refused(title);
        let unreadable = || refused(text::history::unreadable());
        let checked = check(&past.run)
            .await
            .map_err(|_| unreadable())?
            .map_err(|_| refused(text::history::broken()))?;
        client
            .check_header(checked.run.header())
            .map_err(|_| refused(text::history::other_connection()))?;
        // What cannot be read again now can be later, as long as nothing is written of it.
        if let Err(error) = client.check().await
            && leads_nowhere(&error)
        {
            return Err(refused(&Problem::of(&error).title));
        }
        let store = BrowserJournal::go_on(past.run.clone())
            .await
            .map_err(|_| unreadable())?;
        self.last_run.set_value(Some(past.run.clone()));
        let stop = self.takes_off(checked.resumed());
        self.keep_in_view();
        let options = self.options.get_untracked().options();
        let recording = Recording {
            journal: Journal::go_on(store, client.timer(), checked.end),
            past,
            held,
        };
        let observe = Some(self.observer());
        let journal = &recording.journal;
        let result = client
            .resume(checked.run, options, &stop, observe, journal)
            .await;
        self.lands(result, Some(&recording));
        self.keep_record(recording).await;
        Ok(())
    }

    fn found_to_be(self, run: &str, found: ResumeState) {
        self.unfinished.update(|all: &mut Vec<UnfinishedRun>| {
            if let Some(one) = all.iter_mut().find(|one| one.past.run == run) {
                one.found = found;
            }
        });
    }
}

/// The connection is refused as a whole, or reaches nobody.
fn leads_nowhere(error: &ApiError) -> bool {
    error.refuses_connection()
        || error.transport().map(TransportError::delivery) == Some(Delivery::NotSent)
}
