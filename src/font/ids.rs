//! What faces and glyphs are called.

/// A face by its place in the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FontId(u8);

/// A glyph by its place in the face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GlyphId(pub u16);

impl FontId {
    pub(crate) fn new(index: usize) -> Option<Self> {
        u8::try_from(index).ok().map(Self)
    }

    /// The place in the catalog.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}
