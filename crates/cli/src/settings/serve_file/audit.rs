//! The audit: `audit = FOLDER`, or a section.

use std::path::PathBuf;

use countermand_core_model::Secret;

use super::super::section::Section;
use crate::failure::Failure;

/// The most days and minutes that are taken: a century.
const MOST_DAYS: usize = 36_525;

/// What the file says of the audit.
#[derive(Debug, Default)]
pub(crate) struct AuditSettings {
    pub(crate) folder: Option<PathBuf>,
    pub(crate) key: Option<Secret>,
    pub(crate) checkpoint_file: Option<PathBuf>,
    pub(crate) checkpoint_minutes: Option<u32>,
    pub(crate) keep_days: Option<u32>,
}

pub(super) fn read(file: &mut Section) -> Result<AuditSettings, Failure> {
    if !file.is_section("audit") {
        return Ok(AuditSettings {
            folder: file.path("audit")?,
            ..AuditSettings::default()
        });
    }
    let Some(mut section) = file.section("audit")? else {
        return Ok(AuditSettings::default());
    };
    let key = section.secret("key")?;
    let read = AuditSettings {
        folder: section.path("folder")?,
        key: key.filter(|_| !section.skips_secrets()),
        checkpoint_file: section.path("checkpoint_file")?,
        checkpoint_minutes: at_least_one(&mut section, "checkpoint_minutes")?,
        keep_days: at_least_one(&mut section, "keep_days")?,
    };
    section.end()?;
    Ok(read)
}

fn at_least_one(section: &mut Section, key: &str) -> Result<Option<u32>, Failure> {
    let Some(number) = section.number(key)? else {
        return Ok(None);
    };
    match u32::try_from(number) {
        Ok(small) if (1..=MOST_DAYS).contains(&number) => Ok(Some(small)),
        _ => Err(section.wrong(
            key,
            format_args!("must be 1 to {MOST_DAYS}, and is {number}"),
        )),
    }
}
