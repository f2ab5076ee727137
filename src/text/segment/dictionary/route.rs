//! jieba's own way to cut: sums from the right end of a stretch, its operations in its order.
//!
//! Not the usual way here: [`super::cuts`] takes it only where two ways to cut are as good as equal, and rounding decides.

use super::Words;

/// The best way to cut from a place on.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// Logarithm of the rest's probability.
    weight: f64,
    /// Place after its first word.
    next: u32,
}

/// Buffers of a route.
#[derive(Debug, Clone, Default)]
pub struct Route {
    steps: Vec<Step>,
}

impl Route {
    /// Hands over where the tokens of `codes[from..]` end, as jieba cuts `codes`: a stretch up to where it ends for jieba. `from`
    /// is the end of a token.
    pub fn cut(&mut self, words: &Words, codes: &[u32], from: usize, mut each: impl FnMut(usize)) {
        self.steps.clear();
        self.steps.resize(codes.len() - from + 1, Step { weight: 0.0, next: codes.len() as u32 });
        for place in (from..codes.len()).rev() {
            let mut best: Option<Step> = None;
            words.each_at_start(&codes[place..], |length, weight| {
                let next = place + length;
                let step = Step { weight: weight + self.steps[next - from].weight, next: next as u32 };
                // Of equals jieba takes the longest.
                let is_better = best.is_none_or(|best| {
                    #[expect(clippy::float_cmp, reason = "equal sums are what this way is for")]
                    let is_equal = step.weight == best.weight;
                    step.weight > best.weight || (is_equal && step.next > best.next)
                });
                if is_better {
                    best = Some(step);
                }
            });
            if let Some(best) = best {
                self.steps[place - from] = best;
            }
        }
        let mut place = from;
        while place < codes.len() {
            place = self.steps[place - from].next as usize;
            each(place);
        }
    }
}
