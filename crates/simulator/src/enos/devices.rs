//! `POST devices?action=search`. The documents say little about the items.

use serde_json::{Value, json};

use crate::enos::envelope;
use crate::enos::expression::{Expression, Field, Language};
use crate::enos::paging::Search;
use crate::enos::wire::DEVICE_SECRET_PREFIX;
use crate::fleet::Provider;
use crate::fleet::names::{Product, enos_name};
use crate::instant::local;
use crate::rng::mix;
use crate::server::call::Call;
use crate::server::reply::Reply;
use crate::world::World;

/// The documented maximum.
const MOST: usize = 200;

pub(super) fn answer(call: Call<'_>) -> Result<Reply, Reply> {
    let Call { world, fault, .. } = call;
    let search = Search::of(call, MOST)?;
    let expression = search.expression(call, Expression::DEVICE_FIELDS)?;
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
        .range(call, total)
        .filter_map(|at| match &wanted {
            Some(wanted) => wanted.get(at).copied(),
            None => u32::try_from(at).ok(),
        })
        .map(|index| search.projected(device(world, index)))
        .collect();
    Ok(envelope::page(world, data, search.pagination(total, fault)))
}

fn status(world: &World, index: u32) -> &'static str {
    let presence = world.presence(Provider::Enos, index);
    if presence.is_online(world.clock.now_ms()) {
        "online"
    } else {
        "offline"
    }
}

fn device(world: &World, index: u32) -> Value {
    let identity = &world.identity;
    let (english, chinese) = enos_name(identity.seed(), index);
    let device_name = if index % 3 == 2 {
        json!(english)
    } else {
        json!({"defaultValue": english, "i18nValue": {"en_US": english, "zh_CN": chinese}})
    };
    let secret = mix(&[identity.seed(), 92, u64::from(index)]);
    json!({
        "orgId": identity.enos_org(),
        "assetId": identity.asset_id(index),
        "modelId": Product::of(index).model(),
        "productKey": identity.product_key(index),
        "deviceKey": identity.device_key(index),
        "deviceName": device_name,
        "deviceSecret": format!("{DEVICE_SECRET_PREFIX}{secret:016x}"),
        "status": status(world, index),
        "timezone": "+00:00",
        "createLocalTime": local(world.clock.start_ms() - 86_400_000 * 90),
    })
}
