//! Inputs of the check of a record.

use crate::config::RequestLimits;
use crate::font::FontSet;
use crate::image::PictureSupply;
use crate::intake::switches::NormaliseSwitches;

/// Inputs of the check besides the record.
#[derive(Clone, Copy, Debug)]
pub struct CheckContext<'a> {
    /// Fonts, for the faces of spans and for characters that no face has.
    pub fonts: &'a FontSet,
    /// Limits on one request.
    pub limits: &'a RequestLimits,
    /// Corrections that are allowed.
    pub switches: &'a NormaliseSwitches,
    /// Roles of the staff line: editors, proofreaders, designers.
    pub staff_roles: &'a [String; 3],
    /// Pictures supplied outside the record.
    pub pictures: &'a PictureSupply,
    /// True if a lock whose place does not exist or is taken is dropped with a note. Otherwise it
    /// makes the record invalid.
    pub drops_bad_locks: bool,
}
