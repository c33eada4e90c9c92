//! What was found, a line for each check.

use serde::Serialize;

use crate::{
    args::OutputArgs,
    exit::Exit,
    failure::Failure,
    output::{Cell, Column, Record, Tone, Unwritten, print, print_rows, text::visible},
};

/// What is checked, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Check {
    Configuration,
    Profile,
    Proxy,
    Host,
    Tls,
    Clock,
    Key,
    Organization,
    Devices,
    Commands,
    Cancel,
}

impl Check {
    const ALL: [Self; 11] = [
        Self::Configuration,
        Self::Profile,
        Self::Proxy,
        Self::Host,
        Self::Tls,
        Self::Clock,
        Self::Key,
        Self::Organization,
        Self::Devices,
        Self::Commands,
        Self::Cancel,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Profile => "profile",
            Self::Proxy => "proxy",
            Self::Host => "host",
            Self::Tls => "TLS",
            Self::Clock => "clock",
            Self::Key => "key",
            Self::Organization => "organization",
            Self::Devices => "list devices",
            Self::Commands => "list commands",
            Self::Cancel => "cancel",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Mark {
    Ok,
    Warning,
    Failed,
    NotTried,
}

impl Mark {
    fn words(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::NotTried => "not tried",
        }
    }
}

/// One line. `help` says what to do.
#[derive(Clone, Debug, Serialize)]
struct Finding {
    check: Check,
    result: Mark,
    message: String,
    help: Option<String>,
}

impl Record for Finding {
    const FIELDS: &'static [&'static str] = &["check", "result", "message", "help"];
    const COLUMNS: &'static [Column] = &[
        Column::whole("RESULT"),
        Column::whole("CHECK"),
        Column::whole("MESSAGE"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let tone = match self.result {
            Mark::Ok => Tone::Good,
            Mark::Warning => Tone::Open,
            Mark::Failed => Tone::Bad,
            Mark::NotTried => Tone::Faint,
        };
        vec![
            Cell::new(self.result.words(), tone),
            self.check.title().into(),
            self.message.clone().into(),
        ]
    }
}

/// The findings so far. For people each is printed at once: the next one may take a while.
#[derive(Debug)]
pub(super) struct Report {
    output: OutputArgs,
    findings: Vec<Finding>,
    printed: Result<(), Unwritten>,
}

impl Report {
    pub(super) fn new(output: OutputArgs) -> Self {
        Self {
            output,
            findings: Vec::new(),
            printed: Ok(()),
        }
    }

    pub(super) fn ok(&mut self, check: Check, message: impl Into<String>) {
        self.add(check, Mark::Ok, message.into(), "");
    }

    pub(super) fn warning(&mut self, check: Check, message: &str, help: &str) {
        self.add(check, Mark::Warning, message.to_owned(), help);
    }

    pub(super) fn failed(&mut self, check: Check, message: &str, help: &str) {
        self.add(check, Mark::Failed, message.to_owned(), help);
    }

    pub(super) fn not_tried(&mut self, check: Check, why: &str) {
        self.add(check, Mark::NotTried, why.to_owned(), "");
    }

    /// Returns whether there is a finding of this check.
    pub(super) fn has(&self, check: Check) -> bool {
        self.findings.iter().any(|finding| finding.check == check)
    }

    fn add(&mut self, check: Check, result: Mark, message: String, help: &str) {
        let finding = Finding {
            check,
            result,
            message,
            help: (!help.is_empty()).then(|| help.to_owned()),
        };
        if self.output.is_table() && self.printed.is_ok() {
            self.printed = print(&line(&finding));
        }
        self.findings.push(finding);
    }

    /// Says what was not tried, and returns the exit status.
    pub(super) fn end(mut self) -> Result<Exit, Failure> {
        let has_failed = self.findings.iter().any(|one| one.result == Mark::Failed);
        for check in Check::ALL {
            if !self.has(check) {
                self.not_tried(check, "something before it failed");
            }
        }
        self.printed?;
        if !self.output.is_table() {
            print_rows(self.output, &self.findings)?;
        }
        Ok(match has_failed {
            true => Exit::NothingSent,
            false => Exit::AsAsked,
        })
    }
}

fn line(finding: &Finding) -> String {
    let (result, title) = (finding.result.words(), finding.check.title());
    let mut text = format!("{result:<10} {title:<14} {}\n", visible(&finding.message));
    if let Some(help) = &finding.help {
        text.push_str(&format!("{:<26}{}\n", "", visible(help)));
    }
    text
}
