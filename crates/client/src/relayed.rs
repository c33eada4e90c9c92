//! A relay between this and the vendor: it adds the keys, and may say that the session has ended.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use bytes::Bytes;
use countermand_transport::{Transport, TransportError, TransportErrorKind};
use http::{Request, Response};

/// The header of an answer that the relay gave itself, without asking the vendor.
const HEADER: &str = "countermand-relay";
/// Its value where the relay knows no session of this person.
const SIGN_IN: &str = "sign-in";

/// Was the last answer that the session has ended? Copies are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct SignedOut(Arc<AtomicBool>);

impl SignedOut {
    pub(crate) fn is_so(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Tells a relay's word that the session has ended from a vendor's that the key is refused.
pub(crate) struct Relayed<T> {
    inner: T,
    signed_out: SignedOut,
}

impl<T> Relayed<T> {
    pub(crate) fn new(inner: T, signed_out: SignedOut) -> Self {
        Self { inner, signed_out }
    }
}

impl<T: Transport> Transport for Relayed<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let response = self.inner.send(request).await?;
        let says = response.headers().get(HEADER);
        let has_ended = says.is_some_and(|says| says.as_bytes() == SIGN_IN.as_bytes());
        self.signed_out.0.store(has_ended, Ordering::Relaxed);
        if has_ended {
            return Err(TransportError::new(TransportErrorKind::SignedOut));
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
        Client, Connection, Credentials, Plan, Planned, RunOptions, StopHandle, StopReason,
        plan::{Seen, SeenCommand},
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
        backend.answer_with(401, &[(HEADER, SIGN_IN)], body)
    }

    #[tokio::test]
    async fn no_key_goes_along() {
        let backend = FakeTransport::new().answer(200, r#"{"status":true,"data":{"name":"Acme"}}"#);
        // What the vendor's organisation looks like does not matter here: only what was asked for does.
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
        assert!(ended.is_signed_out() && ended.refuses_connection());
        assert!(client.is_signed_out());
        assert_eq!(backend.requests().len(), 1, "it is not tried again");
        let refused = client.check().await.unwrap_err();
        assert!(refused.refuses_connection() && !refused.is_signed_out());
        assert!(!client.is_signed_out(), "the vendor was asked");
    }

    #[tokio::test]
    async fn a_run_whose_session_ends_stops_and_says_of_nothing_that_it_was_sent() {
        let mut backend = FakeTransport::new();
        for _ in 0..20 {
            backend = signed_out(backend);
        }
        let planned = |number: u32| {
            let id = CommandId::parse(Provider::Applivery, &format!("{number:024x}")).unwrap();
            let target = CommandTarget::new(DEVICE.parse().unwrap(), id).unwrap();
            let seen = Seen::Command(SeenCommand {
                state: CommandState::Pending,
                kind: "LOCK".into(),
                name: None,
                created_at: None,
                expires_at: None,
            });
            Planned { target, seen }
        };
        let plan = Plan {
            commands: (1..=5).map(planned).collect(),
            ..Plan::default()
        };
        let options = RunOptions {
            concurrency: 2,
            ..RunOptions::default()
        };
        let result = client(&backend)
            .run(plan, options, &StopHandle::new(), None)
            .await;
        assert_eq!(result.stopped, Some(StopReason::ConnectionRefused));
        let outcomes: Vec<_> = result.reports.iter().map(|row| row.outcome).collect();
        assert_eq!(outcomes, [CancelOutcome::NotSent; 5]);
        assert!(backend.requests().len() <= 2, "no more than were under way");
    }
}
