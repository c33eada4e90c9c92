//! What a device is called, wherever one is told.

use countermand_core_model::DeviceRef;

use crate::text::review::named;

/// Returns its name with its id beside it, or its id alone.
pub fn called(name: Option<&str>, device: &DeviceRef) -> String {
    let id = device.short();
    match name {
        Some(name) => named(name, &id),
        None => id,
    }
}

/// Returns its name or, without one, its id: for where the id is told beside it.
pub fn briefly(name: Option<&str>, device: &DeviceRef) -> String {
    name.map_or_else(|| device.short(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::device;

    #[test]
    fn the_id_stays_beside_the_name() {
        for (id, short) in [
            ("applivery:a1", "a1"),
            ("enos:key:P/D", "key:P/D"),
            ("enos:asset:A1", "asset:A1"),
        ] {
            let device = device(id);
            assert_eq!(called(None, &device), short);
            assert_eq!(
                called(Some("Clinic 1"), &device),
                format!("Clinic 1 ({short})")
            );
            assert_eq!(briefly(None, &device), short);
            assert_eq!(briefly(Some("Clinic 1"), &device), "Clinic 1");
        }
    }
}
