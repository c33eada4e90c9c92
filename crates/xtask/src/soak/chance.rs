//! Random numbers from a seed.

/// splitmix64.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// Returns a number from 0 up to 1.
    pub fn fraction(&mut self) -> f64 {
        // 53 bits are what fits a floating-point number exactly.
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Returns so many rising moments between 0.1 and 0.9.
    pub fn moments(&mut self, count: u32) -> Vec<f64> {
        let mut moments: Vec<f64> = (0..count).map(|_| 0.1 + 0.8 * self.fraction()).collect();
        moments.sort_by(f64::total_cmp);
        moments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_rise_lie_in_the_middle_and_come_from_the_seed() {
        let moments = Chance::new(3).moments(50);
        assert!(moments.is_sorted());
        assert!(moments.iter().all(|moment| (0.1..0.9).contains(moment)));
        assert_eq!(moments, Chance::new(3).moments(50));
        assert_ne!(moments, Chance::new(4).moments(50));
    }
}
