//! From drivers to the functions of the organisation that own them: the responsibility matrix of quality function deployment.
//!
//! Not for reading the matrix, nor for names of drivers and functions: both are plain numbers here.

/// What part of a driver a function owns: `numerator / denominator`, not reduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The function.
    pub function: usize,
    /// Its weight in the driver's row: 9, 3 or 1.
    pub numerator: u32,
    /// The sum of the row's weights, at least `numerator`.
    pub denominator: u32,
}

/// Who owns what: for each driver the functions with their weights 9 (owns it), 3 (contributes) and 1 (touches it), the scale
/// of quality function deployment (Akao 1990, Quality Function Deployment; Hauser & Clausing 1988, The House of Quality).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    functions: usize,
    /// By driver; parts of weight 0 are left out, so that no denominator is 0.
    rows: Vec<Vec<Part>>,
}

impl Matrix {
    /// The matrix of so many functions; a row for each driver with pairs of function and weight.
    ///
    /// None where a row has a function that is not below `functions`, the same function twice, or a weight other than 9, 3, 1,
    /// 0.
    pub fn new(functions: usize, rows: Vec<Vec<(usize, u8)>>) -> Option<Self> {
        let wrong = |row: &Vec<(usize, u8)>| {
            row.iter().enumerate().any(|(at, (function, weight))| {
                *function >= functions
                    || !matches!(weight, 0 | 1 | 3 | 9)
                    || row[..at].iter().any(|(before, _)| before == function)
            })
        };
        if rows.iter().any(wrong) {
            return None;
        }
        let parts = |row: Vec<(usize, u8)>| {
            let denominator = row.iter().map(|(_, weight)| u32::from(*weight)).sum();
            let owning = row.into_iter().filter(|(_, weight)| *weight > 0);
            owning.map(|(function, weight)| Part { function, numerator: weight.into(), denominator }).collect()
        };
        Some(Self { functions, rows: rows.into_iter().map(parts).collect() })
    }

    /// How many functions there are.
    pub fn functions(&self) -> usize {
        self.functions
    }

    /// The parts of a driver, which sum to 1, in the order of its row; empty where nobody owns it or there is no such driver.
    pub fn parts(&self, driver: usize) -> impl Iterator<Item = Part> + '_ {
        self.rows.get(driver).into_iter().flatten().copied()
    }

    /// The technical importance of each function: the sum over drivers of the driver's weight × the function's 9, 3, 1 or 0
    /// (Hauser & Clausing 1988). Without unit: only compared between functions. `weights` by driver, 0 or more; a driver beyond
    /// the end has none.
    pub fn technical_importance(&self, weights: &[f64]) -> Vec<f64> {
        let mut importance = vec![0.0; self.functions];
        for (row, weight) in self.rows.iter().zip(weights) {
            for part in row {
                importance[part.function] += weight * f64::from(part.numerator);
            }
        }
        importance
    }

    /// The drivers' amounts, of any sign, handed to the functions that own them, each driver's in the parts of
    /// [`Matrix::parts`]; and what nobody owns. `amounts` by driver; those beyond the last driver (residual buckets) are
    /// nobody's.
    ///
    /// The functions' amounts and the unowned one sum to the amounts given but for rounding. Drivers are added in their order,
    /// so the same amounts give the same bits.
    pub fn conserve(&self, amounts: &[f64]) -> (Vec<f64>, f64) {
        let mut owned = vec![0.0; self.functions];
        let mut unowned = 0.0;
        for (driver, amount) in amounts.iter().enumerate() {
            let mut nobody = true;
            for part in self.parts(driver) {
                owned[part.function] += amount * f64::from(part.numerator) / f64::from(part.denominator);
                nobody = false;
            }
            if nobody {
                unowned += amount;
            }
        }
        (owned, unowned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(left: f64, right: f64, within: f64) -> bool {
        (left - right).abs() <= within
    }

    /// Noise: R&D owns it, the technician contributes. Response: dispatch touches it, and nobody else. Price: nobody.
    fn example() -> Matrix {
        Matrix::new(3, vec![vec![(0, 9), (1, 3)], vec![(2, 1), (0, 0)], vec![(1, 0)]]).unwrap()
    }

    #[test]
    fn technical_importance_is_weighted_by_drivers() {
        // R&D 0.12·9, the technician 0.12·3, dispatch 0.05·1.
        let importance = example().technical_importance(&[0.12, 0.05, 0.4]);
        for (importance, expected) in importance.iter().zip([1.08, 0.36, 0.05]) {
            assert!(close(*importance, expected, 1e-12), "{importance}");
        }
        assert_eq!(example().technical_importance(&[]), [0.0, 0.0, 0.0]);
    }

    #[test]
    fn amounts_go_to_their_owners_once() {
        // Noise −0.12: three quarters to R&D, one to the technician. Response −0.05 to dispatch alone, however little it has to
        // do with it. Price 0.03 and two buckets of 0.2 and −0.1 to nobody.
        let (owned, unowned) = example().conserve(&[-0.12, -0.05, 0.03, 0.2, -0.1]);
        for (owned, expected) in owned.iter().zip([-0.09, -0.03, -0.05]) {
            assert!(close(*owned, expected, 1e-15), "{owned}");
        }
        assert!(close(unowned, 0.13, 1e-15), "{unowned}");
        assert_eq!(example().conserve(&[]), (vec![0.0; 3], 0.0));
    }

    #[test]
    fn parts_of_a_driver() {
        let parts =
            |driver| example().parts(driver).map(|p| (p.function, p.numerator, p.denominator)).collect::<Vec<_>>();
        assert_eq!(parts(0), [(0, 9, 12), (1, 3, 12)]);
        assert_eq!(parts(1), [(2, 1, 1)]);
        assert_eq!(parts(2), []);
        assert_eq!(parts(3), [], "there is no fourth driver");
        assert_eq!(example().functions(), 3);
    }

    #[test]
    fn rows_that_are_no_rows() {
        assert_eq!(Matrix::new(2, vec![vec![(2, 9)]]), None, "there is no third function");
        assert_eq!(Matrix::new(2, vec![vec![(1, 9), (1, 3)]]), None, "one function twice");
        assert_eq!(Matrix::new(2, vec![vec![(1, 5)]]), None, "no such weight");
        assert!(Matrix::new(0, vec![vec![], vec![]]).is_some());
    }

    /// Dense: by driver, by function.
    fn dense() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let weight = || prop_oneof![3 => Just(0_u8), 1 => Just(1), 1 => Just(3), 1 => Just(9)];
        (0_usize..6)
            .prop_flat_map(move |functions| prop::collection::vec(prop::collection::vec(weight(), functions), 0..30))
    }

    proptest! {
        #[test]
        fn nothing_is_lost(rows in dense(), amounts in prop::collection::vec(-1.0..=1.0, 0..40)) {
            let functions = rows.first().map_or(2, Vec::len);
            let sparse = rows.iter().map(|row| row.iter().copied().enumerate().collect()).collect();
            let matrix = Matrix::new(functions, sparse).unwrap();
            let (owned, unowned) = matrix.conserve(&amounts);
            prop_assert_eq!(owned.len(), functions);
            prop_assert!(close(owned.iter().sum::<f64>() + unowned, amounts.iter().sum(), 1e-12));
            for driver in 0..rows.len() {
                let (numerators, denominator) = matrix.parts(driver).fold((0, 0), |sum, p| (sum.0 + p.numerator, p.denominator));
                prop_assert_eq!(numerators, denominator);
            }
            // Against the dense matrix.
            let weights: Vec<f64> = amounts.iter().map(|amount| amount.abs()).collect();
            let importance = matrix.technical_importance(&weights);
            for function in 0..functions {
                let (mut expected_owned, mut expected_importance) = (0.0, 0.0);
                for ((row, amount), weight) in rows.iter().zip(&amounts).zip(&weights) {
                    let sum: u8 = row.iter().sum();
                    expected_owned += if sum == 0 { 0.0 } else { amount * (f64::from(row[function]) / f64::from(sum)) };
                    expected_importance += weight * f64::from(row[function]);
                }
                prop_assert!(close(owned[function], expected_owned, 1e-12));
                prop_assert!(close(importance[function], expected_importance, 1e-12));
            }
        }
    }
}
