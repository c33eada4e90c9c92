use std::sync::{Arc, Mutex};

use countermand_client::{Surge, Watch, WatchNews, WatchOptions};
use countermand_core_model::{
    Command, CommandId, Device, DeviceRef, Organization, Provider, Secret, Timestamp,
};
use countermand_store::{Store, StoreLocation, WatchLease};
use countermand_transport::{BoxFuture, SharedTimer, TokioTimer};
use tokio::sync::watch;

use super::{
    alarm,
    brake::{Brake, BrakeOrder, Braked},
    kept::Kept,
    shared::{Shared, WatchDuties},
};
use crate::{
    audit::{Audit, AuditConfig, next_lines},
    metrics::Metrics,
    notices::{Destination, Notices, Way, Webhook},
    runs::Runs,
    tasks::Tasks,
};

/// Brakes by a rule, and says what it was asked.
#[derive(Clone, Default)]
struct ByRule(Arc<Mutex<Vec<BrakeOrder>>>);

impl Brake for ByRule {
    fn press(&self, order: BrakeOrder) -> BoxFuture<'static, Braked> {
        self.0.lock().unwrap().push(order);
        Box::pin(async {
            Braked::Braked {
                run: "r1".to_owned(),
                rule: "b1".to_owned(),
            }
        })
    }
}

/// Leaves every surge to people.
struct NobodyBrakes;

impl Brake for NobodyBrakes {
    fn press(&self, _: BrakeOrder) -> BoxFuture<'static, Braked> {
        Box::pin(async { Braked::NeedsPerson })
    }
}

/// Fails.
struct Fails;

impl Brake for Fails {
    fn press(&self, _: BrakeOrder) -> BoxFuture<'static, Braked> {
        Box::pin(async { panic!("of a test") })
    }
}

struct Bed {
    shared: Arc<Shared>,
    store: Store,
    lease: WatchLease,
    _folder: tempfile::TempDir,
}

async fn bed(brake: Arc<dyn Brake>) -> Bed {
    let folder = tempfile::tempdir().unwrap();
    let timer: SharedTimer = Arc::new(TokioTimer::default());
    let location = StoreLocation::File(folder.path().join("store.sqlite"));
    let store = Store::open(&location).await.unwrap();
    let metrics = Arc::new(Metrics::new());
    // Nobody listens there: what is told of stays in the outbox.
    let url = Secret::from("http://127.0.0.1:1/hook");
    let local = vec!["127.0.0.0/8".parse().unwrap()];
    let webhook = Webhook::new(&url, &Secret::from("s3cr3t-key-of-the-webhooks"), local).unwrap();
    let destination = Destination::new("chat", Way::Webhook(webhook)).unwrap();
    let notices = Notices::begin(
        vec![destination],
        store.clone(),
        timer.clone(),
        "https://c.example",
        Arc::clone(&metrics),
    )
    .unwrap();
    let instance = Runs::register(&store, &timer).await.unwrap();
    let audit = Audit::begin(
        AuditConfig::new(folder.path().join("audit")),
        &instance.to_string(),
        store.clone(),
        notices.clone(),
        timer.clone(),
        Tasks::new(),
    )
    .await
    .unwrap();
    let runs = Runs::begin(
        store.clone(),
        audit.clone(),
        notices.clone(),
        timer.clone(),
        std::collections::BTreeMap::new(),
        instance.clone(),
    );
    let (lease, _) = store
        .claim_watch("fleet", &instance)
        .await
        .unwrap()
        .unwrap();
    let duties = WatchDuties {
        store: store.clone(),
        audit,
        notices,
        metrics,
        timer,
        runs,
        brake,
    };
    Bed {
        shared: Arc::new(Shared {
            duties,
            is_closing: watch::Sender::new(false),
            tasks: Tasks::new(),
        }),
        store,
        lease,
        _folder: folder,
    }
}

/// A wipe of everything, as the client's watch tells of it.
fn surge() -> Surge {
    let at = Timestamp::from_millis(1_800_000_000_000).unwrap();
    let device = |number: usize| {
        DeviceRef::parse_for(Provider::Applivery, &format!("{number:024x}")).unwrap()
    };
    let mut watch = Watch::new(WatchOptions::default()).unwrap();
    let devices: Vec<Device> = (0..1_000)
        .map(|number| Device::new(device(number)))
        .collect();
    watch.list(&devices, true, at);
    let org = Organization::parse(Provider::Applivery, "acme").unwrap();
    let id = CommandId::parse(Provider::Applivery, &format!("{:024x}", 7)).unwrap();
    for device in devices {
        let mut wipe = Command::new(org.clone(), device.device.clone(), id.clone());
        "WIPE".clone_into(&mut wipe.kind);
        wipe.created_at = Some(at);
        for news in watch.looked_at(&device.device, &[wipe], at) {
            if let WatchNews::Surge(surge) = news {
                return surge;
            }
        }
    }
    panic!("no surge");
}

impl Bed {
    async fn tell(&self) -> Braked {
        let (shared, lease) = (Arc::clone(&self.shared), self.lease.clone());
        alarm::surge(shared, lease, Kept::default(), surge()).await
    }

    async fn audit(&self) -> String {
        let (lines, _) = next_lines(&self.store, 1).await.unwrap().unwrap();
        String::from_utf8(lines).unwrap()
    }

    /// What waits for the receiver, whether or not it was tried.
    async fn told(&self) -> Vec<serde_json::Value> {
        let late = Timestamp::from_millis(4_000_000_000_000).unwrap();
        let waiting = self
            .store
            .claim_notices("chat", late, late, 99)
            .await
            .unwrap();
        let bodies = waiting.into_iter();
        bodies
            .map(|notice| serde_json::from_str(&notice.body).unwrap())
            .collect()
    }
}

#[tokio::test]
async fn with_a_rule_it_brakes_by_itself_and_says_so() {
    let rule = ByRule::default();
    let bed = bed(Arc::new(rule.clone())).await;
    assert!(matches!(bed.tell().await, Braked::Braked { .. }));
    let asked = rule.0.lock().unwrap().clone();
    let [order] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    assert_eq!(
        (order.connection.as_str(), order.kind.as_str()),
        ("fleet", "WIPE")
    );
    assert_eq!(order.since, surge().since);
    let audit = bed.audit().await;
    let (surge, braked) = (audit.find("\"surge\""), audit.find("\"surge_braked\""));
    assert!(surge.is_some() && surge < braked, "{audit}");
    let told = bed.told().await;
    assert_eq!(
        (told.len(), &told[0]["run"], &told[0]["rule"]),
        (1, &"r1".into(), &"b1".into())
    );
}

#[tokio::test]
async fn without_a_rule_and_with_a_brake_that_fails_a_person_is_asked() {
    for brake in [Arc::new(NobodyBrakes) as Arc<dyn Brake>, Arc::new(Fails)] {
        let bed = bed(brake).await;
        assert_eq!(bed.tell().await, Braked::NeedsPerson);
        assert!(!bed.audit().await.contains("surge_braked"));
        let told = bed.told().await;
        assert!(told.len() == 1 && told[0].get("run").is_none(), "{told:?}");
    }
}

#[tokio::test]
async fn whoever_has_lost_the_watch_neither_brakes_nor_tells() {
    let rule = ByRule::default();
    let bed = bed(Arc::new(rule.clone())).await;
    bed.store.release_watch(&bed.lease).await.unwrap();
    assert_eq!(bed.tell().await, Braked::NeedsPerson);
    assert!(rule.0.lock().unwrap().is_empty());
    assert_eq!(bed.told().await.len(), 0);
}

#[tokio::test]
async fn the_same_surge_is_one_notice_however_often_it_is_told() {
    let bed = bed(Arc::new(NobodyBrakes)).await;
    bed.tell().await;
    bed.tell().await;
    assert_eq!(bed.told().await.len(), 1);
}
