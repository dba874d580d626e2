//! Requirements on a press file.

use crate::finding::Severity;
use crate::model::{PictureResolution, PressProfile};
use crate::preflight::check::PressCheck;
use crate::unit::{Abs, Rect};

/// Requirements on a file. Each one that is `None` or empty is not checked.
#[derive(Clone, Debug, Default)]
pub struct PressRequirements {
    /// Standard of the file. Without one, rules of PDF/X are not checked.
    pub profile: Option<PressProfile>,
    /// Limit of the total ink at one point, in thousandths of one full ink (R91).
    pub ink_limit: Option<i64>,
    /// Effective resolution of pictures (R92).
    pub picture_resolution: Option<PictureResolution>,
    /// Width and height of the trim.
    pub trim_size: Option<(Abs, Abs)>,
    /// Type area of the first page, from the top left of its trim.
    pub type_area: Option<Rect>,
    /// Furniture of the first page: areas outside the type area that may be printed on.
    pub furniture: Vec<Rect>,
    /// Inks that text may have beside black and white, as CMYK in thousandths.
    pub text_colours: Vec<[u16; 4]>,
    /// Severities set by the house style. Checks that are errors by default stay errors.
    pub severities: Vec<(PressCheck, Severity)>,
    /// Text that the file must hold; white space and soft hyphens do not count (R88).
    pub expected_text: Option<String>,
}
