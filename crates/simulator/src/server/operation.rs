//! The operations that are counted and that faults are aimed at.

use crate::fleet::Provider;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Operation {
    AppliveryList,
    AppliveryGet,
    AppliveryCancel,
    AppliveryDevices,
    AppliveryAllDevices,
    AppliveryOrganization,
    AppliveryUnknown,
    EnosTokenGet,
    EnosTokenRefresh,
    EnosSearch,
    EnosGet,
    EnosCancel,
    EnosCancelAll,
    EnosDevices,
    EnosUnknown,
}

impl Operation {
    const NAMES: [(Self, &str); 15] = [
        (Self::AppliveryList, "applivery.list"),
        (Self::AppliveryGet, "applivery.get"),
        (Self::AppliveryCancel, "applivery.cancel"),
        (Self::AppliveryDevices, "applivery.devices"),
        (Self::AppliveryAllDevices, "applivery.all_devices"),
        (Self::AppliveryOrganization, "applivery.organization"),
        (Self::AppliveryUnknown, "applivery.unknown"),
        (Self::EnosTokenGet, "enos.token_get"),
        (Self::EnosTokenRefresh, "enos.token_refresh"),
        (Self::EnosSearch, "enos.search"),
        (Self::EnosGet, "enos.get"),
        (Self::EnosCancel, "enos.cancel"),
        (Self::EnosCancelAll, "enos.cancel_all"),
        (Self::EnosDevices, "enos.devices"),
        (Self::EnosUnknown, "enos.unknown"),
    ];

    pub(crate) fn name(self) -> &'static str {
        let named = Self::NAMES.iter().find(|(one, _)| *one == self);
        named.map_or("", |(_, name)| name)
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        let named = Self::NAMES.iter().find(|(_, one)| *one == name);
        named.map(|(operation, _)| *operation)
    }

    pub(crate) fn provider(self) -> Provider {
        if self.name().starts_with("applivery") {
            Provider::Applivery
        } else {
            Provider::Enos
        }
    }
}
