//! Pages of other origins.

use countermand_simulator::{Config, Cors, Fault, FaultKind};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Lab, config, lab, lab_with};

const HEADERS: &str = "authorization,apim-accesstoken,content-type";

async fn preflight(lab: &Lab, url: &str) -> reqwest::Response {
    lab.http
        .request(Method::OPTIONS, url)
        .header("origin", "https://console.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", HEADERS)
        .send()
        .await
        .unwrap()
}

fn urls(lab: &Lab) -> [String; 2] {
    let device = &lab.about.enos.devices[0];
    let query = lab.enos_query("cancel", device, "");
    [
        lab.commands_url(&lab.applivery_device(0), ""),
        format!(
            "{}/connect-service/v2.1/commands?{query}",
            lab.about.enos.base_url
        ),
    ]
}

#[tokio::test]
async fn on_it_answers_preflights_and_exposes_retry_after() {
    let lab = lab().await;
    for url in urls(&lab) {
        let answer = preflight(&lab, &url).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        assert_eq!(answer.headers()["access-control-allow-headers"], HEADERS);
        assert!(
            answer.headers()["access-control-allow-methods"]
                .to_str()
                .unwrap()
                .contains("POST")
        );
    }
    let busy = json!({"kind": "http", "status": 429, "retry_after": "2"});
    let busy: FaultKind = serde_json::from_value(busy).unwrap();
    lab.sim.fault(Fault::always(busy)).unwrap();
    let answer = lab.http.get(&urls(&lab)[0]).send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    assert_eq!(
        answer.headers()["access-control-expose-headers"],
        "Retry-After"
    );
    // A preflight is no request to the vendor: it meets no fault and is not counted.
    assert_eq!(
        lab.sim
            .ledger()
            .requests
            .values()
            .map(|count| count.received)
            .sum::<u64>(),
        1
    );
}

#[tokio::test]
async fn off_there_is_no_trace_of_it() {
    let lab = lab_with(Config {
        cors: Cors::Off,
        ..config()
    })
    .await;
    for url in urls(&lab) {
        let answer = preflight(&lab, &url).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        let plain = lab.http.get(&url).send().await.unwrap();
        for answer in [answer, plain] {
            let names = answer.headers().keys().map(|name| name.as_str().to_owned());
            assert_eq!(
                names
                    .filter(|name| name.starts_with("access-control"))
                    .count(),
                0
            );
        }
    }
    lab.sim.change_options(|options| options.cors = Cors::On);
    assert_eq!(
        preflight(&lab, &urls(&lab)[0]).await.status(),
        StatusCode::NO_CONTENT
    );
}
