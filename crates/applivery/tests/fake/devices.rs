//! The devices' list, whose form is not documented.

use countermand_core_model::Device;
use countermand_transport::fake::FakeTransport;

use crate::support::{client, now};

fn devices(items: &str, search: Option<&str>) -> (Vec<Device>, usize) {
    let body = format!(r#"{{"status":true,"data":{{"items":{items},"hasNextPage":false}}}}"#);
    let transport = FakeTransport::new().answer(200, body);
    let listing = now(client(&transport).devices(search)).unwrap();
    (listing.items, listing.undecodable)
}

fn details(device: &Device) -> Vec<(&str, &str)> {
    device
        .details
        .iter()
        .map(|(label, value)| (label.as_str(), value.as_str()))
        .collect()
}

#[test]
fn flat_members() {
    let (found, _) = devices(
        r#"[{"id":"507f1f77bcf86cd799439011","name":"Till 7","status":"ACTIVE","serialNumber":"R58M123",
            "imei":"356938035643809","brand":"samsung","model":"SM-G991B","mdmUser":{"id":"u","email":"ann@example.com"}}]"#,
        None,
    );
    let device = &found[0];
    assert_eq!(
        device.device.to_string(),
        "applivery:507f1f77bcf86cd799439011"
    );
    assert_eq!(device.name.as_deref(), Some("Till 7"));
    assert_eq!(device.status.as_deref(), Some("ACTIVE"));
    assert_eq!(
        details(device),
        [
            ("brand", "samsung"),
            ("model", "SM-G991B"),
            ("serial number", "R58M123"),
            ("IMEI", "356938035643809"),
            ("user", "ann@example.com"),
        ]
    );
}

#[test]
fn members_of_googles_device_inside() {
    let (found, _) = devices(
        r#"[{"_id":"507f1f77bcf86cd799439011","mdmUser":"507f1f77bcf86cd799439014","_config":{
            "name":"enterprises/LC04z6vydu/devices/1","state":"ACTIVE",
            "hardwareInfo":{"brand":"google","model":"Pixel 8","serialNumber":"S1"},"networkInfo":{"imei":"1"}}}]"#,
        None,
    );
    let device = &found[0];
    assert_eq!(device.name, None, "a resource name is no name for people");
    assert_eq!(device.status.as_deref(), Some("ACTIVE"));
    assert_eq!(
        details(device),
        [
            ("brand", "google"),
            ("model", "Pixel 8"),
            ("serial number", "S1"),
            ("IMEI", "1"),
            ("user", "507f1f77bcf86cd799439014"),
        ]
    );
}

#[test]
fn what_names_no_device_is_counted() {
    let (found, undecodable) = devices(
        r#"[{"id":"a b"},{},null,{"id":"a","_id":"b"},{"id":"SERIAL_1","model":7,"config":[]}]"#,
        None,
    );
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].device.to_string(), "applivery:SERIAL_1");
    assert_eq!(undecodable, 4);
}

#[test]
fn the_search_is_over_all_that_is_shown() {
    let items = r#"[{"id":"a1","name":"Till"},{"id":"b2","serialNumber":"TILLER"},{"id":"c3","model":"x"}]"#;
    let found = |search| {
        let (found, _) = devices(items, search);
        found
            .iter()
            .map(|device| device.device.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(found(Some("till")), ["applivery:a1", "applivery:b2"]);
    assert_eq!(found(Some(" c3 ")), ["applivery:c3"]);
    assert_eq!(found(Some("nothing")), [""; 0]);
    assert_eq!(found(Some(" ")).len(), 3);
    assert_eq!(found(None).len(), 3);
}

/// A page of the devices with these numbers; `rest` is said beside them.
fn page(numbers: std::ops::Range<usize>, rest: &str) -> String {
    let items: Vec<String> = numbers.map(|at| format!(r#"{{"id":"D{at}"}}"#)).collect();
    let items = items.join(",");
    format!(r#"{{"status":true,"data":{{"items":[{items}]{rest}}}}}"#)
}

fn paths(transport: &FakeTransport) -> Vec<String> {
    let path = |uri: &http::Uri| uri.path_and_query().unwrap().to_string();
    let requests = transport.requests();
    let paths = requests.iter().map(|request| path(request.uri()));
    paths
        .map(|path| path.replace("/v1/organizations/acme/mdm/", ""))
        .collect()
}

#[test]
fn what_fits_on_no_page_comes_by_the_list_over_all_platforms() {
    let apple = r#"{"id":"A1","type":"apple"},{"id":"A2","platform":"iOS"},"#;
    let all = page(0..250, r#","hasNextPage":false,"totalDocs":252"#)
        .replace(r#""items":["#, &format!(r#""items":[{apple}"#));
    let transport = FakeTransport::new()
        .answer(200, page(0..100, r#","hasNextPage":true,"totalDocs":250"#))
        .answer(200, all);
    let listing = now(client(&transport).devices(None)).unwrap();
    assert_eq!(listing.items.len(), 250);
    assert!(listing.is_whole());
    assert_eq!(
        paths(&transport),
        [
            "android/enterprise/devices?page=1&limit=100&sort=createdAt%3Adesc",
            "devices?page=1&limit=5000",
        ]
    );
}

#[test]
fn the_old_way_goes_on_where_that_list_is_refused_not_whole_or_another() {
    let refused = |code| (code, r#"{"status":false,"error":{"code":4003}}"#.to_owned());
    for other in [
        refused(400),
        refused(403),
        refused(404),
        refused(422),
        (404, "<html>".to_owned()),
        (200, "{}".to_owned()),
        (200, page(0..0, r#","totalDocs":0"#)),
        // Fewer than it promises, and a page that does not hold what the other list has.
        (200, page(0..120, r#","hasNextPage":false,"totalDocs":200"#)),
        (200, page(1..200, r#","hasNextPage":false"#)),
        (200, page(900..1_200, r#","hasNextPage":false"#)),
    ] {
        let transport = FakeTransport::new()
            .answer(200, page(0..100, r#","hasNextPage":true"#))
            .answer(other.0, other.1)
            .answer(200, page(100..130, r#","hasNextPage":false"#));
        let listing = now(client(&transport).devices(None)).unwrap();
        assert_eq!(listing.items.len(), 130);
        assert!(listing.is_whole());
        assert!(paths(&transport)[2].starts_with("android/enterprise/devices?page=2&"));
    }
}
