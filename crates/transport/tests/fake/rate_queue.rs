use bytes::Bytes;
use countermand_transport::{CallLimits, Rate, Transport, Urgency, fake::FakeTransport};
use http::Request;

use crate::{
    clocks::{SteppedTimer, ms, secs},
    probe::Probe,
    requests::to,
    target::layer_test,
};

/// A request a second, and the first has gone.
async fn exhausted(timer: &SteppedTimer) -> (FakeTransport, Rate<FakeTransport>) {
    let fake = (0..9).fold(FakeTransport::new(), |fake, _| fake.answer(200, ""));
    let rate = Rate::new(fake.clone(), timer.shared(), Some("1/s".parse().unwrap()));
    rate.send(to("/first")).await.unwrap();
    (fake, rate)
}

fn paths(fake: &FakeTransport) -> Vec<String> {
    let requests = fake.requests();
    requests
        .iter()
        .map(|request| request.uri().path().to_owned())
        .collect()
}

#[layer_test]
async fn waiters_are_served_in_the_order_of_their_arrival() {
    let timer = SteppedTimer::new();
    let (fake, rate) = exhausted(&timer).await;
    let mut a = Probe::waiting(rate.send(to("/a")));
    let mut b = Probe::waiting(rate.send(to("/b")));
    let mut c = Probe::waiting(rate.send(to("/c")));
    // The last one is asked first each time, as an executor may do.
    for served in [2, 3, 4] {
        timer.advance(secs(1));
        for _ in 0..3 {
            c.poll_if_woken();
            b.poll_if_woken();
            a.poll_if_woken();
        }
        assert_eq!(paths(&fake).len(), served, "one a second");
    }
    assert_eq!(paths(&fake), ["/first", "/a", "/b", "/c"]);
}

#[layer_test]
async fn a_newcomer_does_not_overtake() {
    let timer = SteppedTimer::new();
    let (fake, rate) = exhausted(&timer).await;
    let mut a = Probe::waiting(rate.send(to("/a")));
    // The token is there, and `a` has not been polled since.
    timer.advance(secs(1));
    let mut newcomer = Probe::waiting(rate.send(to("/newcomer")));
    a.poll_if_woken().expect("its token is there").unwrap();
    assert!(newcomer.poll_if_woken().is_none());
    timer.advance(secs(1));
    newcomer.poll_if_woken().expect("and then its").unwrap();
    assert_eq!(paths(&fake), ["/first", "/a", "/newcomer"]);
}

#[layer_test]
async fn a_waiter_that_is_dropped_gives_its_place_back() {
    let timer = SteppedTimer::new();
    let (fake, rate) = exhausted(&timer).await;
    let mut a = Probe::waiting(rate.send(to("/a")));
    let b = Probe::waiting(rate.send(to("/b")));
    let mut c = Probe::waiting(rate.send(to("/c")));
    drop(b);
    timer.advance(secs(1));
    a.poll_if_woken().expect("it is first").unwrap();
    timer.advance(secs(1));
    for _ in 0..2 {
        c.poll_if_woken();
    }
    assert_eq!(paths(&fake), ["/first", "/a", "/c"]);
}

#[layer_test]
async fn the_first_one_dropped_lets_the_next_one_go() {
    let timer = SteppedTimer::new();
    let (fake, rate) = exhausted(&timer).await;
    let a = Probe::waiting(rate.send(to("/a")));
    let mut b = Probe::waiting(rate.send(to("/b")));
    timer.advance(ms(500));
    drop(a);
    // It has to be woken to begin its wait, and takes over what has passed of it.
    assert!(b.poll_if_woken().is_none());
    timer.advance(ms(500));
    b.poll_if_woken()
        .expect("no token went with the first one")
        .unwrap();
    assert_eq!(paths(&fake), ["/first", "/b"]);
}

fn with_urgency(path: &str, urgency: Urgency) -> Request<Bytes> {
    let mut request = to(path);
    let limits = CallLimits::default().with_urgency(urgency);
    request.extensions_mut().insert(limits);
    request
}

#[layer_test]
async fn the_more_urgent_go_first_and_those_alike_in_their_order() {
    let timer = SteppedTimer::new();
    let (fake, rate) = exhausted(&timer).await;
    let waiting = [
        ("/last", Urgency::Last),
        ("/usual", Urgency::Usual),
        ("/first-of-two", Urgency::First),
        ("/second-of-two", Urgency::First),
    ];
    let mut waiting =
        waiting.map(|(path, urgency)| Probe::waiting(rate.send(with_urgency(path, urgency))));
    for served in [2, 3, 4, 5] {
        timer.advance(secs(1));
        for _ in 0..3 {
            for probe in &mut waiting {
                probe.poll_if_woken();
            }
        }
        assert_eq!(
            paths(&fake).len(),
            served,
            "one a second: {:?}",
            paths(&fake)
        );
    }
    let order = [
        "/first",
        "/first-of-two",
        "/second-of-two",
        "/usual",
        "/last",
    ];
    assert_eq!(paths(&fake), order);
}
