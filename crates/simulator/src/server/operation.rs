//! The operations that are counted and that faults are aimed at.

use crate::fleet::Vendor;

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
    pub(crate) const ALL: [Self; 15] = [
        Self::AppliveryList,
        Self::AppliveryGet,
        Self::AppliveryCancel,
        Self::AppliveryDevices,
        Self::AppliveryAllDevices,
        Self::AppliveryOrganization,
        Self::AppliveryUnknown,
        Self::EnosTokenGet,
        Self::EnosTokenRefresh,
        Self::EnosSearch,
        Self::EnosGet,
        Self::EnosCancel,
        Self::EnosCancelAll,
        Self::EnosDevices,
        Self::EnosUnknown,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AppliveryList => "applivery.list",
            Self::AppliveryGet => "applivery.get",
            Self::AppliveryCancel => "applivery.cancel",
            Self::AppliveryDevices => "applivery.devices",
            Self::AppliveryAllDevices => "applivery.all_devices",
            Self::AppliveryOrganization => "applivery.organization",
            Self::AppliveryUnknown => "applivery.unknown",
            Self::EnosTokenGet => "enos.token_get",
            Self::EnosTokenRefresh => "enos.token_refresh",
            Self::EnosSearch => "enos.search",
            Self::EnosGet => "enos.get",
            Self::EnosCancel => "enos.cancel",
            Self::EnosCancelAll => "enos.cancel_all",
            Self::EnosDevices => "enos.devices",
            Self::EnosUnknown => "enos.unknown",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|operation| operation.name() == name)
    }

    pub(crate) fn vendor(self) -> Vendor {
        if self.name().starts_with("applivery") {
            Vendor::Applivery
        } else {
            Vendor::Enos
        }
    }
}
