//! The client over a fake transport: every branch of what a server may answer.

#[cfg(test)]
mod auth;
#[cfg(test)]
mod back_to;
#[cfg(test)]
mod cancel;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod devices;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod organization;
#[cfg(test)]
mod paging;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod properties;
#[cfg(test)]
mod published;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod secrets;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod signs;
#[cfg(test)]
mod states;
#[cfg(test)]
mod support;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod threads;
