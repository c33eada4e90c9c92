//! What somebody proposes, checked before anything is kept.

use std::time::Duration;

use countermand_client::{Header, Sweep, SweepScope};
use countermand_core_model::{InvalidValue, SearchText, Timestamp};
use countermand_relay_api::{BrakeRuleRequest, SweepTerms};
use countermand_transport::SharedTimer;

use crate::{
    ConnectionConfig,
    runs::{MOST_TARGETS, note},
    sweep_terms::sweep_of,
};

/// How long a rule may be in force.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A rule that may be proposed.
#[derive(Debug)]
pub(crate) struct Proposal {
    pub(crate) id: String,
    pub(crate) sweep: Sweep,
    pub(crate) automatic: bool,
    pub(crate) reason: Option<String>,
    pub(crate) valid_until: Timestamp,
}

impl Proposal {
    /// Checks what somebody proposes at a connection.
    ///
    /// # Errors
    /// Names the field and the rule.
    pub(crate) fn check(
        request: BrakeRuleRequest,
        config: &ConnectionConfig,
        timer: &SharedTimer,
    ) -> Result<Self, InvalidValue> {
        let now = timer.now();
        let sweep = sweep(&request.sweep, config)?;
        let until = &request.valid_until;
        let invalid = |rule| InvalidValue::new("valid_until", rule, until);
        let valid_until =
            Timestamp::parse_rfc3339(until).ok_or_else(|| invalid("must be a time in RFC 3339"))?;
        let lasts = valid_until.as_millis().saturating_sub(now.as_millis());
        if lasts <= 0 {
            return Err(invalid("must be in the future"));
        }
        if i128::from(lasts) > LONGEST.as_millis() as i128 {
            return Err(invalid("must be within 30 days"));
        }
        Ok(Self {
            // As unlikely to be there before as a run's.
            id: Header::new(config.org.clone(), config.base.clone(), timer).run,
            sweep,
            automatic: request.automatic,
            reason: note("reason", request.reason, false)?,
            valid_until,
        })
    }
}

fn sweep(terms: &SweepTerms, config: &ConnectionConfig) -> Result<Sweep, InvalidValue> {
    let sweep = sweep_of(terms)?;
    let invalid = |rule, value: &str| Err(InvalidValue::new("sweep.scope", rule, value));
    match &sweep.scope {
        SweepScope::Organization => {}
        SweepScope::Search(text) => {
            SearchText::parse("sweep.scope.search", text)?;
        }
        SweepScope::Devices(devices) => {
            let provider = config.org.provider();
            if devices.is_empty() || devices.len() > MOST_TARGETS {
                let count = devices.len().to_string();
                return invalid("must have 1 to 50000 devices", &count);
            }
            let others = devices.iter().find(|one| one.provider() != provider);
            if let Some(other) = others {
                let rule = "must have devices of this connection's vendor";
                return invalid(rule, &other.to_string());
            }
        }
    }
    Ok(sweep)
}
