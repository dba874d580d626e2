//! Faces, which face draws a character, and shaping.
//!
//! In: text and the role a house style names. Out: glyphs with advances in [`crate::unit::Em`]. Faces are
//! read where they lie in the binary and parsed once per process, on first use; a newsroom's own are handed in as
//! bytes, checked and parsed then. harfrust shapes, skrifa reads metrics and outlines; no other module names either.

#![expect(
    clippy::cast_possible_truncation,
    reason = "font units and glyph ids are 16 bits wide, and texts are far below 4 GiB by the limits"
)]

mod catalog;
mod check;
mod embedded;
mod error;
mod face;
mod face_table;
mod facts;
mod folder;
mod ids;
mod shape;
mod shaping_mode;

pub use crate::font::catalog::{FaceInfo, FontCatalog, FontSource};
pub use crate::font::embedded::licences;
pub use crate::font::error::FontFileError;
pub use crate::font::face::{FontFace, OutlineSink};
pub use crate::font::facts::{EmbeddingRights, FaceFacts};
pub use crate::font::folder::FontFolder;
pub use crate::font::ids::{FontId, GlyphId};
pub use crate::font::shape::{ShapedGlyph, TextPiece, shape_text};
pub use crate::font::shaping_mode::ShapingMode;

use std::sync::{Arc, OnceLock};

use crate::font::folder::FaceSlot;
use crate::script::CharClass;

/// A set of faces. Clones share it; sets made from one another share the faces that they have in common.
#[derive(Clone, Debug)]
pub struct FontSet {
    inner: Arc<FontSetInner>,
}

#[derive(Debug)]
struct FontSetInner {
    catalog: FontCatalog,
    faces: Vec<FaceSlot>,
}

impl FontSet {
    /// The faces that the binary carries. Nothing is parsed yet.
    ///
    /// # Errors
    /// `fonts.toml` in the binary is not what this version expects, or names a file that is not
    /// there: a broken build, told in words.
    pub fn embedded() -> Result<Self, String> {
        let catalog = FontCatalog::embedded()?;
        let faces = catalog.faces().iter().map(|_| Arc::new(OnceLock::new())).collect();
        Ok(Self { inner: Arc::new(FontSetInner { catalog, faces }) })
    }

    /// The faces of the binary with those of a newsroom's folder, and what is refused of that folder. A face of the
    /// folder takes the place of the one that plays the same role; that stays as its fallback.
    ///
    /// # Errors
    /// A broken build, as for [`Fonts::embedded`].
    pub fn with_folder(&self, folder: FontFolder) -> Result<(Self, Vec<FontFileError>), String> {
        let known = |file: &str, sha256: &str, index: u32| {
            self.inner
                .catalog
                .find_earlier(file, sha256, index)
                .map(|at| self.inner.faces[at].clone())
        };
        let (own, mut faults) = folder.into_faces(known);
        let (catalog, more) = self.inner.catalog.with_folder_faces(&own)?;
        faults.extend(more);
        let shipped = catalog.faces().iter().filter(|info| info.source == FontSource::Shipped);
        let faces = self.inner.faces[..shipped.count()].iter().cloned();
        let faces = faces.chain(own.into_iter().map(|own| own.slot));
        let faces = faces.take(catalog.faces().len()).collect();
        Ok((Self { inner: Arc::new(FontSetInner { catalog, faces }) }, faults))
    }

    /// What is known of the faces without parsing them.
    pub fn catalog(&self) -> &FontCatalog {
        &self.inner.catalog
    }

    /// The face of a role, `None` if no face has it.
    pub fn find_role(&self, role: &str) -> Option<FontId> {
        self.inner.catalog.find_role(role)
    }

    /// A face, parsed on first use.
    pub fn face(&self, id: FontId) -> &FontFace {
        let info = &self.inner.catalog.faces()[id.index()];
        self.inner.faces[id.index()].get_or_init(|| FontFace::from_binary(info))
    }

    /// Whether any face has `c`.
    pub fn covers(&self, c: char) -> bool {
        let ids = (0..self.inner.faces.len()).filter_map(FontId::new);
        // The first face holds nearly all, the last the rare ones; the others are seldom asked.
        ids.clone().take(1).chain(ids.clone().rev()).any(|id| self.face(id).covers(c))
    }

    /// The face that draws `text`, a character with its marks, where `wanted` is asked for: a face that lends it
    /// marks, the face itself, the first of its fallbacks that has all of it, or any other. `None`: no face has.
    pub fn pick_face(&self, wanted: FontId, text: &str, class: CharClass) -> Option<FontId> {
        let info = &self.inner.catalog.faces()[wanted.index()];
        let lends = !matches!(class, CharClass::Han | CharClass::Symbol | CharClass::Latin);
        let lenders: &[FontId] = if lends { &info.mark_lenders } else { &[] };
        let has = |id: &FontId| text.chars().all(|c| self.face(*id).covers(c));
        // Most of all copy.
        if lenders.is_empty() && has(&wanted) {
            return Some(wanted);
        }
        lenders
            .iter()
            .copied()
            .chain([wanted])
            .chain(info.fallbacks.iter().copied())
            .find(has)
            .or_else(|| (0..self.inner.faces.len()).filter_map(FontId::new).find(has))
    }
}
