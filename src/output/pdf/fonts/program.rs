//! The font program of a face as a PDF holds it.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use subsetter::GlyphRemapper;

use crate::font::{EmbeddingRights, FontFace, GlyphId, OutlineSink};
use crate::output::pdf::cff;
use crate::output::pdf::fonts::sfnt;

/// A font program, and how codes find its glyphs: code `k` is glyph `k` of those it was made for.
pub(crate) enum FontProgram<'a> {
    /// A CFF table whose CIDs are the codes.
    Cff(Vec<u8>),
    /// A CFF table as it is, and the CID of each code.
    WholeCff { table: &'a [u8], cids: Vec<u16> },
    /// A TrueType file, and the glyph of each code.
    TrueType { file: Cow<'a, [u8]>, map: Vec<u8> },
}

impl<'a> FontProgram<'a> {
    /// The program of a face for these glyphs: no more than them, or all of it if its owner wants that.
    pub(crate) fn of(face: &'a FontFace, glyphs: &[GlyphId], name: &str) -> Result<Self, String> {
        let table = sfnt::table(face.data(), face.index(), b"CFF ");
        let told = |what: &str| format!("{}: {what}", face.file());
        match (face.embedding(), table) {
            (EmbeddingRights::Subset, Some(table)) => match cff::subset(table, glyphs, name) {
                Some(program) => Ok(Self::Cff(program)),
                None => Self::rebuilt(face, glyphs, name),
            },
            (EmbeddingRights::Subset, None) => {
                let (file, new) = subset(face, glyphs)?;
                Ok(Self::TrueType { file: Cow::Owned(file), map: map(&new) })
            }
            (EmbeddingRights::Whole, Some(table)) => {
                let cids = cff::cids(table, glyphs).ok_or_else(|| told("CFF without CIDs"))?;
                Ok(Self::WholeCff { table, cids })
            }
            (EmbeddingRights::Whole, None) => {
                let file = if face.data().starts_with(b"ttcf") {
                    let alone = sfnt::alone(face.data(), face.index(), |_| true);
                    Cow::Owned(alone.ok_or_else(|| told("collection"))?)
                } else {
                    Cow::Borrowed(face.data())
                };
                let old: Vec<u16> = glyphs.iter().map(|glyph| glyph.0).collect();
                Ok(Self::TrueType { file, map: map(&old) })
            }
        }
    }

    /// A subset of a CFF face that has subroutines or no CIDs. The subsetter resolves both but gives each glyph one
    /// CID, so its program is copied once more, glyph by glyph, a glyph of two texts twice.
    fn rebuilt(face: &FontFace, glyphs: &[GlyphId], name: &str) -> Result<Self, String> {
        // Subroutines may call each other without end; what draws them counts.
        if let Some(glyph) = glyphs.iter().find(|glyph| !face.draw_outline(**glyph, &mut NullSink))
        {
            return Err(format!("{}: glyph {} cannot be drawn", face.file(), glyph.0));
        }
        let (file, new) = subset(face, glyphs)?;
        let new: Vec<GlyphId> = new.into_iter().map(GlyphId).collect();
        sfnt::table(&file, 0, b"CFF ")
            .and_then(|table| cff::subset(table, &new, name))
            .map(Self::Cff)
            .ok_or_else(|| format!("{}: its CFF table cannot be subset", face.file()))
    }

    pub(crate) fn subtype(&self) -> &'static str {
        match self {
            Self::Cff(_) | Self::WholeCff { .. } => "CIDFontType0",
            Self::TrueType { .. } => "CIDFontType2",
        }
    }

    /// Its bytes and the key of the descriptor that they belong under.
    pub(crate) fn file(&self) -> (&[u8], &'static str) {
        match self {
            Self::Cff(table) => (table, "FontFile3"),
            Self::WholeCff { table, .. } => (table, "FontFile3"),
            Self::TrueType { file, .. } => (file, "FontFile2"),
        }
    }

    /// The CID of a code.
    pub(crate) fn cid(&self, code: usize) -> usize {
        match self {
            Self::WholeCff { cids, .. } => cids.get(code).copied().map_or(0, usize::from),
            Self::Cff(_) | Self::TrueType { .. } => code,
        }
    }
}

/// A file by the subsetter, and the glyphs in it.
fn subset(face: &FontFace, glyphs: &[GlyphId]) -> Result<(Vec<u8>, Vec<u16>), String> {
    let mut remapper = GlyphRemapper::new();
    let new: Vec<u16> = glyphs.iter().map(|glyph| remapper.remap(glyph.0)).collect();
    // It is not ours: what it stumbles over is a damaged face.
    let made = |file: &[u8], index: u32| {
        let made = AssertUnwindSafe(|| subsetter::subset(file, index, &remapper));
        let made = catch_unwind(made).map_err(|_| "panic".to_owned())?;
        made.map_err(|error| error.to_string())
    };
    let file = made(face.data(), face.index()).or_else(|error| {
        // It minds tables out of order, and damage in names that nothing is drawn with.
        let bare = sfnt::alone(face.data(), face.index(), |tag| !matches!(tag, b"name" | b"post"));
        made(&bare.ok_or(error)?, 0)
    });
    Ok((file.map_err(|error| format!("{}: {error}", face.file()))?, new))
}

fn map(glyphs: &[u16]) -> Vec<u8> {
    glyphs.iter().flat_map(|glyph| glyph.to_be_bytes()).collect()
}

/// Draws nothing.
struct NullSink;

impl OutlineSink for NullSink {
    fn move_to(&mut self, _: f32, _: f32) {}
    fn line_to(&mut self, _: f32, _: f32) {}
    fn quad_to(&mut self, _: f32, _: f32, _: f32, _: f32) {}
    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, _: f32, _: f32) {}
    fn close(&mut self) {}
}
