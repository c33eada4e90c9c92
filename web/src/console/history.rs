//! Past runs of this browser: looked at, saved as files, deleted. It needs no connection and no key.

use std::collections::HashMap;

use countermand_console::{
    journal_check::JournalStatus,
    past_run::{PastRun, newest_first},
    run_status::RunStatus,
    text,
};
use countermand_core_model::SeverityRules;
use leptos::prelude::*;

pub use super::run_files::Format;
use super::{
    journals::check, preferences, run::RunRows, run_files::offer, store_signal::StoreSignal,
};
use crate::platform::{
    files, focus,
    journals::{self, Refusal},
    tasks::Tasks,
};

/// What is known of a run's journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// It is being written.
    Running,
    /// It was read.
    Judged(JournalStatus),
    /// The browser does not give it out.
    Unreadable,
}

/// The history while it is open. Copies are the same.
#[derive(Clone, Copy)]
pub struct History {
    tasks: StoredValue<Tasks>,
    /// The runs, the newest first, or `None` before they are read.
    pub runs: StoreSignal<Option<Vec<PastRun>>>,
    /// Why the browser gives out no runs.
    pub refused: StoreSignal<Option<String>>,
    /// What is known of each journal.
    pub known: StoreSignal<HashMap<String, Known>>,
    pub shown: StoreSignal<Option<PastRun>>,
    pub rows: RunRows,
    /// The runs whose deletion is to be confirmed.
    pub deleting: StoreSignal<Vec<PastRun>>,
    /// The text that is read out when there is time.
    pub polite: StoreSignal<String>,
}

impl History {
    /// Opens the history. Its tasks end with the view that opened it.
    pub fn open() -> Self {
        let tasks = Tasks::default();
        on_cleanup({
            let tasks = tasks.clone();
            move || tasks.end()
        });
        let history = Self {
            tasks: StoredValue::new(tasks),
            runs: StoreSignal::new(None),
            refused: StoreSignal::new(None),
            known: StoreSignal::new(HashMap::new()),
            shown: StoreSignal::new(None),
            rows: RunRows::new(),
            deleting: StoreSignal::new(Vec::new()),
            polite: StoreSignal::new(String::new()),
        };
        history.spawn(async move {
            if let Err(Refusal(reason)) = history.load().await {
                history.refused.set(Some(reason));
            }
        });
        history
    }

    pub fn ask_to_delete(self, runs: Vec<PastRun>) {
        self.deleting.set(runs);
    }

    /// Asks whether to delete all runs.
    pub fn ask_to_delete_all(self) {
        self.ask_to_delete(self.runs.get_untracked().unwrap_or_default());
    }

    /// Deletes nothing.
    pub fn keep_all(self) {
        self.deleting.set(Vec::new());
    }

    fn spawn(self, task: impl Future<Output = ()> + 'static) {
        self.tasks.with_value(|tasks| tasks.spawn(task));
    }

    async fn load(self) -> Result<(), Refusal> {
        journals::open().await?;
        let runs = newest_first(&journals::list().await?);
        let names: Vec<String> = runs.iter().map(|past| past.run.clone()).collect();
        self.runs.set(Some(runs));
        let running = journals::held_names().await;
        for run in names {
            let known = if running.contains(&run) {
                Known::Running
            } else {
                self.judge(&run).await
            };
            self.known.update(|all| {
                all.insert(run, known);
            });
        }
        Ok(())
    }

    async fn judge(self, run: &str) -> Known {
        let checked = match check(run).await {
            Err(_) => return Known::Unreadable,
            Ok(Err(verdict)) => return Known::Judged(verdict),
            Ok(Ok(checked)) => checked,
        };
        // What is kept beside it may be of an earlier time, as where the page was closed in the middle.
        let past = checked.past(SeverityRules::default());
        let (targets, outcomes) = (past.status().progress.total, past.status().counts());
        let is_new = self.runs.with_untracked(|runs| {
            let one = runs.iter().flatten().find(|one| one.run == run);
            one.is_some_and(|one| (one.targets, &one.outcomes) != (targets, &outcomes))
        });
        if is_new {
            self.runs.update(|runs| {
                if let Some(one) = runs.iter_mut().flatten().find(|one| one.run == run) {
                    one.targets = targets;
                    one.outcomes = outcomes;
                }
            });
        }
        Known::Judged(checked.verdict())
    }

    /// Shows a run's rows.
    pub fn show(self, past: PastRun) {
        self.clear_rows();
        self.shown.set(Some(past.clone()));
        focus::soon("history-title");
        self.spawn(async move {
            match check(&past.run).await {
                Ok(Ok(checked)) => {
                    let rules = preferences::severity_rules();
                    self.rows.replace(Some(checked.past(rules)));
                    self.rows.publish();
                }
                _ => self.rows.set_status(Some(RunStatus::past(0, &[]))),
            }
        });
    }

    /// Back to all runs.
    pub fn back(self) {
        self.shown.set(None);
        self.clear_rows();
        focus::soon("history-title");
    }

    fn clear_rows(self) {
        self.rows.replace(None);
        self.rows.set_status(None);
    }

    /// Saves a run as a file.
    pub fn save(self, past: PastRun, format: Format) {
        self.spawn(async move {
            let saved = match format {
                Format::Journal => match journals::chunks(&past.run).await {
                    Ok(parts) => {
                        files::offer(&past.file_name("ndjson"), "application/x-ndjson", &parts)
                    }
                    Err(_) => false,
                },
                Format::Csv | Format::Json => match check(&past.run).await {
                    Ok(Ok(checked)) => offer(&past.run, checked.run.reports(), format).await,
                    _ => false,
                },
            };
            if !saved {
                self.polite.set(text::history::unreadable().to_owned());
            }
        });
    }

    /// Deletes the runs that were asked about. An active run is kept.
    pub fn delete(self) {
        let runs = self.deleting.get_untracked();
        self.deleting.set(Vec::new());
        self.spawn(async move {
            let (mut gone, mut kept) = (0, 0);
            for past in runs {
                let deleted = match journals::hold(&past.run).await {
                    Some(_held) => journals::delete(&past.run).await.is_ok(),
                    None => false,
                };
                if deleted {
                    gone += 1;
                    self.runs.update(|runs| {
                        if let Some(runs) = runs {
                            runs.retain(|one| one.run != past.run);
                        }
                    });
                } else {
                    kept += 1;
                }
            }
            let mut said = Vec::new();
            if gone > 0 {
                said.push(text::history::deleted(gone));
            }
            if kept > 0 {
                said.push(text::history::not_deleted(kept));
            }
            self.polite.set(said.join(" "));
            self.back();
        });
    }
}
