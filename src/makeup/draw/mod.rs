//! Drawing: a chosen layout as a display list, with its findings.

pub(crate) mod appendix;
pub(crate) mod changes;
pub(crate) mod findings;
pub(crate) mod furniture;
pub(crate) mod galley;
pub(crate) mod glyph_runs;
pub(crate) mod marks;
pub(crate) mod module;
pub(crate) mod page;
pub(crate) mod pen;
pub(crate) mod picture;
