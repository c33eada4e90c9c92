//! Random moments from a seed.

pub use fastrand::Rng;

/// Returns so many rising moments between 0.1 and 0.9.
pub fn moments(seed: u64, count: u32) -> Vec<f64> {
    let mut rng = Rng::with_seed(seed);
    let mut moments: Vec<f64> = (0..count).map(|_| 0.1 + 0.8 * rng.f64()).collect();
    moments.sort_by(f64::total_cmp);
    moments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_rise_lie_in_the_middle_and_come_from_the_seed() {
        let rising = moments(3, 50);
        assert!(rising.is_sorted());
        assert!(rising.iter().all(|moment| (0.1..0.9).contains(moment)));
        assert_eq!(rising, moments(3, 50));
        assert_ne!(rising, moments(4, 50));
    }
}
