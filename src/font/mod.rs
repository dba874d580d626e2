//! Faces, the choice of a face for a character, and shaping.
//!
//! In: text and a role named by the house style. Out: glyphs with advances in [`crate::unit::Em`].
//! Faces in the binary are parsed on first use and kept for the process. A newsroom's faces come in
//! as bytes and are checked and parsed at once. harfrust shapes; skrifa reads metrics and outlines.
//! No other module uses either crate.

#![expect(
    clippy::cast_possible_truncation,
    reason = "font units and glyph ids are 16 bits wide, and texts are far below 4 GiB by the limits"
)]

mod catalog;
mod check;
mod embedded;
mod error;
mod face;
mod face_info;
mod face_table;
mod facts;
mod folder;
mod font_set;
mod ids;
mod shape;
mod shaping_mode;

pub use crate::font::catalog::FontCatalog;
pub use crate::font::embedded::licences;
pub use crate::font::error::FontFileError;
pub use crate::font::face::{FontFace, GlyphBounds, OutlineSink};
pub use crate::font::face_info::{FaceInfo, FontSource};
pub use crate::font::facts::{EmBox, EmbeddingRights, FaceFacts};
pub use crate::font::folder::FontFolder;
pub use crate::font::font_set::FontSet;
pub use crate::font::ids::{FontId, GlyphId};
pub use crate::font::shape::{ShapedGlyph, TextPiece, shape_text};
pub use crate::font::shaping_mode::ShapingMode;
