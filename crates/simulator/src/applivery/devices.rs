//! `GET .../enterprise/devices`, with the documented filters that the fleet has something for. A
//! search by text is not documented there, so there is none; `GET .../mdm/devices` has one.

use serde_json::{Value, json};

use crate::applivery::paging::Paging;
use crate::fleet::identity::Identity;
use crate::fleet::{Provider, names};
use crate::instant::rfc3339;
use crate::rng::mix;
use crate::server::call::Call;
use crate::server::reply::Reply;
use crate::world::World;

const DAY: i64 = 86_400_000;
const TAGS: &[&str] = &["field", "office", "loan"];

pub(super) fn android(call: Call<'_>) -> Result<Reply, Reply> {
    let paging = Paging::of(call)?;
    let identity = &call.world.identity;
    let item = |index| device(call.world, index);
    let user = call.parameter("mdm-user");
    let policy = call.parameter("emm-policy");
    let tags = call.parameter("tags");
    // Device 0 was enrolled last, so the list's own order is "newest first".
    let turn = |at: usize, total: usize| {
        if paging.newest_first {
            at
        } else {
            total - 1 - at
        }
    };
    let fleet = identity.devices() as usize;
    if user.is_none() && policy.is_none() && tags.is_none() {
        return Ok(paging.answer(call, fleet, |at| {
            Some(item(u32::try_from(turn(at, fleet)).ok()?))
        }));
    }
    let wanted: Vec<u32> = (0..identity.devices())
        .filter(|index| user.is_none_or(|user| identity.user_id(u64::from(*index)) == user))
        .filter(|index| policy.is_none_or(|asked| asked == self::policy(identity, *index)))
        .filter(|index| {
            tags.is_none_or(|asked| asked.split(',').any(|tag| tag == self::tag(*index)))
        })
        .collect();
    let total = wanted.len();
    Ok(paging.answer(call, total, |at| {
        wanted.get(turn(at, total)).map(|index| item(*index))
    }))
}

/// `GET .../mdm/devices`: `search`, `name`, `serialNumber`, `imei` and `state` filter. What a search looks
/// into is not documented: here it is the name, the serial number and the IMEI.
pub(super) fn of_all_platforms(call: Call<'_>) -> Result<Reply, Reply> {
    const FILTERS: [&str; 4] = ["name", "serialNumber", "imei", "status"];
    let paging = Paging::of_all_platforms(call)?;
    let identity = &call.world.identity;
    let search = call.parameter("search").map(str::to_lowercase);
    let is_wanted = |device: &Value| {
        let text = |name: &str| device.get(name).and_then(Value::as_str).unwrap_or_default();
        let asked = |name: &str| match name {
            "status" => call.parameter("state"),
            name => call.parameter(name),
        };
        let is_found = search.as_deref().is_none_or(|search| {
            ["name", "serialNumber", "imei"]
                .iter()
                .any(|name| text(name).to_lowercase().contains(search))
        });
        is_found
            && FILTERS
                .iter()
                .all(|name| asked(name).is_none_or(|asked| text(name) == asked))
    };
    let wanted: Vec<Value> = (0..identity.devices())
        .map(|index| device(call.world, index))
        .filter(is_wanted)
        .collect();
    Ok(paging.answer(call, wanted.len(), |at| wanted.get(at).cloned()))
}

fn policy(identity: &Identity, index: u32) -> String {
    crate::fleet::identity::object_id(mix(&[identity.seed(), 91, u64::from(index % 4)]), 4)
}

fn tag(index: u32) -> &'static str {
    TAGS.get(index as usize % TAGS.len())
        .copied()
        .unwrap_or("field")
}

fn device(world: &World, index: u32) -> Value {
    let (identity, start_ms) = (&world.identity, world.clock.start_ms());
    let (name, model, user) = names::applivery_name(identity.seed(), index);
    let enrolled_ms = start_ms - 30 * DAY - i64::from(index) * 60_000;
    let id_key = if index % 4 == 1 { "_id" } else { "id" };
    let mut device = json!({
        id_key: identity.applivery_id(index),
        "organization": identity.applivery_org(),
        "emmEnterprise": identity.enterprise(),
        "name": name,
        "serialNumber": identity.serial(index),
        "imei": identity.imei(index),
        "model": model,
        "mdmUser": {"id": identity.user_id(u64::from(index)), "email": format!("{user}@example.com")},
        "emmPolicy": policy(identity, index),
        "tags": [tag(index)],
        "status": "ACTIVE",
        "createdAt": rfc3339(enrolled_ms, 3, 0),
        "updatedAt": rfc3339(start_ms, 3, 0),
    });
    if let Some((member, contact)) = last_contact(world, index) {
        device[member] = contact;
    }
    device
}

/// The last report of a device, at the top or among the members of the system underneath. Where it is found is not
/// documented for this list; its siblings have it at the top. One that was never in contact tells none.
fn last_contact(world: &World, index: u32) -> Option<(&'static str, Value)> {
    let presence = world.presence(Provider::Applivery, index);
    let contact = rfc3339(presence.last_until(world.clock.now_ms())?, 3, 0);
    Some(match index % 4 {
        3 => ("config", json!({"lastPolicySyncTime": contact})),
        _ => ("lastStatusReportTime", json!(contact)),
    })
}
