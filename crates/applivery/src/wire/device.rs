//! A device as the provider sends it. Its form is not documented: the members of the path patterns and of
//! Google's Android Management API are read.

use countermand_core_model::Timestamp;
use serde::Deserialize;

use super::{identity::Ids, object::Object, scalar::Scalar};

/// A device.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct WireDevice {
    id: Scalar,
    #[serde(rename = "_id")]
    underscore_id: Scalar,
    name: Scalar,
    device_name: Scalar,
    display_name: Scalar,
    alias: Scalar,
    status: Scalar,
    state: Scalar,
    applied_state: Scalar,
    brand: Scalar,
    manufacturer: Scalar,
    model: Scalar,
    serial_number: Scalar,
    imei: Scalar,
    enrollment_specific_id: Scalar,
    user_name: Scalar,
    r#type: Scalar,
    platform: Scalar,
    os: Scalar,
    last_status_report_time: Scalar,
    last_policy_sync_time: Scalar,
    last_policy_compliance_report_time: Scalar,
    mdm_user: UserOrId,
    hardware_info: Object<Hardware>,
    network_info: Object<Network>,
    config: Object<Box<Self>>,
    #[serde(rename = "_config")]
    underscore_config: Object<Box<Self>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Hardware {
    brand: Scalar,
    manufacturer: Scalar,
    model: Scalar,
    serial_number: Scalar,
    enterprise_specific_id: Scalar,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Network {
    imei: Scalar,
}

/// A user: the id, or an object.
type UserOrId = Object<User>;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct User {
    email: Scalar,
    name: Scalar,
    id: Scalar,
}

impl WireDevice {
    /// `id` and `_id`.
    pub(crate) fn ids(&self) -> Ids<'_> {
        Ids {
            id: &self.id,
            underscore_id: &self.underscore_id,
        }
    }

    /// Returns whether it says that it is of another platform than Android Enterprise. The words are not documented.
    pub(crate) fn is_of_another_platform(&self) -> bool {
        const OTHERS: [&str; 7] = ["apple", "ios", "ipados", "macos", "tvos", "windows", "aosp"];
        [&self.r#type, &self.platform, &self.os]
            .into_iter()
            .filter_map(Scalar::text)
            .any(|word| {
                OTHERS
                    .iter()
                    .any(|other| word.trim().eq_ignore_ascii_case(other))
            })
    }

    /// Its display name. Google's resource name (`enterprises/...`) is none.
    pub(crate) fn name(&self) -> Option<String> {
        self.find(|at| {
            [&at.device_name, &at.display_name, &at.alias, &at.name]
                .into_iter()
                .filter_map(Scalar::shown)
                .find(|name| !name.starts_with("enterprises/"))
        })
    }

    /// Its status, in the provider's word.
    pub(crate) fn status(&self) -> Option<String> {
        self.find(|at| first([&at.status, &at.state, &at.applied_state]))
    }

    /// When the provider last heard from it: the latest report or fetch of a policy that any part of it tells. The times
    /// are those of the Android Management API; Applivery's lists of other platforms show the first of them.
    pub(crate) fn last_contact(&self) -> Option<Timestamp> {
        let times = self.parts().flat_map(|part| {
            [
                &part.last_status_report_time,
                &part.last_policy_sync_time,
                &part.last_policy_compliance_report_time,
            ]
        });
        let times = times.filter_map(|time| Timestamp::parse_rfc3339(&time.shown()?));
        times.filter(|time| time.is_plausible()).max()
    }

    /// Other values that identify it, with their labels.
    pub(crate) fn details(&self) -> Vec<(String, String)> {
        let (no_hardware, no_network) = (Hardware::default(), Network::default());
        let hardware = |of: fn(&Hardware) -> &Scalar, own: fn(&Self) -> &Scalar| {
            self.find(|at| {
                let info = at.hardware_info.members().unwrap_or(&no_hardware);
                first([own(at), of(info)])
            })
        };
        let brand = self.find(|at| {
            let info = at.hardware_info.members().unwrap_or(&no_hardware);
            first([&at.brand, &at.manufacturer, &info.brand, &info.manufacturer])
        });
        let model = hardware(|info| &info.model, |at| &at.model);
        let serial = hardware(|info| &info.serial_number, |at| &at.serial_number);
        let enrollment = hardware(
            |info| &info.enterprise_specific_id,
            |at| &at.enrollment_specific_id,
        );
        let imei = self.find(|at| {
            let info = at.network_info.members().unwrap_or(&no_network);
            first([&at.imei, &info.imei])
        });
        let user = self.find(|at| match &at.mdm_user {
            Object::Is(user) => first([&user.email, &user.name, &user.id]),
            Object::Not(id) => id.shown().or_else(|| at.user_name.shown()),
        });
        [
            ("brand", brand),
            ("model", model),
            ("serial number", serial),
            ("IMEI", imei),
            ("enrollment-specific id", enrollment),
            ("user", user),
        ]
        .into_iter()
        .filter_map(|(label, value)| Some((label.to_owned(), value?)))
        .collect()
    }

    /// Looks at the top level, then into `config` and `_config`.
    fn find<T>(&self, of: impl Fn(&Self) -> Option<T>) -> Option<T> {
        self.parts().find_map(of)
    }

    fn parts(&self) -> impl Iterator<Item = &Self> {
        let inner = [&self.config, &self.underscore_config]
            .into_iter()
            .filter_map(Object::members)
            .map(AsRef::as_ref);
        std::iter::once(self).chain(inner)
    }
}

fn first<const N: usize>(leaves: [&Scalar; N]) -> Option<String> {
    leaves.into_iter().find_map(Scalar::shown)
}
