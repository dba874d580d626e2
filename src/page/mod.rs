//! The page as a display list: everything is decided, the writers in `output` only draw.
//!
//! A [`Page`] is a list of glyph runs, fills, discs and pictures in reading order. Glyph runs carry
//! glyph ids and positions as well as their characters. To draw a page, a writer needs the page,
//! the fonts and nothing else. Coordinates start at the top left corner of the trim; y grows
//! downwards.
//!
//! `display_list` holds the types, `dump` writes pages as canonical text, `hash` computes the
//! layout hash.

mod display_list;
mod dump;
mod hash;

pub use crate::page::display_list::{
    CmykColour, FilledDisc, FilledRect, GlyphRun, ItemOwner, Page, PageItem, PlacedPicture,
    RunGlyph, TextRole,
};
pub use crate::page::dump::dump;
pub use crate::page::hash::layout_hash;
