//! Checked numbers of a house style file. `name` is the key that an error names.

use crate::unit::{Abs, Em};

/// Length in points, not negative.
pub(crate) fn checked_pt(value: f64, name: &str) -> Result<Abs, String> {
    Abs::from_pt(value)
        .filter(|length| *length >= Abs::ZERO)
        .ok_or_else(|| format!("{name}: {value} is not a valid length"))
}

/// Length in millimetres, not negative.
pub(crate) fn checked_mm(value: f64, name: &str) -> Result<Abs, String> {
    Abs::from_mm(value)
        .filter(|length| *length >= Abs::ZERO)
        .ok_or_else(|| format!("{name}: {value} is not a valid length"))
}

/// Length in ems, not negative.
pub(crate) fn checked_em(value: f64, name: &str) -> Result<Em, String> {
    Em::from_f64(value)
        .filter(|length| *length >= Em::ZERO)
        .ok_or_else(|| format!("{name}: {value} is not a valid length"))
}

/// Ink as CMYK in thousandths, from percent.
pub(crate) fn cmyk_from_percent(percents: [f64; 4], name: &str) -> Result<[u16; 4], String> {
    let mut inks = [0; 4];
    for (ink, percent) in inks.iter_mut().zip(percents) {
        if !(0.0..=100.0).contains(&percent) {
            return Err(format!("{name}: {percent} is not between 0 and 100"));
        }
        *ink = percent_to_milli(percent);
    }
    Ok(inks)
}

/// Converts percent to thousandths.
#[expect(clippy::cast_possible_truncation, reason = "between 0 and 100 by the check before")]
fn percent_to_milli(percent: f64) -> u16 {
    (percent * 10.0).round() as u16
}
