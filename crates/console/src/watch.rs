//! What the page's server noticed while it watched the devices of a connection.

use countermand_core_model::Timestamp;
use countermand_relay_api::WatchState;

/// For how many milliseconds a surge is shown.
const IS_RECENT: i64 = 60 * 60 * 1_000;

/// How a connection is watched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// Whether it is watched at all.
    pub is_on: bool,
    /// Whether the provider refuses the key.
    pub is_refused: bool,
    /// The latest surge, as long as it is recent.
    pub surge: Option<Surge>,
}

/// Far more commands of a kind than usual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surge {
    /// The kind, in the provider's word.
    pub kind: String,
    /// When it was noticed.
    pub at: Timestamp,
    /// When the earliest command that was found was given.
    pub since: Option<Timestamp>,
    /// On about how many devices there is one.
    pub devices: usize,
    /// The run that a signed rule started.
    pub run: Option<String>,
}

impl Watch {
    /// Reads the server's answer as of `now`; none where it is no such answer.
    pub fn read(text: &str, now: Timestamp) -> Option<Self> {
        let state: WatchState = serde_json::from_str(text).ok()?;
        let time = |text: &str| Timestamp::parse_rfc3339(text);
        let surge = state.last_surge.and_then(|surge| {
            let at = time(&surge.at)?;
            // A clock that is behind hides nothing.
            let is_recent = now.as_millis() - at.as_millis() < IS_RECENT;
            is_recent.then(|| Surge {
                kind: surge.kind,
                at,
                since: surge.since.as_deref().and_then(time),
                devices: usize::try_from(surge.estimate).unwrap_or(usize::MAX),
                run: surge.run,
            })
        });
        Some(Self {
            is_on: !matches!(state.state.as_str(), "off" | ""),
            is_refused: state.state == "refused",
            surge,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::at;

    fn read(text: &str, seconds: i64) -> Option<Watch> {
        Watch::read(text, at(seconds))
    }

    #[test]
    fn a_surge_is_shown_for_an_hour_whoever_braked() {
        let surge = |run: &str| {
            format!(
                r#"{{"state":"watching","last_surge":{{"kind":"WIPE","at":"{}","since":"{}","estimate":480{run}}}}}"#,
                at(60),
                at(20)
            )
        };
        let seen = read(&surge(""), 90).unwrap();
        let expected = Surge {
            kind: "WIPE".to_owned(),
            at: at(60),
            since: Some(at(20)),
            devices: 480,
            run: None,
        };
        assert_eq!(seen.surge, Some(expected));
        assert!(seen.is_on && !seen.is_refused);
        let braked = read(&surge(r#","run":"r-1""#), 3_659).unwrap();
        assert_eq!(braked.surge.unwrap().run.as_deref(), Some("r-1"));
        assert_eq!(read(&surge(""), 3_660).unwrap().surge, None);
        assert!(
            read(&surge(""), 0).unwrap().surge.is_some(),
            "its clock is ahead"
        );
    }

    #[test]
    fn what_is_not_watched_or_not_understood_alarms_nobody() {
        assert_eq!(read(r#"{"state":"off"}"#, 0), Some(Watch::default()));
        assert!(read(r#"{"state":"refused"}"#, 0).unwrap().is_refused);
        assert_eq!(read("<html>", 0), None);
        let untimed = r#"{"state":"watching","last_surge":{"kind":"WIPE","at":"lately"}}"#;
        assert_eq!(read(untimed, 0).unwrap().surge, None);
    }
}
