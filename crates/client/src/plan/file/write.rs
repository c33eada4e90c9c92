//! Writes a plan to a file.

use std::io;

use countermand_chain::{Link, line};
use countermand_core_model::{CommandState, DeviceRef, Provider, Timestamp};
use serde::Serialize;

use super::saved_plan::{FORMAT, VERSION};
use crate::{
    Client,
    each_device::NOT_ASKED,
    error_chain,
    plan::{plan::Plan, planned::Planned},
};

/// A line of a saved plan.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Line<'a> {
    Header {
        format: &'a str,
        version: u32,
        provider: Provider,
        base_url: &'a str,
        org: &'a str,
        made_at: Timestamp,
        countermand: &'a str,
    },
    Target {
        device: &'a DeviceRef,
        id: &'a str,
        #[serde(skip_serializing_if = "str::is_empty")]
        kind: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        created_at: Option<Timestamp>,
        /// Absent if it could not be read.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<CommandState>,
    },
    Unlisted {
        device: &'a DeviceRef,
        message: &'a str,
    },
    Incomplete {
        device: &'a DeviceRef,
    },
    Sealed {
        targets: usize,
        unlisted: usize,
        incomplete: usize,
    },
}

impl Client {
    /// Returns `plan` in the format of a file, without any secret.
    ///
    /// # Errors
    /// When something in it cannot be written as JSON.
    pub fn encode_plan(&self, plan: &Plan) -> io::Result<Vec<u8>> {
        let mut kept = Vec::new();
        let mut last = Link::START;
        let mut add = |line: Line<'_>| line::add(&mut kept, &mut last, &line);
        add(Line::Header {
            format: FORMAT,
            version: VERSION,
            provider: self.provider(),
            base_url: self.base().as_str(),
            org: self.org().as_str(),
            made_at: self.shared.timer.now(),
            countermand: env!("CARGO_PKG_VERSION"),
        })?;
        let mut targets = 0;
        for planned in plan.targets() {
            add(line_of(planned))?;
            targets += 1;
        }
        for (device, error) in &plan.gaps().problems {
            add(Line::Unlisted {
                device,
                message: &error_chain(error),
            })?;
        }
        for device in plan.gaps().not_asked.iter().chain(plan.to_list()) {
            add(Line::Unlisted {
                device,
                message: NOT_ASKED,
            })?;
        }
        for device in plan.gaps().partly_listed() {
            add(Line::Incomplete { device })?;
        }
        add(Line::Sealed {
            targets,
            unlisted: plan.gaps().problems.len()
                + plan.gaps().not_asked.len()
                + plan.to_list().count(),
            incomplete: plan.gaps().partly_listed().count(),
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

fn line_of(planned: &Planned) -> Line<'_> {
    Line::Target {
        device: planned.device(),
        id: planned.id().as_str(),
        kind: planned.kind(),
        name: planned.name(),
        created_at: planned.created_at(),
        before: planned.before(),
    }
}
