//! Borders and tints.

use serde::Deserialize;

use crate::model::style::numbers::{checked_em, checked_pt, cmyk_from_percent};
use crate::unit::{Abs, Em};

/// Style of articles with a border or a tint (加框, 底纹).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameStyle {
    /// Thickness of the border.
    pub rule: Abs,
    /// Tint as CMYK, in thousandths (R94: K 5–15 %).
    pub tint: [u16; 4],
    /// Smallest distance from the edge to the text, in ems of the body.
    pub inset: Em,
    /// Rows between the edge and the content, above and below.
    pub inset_rows: [i64; 2],
}

/// Borders and tints as written in a house style.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FrameFile {
    rule_pt: f64,
    tint_cmyk_percent: [f64; 4],
    inset_em: f64,
    inset_rows: [i64; 2],
}

impl FrameFile {
    /// Checks the numbers.
    pub(crate) fn resolve(&self) -> Result<FrameStyle, String> {
        let inset = checked_em(self.inset_em, "frame.inset_em")?;
        // With a larger inset, a column of the narrowest grid has no room for copy.
        if inset > Em::zi(2) || self.inset_rows.iter().any(|rows| !(0..=4).contains(rows)) {
            return Err("frame: inset_em 至多 2，inset_rows 应在 0 至 4 之间 / inset_em must be at most 2, inset_rows from 0 to 4".to_owned());
        }
        Ok(FrameStyle {
            rule: checked_pt(self.rule_pt, "frame.rule_pt")?,
            tint: cmyk_from_percent(self.tint_cmyk_percent, "frame.tint_cmyk_percent")?,
            inset,
            inset_rows: self.inset_rows,
        })
    }
}
