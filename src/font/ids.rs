//! Ids of faces and glyphs.

/// Id of a face: its index in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FontId(u8);

/// Id of a glyph: its index in the face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GlyphId(pub u16);

impl FontId {
    /// Returns the id of an index. `None` beyond 255.
    pub(crate) fn new(index: usize) -> Option<Self> {
        u8::try_from(index).ok().map(Self)
    }

    /// Returns the index in the catalogue.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}
