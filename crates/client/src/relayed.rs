//! A server between this and the provider: it adds the keys, and may end the session.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use bytes::Bytes;
use countermand_relay_api::{REASON_HEADER, Reason};
use countermand_transport::{ApiError, Hold, Transport, TransportError};
use http::{Request, Response};

/// Why a server between this and the provider held a request back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RelayError {
    /// The session has ended: no request passes before the next sign-in.
    #[error("the session at the relay has ended")]
    SignedOut,
    /// The cancel needs an approval.
    #[error("the relay wants somebody else to approve it first")]
    NotApproved,
}

impl RelayError {
    /// Returns the server's reason in `error`, if a server held the request back.
    pub fn of(error: &ApiError) -> Option<Self> {
        error.transport()?.layer().copied()
    }
}

/// What the server said of itself. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct RelayStatus(Arc<Said>);

#[derive(Debug, Default)]
struct Said {
    signed_out: AtomicBool,
    wants_approval: AtomicBool,
}

impl RelayStatus {
    /// Returns whether it last said that the session has ended.
    pub(crate) fn signed_out(&self) -> bool {
        self.0.signed_out.load(Ordering::Relaxed)
    }

    /// Returns whether it ever required an approval of a cancel.
    pub(crate) fn wants_approval(&self) -> bool {
        self.0.wants_approval.load(Ordering::Relaxed)
    }
}

/// Tells a server's refusals from the provider's: an ended session from a refused key, and a missing approval from a
/// refused target.
pub(crate) struct Relayed<T> {
    inner: T,
    says: RelayStatus,
}

impl<T> Relayed<T> {
    pub(crate) fn new(inner: T, says: RelayStatus) -> Self {
        Self { inner, says }
    }
}

impl<T: Transport> Transport for Relayed<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let response = self.inner.send(request).await?;
        let says = response.headers().get(REASON_HEADER);
        let says = says.and_then(|value| Reason::from_header(value.as_bytes()));
        let signed_out = says == Some(Reason::SignIn);
        self.says.0.signed_out.store(signed_out, Ordering::Relaxed);
        if signed_out {
            return Err(TransportError::held_back(
                Hold::Lasting,
                RelayError::SignedOut,
            ));
        }
        if says == Some(Reason::Approval) {
            self.says.0.wants_approval.store(true, Ordering::Relaxed);
            return Err(TransportError::held_back(
                Hold::Refused,
                RelayError::NotApproved,
            ));
        }
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use countermand_core_model::{
        CancelOutcome, CommandId, CommandState, CommandTarget, Organization, Provider, Timestamp,
    };
    use countermand_transport::{
        BaseUrl,
        fake::{FakeTimer, FakeTransport},
    };

    use super::*;
    use crate::{
        Client, Connection, Credentials, Plan, Planned, RunOptions, StopReason,
        plan::{ObservedCommand, ObservedState},
    };

    const DEVICE: &str = "applivery:DEVICE1";

    fn client(backend: &FakeTransport) -> Client {
        let connection = Connection::new(
            Organization::parse(Provider::Applivery, "acme-mobile").unwrap(),
            BaseUrl::parse("http://127.0.0.1:8080/relay/fleet").unwrap(),
            Credentials::HeldByRelay(Provider::Applivery),
        )
        .unwrap();
        assert_eq!(connection.rate, None, "the relay keeps the vendor's");
        let timer = FakeTimer::starting_at(Timestamp::from_millis(1_770_724_800_000).unwrap());
        Client::connect(connection, backend.clone(), Arc::new(timer)).unwrap()
    }

    fn signed_out(backend: FakeTransport) -> FakeTransport {
        let body = r#"{"status":false,"error":{"code":0,"message":"sign in first"}}"#;
        backend.answer_with(401, &[(REASON_HEADER, Reason::SignIn.as_str())], body)
    }

    #[tokio::test]
    async fn no_key_goes_along() {
        let backend = FakeTransport::new().answer(200, r#"{"status":true,"data":{"name":"Acme"}}"#);
        // What the provider's organization looks like does not matter here, only the requests.
        let _ = client(&backend).check().await;
        let requests = backend.requests();
        let [request] = requests.as_slice() else {
            panic!("{requests:?}")
        };
        let url = request.uri().to_string();
        assert!(
            url.starts_with("http://127.0.0.1:8080/relay/fleet/"),
            "{url}"
        );
        for name in request.headers().keys() {
            let name = name.as_str();
            assert!(
                name != "authorization" && !name.starts_with("apim-"),
                "{name}"
            );
        }
    }

    #[tokio::test]
    async fn a_session_that_ended_is_told_from_a_refused_key_and_may_begin_again() {
        let refused = r#"{"status":false,"error":{"code":4001,"message":"Invalid token"}}"#;
        let backend = signed_out(FakeTransport::new()).answer(401, refused);
        let client = client(&backend);
        let ended = client.check().await.unwrap_err();
        assert_eq!(RelayError::of(&ended), Some(RelayError::SignedOut));
        assert!(ended.refuses_connection());
        assert!(client.is_signed_out());
        assert_eq!(backend.requests().len(), 1, "it is not tried again");
        let refused = client.check().await.unwrap_err();
        assert!(refused.refuses_connection() && RelayError::of(&refused).is_none());
        assert!(!client.is_signed_out(), "the vendor was asked");
    }

    #[tokio::test]
    async fn a_run_whose_session_ends_stops_and_says_of_nothing_that_it_was_sent() {
        let mut backend = FakeTransport::new();
        for _ in 0..20 {
            backend = signed_out(backend);
        }
        let options = RunOptions {
            concurrency: 2,
            ..RunOptions::default()
        };
        let result = client(&backend)
            .run(five_locks())
            .options(options)
            .start()
            .finish()
            .await;
        assert_eq!(result.stopped, Some(StopReason::ConnectionRefused));
        let outcomes: Vec<_> = result.reports.iter().map(|row| row.outcome).collect();
        assert_eq!(outcomes, [CancelOutcome::NotSent; 5]);
        assert!(backend.requests().len() <= 2, "no more than were under way");
    }

    #[tokio::test]
    async fn what_has_to_be_approved_first_is_not_sent_and_may_be_tried_again() {
        let body =
            r#"{"status":false,"error":{"code":403,"message":"A second operator has to approve"}}"#;
        let mut backend = FakeTransport::new();
        for _ in 0..5 {
            backend = backend.answer_with(403, &[(REASON_HEADER, Reason::Approval.as_str())], body);
        }
        let client = client(&backend);
        assert!(!client.wants_approval());
        let result = client.run(five_locks()).start().finish().await;
        let outcomes: Vec<_> = result.reports.iter().map(|row| row.outcome).collect();
        assert_eq!(outcomes, [CancelOutcome::NotSent; 5]);
        assert_eq!(result.stopped, None);
        assert!(client.wants_approval() && !client.is_signed_out());
        assert_eq!(
            backend.requests().len(),
            5,
            "each once, and none is read again"
        );
    }

    fn five_locks() -> Plan {
        let planned = |number: u32| {
            let id = CommandId::parse(Provider::Applivery, &format!("{number:024x}")).unwrap();
            let target = CommandTarget::new(DEVICE.parse().unwrap(), id).unwrap();
            let seen = ObservedState::Command(ObservedCommand {
                state: CommandState::Pending,
                kind: "LOCK".into(),
                name: None,
                created_at: None,
                expires_at: None,
            });
            Planned { target, seen }
        };
        Plan {
            commands: (1..=5).map(planned).collect(),
            ..Plan::default()
        }
    }
}
