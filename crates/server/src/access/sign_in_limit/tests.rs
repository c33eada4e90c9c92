//! Guesses, one after the other and at once, from one place and from many.

use countermand_store::StoreLocation;
use countermand_transport::fake::FakeTimer;

use super::*;

const RIGHT: &str = "right";

struct Here {
    one: SignInLimit,
    /// Another instance with the same store.
    other: SignInLimit,
    timer: FakeTimer,
    _folder: tempfile::TempDir,
}

async fn here() -> Here {
    let timer = FakeTimer::starting_at(Timestamp::from_millis(1_770_000_000_000).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let file = StoreLocation::File(folder.path().join("store.sqlite"));
    let store = Store::open(&file).await.unwrap();
    let limit = || SignInLimit::new(Arc::new(timer.clone()), store.clone());
    Here {
        one: limit(),
        other: limit(),
        timer,
        _folder: folder,
    }
}

fn peer(text: &str) -> IpAddr {
    text.parse().unwrap()
}

impl SignInLimit {
    async fn guess(&self, from: IpAddr, guess: &str) -> Result<(), NotAccepted<()>> {
        let result = self.compare(from, || match guess == RIGHT {
            true => Ok(()),
            false => Err(()),
        });
        let result = result.await;
        self.write(from).await;
        result
    }

    /// Guesses wrong `times` times, and returns how many of the guesses were compared.
    async fn guesses(&self, from: IpAddr, times: u32) -> u32 {
        let mut compared = 0;
        for _ in 0..times {
            compared += u32::from(self.guess(from, "wrong").await == Err(NotAccepted::Wrong(())));
        }
        compared
    }
}

fn seconds(seconds: u64) -> Result<(), NotAccepted<()>> {
    Err(NotAccepted::Limited(Duration::from_secs(seconds)))
}

#[tokio::test]
async fn a_loop_is_cut_to_what_is_allowed_and_a_right_guess_is_not_told() {
    let Here { one, timer, .. } = here().await;
    let (mallory, alice) = (peer("192.0.2.1"), peer("192.0.2.2"));
    assert_eq!(one.guesses(mallory, 500).await, 10);
    assert_eq!(one.guess(mallory, RIGHT).await, seconds(60));
    assert_eq!(one.check(mallory).await, Err(Duration::from_secs(60)));
    assert_eq!(one.guess(alice, RIGHT).await, Ok(()), "elsewhere");
    timer.advance(Duration::from_secs(59));
    assert_eq!(one.guess(mallory, RIGHT).await, seconds(1));
    timer.advance(Duration::from_secs(1));
    assert_eq!(one.guesses(mallory, 5).await, 1, "one a minute");
    timer.advance(Duration::from_secs(60));
    assert_eq!(one.guess(mallory, RIGHT).await, Ok(()));
    timer.advance(Duration::from_secs(600));
    assert_eq!(one.guesses(mallory, 500).await, 10, "it is forgiven");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_no_more_are_compared() {
    let Here { one, .. } = here().await;
    let guesses: Vec<_> = (0..100)
        .map(|_| {
            let one = one.clone();
            tokio::spawn(async move { one.guess(peer("192.0.2.1"), "wrong").await })
        })
        .collect();
    let mut compared = 0;
    for guess in guesses {
        compared += u32::from(guess.await.unwrap() == Err(NotAccepted::Wrong(())));
    }
    assert_eq!(compared, 10);
}

#[tokio::test]
async fn a_network_of_ipv6_is_one_peer_and_so_is_an_address_in_both_forms() {
    let Here { one, .. } = here().await;
    let mut compared = 0;
    for number in 0..50 {
        let peer = peer(&format!("2001:db8:1:2:{number}::1"));
        compared += one.guesses(peer, 1).await;
    }
    assert_eq!(compared, 10);
    assert_eq!(one.guess(peer("2001:db8:1:3::1"), RIGHT).await, Ok(()));
    assert_eq!(one.guesses(peer("192.0.2.1"), 6).await, 6);
    assert_eq!(one.guesses(peer("::ffff:192.0.2.1"), 6).await, 4);
}

#[tokio::test]
async fn every_instance_knows_and_so_does_the_next_start() {
    let here = here().await;
    let mallory = peer("192.0.2.1");
    assert_eq!(here.one.guesses(mallory, 6).await, 6);
    assert_eq!(here.other.guesses(mallory, 6).await, 4);
    assert!(here.one.check(mallory).await.is_err());
    let next = SignInLimit::new(Arc::new(here.timer.clone()), here.one.0.store.clone());
    assert_eq!(next.guess(mallory, RIGHT).await, seconds(60));
}

#[tokio::test]
async fn from_many_places_there_is_one_guess_an_hour_in_each_and_nobody_else_is_kept_out() {
    let Here { one, timer, .. } = here().await;
    let places: Vec<IpAddr> = (0..200_u32)
        .map(|number| IpAddr::from((0xc633_6400 + number).to_be_bytes()))
        .collect();
    let mut compared = 0;
    for place in &places {
        compared += one.guesses(*place, 5).await;
    }
    // Twenty places guess five times each; then all is used up, and each other one guesses once.
    assert_eq!(compared, 100 + 180);
    assert_eq!(one.guess(peer("192.0.2.1"), RIGHT).await, Ok(()));
    assert!(one.guess(places[0], RIGHT).await.is_err());
    timer.advance(Duration::from_secs(30 * 60));
    assert_eq!(one.guess(places[0], RIGHT).await, Ok(()), "it has calmed");
}

#[tokio::test]
async fn without_the_store_what_is_known_here_holds_and_is_written_later() {
    let here = here().await;
    let mallory = peer("192.0.2.1");
    here.one.0.store.close().await;
    assert_eq!(here.one.guesses(mallory, 50).await, 10);
    assert_eq!(here.one.guess(mallory, RIGHT).await, seconds(60));
    let unwritten = lock(&here.one.0.known)[&subject(mallory)].unwritten;
    assert_eq!(unwritten, 10);
}

#[tokio::test]
async fn no_more_is_kept_than_the_bound() {
    let Here { one, .. } = here().await;
    for number in 0..MOST + 100 {
        one.failed(IpAddr::from((0x0a00_0000 + number).to_be_bytes()));
    }
    assert_eq!(lock(&one.0.known).len(), MOST as usize);
    assert!(lock(&one.0.known).contains_key(ALL));
}

#[test]
fn a_clock_that_was_set_back_keeps_nobody_out_for_long() {
    let mut failures = Failures::NONE;
    failures.count(&OF_ONE_PEER, 7_200_000);
    assert_eq!(
        failures.used_up(&OF_ONE_PEER, 0),
        Some(Duration::from_secs(60))
    );
    assert_eq!(failures.used_up(&OF_ONE_PEER, 7_200_000), None);
}
