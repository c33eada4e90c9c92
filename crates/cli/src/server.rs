//! A server that holds the keys and drives runs: what the command line asks of it.

mod client;
mod error;
mod own_page;

pub(crate) use client::{ServerClient, session_info};
pub(crate) use error::ServerError;
pub(crate) use own_page::OwnPage;
