//! Where the plan comes from: the arguments, or a saved plan.

use countermand_client::{CancelReport, ListedDevice, Plan, SavedPlan};
use countermand_core_model::{CommandTarget, Provider};

use super::{args::CancelArgs, saved_plan, selection::Selection};
use crate::{
    failure::Failure,
    settings::{Session, Settings},
};

/// Where the plan comes from.
pub(super) enum Source {
    Selection(Provider, Selection),
    SavedPlan(Box<SavedPlan>),
}

impl Source {
    /// Reads the saved plan, or what the arguments select.
    pub(super) fn read(args: &CancelArgs, settings: &Settings) -> Result<Self, Failure> {
        if let Some(path) = &args.plan {
            return Ok(Self::SavedPlan(Box::new(saved_plan::read(path)?)));
        }
        let targets = args.named.gather(settings.provider())?;
        let provider = targets.provider;
        Ok(Self::Selection(provider, Selection::read(args, targets)?))
    }

    /// Opens the session for it. Nothing is sent yet.
    pub(super) fn open_session(
        &self,
        settings: Settings,
        args: &CancelArgs,
    ) -> Result<Session, Failure> {
        let rate = args.run.pace.rate;
        match self {
            Self::Selection(provider, _) => settings.open(*provider, rate),
            Self::SavedPlan(plan) => saved_plan::open_session(settings, plan, rate),
        }
    }

    /// Returns a plan whose devices the run itself lists, if there is one for this source.
    pub(super) fn unlisted_plan(&self) -> Option<Plan> {
        match self {
            Self::Selection(_, Selection::AllPending(devices)) => {
                let devices = devices.iter().cloned();
                Some(Plan::everything_on(devices.map(ListedDevice::unread)))
            }
            Self::Selection(_, Selection::Matching(devices, filter)) => {
                let devices = devices.iter().cloned();
                Some(Plan::matching_on(devices, filter.clone()))
            }
            Self::Selection(_, Selection::Commands(_)) | Self::SavedPlan(_) => None,
        }
    }

    /// Returns a row for each target that is known before anything is read.
    pub(super) fn known_targets(&self) -> Vec<CancelReport> {
        let row = |target: &CommandTarget| {
            CancelReport::new(target.device().clone(), target.id().clone())
        };
        match self {
            Self::Selection(_, selection) => selection.commands().iter().map(row).collect(),
            Self::SavedPlan(plan) => plan.targets.iter().map(|kept| row(&kept.target)).collect(),
        }
    }

    /// Makes the plan. Also returns why it must not be run, if so.
    pub(super) async fn plan(
        self,
        session: &Session,
        args: &CancelArgs,
    ) -> (Plan, Option<Failure>) {
        match self {
            Self::Selection(_, selection) => (selection.plan(session).await, None),
            Self::SavedPlan(plan) => {
                let applied = session.client.apply(*plan).await;
                let refusal =
                    saved_plan::refusal(&session.redactor, &applied.drift, args.allow_drift);
                (applied.plan, refusal)
            }
        }
    }
}
