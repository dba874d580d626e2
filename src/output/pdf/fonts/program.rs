//! Font programs as a PDF holds them.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use subsetter::GlyphRemapper;

use crate::font::{EmbeddingRights, FontFace, GlyphId, OutlineSink};
use crate::output::pdf::cff;
use crate::output::pdf::fonts::sfnt;

/// A font program and its map from codes to glyphs. Code `k` stands for the glyph at index `k` of
/// those that the program was made for.
pub(crate) enum FontProgram<'a> {
    /// A CFF table whose CIDs are the codes.
    Cff(Vec<u8>),
    /// The CFF table of a whole face, and the CID of each code.
    WholeCff { table: &'a [u8], cids: Vec<u16> },
    /// A TrueType file, and the glyph of each code as a `CIDToGIDMap`.
    TrueType { file: Cow<'a, [u8]>, map: Vec<u8> },
}

impl<'a> FontProgram<'a> {
    /// Builds the program of a face: a subset of these glyphs, or the whole face if its embedding
    /// rights require that.
    ///
    /// # Errors
    /// A face that is damaged or cannot be subset.
    pub(crate) fn for_glyphs(
        face: &'a FontFace,
        glyphs: &[GlyphId],
        name: &str,
    ) -> Result<Self, String> {
        let cff_table = sfnt::find_table(face.data(), face.index(), b"CFF ");
        let fault = |what: &str| format!("{}: {what}", face.file());
        match (face.embedding(), cff_table) {
            (EmbeddingRights::Subset, Some(table)) => match cff::subset(table, glyphs, name) {
                Some(program) => Ok(Self::Cff(program)),
                // Copying failed: the face has subroutines or no CIDs.
                None => Self::rebuild_cff(face, glyphs, name),
            },
            (EmbeddingRights::Subset, None) => {
                let SubsetFile { file, glyphs } = subset_file(face, glyphs)?;
                Ok(Self::TrueType { file: Cow::Owned(file), map: glyph_map(&glyphs) })
            }
            (EmbeddingRights::Whole, Some(table)) => {
                let cids = cff::cids(table, glyphs).ok_or_else(|| fault("CFF without CIDs"))?;
                Ok(Self::WholeCff { table, cids })
            }
            (EmbeddingRights::Whole, None) => {
                // PDF has no place for a collection, so the face is taken out of it.
                let file = if face.data().starts_with(b"ttcf") {
                    let extracted = sfnt::extract_face(face.data(), face.index(), |_| true);
                    Cow::Owned(extracted.ok_or_else(|| fault("collection"))?)
                } else {
                    Cow::Borrowed(face.data())
                };
                Ok(Self::TrueType { file, map: glyph_map(glyphs) })
            }
        }
    }

    /// Builds a subset of a CFF face that has subroutines or no CIDs. The subsetter resolves both,
    /// but gives each glyph one CID. So its program is copied again, glyph by glyph, with a glyph
    /// of two texts twice.
    fn rebuild_cff(face: &FontFace, glyphs: &[GlyphId], name: &str) -> Result<Self, String> {
        // Subroutines may call each other without end, and the subsetter would follow them. The
        // outliner counts its steps and fails instead.
        if let Some(glyph) = glyphs.iter().find(|glyph| !face.draw_outline(**glyph, &mut NullSink))
        {
            return Err(format!("{}: glyph {} cannot be drawn", face.file(), glyph.0));
        }
        let SubsetFile { file, glyphs } = subset_file(face, glyphs)?;
        // The new file has the glyphs of the old one in the order in which they were first
        // requested.
        sfnt::find_table(&file, 0, b"CFF ")
            .and_then(|table| cff::subset(table, &glyphs, name))
            .map(Self::Cff)
            .ok_or_else(|| format!("{}: its CFF table cannot be subset", face.file()))
    }

    /// Subtype of the CID font.
    pub(crate) fn font_subtype(&self) -> &'static str {
        match self {
            Self::Cff(_) | Self::WholeCff { .. } => "CIDFontType0",
            Self::TrueType { .. } => "CIDFontType2",
        }
    }

    /// Bytes of the program.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Cff(table) => table,
            Self::WholeCff { table, .. } => table,
            Self::TrueType { file, .. } => file,
        }
    }

    /// Key of the font descriptor under which the program belongs.
    pub(crate) fn file_key(&self) -> &'static str {
        match self {
            Self::Cff(_) | Self::WholeCff { .. } => "FontFile3",
            Self::TrueType { .. } => "FontFile2",
        }
    }

    /// Returns the CID of a code.
    pub(crate) fn cid_of_code(&self, code: usize) -> usize {
        match self {
            Self::WholeCff { cids, .. } => cids.get(code).copied().map_or(0, usize::from),
            Self::Cff(_) | Self::TrueType { .. } => code,
        }
    }
}

/// A font file made by the subsetter.
struct SubsetFile {
    file: Vec<u8>,
    /// Glyphs of the new file, for each glyph that was requested.
    glyphs: Vec<GlyphId>,
}

/// Makes a file of some glyphs with the subsetter.
fn subset_file(face: &FontFace, glyphs: &[GlyphId]) -> Result<SubsetFile, String> {
    let mut remapper = GlyphRemapper::new();
    let new_glyphs: Vec<GlyphId> =
        glyphs.iter().map(|glyph| GlyphId(remapper.remap(glyph.0))).collect();
    // A damaged face may make the foreign subsetter panic: that is an error of the face.
    let run_subsetter = |file: &[u8], index: u32| {
        let run = AssertUnwindSafe(|| subsetter::subset(file, index, &remapper));
        let result = catch_unwind(run).map_err(|_| "panic".to_owned())?;
        result.map_err(|error| error.to_string())
    };
    let file = run_subsetter(face.data(), face.index()).or_else(|error| {
        // The subsetter rejects tables out of order, and damage in names, which draw nothing. A
        // second attempt gets the tables in order and without names.
        let is_needed = |tag: &[u8]| !matches!(tag, b"name" | b"post");
        let bare = sfnt::extract_face(face.data(), face.index(), is_needed);
        // A face that cannot be taken apart keeps the error of the first attempt.
        run_subsetter(&bare.ok_or(error)?, 0)
    });
    let file = file.map_err(|error| format!("{}: {error}", face.file()))?;
    Ok(SubsetFile { file, glyphs: new_glyphs })
}

/// Builds a `CIDToGIDMap`: two bytes a code.
fn glyph_map(glyphs: &[GlyphId]) -> Vec<u8> {
    glyphs.iter().flat_map(|glyph| glyph.0.to_be_bytes()).collect()
}

/// A sink that draws nothing: whether an outline can be drawn is all that matters.
struct NullSink;

impl OutlineSink for NullSink {
    fn move_to(&mut self, _: f32, _: f32) {}
    fn line_to(&mut self, _: f32, _: f32) {}
    fn quad_to(&mut self, _: f32, _: f32, _: f32, _: f32) {}
    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, _: f32, _: f32) {}
    fn close(&mut self) {}
}
