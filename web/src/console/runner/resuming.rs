//! Resuming a run whose journal is in this browser.

use countermand_client::{Journal, StopHandle};
use countermand_console::{
    past_run::PastRun, problem::Problem, run::Run, run_status::JournalState, text,
    unfinished::ResumeState,
};
use countermand_transport::{ApiError, Delivery, TransportError};
use leptos::prelude::*;

use super::Runner;
use crate::{
    console::journals::{Recording, check},
    platform::journals::{self, BrowserJournal},
};

impl Runner {
    /// Resumes a run of this connection.
    pub fn resume(self, past: PastRun) {
        if self.run.is_active_now()
            || self.is_resuming.get_untracked()
            || !self.connection.may_cancel()
        {
            return;
        }
        self.is_resuming.set(true);
        self.resume_problem.set(None);
        self.connection.spawn(async move {
            let problem = self.try_resume(past).await.err();
            self.is_resuming.set(false);
            if let Some(problem) = &problem {
                self.announcer.say(problem.clone());
            }
            self.resume_problem.set(problem);
        });
    }

    /// Resumes the run that was just stopped.
    pub fn resume_stopped(self) {
        if let Some(past) = self.journals.last_unfinished() {
            self.resume(past);
        }
    }

    /// # Errors
    /// Why it was not resumed, in a sentence. The journal is unchanged then.
    async fn try_resume(self, past: PastRun) -> Result<(), String> {
        let client = self.connection.client();
        let Some(held) = journals::hold(&past.run).await else {
            self.journals.set_state(&past.run, ResumeState::Running);
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
        self.journals.set_last_run(&past);
        let recording = Recording {
            journal: Journal::go_on(store, client.timer(), checked.end),
            past,
            held,
        };
        let stop = StopHandle::new();
        let run = self.begin(client.resume(checked.run, &recording.journal), &stop);
        self.show(Run::going(run.watch(), JournalState::Written), &stop);
        self.keep_in_view();
        let result = run.drive().await;
        self.finish(result, Some(recording)).await;
        Ok(())
    }
}

/// Returns whether the connection is refused as a whole, or reaches nobody.
fn leads_nowhere(error: &ApiError) -> bool {
    error.refuses_connection()
        || error.transport().map(TransportError::delivery) == Some(Delivery::NotSent)
}
