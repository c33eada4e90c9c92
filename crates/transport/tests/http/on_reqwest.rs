//! The tests of a backend, on `ReqwestTransport`.

#[path = "answers.rs"]
mod answers;
#[path = "body.rs"]
mod body;
#[path = "cancelling.rs"]
mod cancelling;
#[path = "exactly_once.rs"]
mod exactly_once;
#[path = "failures.rs"]
mod failures;
#[path = "proxy.rs"]
mod proxy;

use countermand_transport::ReqwestTransport as Backend;
