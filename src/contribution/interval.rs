//! Confidence intervals.
//!
//! Not for the sums they are made from, which are the cell's.

use statrs::distribution::{ContinuousCDF, Normal};

/// The number of standard errors on each side at a two-sided `confidence` (0 to 1, both excluded): 1.96 at 0.95.
pub(super) fn z(confidence: f64) -> f64 {
    Normal::standard().inverse_cdf(f64::midpoint(1.0, confidence))
}

/// The interval of a Net Promoter Score by the adjusted Wald method, from shares of promoters and detractors (0 to 1) among
/// effectively `n` respondents; in −100 to 100.
///
/// Three respondents are added, three quarters of one a promoter and three quarters of one a detractor (Rocks 2016,
/// arXiv 1601.07235). The interval is centred on that adjusted score, so for one respondent it may leave out the score itself.
pub(super) fn nps(promoters: f64, detractors: f64, n: f64, z: f64) -> (f64, f64) {
    let adjusted = n + 3.0;
    let promoters = (promoters * n + 0.75) / adjusted;
    let detractors = (detractors * n + 0.75) / adjusted;
    let centre = promoters - detractors;
    let variance = (promoters + detractors - centre * centre) / adjusted;
    let half = z * variance.max(0.0).sqrt();
    (100.0 * (centre - half).max(-1.0), 100.0 * (centre + half).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn z_is_the_quantile_of_tables() {
        for (confidence, quantile) in [(0.80, 1.281_552), (0.90, 1.644_854), (0.95, 1.959_964), (0.99, 2.575_829)] {
            assert!((z(confidence) - quantile).abs() < 1e-6, "{confidence}: {}", z(confidence));
        }
    }

    #[test]
    fn the_nps_interval_is_adjusted_wald() {
        // By hand: n = 97 with 47 promoters and 22 detractors; adjusted 47.75 and 22.75 of 100.
        let (low, high) = nps(47.0 / 97.0, 22.0 / 97.0, 97.0, 2.0);
        let half = 2.0 * ((0.705_f64 - 0.0625) / 100.0).sqrt();
        assert!((low - 100.0 * (0.25 - half)).abs() < 1e-9, "{low}");
        assert!((high - 100.0 * (0.25 + half)).abs() < 1e-9, "{high}");
    }

    #[test]
    fn the_nps_interval_stays_on_the_scale() {
        assert!(nps(1.0, 0.0, 5.0, 1.96).1 <= 100.0);
        assert!(nps(0.0, 1.0, 5.0, 1.96).0 >= -100.0);
    }
}
