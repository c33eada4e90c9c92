//! `POST devices?action=search`. The documents say little about the items.

use serde_json::{Map, Value, json};

use crate::enos::expression::{Expression, Field, Language};
use crate::enos::paging::Search;
use crate::enos::wire::DEVICE_SECRET_PREFIX;
use crate::enos::{envelope, errors};
use crate::faults::FaultKind;
use crate::fleet::Vendor;
use crate::fleet::identity::Identity;
use crate::fleet::names::{Product, enos_name};
use crate::instant::local;
use crate::rng::mix;
use crate::server::reply::Reply;
use crate::server::request::Request;
use crate::world::World;

/// The documented maximum.
const MOST: usize = 200;

pub(super) fn answer(
    world: &World,
    request: &Request,
    fault: Option<&FaultKind>,
) -> Result<Reply, Reply> {
    let search = Search::of(world, request, MOST)?.without_paging(fault);
    let expression = Expression::of(search.expression.as_deref(), Expression::DEVICE_FIELDS)
        .map_err(|wrong| errors::invalid(world, "expression", json!(wrong)))?;
    let identity = &world.identity;
    let fleet = identity.devices() as usize;
    let wanted: Option<Vec<u32>> = search.expression.is_some().then(|| {
        let holds = |index: &u32| {
            expression.holds(|field| match field {
                Field::AssetId => json!(identity.asset_id(*index)),
                Field::ProductKey => json!(identity.product_key(*index)),
                Field::DeviceKey => json!(identity.device_key(*index)),
                Field::DeviceName(Language::Default) => json!(enos_name(identity.seed(), *index).0),
                Field::DeviceName(Language::Chinese) => json!(enos_name(identity.seed(), *index).1),
                Field::Status => json!(status(world, *index)),
                _ => Value::Null,
            })
        };
        (0..identity.devices()).filter(holds).collect()
    });
    let total = wanted.as_ref().map_or(fleet, Vec::len);
    let data: Vec<_> = search
        .range(total, fault)
        .filter_map(|at| match &wanted {
            Some(wanted) => wanted.get(at).copied(),
            None => u32::try_from(at).ok(),
        })
        .map(|index| search.projected(device(world, index)))
        .collect();
    Ok(envelope::page(world, data, search.pagination(total, fault)))
}

fn status(world: &World, index: u32) -> &'static str {
    let changed = world
        .lock()
        .seen(Vendor::Enos, index)
        .map(|device| device.presence);
    let presence = changed.unwrap_or_else(|| {
        crate::fleet::enos::presence_of(&world.identity, index, world.clock.start_ms())
    });
    if presence.is_online(world.clock.now_ms()) {
        "online"
    } else {
        "offline"
    }
}

fn device(world: &World, index: u32) -> Map<String, Value> {
    let identity = &world.identity;
    let (english, chinese) = enos_name(identity.seed(), index);
    let device_name = if index % 3 == 2 {
        json!(english)
    } else {
        json!({"defaultValue": english, "i18nValue": {"en_US": english, "zh_CN": chinese}})
    };
    let mut body = Map::new();
    let mut put = |key: &str, value: Value| body.insert(key.to_owned(), value);
    put("orgId", json!(identity.enos_org()));
    put("assetId", json!(identity.asset_id(index)));
    put("modelId", json!(Product::of(index).model()));
    put("productKey", json!(identity.product_key(index)));
    put("deviceKey", json!(identity.device_key(index)));
    put("deviceName", device_name);
    put("deviceSecret", json!(secret(identity, index)));
    put("status", json!(status(world, index)));
    put("timezone", json!("+00:00"));
    put(
        "createLocalTime",
        json!(local(world.clock.start_ms() - 86_400_000 * 90)),
    );
    body
}

fn secret(identity: &Identity, index: u32) -> String {
    format!(
        "{DEVICE_SECRET_PREFIX}{:016x}",
        mix(&[identity.seed(), 92, u64::from(index)])
    )
}
