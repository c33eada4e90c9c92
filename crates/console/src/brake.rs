//! The brake: what is to be stopped and where, and what the first looks found of it before anything is sent.

use std::collections::{BTreeSet, HashSet};

use countermand_client::{Sweep, SweepScope};
use countermand_core_model::{
    Command, CommandState, Device, DeviceRef, Filter, KindName, Provider, SearchText,
    SeverityLevel, SeverityRules, Timestamp,
};

use countermand_relay_api::{BrakeRuleRequest, FilterTerms, ScopeTerms, SweepTerms};

use super::{kind_severity, problem::Problem, rows, watch::Surge};
use crate::text::{self, brake as words};

/// From this number of devices on, the organization has to be typed.
pub const TYPED_FROM: usize = 50;

/// How many devices are looked at before anything is sent.
pub const LOOKS: usize = 20;

/// After so many devices the list is not read on before anything is sent.
pub const LISTED: usize = 500;

/// The offered times in minutes since which commands were created; the last is any time.
pub const SINCE: [Option<u32>; 6] = [
    Some(10),
    Some(30),
    Some(60),
    Some(3 * 60),
    Some(24 * 60),
    None,
];

/// For how many hours a rule can be proposed to be valid.
pub const RULE_HOURS: [u32; 5] = [8, 24, 3 * 24, 7 * 24, 28 * 24];

/// What is to be stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum What {
    /// Whatever destroys, locks or moves something.
    #[default]
    Grave,
    /// Commands of the chosen kinds.
    Kinds,
}

/// Where it is to be stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// On all devices of the organization.
    #[default]
    Organization,
    /// On the devices that are chosen in the console.
    Chosen,
    /// On those in whose displayed texts something occurs.
    Search,
}

/// What is entered.
#[derive(Clone, Debug)]
pub struct BrakeForm {
    /// What.
    pub what: What,
    /// The chosen kinds.
    pub kinds: BTreeSet<String>,
    /// Created within so many minutes before somebody reached for the brake; at any time if none.
    pub minutes: Option<u32>,
    /// What is in the name, kind or id.
    pub text: String,
    /// Where.
    pub place: Place,
    /// What is in the texts of the devices.
    pub search: String,
    /// How many commands at most; any number if it is blank.
    pub at_most: String,
    /// Whether the hour's requests may be spent at once.
    pub spends_all: bool,
    /// When somebody reached for the brake.
    at: Timestamp,
    /// The devices that are chosen in the console.
    chosen: Vec<DeviceRef>,
}

/// What is entered, and cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// No kind is chosen.
    NoKind,
    /// The devices are to be searched, and nothing is searched for.
    NoSearch,
    /// The number is none, or 0.
    AtMost,
}

impl BrakeForm {
    /// Returns what is shown at first: everything grave of the last half hour, in the whole organization.
    pub fn new(at: Timestamp, chosen: Vec<DeviceRef>) -> Self {
        Self {
            what: What::default(),
            kinds: BTreeSet::new(),
            minutes: Some(30),
            text: String::new(),
            place: Place::default(),
            search: String::new(),
            at_most: String::new(),
            spends_all: true,
            at,
            chosen,
        }
    }

    /// Returns what is shown at first where somebody was told of a surge of this kind.
    pub fn of_surge(at: Timestamp, chosen: Vec<DeviceRef>, surge: &Surge) -> Self {
        let mut form = Self::new(at, chosen);
        form.choose_kind(&surge.kind, true);
        let since = surge.since.unwrap_or(surge.at).as_millis();
        let reaches = |minutes: &Option<u32>| {
            minutes.is_none_or(|minutes| at.as_millis() - i64::from(minutes) * 60_000 <= since)
        };
        form.minutes = SINCE.into_iter().find(reaches).flatten();
        form
    }

    /// Chooses a kind, or no longer does. Kinds are meant from then on.
    pub fn choose_kind(&mut self, kind: &str, is_chosen: bool) {
        self.what = What::Kinds;
        match is_chosen {
            true => self.kinds.insert(kind.to_owned()),
            false => self.kinds.remove(kind),
        };
    }

    /// Returns how many devices are chosen in the console.
    pub fn chosen(&self) -> usize {
        self.chosen.len()
    }

    /// Returns the time since which commands were created, if there is one.
    pub fn created_after(&self) -> Option<Timestamp> {
        self.at.plus_millis(-60_000 * i64::from(self.minutes?))
    }

    /// Returns where it is to be stopped.
    pub fn scope(&self) -> SweepScope {
        match self.place {
            Place::Organization => SweepScope::Organization,
            Place::Chosen => SweepScope::Devices(self.chosen.clone()),
            Place::Search => SweepScope::Search(self.search.trim().to_owned()),
        }
    }

    /// Returns a sweep over the devices of this place, to learn which they are; none where nothing is searched for.
    pub fn of_place(&self) -> Option<Sweep> {
        let is_blank = self.place == Place::Search && self.search.trim().is_empty();
        let any = Self {
            what: What::Grave,
            ..self.clone()
        };
        let sweep = Sweep::new(any.filter(&SeverityRules::default())).ok();
        sweep
            .filter(|_| !is_blank)
            .map(|sweep| sweep.over(self.scope()))
    }

    /// Returns what matches, as grave as these rules say.
    pub fn filter(&self, severity_rules: &SeverityRules) -> Filter {
        let (kinds, severity) = match self.what {
            What::Grave => (Vec::new(), Some(SeverityLevel::Disruptive)),
            What::Kinds => (
                self.kinds
                    .iter()
                    .map(|kind| KindName::exact(kind))
                    .collect(),
                None,
            ),
        };
        Filter {
            kinds,
            severity,
            severity_rules: severity_rules.clone(),
            created_after: self.created_after(),
            text: SearchText::parse("text", self.text.trim()).ok(),
            ..Filter::default()
        }
    }

    /// Returns what was entered as a sweep.
    ///
    /// # Errors
    /// When something is missing or wrong: nothing is guessed.
    pub fn sweep(&self, severity_rules: &SeverityRules) -> Result<Sweep, Wrong> {
        if self.what == What::Kinds && self.kinds.is_empty() {
            return Err(Wrong::NoKind);
        }
        if self.place == Place::Search && self.search.trim().is_empty() {
            return Err(Wrong::NoSearch);
        }
        let at_most = match self.at_most.trim() {
            "" => None,
            number => match number.parse() {
                Ok(0) | Err(_) => return Err(Wrong::AtMost),
                Ok(number) => Some(number),
            },
        };
        let sweep = Sweep::new(self.filter(severity_rules)).map_err(|_| Wrong::NoKind)?;
        Ok(sweep.over(self.scope()).at_most(at_most))
    }

    /// Returns what was entered as a rule that others are to sign, valid from `now` for so many hours. Whatever time was
    /// entered is not in it: it is for commands that nobody has given yet.
    pub fn rule(&self, hours: u32, automatic: bool, now: Timestamp) -> Option<BrakeRuleRequest> {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let (kinds, severity) = match self.what {
            What::Grave => (Vec::new(), Some(SeverityLevel::Disruptive)),
            What::Kinds => (self.kinds.iter().cloned().collect(), None),
        };
        let filter = FilterTerms {
            kinds,
            severity: severity.map(|level| level.as_str().to_owned()),
            text: given(&self.text),
            ..FilterTerms::default()
        };
        let scope = match self.scope() {
            SweepScope::Organization => ScopeTerms::Organization,
            SweepScope::Search(text) => ScopeTerms::Search(text),
            SweepScope::Devices(devices) => {
                ScopeTerms::Devices(devices.iter().map(DeviceRef::to_string).collect())
            }
        };
        let valid_until = now.plus_millis(i64::from(hours) * 3_600_000)?;
        Some(BrakeRuleRequest {
            sweep: SweepTerms {
                filter,
                scope,
                at_most: given(&self.at_most).and_then(|most| most.parse().ok()),
            },
            automatic,
            valid_until: valid_until.to_string(),
            reason: None,
        })
    }

    /// Returns the kinds that can be chosen, the gravest first: those of the provider, and those that were found.
    pub fn kinds_offered(&self, provider: Provider, found: &Preview) -> Vec<String> {
        let mut kinds: Vec<String> = kind_severity::kinds(provider).map(str::to_owned).collect();
        let others = found.commands.iter().map(|command| &command.kind);
        for kind in others.chain(&self.kinds) {
            let is_known = kinds.iter().any(|known| KindName::exact(known).is(kind));
            if !kind.trim().is_empty() && !is_known {
                kinds.push(kind.clone());
            }
        }
        kinds
    }

    /// Returns what would be cancelled where, in a sentence. `at` says a time.
    pub fn summary(&self, organization: &str, at: impl Fn(Timestamp) -> String) -> String {
        let filter = self.filter(&SeverityRules::default());
        let place = match self.place {
            Place::Organization => words::place_organization(organization),
            Place::Chosen => words::place_chosen(self.chosen.len()),
            Place::Search => words::place_search(self.search.trim(), organization),
        };
        let text = Some(self.text.trim()).filter(|text| !text.is_empty());
        sentence(&filter, text, &place, at)
    }

    /// Returns whether the organization has to be typed before it may go: not where there are few devices.
    pub fn is_to_be_typed(&self, found: &Preview) -> bool {
        !found.all_known || found.devices >= TYPED_FROM
    }
}

/// Returns what somebody asks a server to cancel where, in a sentence; none where this page does not understand all of
/// it.
pub fn summary_of(
    asked: &SweepTerms,
    organization: &str,
    at: impl Fn(Timestamp) -> String,
) -> Option<String> {
    let terms = &asked.filter;
    let time = |text: &Option<String>| match text {
        None => Some(None),
        Some(text) => Timestamp::parse_rfc3339(text).map(Some),
    };
    let severity = match &terms.severity {
        None => None,
        Some(word) => Some(SeverityLevel::parse(word)?),
    };
    let filter = Filter {
        kinds: terms
            .kinds
            .iter()
            .map(|kind| KindName::exact(kind))
            .collect(),
        severity,
        created_after: time(&terms.created_after)?,
        created_before: time(&terms.created_before)?,
        ..Filter::default()
    };
    let place = match &asked.scope {
        ScopeTerms::Organization => words::place_organization(organization),
        ScopeTerms::Search(text) => words::place_search(text, organization),
        ScopeTerms::Devices(devices) => words::place_devices(devices.len()),
    };
    let mut said = sentence(&filter, terms.text.as_deref(), &place, at);
    if let Some(most) = asked.at_most {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        said = [said, words::confirm_most(most)].join(" ");
    }
    Some(said)
}

/// What is meant by a filter with this text, on devices that `place` names.
fn sentence(
    filter: &Filter,
    text: Option<&str>,
    place: &str,
    at: impl Fn(Timestamp) -> String,
) -> String {
    let kinds = filter.kinds.iter().map(|kind| kind.as_str().to_owned());
    let grave = filter.severity.map(|level| match level {
        SeverityLevel::Disruptive => words::grave().to_owned(),
        level => words::least_severity(kind_severity::level_name(level)),
    });
    let mut said = text::list(grave.into_iter().chain(kinds));
    if let Some(text) = text {
        said = words::confirm_text(&said, text);
    }
    said = match filter.created_after {
        Some(after) => words::confirm_since(&said, &at(after)),
        None => words::confirm_any_time(&said),
    };
    if let Some(before) = filter.created_before {
        said = words::confirm_before(&said, &at(before));
    }
    words::confirm_where(&said, place)
}

/// What the first looks found, before anything is sent.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// How many devices there are, as far as is known.
    pub devices: usize,
    /// Whether these are all.
    pub all_known: bool,
    /// How many were looked at.
    pub looked_at: usize,
    /// How many of these could not be read.
    pub failed: usize,
    /// Whether nothing more is looked at.
    pub is_over: bool,
    /// Why the devices could not be listed, if so.
    pub problem: Option<Problem>,
    /// What is pending on the devices that were looked at.
    commands: Vec<Command>,
}

/// How much of what was looked at matches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Matching {
    /// On how many devices something matches.
    pub devices: usize,
    /// How many commands match.
    pub commands: usize,
    /// How many match but for the time.
    pub older: usize,
}

impl Preview {
    /// Returns the devices that are looked at before anything is sent. They are spread over those that are known, by
    /// their last contact: what is found on them tells how much there is.
    pub fn spread_over(devices: Vec<Device>, now: Timestamp) -> Vec<DeviceRef> {
        let step = devices.len().div_ceil(LOOKS).max(1);
        let in_order = Sweep::in_order(devices, now).into_iter();
        // Of each step the middle one.
        let spread = in_order.skip((step - 1) / 2).step_by(step);
        spread.map(|device| device.device).collect()
    }

    /// Takes in what is pending on a device; none where it could not be read.
    pub fn looked_at(&mut self, commands: Option<Vec<Command>>) {
        self.looked_at += 1;
        let Some(commands) = commands else {
            self.failed += 1;
            return;
        };
        let pending = commands
            .into_iter()
            .filter(|command| command.state == CommandState::Pending);
        self.commands.extend(pending);
    }

    /// Returns how much matches.
    pub fn matching(&self, filter: &Filter) -> Matching {
        let any_time = Filter {
            created_after: None,
            ..filter.clone()
        };
        let mut matching = Matching::default();
        let mut devices = HashSet::new();
        for command in &self.commands {
            if filter.matches(command) {
                devices.insert(&command.device);
                matching.commands += 1;
            } else if any_time.matches(command) {
                matching.older += 1;
            }
        }
        matching.devices = devices.len();
        matching
    }

    /// Returns the names of what is pending, each once.
    pub fn names(&self) -> Vec<String> {
        let names = self.commands.iter().filter_map(|one| one.name.as_deref());
        let names: BTreeSet<&str> = names
            .filter_map(|name| rows::known_by(Some(name)))
            .collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// Returns on how many of the devices that were looked at a command of this kind is pending, created since then.
    pub fn of_kind(&self, kind: &str, created_after: Option<Timestamp>) -> usize {
        let filter = Filter {
            kinds: vec![KindName::exact(kind)],
            created_after,
            ..Filter::default()
        };
        self.matching(&filter).devices
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, command, device};

    fn form() -> BrakeForm {
        BrakeForm::new(at(1_800), vec![device("applivery:a1")])
    }

    fn sweep(form: &BrakeForm) -> Result<Sweep, Wrong> {
        form.sweep(&SeverityRules::default())
    }

    fn preview() -> Preview {
        let mut preview = Preview::default();
        let pending = CommandState::Pending;
        preview.looked_at(Some(vec![
            command("applivery:a1", 1, "WIPE", pending),
            command("applivery:a1", 2, "REBOOT", pending),
            command("applivery:a1", 3, "WIPE", CommandState::Sent),
        ]));
        preview.looked_at(Some(vec![
            command("applivery:a2", 4, "WIPE", pending),
            command("applivery:a2", 5, "LOCK", pending),
        ]));
        preview.looked_at(None);
        preview
    }

    #[test]
    fn it_begins_with_all_that_is_grave_of_the_last_half_hour_everywhere() {
        let sweep = sweep(&form()).unwrap();
        assert_eq!(sweep.scope, SweepScope::Organization);
        assert_eq!(sweep.filter().severity, Some(SeverityLevel::Disruptive));
        assert_eq!(sweep.filter().created_after, Some(at(0)));
        assert_eq!(sweep.at_most, None);
    }

    #[test]
    fn what_is_missing_or_wrong_is_never_guessed() {
        let mut kinds = form();
        kinds.choose_kind("WIPE", true);
        kinds.choose_kind("WIPE", false);
        assert_eq!(sweep(&kinds), Err(Wrong::NoKind));
        kinds.text = "fleet".to_owned();
        assert_eq!(sweep(&kinds), Err(Wrong::NoKind), "a text names no kind");
        let mut search = form();
        search.place = Place::Search;
        search.search = "  ".to_owned();
        assert_eq!(sweep(&search), Err(Wrong::NoSearch));
        for number in ["0", "-1", "1.5", "ten", "99999999999999999999999"] {
            let mut limited = form();
            limited.at_most = number.to_owned();
            assert_eq!(sweep(&limited), Err(Wrong::AtMost), "{number}");
        }
        let mut limited = form();
        limited.at_most = " 12 ".to_owned();
        assert_eq!(sweep(&limited).unwrap().at_most, Some(12));
    }

    #[test]
    fn chosen_devices_kinds_and_times_narrow_it_down() {
        let mut form = form();
        form.choose_kind("WIPE", true);
        form.place = Place::Chosen;
        form.minutes = None;
        let sweep = sweep(&form).unwrap();
        let devices = vec![device("applivery:a1")];
        assert_eq!(sweep.scope, SweepScope::Devices(devices));
        assert_eq!(sweep.filter().severity, None);
        assert_eq!(sweep.filter().created_after, None);
        assert!(sweep.filter().has_kind("wipe") && !sweep.filter().has_kind("LOCK"));
    }

    #[test]
    fn the_preview_counts_what_the_sweep_would_cancel() {
        let (mut form, preview) = (form(), preview());
        let count = |form: &BrakeForm| preview.matching(&form.filter(&SeverityRules::default()));
        let all = Matching {
            devices: 2,
            commands: 3,
            older: 0,
        };
        assert_eq!(count(&form), all, "all but the reboot");
        form.choose_kind("WIPE", true);
        let wipes = Matching {
            devices: 2,
            commands: 2,
            older: 0,
        };
        assert_eq!(count(&form), wipes);
        form.at = at(1_802);
        let newer = Matching {
            devices: 1,
            commands: 1,
            older: 1,
        };
        assert_eq!(count(&form), newer);
        assert_eq!(preview.of_kind("wipe", None), 2);
        assert_eq!((preview.looked_at, preview.failed), (3, 1));
    }

    #[test]
    fn the_looks_are_spread_over_all_devices_however_many_these_are() {
        for count in [0_usize, 1, 19, 20, 21, 39, 41, 1000] {
            let devices = (0..count).map(|at| Device::new(device(&format!("applivery:d{at}"))));
            let looks = Preview::spread_over(devices.collect(), at(0));
            assert!(
                looks.len() <= LOOKS && looks.len() >= count.min(LOOKS / 2),
                "{count}"
            );
            let different: BTreeSet<String> = looks.iter().map(DeviceRef::short).collect();
            assert_eq!(different.len(), looks.len());
        }
    }

    #[test]
    fn a_rule_is_for_what_was_entered_at_any_time() {
        let mut form = form();
        let rule = form.rule(24, false, at(0)).unwrap();
        assert_eq!(rule.valid_until, at(86_400).to_string());
        assert_eq!(
            summary_of(&rule.sweep, "acme", |_| String::new()).unwrap(),
            "Everything destructive or disruptive, created at any time, on all devices of acme."
        );
        form.choose_kind("WIPE", true);
        form.text = " fleet ".to_owned();
        form.at_most = " 900 ".to_owned();
        form.place = Place::Chosen;
        let rule = form.rule(8, true, at(0)).unwrap();
        let devices = form.chosen.iter().map(DeviceRef::to_string).collect();
        let expected = SweepTerms {
            filter: FilterTerms {
                kinds: vec!["WIPE".to_owned()],
                text: Some("fleet".to_owned()),
                ..FilterTerms::default()
            },
            scope: ScopeTerms::Devices(devices),
            at_most: Some(900),
        };
        assert_eq!((rule.sweep, rule.automatic), (expected, true));
    }

    #[test]
    fn kinds_that_nobody_knows_can_be_chosen_once_they_are_found() {
        let (form, mut preview) = (form(), preview());
        let pending = CommandState::Pending;
        let strange = command("applivery:a3", 9, "MELT", pending);
        preview.looked_at(Some(vec![strange]));
        let offered = form.kinds_offered(Provider::Applivery, &preview);
        let count = |kind: &str| offered.iter().filter(|one| *one == kind).count();
        assert_eq!(count("WIPE"), 1);
        assert_eq!(count("MELT"), 1);
    }

    #[test]
    fn the_sentence_says_what_is_cancelled_where() {
        let mut form = form();
        assert_eq!(
            form.summary("acme", |_| "13:32".to_owned()),
            "Everything destructive or disruptive, created after 13:32, on all devices of acme."
        );
        form.choose_kind("WIPE", true);
        form.choose_kind("LOCK", true);
        form.text = " fleet ".to_owned();
        form.place = Place::Chosen;
        form.minutes = None;
        assert_eq!(
            form.summary("acme", |_| String::new()),
            "LOCK, WIPE, with “fleet” in the name, kind or ID, created at any time, on 1 selected device."
        );
    }

    #[test]
    fn what_somebody_was_told_of_is_chosen_with_all_its_time() {
        for (ago, minutes) in [
            (0, Some(10)),
            (600, Some(10)),
            (601, Some(30)),
            (90_000, None),
        ] {
            let surge = Surge {
                kind: "WIPE".to_owned(),
                at: at(100_000),
                since: Some(at(100_000 - ago)),
                devices: 480,
                run: None,
            };
            let form = BrakeForm::of_surge(at(100_000), Vec::new(), &surge);
            assert_eq!(form.minutes, minutes, "{ago}");
            assert!(form.filter(&SeverityRules::default()).has_kind("WIPE"));
            assert_eq!(form.what, What::Kinds);
        }
    }

    #[test]
    fn what_others_ask_for_is_said_whole_or_not_at_all() {
        let read = |text: &str| serde_json::from_str::<SweepTerms>(text).ok();
        let said = |text: &str| {
            let asked = read(text)?;
            summary_of(&asked, "acme", |at| at.to_string())
        };
        assert_eq!(
            said(r#"{"filter":{"kinds":["WIPE"],"created_after":"2026-02-10T12:00:00Z"},"scope":{"devices":["applivery:a1"]},"at_most":5}"#).unwrap(),
            "WIPE, created after 2026-02-10T12:00:00Z, on 1 device. At most 5 commands are cancelled."
        );
        assert_eq!(
            said(r#"{"filter":{"severity":"destructive","text":"x"},"scope":"organization"}"#)
                .unwrap(),
            "Everything Destructive or graver, with “x” in the name, kind or ID, created at any time, on all devices of acme."
        );
        for not_understood in [
            r#"{"filter":{"severity":"catastrophic"},"scope":"organization"}"#,
            r#"{"filter":{"kinds":["WIPE"],"created_after":"lately"},"scope":"organization"}"#,
            r#"{"filter":{"kinds":["WIPE"],"unless":"x"},"scope":"organization"}"#,
            r#"{"filter":{"kinds":["WIPE"]},"scope":"galaxy"}"#,
        ] {
            assert_eq!(said(not_understood), None, "{not_understood}");
        }
    }

    #[test]
    fn many_devices_or_devices_without_number_are_no_matter_of_one_click() {
        let form = form();
        let known = |devices, all_known| Preview {
            devices,
            all_known,
            ..Preview::default()
        };
        assert!(!form.is_to_be_typed(&known(49, true)));
        assert!(form.is_to_be_typed(&known(50, true)));
        assert!(form.is_to_be_typed(&known(1, false)));
    }
}
