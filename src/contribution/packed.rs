//! What one comment says, as a few numbers: equal comments are equal numbers.
//!
//! A comment that mentions drivers is a number for each of them, ascending: the driver in the bits above [`DRIVER`], its voices in the
//! four above [`VOICES`], and its stance in the lowest two. One that mentions none is a single number above [`NO_DRIVERS`], with the
//! comment's voices in the four bits above [`BUCKET`] and the residual bucket in the lowest three.

use super::cells::Respondent;
use super::tree::DriverIx;
use crate::types::{Residual, Said, Stance, Voices};

/// Where the driver begins: above two bits of stance and four of voices.
const DRIVER: u32 = 6;
/// Where the voices of a driver begin.
const VOICES: u32 = 2;
/// Where the voices of a comment without drivers begin.
const BUCKET: u32 = 3;
/// Marks a packed comment that mentions no driver; above every driver.
const NO_DRIVERS: u32 = 1 << 31;

/// Writes what a respondent says into `out` (cleared first).
pub(super) fn pack(respondent: &Respondent<'_>, out: &mut Vec<u32>) {
    out.clear();
    if respondent.said.is_empty() {
        let bucket = match respondent.residual {
            None | Some(Residual::Contrary) => Residual::NoDriver,
            Some(bucket) => bucket,
        };
        out.push(NO_DRIVERS | u32::from(respondent.voices.bits()) << BUCKET | bucket as u32);
        return;
    }
    out.extend(respondent.said.iter().copied().map(packed));
    out.sort_unstable();
    out.dedup_by(|next, kept| {
        let (one, other) = (unpacked(*kept), unpacked(*next));
        let same = one.driver == other.driver;
        if same {
            let (stance, voices) = (joined(one.stance, other.stance), one.voices.and(other.voices));
            *kept = packed(Said { driver: one.driver, stance, voices });
        }
        same
    });
}

/// What a packed comment says: its drivers into `said` (cleared first), ascending; or the bucket and the voices that are returned where
/// it names none.
pub(super) fn unpack(comment: &[u32], said: &mut Vec<Said>) -> Option<(Residual, Voices)> {
    said.clear();
    if let [only] = *comment
        && only >= NO_DRIVERS
    {
        let bucket = Residual::ALL[(only & ((1 << BUCKET) - 1)) as usize];
        return Some((bucket, Voices::from_bits((only >> BUCKET) as u8)));
    }
    said.extend(comment.iter().map(|one| unpacked(*one)));
    None
}

/// The drivers that a packed comment mentions.
pub(super) fn drivers(comment: &[u32]) -> impl Iterator<Item = DriverIx> {
    comment.iter().filter(|one| **one < NO_DRIVERS).map(|one| unpacked(*one).driver)
}

/// The drivers that a packed comment mentions, each with what is said of it and not how.
pub(super) fn stances(comment: &[u32]) -> impl Iterator<Item = u32> {
    comment.iter().filter(|one| **one < NO_DRIVERS).map(|one| one >> DRIVER << VOICES | one & ((1 << VOICES) - 1))
}

/// The first two of [`stances`] in one number, which sorts as they do.
pub(super) fn head(comment: &[u32]) -> u64 {
    let mut stances = stances(comment).map(|stance| u64::from(stance) + 1);
    stances.next().unwrap_or_default() << 32 | stances.next().unwrap_or_default()
}

fn packed(said: Said) -> u32 {
    u32::from(said.driver.0) << DRIVER | u32::from(said.voices.bits()) << VOICES | said.stance as u32
}

/// What is said of one driver, from what [`packed`] made of it.
fn unpacked(one: u32) -> Said {
    Said {
        driver: DriverIx((one >> DRIVER) as u16),
        stance: Stance::ALL[(one & 3) as usize],
        voices: Voices::from_bits((one >> VOICES) as u8),
    }
}

/// What two stances on one thing are together.
pub(super) fn joined(one: Stance, other: Stance) -> Stance {
    match (one, other) {
        (same, again) if same == again => same,
        (Stance::Neutral, side) | (side, Stance::Neutral) => side,
        _ => Stance::Mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Voice::{self, Praise, Problem, Question, Suggestion};
    use crate::types::Weight;

    fn voices(of: &[Voice]) -> Voices {
        of.iter().copied().collect()
    }

    fn said(driver: u16, stance: Stance, of: &[Voice]) -> Said {
        Said { driver: DriverIx(driver), stance, voices: voices(of) }
    }

    fn of(said: &[Said], residual: Option<Residual>, voices: Voices) -> Vec<u32> {
        let (period, segments, score, band, weight) = ("2026-W23", &[], None, None, Weight::ONE);
        let mut out = vec![7];
        pack(&Respondent { period, segments, score, band, weight, said, voices, residual }, &mut out);
        out
    }

    #[test]
    fn what_is_packed_comes_back() {
        let mut out = vec![said(1, Stance::Neutral, &[])];
        let mut all = Vec::new();
        for driver in [0, 1, 40_000, 64_999] {
            for stance in Stance::ALL {
                for bits in 0..16 {
                    let one = Said { driver: DriverIx(driver), stance, voices: Voices::from_bits(bits) };
                    all.push(of(&[one], None, Voices::NONE));
                    assert_eq!(unpack(&all[all.len() - 1], &mut out), None);
                    assert_eq!(out, [one]);
                }
            }
        }
        for bucket in Residual::ALL.into_iter().filter(|bucket| *bucket != Residual::Contrary) {
            for bits in 0..16 {
                all.push(of(&[], Some(bucket), Voices::from_bits(bits)));
                let back = unpack(&all[all.len() - 1], &mut out);
                assert_eq!(back, Some((bucket, Voices::from_bits(bits))));
                assert!(out.is_empty());
            }
        }
        // Each is a comment of its own: 4 drivers × 4 stances × 16 sets of voices, and 4 buckets × 16.
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 4 * 4 * 16 + 4 * 16);
    }

    #[test]
    fn a_driver_that_is_there_twice_is_taken_as_one() {
        let one = [
            said(7, Stance::Negative, &[Problem]),
            said(3, Stance::Neutral, &[Question]),
            said(7, Stance::Positive, &[Praise, Suggestion]),
            said(7, Stance::Neutral, &[]),
        ];
        let mut again = one;
        again.reverse();
        // The voices of the whole do not count beside drivers.
        let packed = of(&one, None, Voices::NONE);
        assert_eq!(of(&again, None, voices(&[Praise])), packed);
        let mut out = Vec::new();
        assert_eq!(unpack(&packed, &mut out), None);
        assert_eq!(
            out,
            [said(3, Stance::Neutral, &[Question]), said(7, Stance::Mixed, &[Praise, Problem, Suggestion]),]
        );
    }

    #[test]
    fn comments_that_differ_in_voices_alone_have_equal_stances() {
        let plain = of(&[said(0, Stance::Positive, &[]), said(2, Stance::Mixed, &[])], None, Voices::NONE);
        let asking = of(&[said(0, Stance::Positive, &[Question]), said(2, Stance::Mixed, &[])], None, Voices::NONE);
        let other = of(&[said(0, Stance::Positive, &[]), said(2, Stance::Negative, &[])], None, Voices::NONE);
        let none = of(&[], Some(Residual::NoComment), voices(&[Praise]));
        assert!(plain != asking && stances(&plain).eq(stances(&asking)) && head(&plain) == head(&asking));
        assert!(stances(&plain).ne(stances(&other)) && head(&plain) != head(&other));
        assert_eq!((stances(&none).count(), head(&none)), (0, 0));
    }
}
