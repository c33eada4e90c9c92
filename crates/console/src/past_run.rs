//! What is kept of a run beside its journal, so that past runs can be listed without reading them.

use countermand_client::{CancelOutcome, Header};
use countermand_core_model::{Organization, Provider, Timestamp};
use countermand_transport::BaseUrl;
use serde_json::{Map, Value};

use super::run_status::RunStatus;

/// A past run, or one that goes on. Nothing in it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastRun {
    /// Its id.
    pub run: String,
    /// The provider.
    pub provider: Provider,
    /// Where the provider's API is.
    pub base_url: String,
    /// The organization.
    pub org: String,
    /// When it began.
    pub started: Timestamp,
    /// When it was last known to be over, or stopped.
    pub ended: Option<Timestamp>,
    /// How many targets it has, as far as is known.
    pub targets: usize,
    /// How many have which outcome, as it ended.
    pub outcomes: Vec<(CancelOutcome, usize)>,
    /// Its journal ends in a seal: nothing is left to do.
    pub sealed: bool,
}

impl PastRun {
    /// A run that begins.
    pub fn begins(header: &Header, started: Timestamp, targets: usize) -> Self {
        Self {
            run: header.run.clone(),
            provider: header.provider,
            base_url: header.base_url.to_string(),
            org: header.org.to_string(),
            started,
            ended: None,
            targets,
            outcomes: Vec::new(),
            sealed: false,
        }
    }

    /// Returns whether it was made over this connection.
    pub fn is_of(&self, provider: Provider, base_url: &BaseUrl, org: &Organization) -> bool {
        self.provider == provider
            && self.base_url == base_url.as_str()
            && self.org == org.to_string()
    }

    /// It ended, as far as it got.
    pub fn ends(&mut self, at: Timestamp, status: &RunStatus, sealed: bool) {
        self.ended = Some(at);
        self.targets = status.progress.total;
        self.outcomes = status.counts();
        self.sealed = sealed;
    }

    /// Its text, to be kept.
    pub fn to_text(&self) -> String {
        let outcomes: Map<String, Value> = self
            .outcomes
            .iter()
            .map(|(outcome, count)| (outcome.as_str().to_owned(), Value::from(*count)))
            .collect();
        let mut record = Map::new();
        record.insert("run".to_owned(), Value::from(&*self.run));
        record.insert("provider".to_owned(), Value::from(self.provider.as_str()));
        record.insert("base_url".to_owned(), Value::from(&*self.base_url));
        record.insert("org".to_owned(), Value::from(&*self.org));
        record.insert("started".to_owned(), Value::from(self.started.as_millis()));
        record.insert(
            "ended".to_owned(),
            Value::from(self.ended.map(Timestamp::as_millis)),
        );
        record.insert("targets".to_owned(), Value::from(self.targets));
        record.insert("outcomes".to_owned(), Value::Object(outcomes));
        record.insert("sealed".to_owned(), Value::from(self.sealed));
        Value::Object(record).to_string()
    }

    /// Of a kept text; none where it is none of ours.
    pub fn of_text(text: &str) -> Option<Self> {
        let record: Value = serde_json::from_str(text).ok()?;
        let word = |name: &str| Some(record.get(name)?.as_str()?.to_owned());
        let time = |name: &str| Timestamp::from_millis(record.get(name)?.as_i64()?);
        let number =
            |value: &Value| usize::try_from(value.as_u64().unwrap_or_default()).unwrap_or_default();
        let outcomes = record.get("outcomes").and_then(Value::as_object);
        let outcomes = outcomes
            .into_iter()
            .flatten()
            .filter_map(|(outcome, count)| Some((outcome.parse().ok()?, number(count))));
        Some(Self {
            run: word("run")?,
            provider: word("provider")?.parse().ok()?,
            base_url: word("base_url")?,
            org: word("org")?,
            started: time("started")?,
            ended: time("ended"),
            targets: record.get("targets").map(number).unwrap_or_default(),
            outcomes: outcomes.collect(),
            sealed: record.get("sealed").and_then(Value::as_bool) == Some(true),
        })
    }

    /// The name of a file of it.
    pub fn file_name(&self, ending: &str) -> String {
        format!("countermand-{}.{ending}", self.run)
    }
}

/// Past runs, the newest first; what is none of ours is left out.
pub fn newest_first(texts: &[String]) -> Vec<PastRun> {
    let mut runs: Vec<PastRun> = texts
        .iter()
        .filter_map(|text| PastRun::of_text(text))
        .collect();
    runs.sort_by(|one, other| (other.started, &other.run).cmp(&(one.started, &one.run)));
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::at;

    fn past(run: &str, started: i64) -> PastRun {
        PastRun {
            run: run.to_owned(),
            provider: Provider::Enos,
            base_url: "https://api.example.com".to_owned(),
            org: "o15".to_owned(),
            started: at(started),
            ended: None,
            targets: 3,
            outcomes: vec![(CancelOutcome::LostRace, 1), (CancelOutcome::Cancelled, 2)],
            sealed: false,
        }
    }

    #[test]
    fn what_is_kept_comes_back() {
        let mut run = past("20260101T000000-abc", 0);
        assert_eq!(PastRun::of_text(&run.to_text()), Some(run.clone()));
        run.ended = Some(at(9));
        run.sealed = true;
        run.outcomes = Vec::new();
        assert_eq!(PastRun::of_text(&run.to_text()), Some(run));
    }

    #[test]
    fn what_is_none_of_ours_is_left_out_and_the_newest_comes_first() {
        let texts = [
            past("a", 1).to_text(),
            "{}".to_owned(),
            "not json".to_owned(),
            past("b", 2).to_text(),
        ];
        let runs: Vec<String> = newest_first(&texts)
            .into_iter()
            .map(|run| run.run)
            .collect();
        assert_eq!(runs, ["b", "a"]);
    }

    #[test]
    fn it_is_of_one_connection_alone() {
        let run = past("a", 1);
        let is_of = |provider, base: &str, org: &str| {
            let base = BaseUrl::parse(base).unwrap();
            run.is_of(
                provider,
                &base,
                &Organization::parse(provider, org).unwrap(),
            )
        };
        assert!(is_of(Provider::Enos, "https://api.example.com", "o15"));
        assert!(!is_of(Provider::Enos, "https://api.example.com", "o16"));
        assert!(!is_of(Provider::Enos, "https://other.example.com", "o15"));
        assert!(!is_of(
            Provider::Applivery,
            "https://api.example.com",
            "o15"
        ));
    }

    #[test]
    fn it_ends_with_what_the_run_came_to() {
        let mut run = past("a", 1);
        let outcomes = [(CancelOutcome::Cancelled, 1), (CancelOutcome::Denied, 1)];
        let status = RunStatus::past(2, &outcomes);
        run.ends(at(5), &status, true);
        assert_eq!(run.ended, Some(at(5)));
        assert_eq!(
            run.outcomes,
            [(CancelOutcome::Denied, 1), (CancelOutcome::Cancelled, 1)]
        );
        assert!(run.sealed);
    }
}
