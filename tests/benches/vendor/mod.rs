//! EnOS without a network: every answer is made from the request, at once.

use std::{
    fmt::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use countermand_core_model::Timestamp;
use countermand_transport::{BoxFuture, Timer, Transport, TransportError};
use http::{Request, Response, Uri};

pub(crate) const ORG: &str = "o15475450989191";
/// Waiting commands on each device.
pub(crate) const PER_DEVICE: usize = 20;
/// The ids count up from here.
const FIRST_ID: u64 = 2_278_935_391_000_000_000;
const CREATED_MS: u64 = 1_770_724_800_000;

/// All it knows is which commands are cancelled: a bit each.
pub(crate) struct InstantVendor {
    cancelled: Vec<AtomicU64>,
}

impl InstantVendor {
    pub(crate) fn new(targets: usize) -> Self {
        Self {
            cancelled: (0..targets.div_ceil(64))
                .map(|_| AtomicU64::new(0))
                .collect(),
        }
    }

    fn state(&self, target: usize) -> u8 {
        let word = self.cancelled[target / 64].load(Ordering::Relaxed);
        if word & (1 << (target % 64)) == 0 {
            1
        } else {
            2
        }
    }

    fn cancel(&self, target: usize) {
        self.cancelled[target / 64].fetch_or(1 << (target % 64), Ordering::Relaxed);
    }

    fn answer(&self, request: &Request<Bytes>) -> String {
        let uri = request.uri();
        if uri.path().contains("token-service") {
            return r#"{"status":0,"msg":"SUCCESS","business":"apim-token-service","data":{"accessToken":"APITOKEN-BENCH","expire":7200}}"#.to_owned();
        }
        let device: usize = parameter(uri, "assetId")
            .strip_prefix('a')
            .unwrap()
            .parse()
            .unwrap();
        let mut body = String::with_capacity(8_192);
        body.push_str(
            r#"{"code":0,"msg":"OK","requestId":"4e7f2c1d9a8b47d0b6a5c4d3e2f1a0b9","data":"#,
        );
        match parameter(uri, "action") {
            "search" => {
                let mut between = '[';
                // Newest first, and only those in the state that is asked for.
                let only_pending = request.body().windows(9).any(|part| part == b"state = 1");
                let mut listed = 0;
                for place in (0..PER_DEVICE).rev() {
                    let target = device * PER_DEVICE + place;
                    if !only_pending || self.state(target) == 1 {
                        body.push(between);
                        between = ',';
                        listed += 1;
                        self.command(&mut body, device, target, self.state(target));
                    }
                }
                body.push_str(if listed == 0 { "[]" } else { "]" });
                write!(
                    body,
                    r#","pagination":{{"sortedBy":null,"pageNo":1,"pageSize":50,"totalSize":{listed}}}}}"#
                )
                .unwrap();
            }
            action => {
                let id: u64 = parameter(uri, "commandId").parse().unwrap();
                let target = usize::try_from(id - FIRST_ID).unwrap();
                if action == "cancel" {
                    self.cancel(target);
                    body.push('[');
                    // As the published answer has it: still created.
                    self.command(&mut body, device, target, 1);
                    body.push_str("]}");
                } else {
                    self.command(&mut body, device, target, self.state(target));
                    body.push('}');
                }
            }
        }
        body
    }

    fn command(&self, body: &mut String, device: usize, target: usize, state: u8) {
        write!(
            body,
            r#"{{"commandId":"{}","orgId":"{ORG}","productKey":"Vx8qT3zL","deviceKey":"turbine-{device}","assetId":"a{device}","createTime":{},"createLocalTime":"2026-02-10 12:00:00","commandType":1,"commandName":{{"defaultValue":"Set active power limit","i18nValue":{{"en_US":"Set active power limit"}}}},"timeout":30,"pendingTtl":86400,"state":{state},"tslIdentifier":"active_power_limit","inputData":1200,"outputData":null}}"#,
            FIRST_ID + target as u64,
            CREATED_MS + target as u64,
        )
        .unwrap();
    }
}

fn parameter<'a>(uri: &'a Uri, name: &str) -> &'a str {
    let pairs = uri.query().unwrap().split('&');
    pairs
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
        .unwrap()
}

impl Transport for InstantVendor {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Ok(Response::builder()
            .header("content-type", "application/json")
            .body(Bytes::from(self.answer(&request)))
            .unwrap())
    }
}

/// The machine's clock, which jumps ahead where somebody waits: so nobody does.
pub(crate) struct InstantTimer {
    start: Instant,
    /// How far it has jumped, in milliseconds.
    jumped: Arc<AtomicU64>,
}

impl InstantTimer {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
            jumped: Arc::default(),
        }
    }
}

impl Timer for InstantTimer {
    fn now(&self) -> Timestamp {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let ms = since_1970.as_millis() + u128::from(self.jumped.load(Ordering::Relaxed));
        Timestamp::from_millis(i64::try_from(ms).unwrap()).unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed() + Duration::from_millis(self.jumped.load(Ordering::Relaxed))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let (start, jumped) = (self.start, Arc::clone(&self.jumped));
        let until = self.monotonic() + duration;
        Box::pin(async move {
            // A limit on an answer that is there already is not to be reached.
            tokio::task::yield_now().await;
            let late = until
                .saturating_sub(start.elapsed())
                .as_micros()
                .div_ceil(1_000);
            jumped.fetch_max(u64::try_from(late).unwrap(), Ordering::Relaxed);
        })
    }
}
