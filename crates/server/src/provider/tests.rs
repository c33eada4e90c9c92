//! What a typed client asks for comes out as it went in, and nothing else comes out at all.

use bytes::Bytes;
use countermand_core_model::{CommandState, Provider};
use countermand_transport::{BaseUrl, Endpoint, Route};
use http::Request;

use super::*;

const APPLIVERY: &str = "acme-mobile";
const ENOS: &str = "o15724268424841";

fn org(provider: Provider) -> Organization {
    let text = match provider {
        Provider::Applivery => APPLIVERY,
        _ => ENOS,
    };
    Organization::parse(provider, text).unwrap()
}

fn base(text: &str) -> BaseUrl {
    BaseUrl::parse(text).unwrap()
}

/// A request: its method, its target and its body.
type Sent = (String, String, String);

fn sent(request: &Request<Bytes>) -> Sent {
    let target = request.uri().path_and_query().unwrap().as_str();
    let body = std::str::from_utf8(request.body()).unwrap();
    (
        request.method().to_string(),
        target.to_owned(),
        body.to_owned(),
    )
}

fn parsed(provider: Provider, method: &str, target: &str, body: &str) -> Option<Call> {
    let base = base("https://relay.example");
    parse_target(&org(provider), &base, method, target, body.as_bytes())
}

/// Returns the request that goes out for a call.
fn read(provider: Provider, method: &str, target: &str, body: &str) -> Option<Sent> {
    parsed(provider, method, target, body).map(|call| sent(&call.request))
}

/// The request of each endpoint, with its name and what it cancels.
fn every_call() -> Vec<(Provider, Route, Sent, Option<CancelTarget>)> {
    use countermand_applivery::endpoints as a_calls;
    use countermand_core_model::{
        CommandId, DeviceRef, EnosDevice, PageRequest, applivery as a, enos as e,
    };
    use countermand_enos::endpoints as e_calls;
    fn made<E: Endpoint>(
        provider: Provider,
        endpoint: &E,
        target: Option<CancelTarget>,
    ) -> (Provider, Route, Sent, Option<CancelTarget>) {
        let request = endpoint.request(&base("https://relay.example")).unwrap();
        (provider, E::ROUTE, sent(&request), target)
    }
    let page = PageRequest {
        number: 3,
        size: 50,
    };
    let organization = &a::OrganizationId::parse(APPLIVERY).unwrap();
    let device = &a::DeviceId::parse("656c68ce86c88d17c4228523").unwrap();
    let id = &a::CommandId::parse("6b02fc79e60f56be35000085").unwrap();
    let cancel = CancelTarget {
        device: DeviceRef::Applivery(device.clone()),
        command: Some(CommandId::Applivery(id.clone())),
    };
    let of_applivery = Provider::Applivery;
    let mut calls = vec![
        made(
            of_applivery,
            &a_calls::GetOrganization { organization },
            None,
        ),
        made(
            of_applivery,
            &a_calls::ListDevices { organization, page },
            None,
        ),
        made(
            of_applivery,
            &a_calls::ListAllDevices { organization, page },
            None,
        ),
        made(
            of_applivery,
            &a_calls::ListCommands {
                organization,
                device,
                page,
            },
            None,
        ),
        made(
            of_applivery,
            &a_calls::GetCommand {
                organization,
                device,
                id,
            },
            None,
        ),
        made(
            of_applivery,
            &a_calls::CancelCommand {
                organization,
                device,
                id,
            },
            Some(cancel),
        ),
    ];
    let org = &e::OrgId::parse(ENOS).unwrap();
    let asset = &EnosDevice::Asset(e::AssetId::parse("sUzeOIrv").unwrap());
    let keys = &EnosDevice::Key(
        e::ProductKey::parse("pk").unwrap(),
        e::DeviceKey::parse("d-1 (north) +50% #2&x=y").unwrap(),
    );
    let id = &e::CommandId::parse("1234567890123456789").unwrap();
    let of_enos = Provider::Enos;
    let cancels = |device: &EnosDevice, id: Option<&e::CommandId>| CancelTarget {
        device: DeviceRef::Enos(device.clone()),
        command: id.cloned().map(CommandId::Enos),
    };
    let search = |device, state| e_calls::SearchCommands {
        org,
        device,
        state,
        page,
    };
    calls.extend([
        made(of_enos, &e_calls::SearchDevices { org, page }, None),
        made(of_enos, &search(asset, Some(CommandState::Pending)), None),
        made(of_enos, &search(keys, None), None),
        made(
            of_enos,
            &e_calls::GetCommand {
                org,
                device: keys,
                id,
            },
            None,
        ),
        made(
            of_enos,
            &e_calls::CancelCommand {
                org,
                device: asset,
                id,
            },
            Some(cancels(asset, Some(id))),
        ),
        made(
            of_enos,
            &e_calls::CancelEverything { org, device: keys },
            Some(cancels(keys, None)),
        ),
    ]);
    calls
}

#[test]
fn errors_in_the_providers_forms() {
    let body = |provider| String::from_utf8((served(provider).unwrap().error_body)(403, "no"));
    assert_eq!(
        body(Provider::Applivery).unwrap(),
        r#"{"status":false,"error":{"code":403,"message":"no"}}"#
    );
    assert_eq!(
        body(Provider::Enos).unwrap(),
        r#"{"code":403,"msg":"no","message":"no"}"#
    );
}

#[test]
fn what_a_client_asks_for_is_read_as_it_was_meant() {
    let calls = every_call();
    for (provider, route, sent_by_client, cancels) in &calls {
        let (method, target, body) = sent_by_client;
        let found = parsed(*provider, method, target, body).unwrap();
        assert_eq!(sent(&found.request), *sent_by_client, "{target}");
        assert_eq!(found.route.operation, route.operation, "{target}");
        assert_eq!(found.target, *cancels, "{target}");
    }
    // Every endpoint in use is among them.
    let routes = countermand_applivery::endpoints::ROUTES
        .into_iter()
        .chain(countermand_enos::endpoints::ROUTES);
    for route in routes {
        assert!(
            calls
                .iter()
                .any(|(_, known, ..)| known.operation == route.operation),
            "{}",
            route.operation
        );
    }
}

#[test]
fn another_method_is_no_call() {
    for (provider, _, (own, target, body), _) in every_call() {
        for method in [
            "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "get",
        ] {
            if method != own {
                assert_eq!(
                    read(provider, method, &target, &body),
                    None,
                    "{method} {target}"
                );
            }
        }
    }
}

#[test]
fn nothing_else_is_a_call() {
    let devices = "/organizations/acme-mobile/mdm/android/enterprise/devices";
    for target in [
        "/",
        "/organizations",
        "/organizations/other-org",
        "/organizations/acme-mobile/",
        "/organizations/ACME-MOBILE",
        "/organizations/acme-mobile/mdm/android/enterprise/policies",
        "/organizations/acme-mobile?x=1",
        devices,
        &format!("{devices}?page=1&limit=100"),
        &format!("{devices}?page=1&limit=100&sort=name"),
        &format!("{devices}?page=0&limit=100&sort=createdAt:desc"),
        &format!("{devices}?page=1&limit=100000&sort=createdAt:desc"),
        &format!("{devices}?page=1&limit=100&sort=createdAt:desc&show-deleted=true"),
        &format!("{devices}/A1/commands/nonsense"),
        &format!("{devices}/A%201/commands/6b02fc79e60f56be35000085"),
        &format!("{devices}/A1/commands/6b02fc79e60f56be35000085/cancel/x"),
        &format!("{devices}/A1"),
    ] {
        assert_eq!(
            read(Provider::Applivery, "GET", target, ""),
            None,
            "{target}"
        );
        assert_eq!(
            read(Provider::Applivery, "POST", target, ""),
            None,
            "{target}"
        );
    }
    let cancel = format!("{devices}/A1/commands/6b02fc79e60f56be35000085/cancel");
    assert!(read(Provider::Applivery, "POST", &cancel, "").is_some());
    assert_eq!(read(Provider::Applivery, "POST", &cancel, "{}"), None);

    let commands = format!("/connect-service/v2.1/commands?orgId={ENOS}&assetId=a");
    for target in [
        "/connect-service/v2.1/commands".to_owned(),
        "/connect-service/v2.1/commands?action=cancel".to_owned(),
        "/connect-service/v2.1/commands?action=cancel&orgId=other&assetId=a".to_owned(),
        "/apim-token-service/v2.0/token/get".to_owned(),
        format!("{commands}&action=invoke"),
        // An empty id must never widen a cancel to everything.
        format!("{commands}&action=cancel&commandId="),
        format!("{commands}&action=cancel&commandId=%20"),
        format!("{commands}&action=cancel&commandId=1&commandId=2"),
        format!("{commands}&action=cancel&productKey=p&deviceKey=d"),
        format!("{commands}&action=cancel&more=1"),
        format!("/connect-service/v2.1/commands?orgId={ENOS}&action=cancel"),
        format!("/connect-service/v2.1/commands?orgId={ENOS}&action=cancel&productKey=p"),
        format!("/connect-service/v2.1/devices?orgId={ENOS}&action=delete"),
    ] {
        assert_eq!(read(Provider::Enos, "POST", &target, ""), None, "{target}");
    }
    let search = format!("{commands}&action=search");
    for body in [
        "",
        "{}",
        "[]",
        r#"{"expression":"state = 1 or 1 = 1","pagination":{"pageNo":1,"pageSize":50}}"#,
        r#"{"expression":"state = 8","pagination":{"pageNo":1,"pageSize":50}}"#,
        r#"{"pagination":{"pageNo":0,"pageSize":50}}"#,
        r#"{"pagination":{"pageNo":1,"pageSize":5000}}"#,
        r#"{"pagination":{"pageNo":1,"pageSize":50},"sorters":[]}"#,
    ] {
        assert_eq!(read(Provider::Enos, "POST", &search, body), None, "{body}");
    }
}

/// Texts near the query of a cancel at EnOS: parts that are whole, cut, doubled, misspelt or encoded once more.
fn near_a_cancel() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let part = prop_oneof![
        6 => Just("action=cancel".to_owned()),
        6 => Just(format!("orgId={ENOS}")),
        6 => Just("assetId=AB".to_owned()),
        3 => Just("productKey=P".to_owned()),
        3 => Just("deviceKey=D".to_owned()),
        4 => Just("commandId=7".to_owned()),
        1 => "(commandId|CommandID|commandid|command%49d|%63ommandId|commandId%20)(=|%3D|)(7|%37|%zz|%|)",
        1 => "assetId=(AB|A%42|AB#|AB%23|AB;|AB\\?|AB%26commandId%3D7|%)",
        1 => "[a-zA-Z%=&;#+?. 0-9]{0,12}",
    ];
    let joint = prop_oneof![12 => Just("&"), 1 => Just(";"), 1 => Just("&&"), 1 => Just("#"), 1 => Just("?")];
    prop::collection::vec((part, joint), 0..7).prop_map(|parts| {
        let mut text = String::new();
        for (at, (part, joint)) in parts.iter().enumerate() {
            if at > 0 {
                text.push_str(joint);
            }
            text.push_str(part);
        }
        text
    })
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(4_000))]

    /// "Everything" is read from a query that has exactly the parameters of that call, each whole and once,
    /// and from nothing else.
    #[test]
    fn everything_is_never_read_out_of_something_malformed(text in near_a_cancel()) {
        let target = format!("/connect-service/v2.1/commands?{text}");
        let call = parsed(Provider::Enos, "POST", &target, "");
        let cancels = call.and_then(|call| call.target);
        if cancels.is_some_and(|target| target.command.is_none()) {
            let mut names: Vec<String> = text
                .split('&')
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap();
                    assert!(!value.is_empty(), "{text}");
                    percent_encoding::percent_decode_str(name).decode_utf8().unwrap().into_owned()
                })
                .collect();
            names.sort();
            let by_asset = ["action", "assetId", "orgId"];
            let by_keys = ["action", "deviceKey", "orgId", "productKey"];
            proptest::prop_assert!(names == by_asset || names == by_keys, "{}", text);
            proptest::prop_assert!(!text.to_ascii_lowercase().contains("commandid"), "{}", text);
            proptest::prop_assert!(!text.contains(['#', ';', '?', '+']), "{}", text);
        }
    }
}
