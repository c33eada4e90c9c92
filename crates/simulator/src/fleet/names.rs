//! Believable names and kinds of commands.

use crate::rng::Rng;

/// The product of an EnOS device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Product {
    Turbine,
    Inverter,
    Meter,
}

/// A measurement point that can be set, or a service that can be invoked.
#[derive(Debug)]
pub(crate) struct Feature {
    /// The identifier in the thing model.
    pub(crate) tsl: &'static str,
    pub(crate) name: &'static str,
    pub(crate) chinese: &'static str,
    /// 1 sets a measurement point, 2 invokes a service.
    pub(crate) command_type: u8,
}

const fn feature(
    tsl: &'static str,
    name: &'static str,
    chinese: &'static str,
    command_type: u8,
) -> Feature {
    Feature {
        tsl,
        name,
        chinese,
        command_type,
    }
}

const TURBINE: &[Feature] = &[
    feature(
        "active_power_limit",
        "Set active power limit",
        "设置有功功率上限",
        1,
    ),
    feature("yaw_mode", "Set yaw mode", "设置偏航模式", 1),
    feature("start_turbine", "Start turbine", "启动风机", 2),
    feature("stop_turbine", "Stop turbine", "停止风机", 2),
    feature("reset_fault", "Reset fault", "故障复位", 2),
];
const INVERTER: &[Feature] = &[
    feature("active_power", "Set active power", "设置有功功率", 1),
    feature("power_factor", "Set power factor", "设置功率因数", 1),
    feature("power_on", "Power on", "开机", 2),
    feature("power_off", "Power off", "关机", 2),
];
const METER: &[Feature] = &[
    feature("report_interval", "Set report interval", "设置上报周期", 1),
    feature("relay_open", "Open relay", "分闸", 2),
    feature("relay_close", "Close relay", "合闸", 2),
    feature("sync_time", "Synchronise time", "对时", 2),
];

const SITES: &[&str] = &[
    "Harbour",
    "North Ridge",
    "Lowland",
    "Mill Creek",
    "Old Quarry",
    "Bay",
];
const TEAMS: &[&str] = &[
    "Warehouse",
    "Delivery",
    "Reception",
    "Field service",
    "Till",
    "Clinic",
];
const MODELS: &[&str] = &[
    "Galaxy XCover6 Pro",
    "Zebra TC53",
    "Pixel 8a",
    "CT45 XP",
    "Galaxy Tab A9",
];
const PEOPLE: &[&str] = &[
    "ana", "bruno", "chen", "dora", "emil", "fatima", "gus", "hana", "ivo",
];

/// Applivery's kinds, the frequent ones more than once.
pub(crate) const APPLIVERY_KINDS: &[&str] = &[
    "LOCK",
    "LOCK",
    "LOCK",
    "REBOOT",
    "REBOOT",
    "WIPE",
    "RESET_PASSWORD",
    "RESET_PASSWORD",
    "CLEAR_APP_DATA",
    "START_LOST_MODE",
    "STOP_LOST_MODE",
    "ADD_ESIM",
    "REMOVE_ESIM",
    "REQUEST_DEVICE_INFO",
    "RELINQUISH_OWNERSHIP",
];

impl Product {
    pub(crate) fn of(index: u32) -> Self {
        match index % 3 {
            0 => Self::Turbine,
            1 => Self::Inverter,
            _ => Self::Meter,
        }
    }

    pub(crate) fn features(self) -> &'static [Feature] {
        match self {
            Self::Turbine => TURBINE,
            Self::Inverter => INVERTER,
            Self::Meter => METER,
        }
    }

    pub(crate) fn model(self) -> &'static str {
        match self {
            Self::Turbine => "sim_wind_turbine",
            Self::Inverter => "sim_pv_inverter",
            Self::Meter => "sim_power_meter",
        }
    }
}

/// The feature of that identifier, of whichever product.
pub(crate) fn feature_of(tsl: &str) -> Option<&'static Feature> {
    [TURBINE, INVERTER, METER]
        .into_iter()
        .flatten()
        .find(|feature| feature.tsl == tsl)
}

/// The name of an EnOS device, in English and in Chinese.
pub(crate) fn enos_name(seed: u64, index: u32) -> (String, String) {
    let mut rng = Rng::of(&[seed, 31, u64::from(index)]);
    let site = rng.pick(SITES).copied().unwrap_or_default();
    let (english, chinese) = match Product::of(index) {
        Product::Turbine => ("turbine", "风机"),
        Product::Inverter => ("inverter", "逆变器"),
        Product::Meter => ("meter", "电表"),
    };
    let number = index + 1;
    (
        format!("{site} {english} {number:03}"),
        format!("{site} {chinese} {number:03}"),
    )
}

/// The name, the model and the user's name of an Applivery device.
pub(crate) fn applivery_name(seed: u64, index: u32) -> (String, &'static str, String) {
    let mut rng = Rng::of(&[seed, 32, u64::from(index)]);
    let team = rng.pick(TEAMS).copied().unwrap_or_default();
    let site = rng.pick(SITES).copied().unwrap_or_default();
    let model = rng.pick(MODELS).copied().unwrap_or_default();
    let person = rng.pick(PEOPLE).copied().unwrap_or_default();
    (
        format!("{team} {site} {:03}", index + 1),
        model,
        format!("{person}{}", index + 1),
    )
}
