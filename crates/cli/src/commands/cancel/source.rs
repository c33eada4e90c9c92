//! Where the plan comes from: the arguments, or a saved plan.

use countermand_client::{CancelReport, ListedDevice, Plan, SavedPlan};
use countermand_core_model::CommandTarget;

use super::{args::CancelArgs, saved_plan, selection::Selection};
use crate::{
    failure::Failure,
    settings::{Session, Settings, Targets},
};

/// Where the plan comes from.
pub(super) enum Source {
    /// What is to be cancelled on which devices, whose text forms may still have to be found.
    Targets(Targets),
    SavedPlan(Box<SavedPlan>),
}

/// Where the plan comes from, with its devices.
pub(super) enum FoundSource {
    Selection(Selection),
    SavedPlan(Box<SavedPlan>),
}

impl Source {
    /// Reads the saved plan, or what the arguments select.
    pub(super) fn read(args: &CancelArgs, settings: &Settings) -> Result<Self, Failure> {
        if let Some(path) = &args.plan {
            return Ok(Self::SavedPlan(Box::new(saved_plan::read(path)?)));
        }
        let targets = args.named.gather(settings.provider())?;
        Selection::check_ids(args, targets.provider)?;
        Ok(Self::Targets(targets))
    }

    /// Opens the session for it. Nothing is sent yet.
    pub(super) fn open_session(
        &self,
        settings: Settings,
        args: &CancelArgs,
    ) -> Result<Session, Failure> {
        let rate = args.run.pace.rate;
        match self {
            Self::Targets(targets) => settings.open(targets.provider, rate),
            Self::SavedPlan(plan) => saved_plan::open_session(settings, plan, rate),
        }
    }

    /// Finds the devices. Also returns whether that is all of them.
    pub(super) async fn find(
        self,
        session: &Session,
        args: &CancelArgs,
    ) -> Result<(FoundSource, bool), Failure> {
        match self {
            Self::SavedPlan(plan) => Ok((FoundSource::SavedPlan(plan), true)),
            Self::Targets(targets) => {
                let provider = targets.provider;
                let found = targets.find(session).await?;
                let selection = Selection::read(args, provider, found.devices)?;
                Ok((FoundSource::Selection(selection), found.is_whole))
            }
        }
    }
}

impl FoundSource {
    /// Returns whether there is no device.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Selection(selection) if selection.is_empty())
    }

    /// Returns a plan whose devices the run itself lists, if there is one for this source.
    pub(super) fn unlisted_plan(&self) -> Option<Plan> {
        match self {
            Self::Selection(Selection::AllPending(devices)) => {
                let devices = devices.iter().cloned();
                Some(Plan::everything_on(devices.map(ListedDevice::unread)))
            }
            Self::Selection(Selection::Matching(devices, filter)) => {
                let devices = devices.iter().cloned();
                Some(Plan::matching_on(devices, filter.clone()))
            }
            Self::Selection(Selection::Commands(_)) | Self::SavedPlan(_) => None,
        }
    }

    /// Returns a row for each target that is known before anything is read.
    pub(super) fn known_targets(&self) -> Vec<CancelReport> {
        let row = |target: &CommandTarget| {
            CancelReport::new(target.device().clone(), target.id().clone())
        };
        match self {
            Self::Selection(selection) => selection.commands().iter().map(row).collect(),
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
            Self::Selection(selection) => (selection.plan(session).await, None),
            Self::SavedPlan(plan) => {
                let applied = session.client.apply(*plan).await;
                let refusal =
                    saved_plan::refusal(&session.redactor, &applied.drift, args.allow_drift);
                (applied.plan, refusal)
            }
        }
    }
}
