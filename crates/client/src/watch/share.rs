//! Shares of a whole, estimated from a sample: Wilson's score interval (1927).

/// The quantile of the normal distribution for a bound that holds in 95 of 100 samples.
const ONE_SIDED: f64 = 1.645;
/// The same for two bounds.
const TWO_SIDED: f64 = 1.96;

/// Returns a share that the true one is hardly below.
pub(super) fn low_share(hits: u32, looks: u32) -> f64 {
    bounds(hits, looks, ONE_SIDED).0
}

/// Returns the bounds between which the true share is likely to be.
pub(super) fn share_interval(hits: u32, looks: u32) -> (f64, f64) {
    bounds(hits, looks, TWO_SIDED)
}

fn bounds(hits: u32, looks: u32, quantile: f64) -> (f64, f64) {
    if looks == 0 {
        return (0.0, 1.0);
    }
    let looks = f64::from(looks);
    let share = f64::from(hits) / looks;
    let square = quantile * quantile;
    let middle = share + square / (2.0 * looks);
    let spread = quantile * (share * (1.0 - share) / looks + square / (4.0 * looks * looks)).sqrt();
    let scale = 1.0 + square / looks;
    let within = |bound: f64| (bound / scale).clamp(0.0, 1.0);
    (within(middle - spread), within(middle + spread))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_as_in_the_tables() {
        let (low, high) = share_interval(10, 100);
        assert!(
            (low - 0.0552).abs() < 0.0005 && (high - 0.1744).abs() < 0.0005,
            "{low} {high}"
        );
        assert_eq!(share_interval(0, 0), (0.0, 1.0));
        assert_eq!(share_interval(0, 50).0, 0.0);
        assert!(share_interval(50, 50).1 > 0.999);
        assert!(low_share(60, 300) > 0.16 && low_share(60, 300) < 0.2);
    }
}
