//! Borders and tints.

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
