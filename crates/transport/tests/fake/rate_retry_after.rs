use countermand_transport::{
    CallLimits, Rate, RateLimit, RequestClass, StopHandle, Timer, Transport, TransportErrorKind,
    fake::FakeTransport,
};

use crate::{
    clocks::{NO_WAIT, SteppedTimer, jumping, ms, secs},
    probe::Probe,
    requests::{marked, read, unmarked},
    target::layer_test,
};

const LIMITS: [Option<&str>; 2] = [None, Some("1000/s")];

fn limit(text: Option<&str>) -> Option<RateLimit> {
    text.map(|text| text.parse().unwrap())
}

fn asking(status: u16, retry_after: &str) -> FakeTransport {
    FakeTransport::new()
        .answer_with(status, &[("retry-after", retry_after)], "")
        .answer(200, "")
        .answer(200, "")
}

#[layer_test]
async fn one_answer_slows_every_call() {
    for text in LIMITS {
        for (status, asked, wait) in [
            (429, "7", secs(7)),
            (503, "7", secs(7)),
            (429, "Thu, 12 Feb 2026 08:30:09 GMT", secs(9)),
            (503, "30", secs(30)),
        ] {
            let (timer, shared) = jumping();
            let rate = Rate::new(asking(status, asked), shared, limit(text));
            // The answer itself passes at once.
            assert_eq!(
                rate.send(unmarked()).await.unwrap().status().as_u16(),
                status
            );
            assert_eq!(timer.slept(), NO_WAIT);
            rate.send(unmarked()).await.unwrap();
            assert_eq!(timer.slept(), [wait], "{text:?} {status} {asked}");
            rate.send(unmarked()).await.unwrap();
            assert_eq!(timer.monotonic(), wait, "once is enough");
        }
    }
}

#[layer_test]
async fn a_pause_that_is_too_long_to_wait_for_is_told_at_once() {
    for text in LIMITS {
        for (asked, patience, paused) in [
            ("31", None, secs(31)),
            ("3600", None, secs(3600)),
            ("99999999", None, secs(24 * 3600)),
            ("5", Some(secs(4)), secs(5)),
        ] {
            let (timer, shared) = jumping();
            let rate = Rate::new(asking(429, asked), shared, limit(text));
            rate.send(unmarked()).await.unwrap();
            let mut request = unmarked();
            if let Some(patience) = patience {
                let limits = CallLimits::default().with_patience(patience);
                request.extensions_mut().insert(limits);
            }
            let error = rate.send(request).await.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Paused, "{asked}");
            assert_eq!(error.retry_after(), Some(paused), "{asked}");
            assert_eq!(error.attempts(), 0);
            assert_eq!(timer.slept(), NO_WAIT);
        }
    }
}

#[layer_test]
async fn a_throttled_cancel_keeps_nobody_from_reading() {
    for text in LIMITS {
        let (timer, shared) = jumping();
        let rate = Rate::new(asking(429, "3600"), shared, limit(text));
        rate.send(marked(RequestClass::Cancel)).await.unwrap();
        rate.send(read()).await.unwrap();
        assert_eq!(timer.slept(), NO_WAIT);
    }
}

#[layer_test]
async fn a_stop_ends_the_wait_for_a_pause_and_a_cancels_wait_for_its_turn() {
    let timer = SteppedTimer::new();
    for (class, asked, ends) in [
        (RequestClass::Cancel, "20", Some(TransportErrorKind::Paused)),
        (RequestClass::Read, "20", Some(TransportErrorKind::Paused)),
        (RequestClass::Cancel, "0", Some(TransportErrorKind::Stopped)),
        // What was sent is still read again.
        (RequestClass::Read, "0", None),
    ] {
        let fake = asking(429, asked);
        let rate = Rate::new(fake.clone(), timer.shared(), limit(Some("1/s")));
        rate.send(marked(class)).await.unwrap();
        let stop = StopHandle::new();
        let mut request = marked(class);
        let limits = CallLimits::until(stop.clone());
        request.extensions_mut().insert(limits);
        let mut waiting = Probe::waiting(rate.send(request));
        stop.stop();
        let ended = waiting.poll_if_woken();
        assert_eq!(
            ended.map(|end| end.unwrap_err().kind()),
            ends,
            "{class:?} {asked}"
        );
        assert_eq!(fake.requests().len(), 1, "nothing left");
    }
}

#[layer_test]
async fn other_answers_slow_nothing() {
    for text in LIMITS {
        for (status, asked) in [
            (200, "7"),
            (404, "7"),
            (500, "7"),
            (429, "soon"),
            (503, "-1"),
        ] {
            let (timer, shared) = jumping();
            let rate = Rate::new(asking(status, asked), shared, limit(text));
            rate.send(unmarked()).await.unwrap();
            rate.send(unmarked()).await.unwrap();
            assert_eq!(timer.slept(), NO_WAIT, "{text:?} {status} {asked}");
        }
    }
}

#[layer_test]
async fn a_shorter_wish_does_not_undo_a_longer_one() {
    let timer = SteppedTimer::new();
    let fake = FakeTransport::new()
        .answer_with(429, &[("retry-after", "25")], "")
        .answer_with(429, &[("retry-after", "5")], "")
        .answer(200, "");
    let late = Late(fake.clone());
    let rate = Rate::new(late, timer.shared(), None);
    // Both are under way when the first answer comes.
    let mut first = Probe::waiting(rate.send(unmarked()));
    let mut second = Probe::waiting(rate.send(unmarked()));
    first.poll().unwrap().unwrap();
    second.poll().unwrap().unwrap();
    let mut third = Probe::waiting(rate.send(unmarked()));
    timer.advance(ms(24_999));
    assert!(third.poll_if_woken().is_none());
    assert_eq!(fake.requests().len(), 2);
    timer.advance(ms(1));
    third.poll_if_woken();
    third.poll().unwrap().unwrap();
}

#[layer_test]
async fn who_waits_already_waits_longer_too() {
    let timer = SteppedTimer::new();
    let fake = FakeTransport::new()
        .answer_with(429, &[("retry-after", "20")], "")
        .answer(200, "");
    let rate = Rate::new(Late(fake.clone()), timer.shared(), limit(Some("1/s")));
    let mut first = Probe::waiting(rate.send(unmarked()));
    let mut second = Probe::waiting(rate.send(unmarked()));
    first.poll().unwrap().unwrap();
    timer.advance(secs(1));
    assert!(second.poll_if_woken().is_none());
    assert_eq!(
        fake.requests().len(),
        1,
        "a token is there, but the server asked for a pause"
    );
    timer.advance(secs(19));
    second.poll_if_woken();
    assert_eq!(fake.requests().len(), 2);
}

/// Answers when it is polled a second time.
struct Late(FakeTransport);

impl Transport for Late {
    async fn send(
        &self,
        request: http::Request<bytes::Bytes>,
    ) -> Result<http::Response<bytes::Bytes>, countermand_transport::TransportError> {
        let result = self.0.send(request).await;
        let mut polled = false;
        std::future::poll_fn(|_| {
            if std::mem::replace(&mut polled, true) {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
        result
    }
}
