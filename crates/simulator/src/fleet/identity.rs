//! The organizations, keys and devices, all made from the seed.
//!
//! An identifier carries its device's number, so that looking one up needs no table.

use crate::fleet::Provider;
use crate::fleet::names::Product;
use crate::rng::mix;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// A device's number has 22 bits: four digits of base 62, five of base 36.
const INDEX_MASK: u64 = (1 << 22) - 1;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity {
    seed: u64,
    devices: u32,
}

/// Which thing a number is made for.
#[derive(Clone, Copy)]
enum Topic {
    Organization = 1,
    Token,
    AppKey,
    AppSecret,
    Mask,
    AppliveryDevice,
    Serial,
    Imei,
    Enterprise,
    Asset,
    ProductKey,
    DeviceKey,
    AccessToken,
    User,
}

impl Identity {
    pub(crate) fn new(seed: u64, devices: u32) -> Self {
        Self { seed, devices }
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn devices(&self) -> u32 {
        self.devices
    }

    fn number(&self, topic: Topic, of: u64) -> u64 {
        mix(&[self.seed, topic as u64, of])
    }

    pub(crate) fn applivery_org(&self) -> String {
        object_id(self.number(Topic::Organization, 0), 1)
    }

    pub(crate) fn applivery_slug(&self) -> String {
        format!(
            "simulated-logistics-{:04x}",
            self.number(Topic::Organization, 1) & 0xffff
        )
    }

    pub(crate) fn enterprise(&self) -> String {
        object_id(self.number(Topic::Enterprise, 0), 2)
    }

    pub(crate) fn amapi_enterprise(&self) -> String {
        format!(
            "LC{}",
            digits(self.number(Topic::Enterprise, 1), 36, 8).to_lowercase()
        )
    }

    pub(crate) fn applivery_token(&self) -> String {
        let half = |n| self.number(Topic::Token, n);
        format!(
            "simulated-{:016x}{:016x}{:08x}",
            half(0),
            half(1),
            half(2) >> 32
        )
    }

    pub(crate) fn enos_org(&self) -> String {
        format!(
            "o15{:012}",
            self.number(Topic::Organization, 2) % 1_000_000_000_000
        )
    }

    pub(crate) fn app_key(&self) -> String {
        // Nothing but a UUID: the provider's own client encrypts it, and has no room for more.
        self.uuid(Topic::AppKey)
    }

    pub(crate) fn app_secret(&self) -> String {
        self.uuid(Topic::AppSecret)
    }

    fn uuid(&self, topic: Topic) -> String {
        let (high, low) = (self.number(topic, 0), self.number(topic, 1));
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            low >> 52,
            low & 0xffff_ffff_ffff
        )
    }

    pub(crate) fn access_token(&self, issued: u64) -> String {
        let half = |n| self.number(Topic::AccessToken, issued * 2 + n);
        format!("APITOKEN-SIMULATED-{:016x}{:016x}", half(0), half(1))
    }

    pub(crate) fn user_id(&self, user: u64) -> String {
        object_id(self.number(Topic::User, user), 3)
    }

    /// A device's number with some bits turned over, so that neighbours do not look alike.
    fn masked(&self, index: u32) -> u64 {
        u64::from(index) ^ (self.number(Topic::Mask, 0) & INDEX_MASK)
    }

    /// The device with this masked number, if `name` gives it this name.
    fn named(&self, masked: u64, text: &str, name: impl Fn(u32) -> String) -> Option<u32> {
        let index = u32::try_from(masked ^ (self.number(Topic::Mask, 0) & INDEX_MASK)).ok()?;
        (index < self.devices && name(index) == text).then_some(index)
    }

    pub(crate) fn applivery_id(&self, index: u32) -> String {
        object_id(
            self.number(Topic::AppliveryDevice, u64::from(index)),
            self.masked(index),
        )
    }

    pub(crate) fn serial(&self, index: u32) -> String {
        let noise = digits(self.number(Topic::Serial, u64::from(index)), 36, 4);
        format!("R5{noise}{}", digits(self.masked(index), 36, 5))
    }

    pub(crate) fn imei(&self, index: u32) -> String {
        let noise = self.number(Topic::Imei, u64::from(index)) % 1_000_000;
        format!("35{noise:06}{:07}", self.masked(index))
    }

    /// Finds a device by its id, its serial number or its IMEI.
    pub(crate) fn applivery_index(&self, text: &str) -> Option<u32> {
        let tail = |count: usize| text.get(text.len().checked_sub(count)?..);
        let by_id = || {
            let lower = text.to_ascii_lowercase();
            let masked = u64::from_str_radix(lower.get(18..24)?, 16).ok()?;
            self.named(masked, &lower, |index| self.applivery_id(index))
        };
        let by_serial = || {
            let masked = u64::from_str_radix(tail(5)?, 36).ok()?;
            self.named(masked, text, |index| self.serial(index))
        };
        let by_imei = || self.named(tail(7)?.parse().ok()?, text, |index| self.imei(index));
        by_id().or_else(by_serial).or_else(by_imei)
    }

    pub(crate) fn asset_id(&self, index: u32) -> String {
        let noise = digits(self.number(Topic::Asset, u64::from(index)), 62, 4);
        format!("{noise}{}", digits(self.masked(index), 62, 4))
    }

    pub(crate) fn product_key(&self, index: u32) -> String {
        digits(
            self.number(Topic::ProductKey, Product::of(index) as u64),
            62,
            8,
        )
    }

    pub(crate) fn device_key(&self, index: u32) -> String {
        let noise = digits(self.number(Topic::DeviceKey, u64::from(index)), 62, 6);
        format!("{noise}{}", digits(self.masked(index), 62, 4))
    }

    pub(crate) fn asset_index(&self, asset_id: &str) -> Option<u32> {
        let masked = undigits(asset_id.get(asset_id.len().checked_sub(4)?..)?)?;
        self.named(masked, asset_id, |index| self.asset_id(index))
    }

    pub(crate) fn key_index(&self, product_key: &str, device_key: &str) -> Option<u32> {
        let masked = undigits(device_key.get(device_key.len().checked_sub(4)?..)?)?;
        self.named(masked, device_key, |index| self.device_key(index))
            .filter(|index| self.product_key(*index) == product_key)
    }

    /// The text form that the description prints; EnOS devices use both of theirs in turn.
    pub(crate) fn device_text(&self, provider: Provider, index: u32) -> String {
        match provider {
            Provider::Applivery => format!("applivery:{}", self.applivery_id(index)),
            Provider::Enos if index.is_multiple_of(2) => {
                format!("enos:asset:{}", self.asset_id(index))
            }
            Provider::Enos => {
                format!(
                    "enos:key:{}/{}",
                    self.product_key(index),
                    self.device_key(index)
                )
            }
        }
    }

    /// Finds a device by any of its text forms.
    pub(crate) fn resolve(&self, text: &str) -> Option<(Provider, u32)> {
        if let Some(id) = text.strip_prefix("applivery:") {
            return Some((Provider::Applivery, self.applivery_index(id)?));
        }
        if let Some(asset_id) = text.strip_prefix("enos:asset:") {
            return Some((Provider::Enos, self.asset_index(asset_id)?));
        }
        let (product_key, device_key) = text.strip_prefix("enos:key:")?.split_once('/')?;
        Some((Provider::Enos, self.key_index(product_key, device_key)?))
    }
}

/// 24 hexadecimal digits whose last six are `tail`.
pub(crate) fn object_id(noise: u64, tail: u64) -> String {
    let seconds = 0x6500_0000 + ((noise >> 40) & 0x00ff_ffff);
    format!(
        "{seconds:08x}{:010x}{:06x}",
        noise & 0xff_ffff_ffff,
        tail & 0xff_ffff
    )
}

/// The lowest `count` digits of a number.
pub(crate) fn digits(mut number: u64, base: u64, count: usize) -> String {
    let mut text = Vec::with_capacity(count);
    for _ in 0..count {
        let digit = usize::try_from(number % base).unwrap_or(0);
        text.push(ALPHABET.get(digit).copied().map_or('0', char::from));
        number /= base;
    }
    text.into_iter().rev().collect()
}

fn undigits(text: &str) -> Option<u64> {
    text.bytes().try_fold(0_u64, |number, byte| {
        let digit = ALPHABET.iter().position(|known| *known == byte)?;
        number.checked_mul(62)?.checked_add(digit as u64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_device_finds_it_and_no_other_does() {
        let identity = Identity::new(7, 100_000);
        for index in (0..100_000).step_by(977) {
            assert_eq!(
                identity.applivery_index(&identity.applivery_id(index)),
                Some(index)
            );
            assert_eq!(
                identity.applivery_index(&identity.serial(index)),
                Some(index)
            );
            assert_eq!(identity.applivery_index(&identity.imei(index)), Some(index));
            assert_eq!(identity.asset_index(&identity.asset_id(index)), Some(index));
            let (product_key, device_key) =
                (identity.product_key(index), identity.device_key(index));
            assert_eq!(identity.key_index(&product_key, &device_key), Some(index));
            assert_eq!(identity.key_index("other", &device_key), None);
            for provider in [Provider::Applivery, Provider::Enos] {
                assert_eq!(
                    identity.resolve(&identity.device_text(provider, index)),
                    Some((provider, index))
                );
            }
        }
        let smaller = Identity::new(7, 10);
        assert_eq!(smaller.applivery_index(&identity.applivery_id(10)), None);
        assert_eq!(
            Identity::new(8, 100_000).asset_index(&identity.asset_id(3)),
            None
        );
        assert_eq!(identity.applivery_index("é"), None);
        assert_eq!(identity.asset_index(""), None);
    }
}
