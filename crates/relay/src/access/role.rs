//! What somebody may do at a connection.

use std::{convert::Infallible, str::FromStr};

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct User {
    /// The name, as the audit has it.
    pub name: String,
    /// The groups, where the way to sign in tells them.
    pub groups: Vec<String>,
}

impl User {
    /// Somebody in no group.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            groups: Vec::new(),
        }
    }
}

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Read.
    Viewer,
    /// Read and cancel.
    Operator,
}

impl Role {
    /// Its name, as the page is told it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
        }
    }
}

/// Who is meant: `*` is everybody who is signed in, `group:NAME` everybody of a group, anything else one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Everybody who is signed in.
    Everyone,
    /// Everybody of this group.
    Group(String),
    /// The person of this name.
    User(String),
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
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match (text, text.strip_prefix("group:")) {
            ("*", _) => Self::Everyone,
            (_, Some(group)) => Self::Group(group.to_owned()),
            (name, None) => Self::User(name.to_owned()),
        })
    }
}

/// Who may do what at a connection. Whoever is in none of the two may nothing, and is not told that it is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// Who may read and cancel.
    pub operators: Vec<Grant>,
    /// Who may read.
    pub viewers: Vec<Grant>,
}

impl Grants {
    /// Everybody who is signed in may everything.
    pub fn everyone() -> Self {
        Self {
            operators: vec![Grant::Everyone],
            viewers: Vec::new(),
        }
    }

    /// The role of `user`; none where they may nothing.
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
                name: name.to_owned(),
                groups: groups.iter().map(|&group| group.to_owned()).collect(),
            })
        };
        assert_eq!(role("alice", &[]), Some(Role::Operator));
        assert_eq!(role("bob", &["ops"]), Some(Role::Operator));
        assert_eq!(role("bob", &["Ops", "alice"]), Some(Role::Viewer));
        // A name that looks like a group is none.
        assert_eq!(role("group:ops", &[]), Some(Role::Viewer));
        assert_eq!(Grants::default().role(&User::named("alice")), None);
    }
}
