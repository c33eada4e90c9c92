//! Writes a plan to a file.

use std::io;

use countermand_chain::{Link, line};
use serde::de::IgnoredAny;

use super::saved_plan::{EXACT, FORMAT, Line, SWEEP, SavedDevice, WHOLE};
use crate::{
    Client,
    each_device::NOT_ASKED,
    error_chain,
    plan::{plan::Plan, planned::Planned},
};

impl Client {
    /// Returns `plan` in the format of a file, without any secret. It pins exact targets: a device that a run of `plan`
    /// would list is kept as one that was not listed. A sweep is kept as it is.
    ///
    /// # Errors
    /// When something in it cannot be written as JSON.
    pub fn encode_plan(&self, plan: &Plan) -> io::Result<Vec<u8>> {
        self.encode(plan, plan.targets(), &[])
    }

    /// Returns the whole of `plan` in the format of a file, without any secret: like [`Self::encode_plan`], and each
    /// device whose further pending commands a run of `plan` would cancel, too, is kept as such, with its filter. A target
    /// that is left out because it has drifted is not in it: whoever reads it would send its cancel.
    ///
    /// # Errors
    /// When something in it cannot be written as JSON.
    pub fn encode_whole_plan(&self, plan: &Plan) -> io::Result<Vec<u8>> {
        let targets = plan.targets().filter(|planned| !planned.has_drifted());
        self.encode(plan, targets, &plan.everything())
    }

    fn encode<'p>(
        &self,
        plan: &Plan,
        kept_targets: impl Iterator<Item = &'p Planned>,
        everything: &[SavedDevice],
    ) -> io::Result<Vec<u8>> {
        let is_whole = !everything.is_empty();
        let mut kept = Vec::new();
        let mut last = Link::START;
        let mut add = |line: Line| line::add(&mut kept, &mut last, &line);
        add(Line::Header {
            prev: IgnoredAny,
            format: FORMAT.to_owned(),
            version: match plan.sweep() {
                Some(_) => SWEEP,
                None if is_whole => WHOLE,
                None => EXACT,
            },
            provider: self.provider(),
            base_url: self.base().as_str().to_owned(),
            org: self.org().as_str().to_owned(),
            made_at: self.shared.timer.now(),
            countermand: env!("CARGO_PKG_VERSION").to_owned(),
        })?;
        let mut targets = 0;
        for planned in kept_targets {
            add(line_of(planned))?;
            targets += 1;
        }
        for SavedDevice { device, filter } in everything {
            add(Line::Everything {
                prev: IgnoredAny,
                device: device.clone(),
                filter: filter.clone(),
            })?;
        }
        if let Some(sweep) = plan.sweep() {
            add(Line::Sweep {
                prev: IgnoredAny,
                filter: sweep.filter().clone(),
                scope: sweep.scope.clone(),
                at_most: sweep.at_most,
            })?;
        }
        let gaps = plan.gaps();
        let problems = gaps.problems.iter();
        let problems = problems.map(|(device, error)| (device, error_chain(error)));
        let to_list = plan.to_list().filter(|_| !is_whole);
        let not_asked = gaps.not_asked.iter().chain(to_list);
        let not_asked = not_asked.map(|device| (device, NOT_ASKED.to_owned()));
        let mut unlisted = 0;
        for (device, message) in problems.chain(not_asked) {
            add(Line::Unlisted {
                prev: IgnoredAny,
                device: device.clone(),
                message,
            })?;
            unlisted += 1;
        }
        for device in gaps.partly_listed() {
            add(Line::Incomplete {
                prev: IgnoredAny,
                device: device.clone(),
            })?;
        }
        add(Line::Sealed {
            prev: IgnoredAny,
            targets,
            everything: (is_whole || plan.sweep().is_some()).then_some(everything.len()),
            unlisted,
            incomplete: gaps.partly_listed().count(),
        })?;
        Ok(kept)
    }

    /// Saves `plan` in a new file. It is complete and durable when this returns, and absent if this fails.
    ///
    /// # Errors
    /// When something of that name exists, which is never overwritten, or the system refuses.
    #[cfg(feature = "file")]
    pub fn save_plan(&self, plan: &Plan, path: &std::path::Path) -> io::Result<()> {
        use std::{fs::File, io::Write};
        let kept = self.encode_plan(plan)?;
        let mut file = File::create_new(path)?;
        let written = file
            .write_all(&kept)
            .and_then(|()| file.sync_all())
            .and_then(|()| countermand_chain::sync_folder_of(path));
        if written.is_err() {
            // A partial plan is useless, and would block the next attempt.
            let _ = std::fs::remove_file(path);
        }
        written
    }
}

impl Plan {
    /// Returns the devices on which a run cancels more than the known targets: those that it lists, and those for which
    /// one call is sent, which cancels whatever is pending when it arrives.
    fn everything(&self) -> Vec<SavedDevice> {
        let called = self.cancel_all.iter().filter(|one| one.is_called());
        let called = called.map(|one| SavedDevice {
            device: one.target.device().clone(),
            filter: None,
        });
        let listed = self.unlisted.iter().map(|one| SavedDevice {
            device: one.target.device().clone(),
            filter: one.filter.as_deref().cloned(),
        });
        called.chain(listed).collect()
    }
}

fn line_of(planned: &Planned) -> Line {
    Line::Target {
        prev: IgnoredAny,
        device: planned.device().clone(),
        id: planned.id().as_str().to_owned(),
        kind: planned.kind().to_owned(),
        name: planned.name().map(str::to_owned),
        created_at: planned.created_at(),
        before: planned.before(),
    }
}
