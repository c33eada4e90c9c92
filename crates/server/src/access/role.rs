//! Grants of roles at a connection.

use std::str::FromStr;

use countermand_core_model::InvalidValue;

use countermand_relay_api::Role;

use super::person::PersonName;

/// A signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct User {
    /// The name, as the audit has it.
    pub name: PersonName,
    /// The groups, where the sign-in method tells them. Compared with case, as some issuers do.
    pub groups: Vec<String>,
}

impl User {
    /// Returns a person in no group.
    pub fn named(name: PersonName) -> Self {
        Self {
            name,
            groups: Vec::new(),
        }
    }
}

/// Whom a role is granted to: `*` for everybody who is signed in, `group:NAME` for a group, anything else for one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Everybody who is signed in.
    Everyone,
    /// The members of this group.
    Group(String),
    /// The person of this name.
    User(PersonName),
}

impl Grant {
    fn means(&self, user: &User) -> bool {
        match self {
            Self::Everyone => true,
            Self::Group(name) => user.groups.contains(name),
            Self::User(name) => user.name == *name,
        }
    }
}

impl FromStr for Grant {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let text = text.trim();
        if text == "*" {
            return Ok(Self::Everyone);
        }
        let Some(group) = text.strip_prefix("group:") else {
            let name = PersonName::parse(text)?;
            return match name.as_str().starts_with("group:") {
                true => Err(InvalidValue::new(
                    "group",
                    "must begin with group: in small letters",
                    text,
                )),
                false => Ok(Self::User(name)),
            };
        };
        match group.trim() {
            "" => Err(InvalidValue::new(
                "group",
                "must have a name behind group:",
                text,
            )),
            group => Ok(Self::Group(group.to_owned())),
        }
    }
}

/// The grants of a connection. It is hidden from everybody else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// Who may read and cancel.
    pub operators: Vec<Grant>,
    /// Who may read.
    pub viewers: Vec<Grant>,
}

impl Grants {
    /// Returns grants that make everybody who is signed in an operator.
    pub fn everyone() -> Self {
        Self {
            operators: vec![Grant::Everyone],
            viewers: Vec::new(),
        }
    }

    /// Returns the role of `user`, where they have one.
    pub fn role(&self, user: &User) -> Option<Role> {
        let is_meant = |grants: &[Grant]| grants.iter().any(|grant| grant.means(user));
        if is_meant(&self.operators) {
            Some(Role::Operator)
        } else {
            is_meant(&self.viewers).then_some(Role::Viewer)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_higher_role_counts_and_a_stranger_has_none() {
        let grants = Grants {
            operators: vec!["alice".parse().unwrap(), "group:ops".parse().unwrap()],
            viewers: vec!["*".parse().unwrap()],
        };
        let role = |name: &str, groups: &[&str]| {
            grants.role(&User {
                name: PersonName::parse(name).unwrap(),
                groups: groups.iter().map(|&group| group.to_owned()).collect(),
            })
        };
        assert_eq!(role("alice", &[]), Some(Role::Operator));
        assert_eq!(role("bob", &["ops"]), Some(Role::Operator));
        assert_eq!(role("bob", &["Ops", "alice"]), Some(Role::Viewer));
        assert_eq!(role(" Alice", &[]), Some(Role::Operator));
        // A name that looks like a group is none.
        assert_eq!(role("group:ops", &[]), Some(Role::Viewer));
        let alice = User::named(PersonName::parse("alice").unwrap());
        assert_eq!(Grants::default().role(&alice), None);
    }

    #[test]
    fn what_is_configured_has_the_same_form_and_is_never_nobody() {
        let grant = |text: &str| text.parse::<Grant>();
        assert_eq!(grant("Alice@X "), grant("alice@x"));
        assert_eq!(grant("group: ops"), Ok(Grant::Group("ops".to_owned())));
        for text in ["", " ", "group:", "group: ", "Group:ops", "al\u{200b}ice"] {
            assert!(grant(text).is_err(), "{text:?}");
        }
    }
}
