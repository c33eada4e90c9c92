use std::time::Duration;

use countermand_transport::{
    Attempts, Retry, RetryPolicy, Transport, TransportErrorKind, fake::FakeTransport,
};

use crate::{
    clocks::{jumping, ms, secs},
    requests::read,
    target::layer_test,
    transports::Slow,
};

/// What is waited before the second attempt when the first answer asks for `retry_after`; the number of
/// requests beside it.
async fn waited(status: u16, retry_after: &str, policy: RetryPolicy) -> (Vec<Duration>, usize) {
    let (timer, shared) = jumping();
    let fake = FakeTransport::new()
        .answer_with(status, &[("retry-after", retry_after)], "")
        .answer(200, "");
    let transport = Retry::new(fake.clone(), shared, policy);
    let response = transport.send(read()).await.unwrap();
    let sent = fake.requests().len();
    assert_eq!(
        response.status().as_u16(),
        if sent == 2 { 200 } else { status }
    );
    assert_eq!(usize::try_from(Attempts::of(&response)).unwrap(), sent);
    (timer.slept(), sent)
}

fn with_budget(budget: Duration) -> RetryPolicy {
    let mut policy = RetryPolicy::default();
    policy.budget = budget;
    policy
}

#[layer_test]
async fn a_retry_after_is_waited_for_in_both_forms() {
    for status in [429, 503] {
        assert_eq!(
            waited(status, "7", RetryPolicy::default()).await,
            (vec![secs(7)], 2)
        );
        assert_eq!(
            waited(
                status,
                "Thu, 12 Feb 2026 08:30:09 GMT",
                RetryPolicy::default()
            )
            .await,
            (vec![secs(9)], 2)
        );
    }
}

#[layer_test]
async fn a_long_retry_after_is_heeded_or_given_back_but_never_cut_short() {
    for asked in [
        "61",
        "86400",
        "99999999999999999999",
        "Fri, 13 Feb 2026 08:30:00 GMT",
    ] {
        let policy = with_budget(secs(300));
        let heeded = if asked == "61" {
            (vec![secs(61)], 2)
        } else {
            (vec![], 1)
        };
        assert_eq!(waited(429, asked, policy).await, heeded, "{asked}");
    }
}

#[layer_test]
async fn a_wait_beyond_the_budget_is_not_begun() {
    assert_eq!(waited(503, "31", with_budget(secs(30))).await, (vec![], 1));
    assert_eq!(
        waited(503, "30", with_budget(secs(30))).await,
        (vec![secs(30)], 2)
    );
    assert_eq!(waited(503, "500", with_budget(secs(60))).await, (vec![], 1));
}

#[layer_test]
async fn what_is_no_retry_after_is_passed_over() {
    for nonsense in ["soon", "-1", "1.5", "", "Thu, 99 Feb 2026 08:30:09 GMT"] {
        let (slept, sent) = waited(429, nonsense, RetryPolicy::default()).await;
        assert_eq!(sent, 2, "{nonsense:?}");
        assert!(
            slept[0] >= ms(100) && slept[0] <= ms(200),
            "{nonsense:?} {slept:?}"
        );
    }
}

#[layer_test]
async fn a_retry_after_of_nothing_does_not_hammer() {
    for asked in ["0", "Thu, 12 Feb 2026 08:29:00 GMT"] {
        let (slept, _) = waited(429, asked, RetryPolicy::default()).await;
        assert!(slept[0] >= ms(100), "{slept:?}");
    }
}

#[layer_test]
async fn waits_double_up_to_a_limit_and_are_spread() {
    let mut seen = Vec::new();
    let (timer, shared) = jumping();
    let mut policy = with_budget(secs(1000));
    policy.max_attempts = 9;
    let mut fake = FakeTransport::new();
    for _ in 0..18 {
        fake = fake.fail(TransportErrorKind::Timeout);
    }
    let transport = Retry::new(fake, shared, policy);
    transport.send(read()).await.unwrap_err();
    transport.send(read()).await.unwrap_err();
    let steps = [200, 400, 800, 1600, 3200, 5000, 5000, 5000];
    for (slept, step) in timer.slept().into_iter().zip(steps.into_iter().cycle()) {
        assert!(
            slept >= ms(step) / 2 && slept <= ms(step),
            "{slept:?} of {step} ms"
        );
        // As a share of the step, in thousandths.
        seen.push(slept.as_micros() / u128::from(step));
    }
    assert_eq!(seen.len(), 16);
    seen.sort_unstable();
    seen.dedup();
    assert!(seen.len() > 8, "hardly any spread: {seen:?}");
}

#[layer_test]
async fn the_budget_counts_attempts_and_waits() {
    let (timer, shared) = jumping();
    let mut inner = FakeTransport::new();
    for _ in 0..5 {
        inner = inner.fail(TransportErrorKind::Timeout);
    }
    let slow = Slow {
        inner: inner.clone(),
        timer,
        takes: ms(9_900),
    };
    let transport = Retry::new(slow, shared, RetryPolicy::default());
    let error = transport.send(read()).await.unwrap_err();
    // They begin after 0, about 10, 20, 30 and, were the budget not 30 s from the end of the first, 40.1 s at
    // the least.
    assert_eq!(inner.requests().len(), 4);
    assert_eq!(error.attempts(), 4);
}

#[layer_test]
async fn an_attempt_under_way_is_not_cut_off_by_the_budget() {
    let (timer, shared) = jumping();
    let slow = Slow {
        inner: FakeTransport::new().answer(200, ""),
        timer,
        takes: secs(100),
    };
    let transport = Retry::new(slow, shared, RetryPolicy::default());
    assert_eq!(transport.send(read()).await.unwrap().status().as_u16(), 200);
}
