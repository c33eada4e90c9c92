//! What a call names in its query: the organisation and the device.

use serde_json::json;

use crate::enos::errors;
use crate::fleet::Vendor;
use crate::server::reply::Reply;
use crate::server::request::Request;
use crate::world::World;

pub(super) fn org(world: &World, request: &Request) -> Result<(), Reply> {
    match request.parameter("orgId") {
        None => Err(errors::invalid(world, "orgId", json!(null))),
        Some(org) if org != world.identity.enos_org() => Err(errors::no_permission(world)),
        Some(_) => Ok(()),
    }
}

/// The device, named in exactly one of the two ways.
pub(super) fn device(world: &World, request: &Request) -> Result<(Vendor, u32), Reply> {
    let asset_id = request.parameter("assetId");
    let index = match (
        asset_id,
        request.parameter("productKey"),
        request.parameter("deviceKey"),
    ) {
        (Some(asset_id), None, None) => world.identity.asset_index(asset_id),
        (None, Some(product_key), Some(device_key)) => {
            world.identity.key_index(product_key, device_key)
        }
        (None, None, None) => return Err(errors::invalid(world, "assetId", json!(null))),
        (Some(asset_id), ..) => {
            let both = json!(format!("{asset_id} beside productKey or deviceKey"));
            return Err(errors::invalid(world, "assetId", both));
        }
        _ => {
            return Err(errors::invalid(
                world,
                "productKey + deviceKey",
                json!(null),
            ));
        }
    };
    let index = index.ok_or_else(|| errors::does_not_exist(world, "device"))?;
    Ok((Vendor::Enos, index))
}
