use std::time::{Duration, SystemTime};

use countermand_transport::{Timer, TokioTimer};

#[tokio::test(start_paused = true)]
async fn it_waits_and_tells_how_long() {
    let timer = TokioTimer::new();
    let begun = timer.monotonic();
    timer.sleep(Duration::from_secs(3600)).await;
    let took = timer.monotonic() - begun;
    assert!(
        took >= Duration::from_secs(3600) && took < Duration::from_secs(3601),
        "{took:?}"
    );
}

#[test]
fn it_tells_the_time_without_a_runtime() {
    let system = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_millis();
    let ours = u128::try_from(TokioTimer::new().now().as_millis()).unwrap();
    assert!(ours.abs_diff(system) < 60_000);
}
