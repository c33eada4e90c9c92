//! Chooses among several values of one setting, and reports contradictions.

use super::{environment, profile::Profile};
use crate::{failure::Failure, output::say};

/// The profile, and how it was chosen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Precedence<'a> {
    pub(super) profile: Option<&'a Profile>,
    /// Whether an option named it: then it overrides the environment.
    pub(super) is_named: bool,
}

impl Precedence<'_> {
    /// Returns the value of the option or the environment, or `None` if the profile's value is used or there is none.
    /// A value that is ignored is reported. None of these values is a secret.
    pub(super) fn choose(
        self,
        (option, given): (&str, Option<String>),
        (key, in_profile): (&str, Option<String>),
        variable: &str,
    ) -> Result<Option<String>, Failure> {
        let of_environment = environment::variable(variable)?;
        let name = self.profile.map(|profile| profile.name.as_str());
        let of_profile = in_profile.zip(name);
        let differ =
            |one: &str, other: &str| one.trim_end_matches('/') != other.trim_end_matches('/');
        Ok(match (given, of_profile, of_environment) {
            (Some(given), _, Some(passed_over)) => {
                if differ(&given, &passed_over) {
                    say(&format!(
                        "Ignoring {variable} ({passed_over}): {option} says {given}."
                    ));
                }
                Some(given)
            }
            (None, Some((value, name)), Some(passed_over)) if self.is_named => {
                if differ(&value, &passed_over) {
                    say(&format!(
                        "Ignoring {variable} ({passed_over}): profile {name:?} says {value}."
                    ));
                }
                None
            }
            (None, Some((value, name)), Some(used)) => {
                if differ(&value, &used) {
                    say(&format!(
                        "Ignoring {key} of profile {name:?} ({value}): {variable} says {used}. Use --profile {name} to have the profile's."
                    ));
                }
                Some(used)
            }
            (given, _, of_environment) => given.or(of_environment),
        })
    }
}
