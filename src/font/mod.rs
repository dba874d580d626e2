//! Faces, which face draws a character, and shaping.
//!
//! In: text and the role a house style names. Out: glyphs with advances in [`crate::unit::Em`]. Faces are
//! read where they lie in the binary and parsed once per process, on first use. harfrust shapes,
//! skrifa reads metrics and outlines; no other module names either.

#![expect(
    clippy::cast_possible_truncation,
    reason = "font units and glyph ids are 16 bits wide, and texts are far below 4 GiB by the limits"
)]

mod embed;
mod face;
mod ids;
mod setting;
mod shape;

pub use crate::font::embed::{Catalog, FaceInfo, licences};
pub use crate::font::face::{Face, Outline};
pub use crate::font::ids::{FontId, GlyphId};
pub use crate::font::setting::Setting;
pub use crate::font::shape::{Piece, Shaped, shape};

use std::sync::{Arc, OnceLock};

use crate::script::Class;

/// The set of faces of a process.
#[derive(Clone, Debug)]
pub struct Fonts {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    catalog: Catalog,
    faces: Vec<OnceLock<Face>>,
}

impl Fonts {
    /// The faces that the binary carries. Nothing is parsed yet.
    ///
    /// # Errors
    /// `fonts.toml` in the binary is not what this version expects, or names a file that is not
    /// there: a broken build, told in words.
    pub fn embedded() -> Result<Self, String> {
        let catalog = Catalog::embedded()?;
        let faces = catalog.faces().iter().map(|_| OnceLock::new()).collect();
        Ok(Self { inner: Arc::new(Inner { catalog, faces }) })
    }

    /// What is known of the faces without parsing them.
    pub fn catalog(&self) -> &Catalog {
        &self.inner.catalog
    }

    /// The face of a role, `None` if no face has it.
    pub fn role(&self, role: &str) -> Option<FontId> {
        self.inner.catalog.role(role)
    }

    /// A face, parsed on first use.
    pub fn face(&self, id: FontId) -> &Face {
        let info = &self.inner.catalog.faces()[id.index()];
        self.inner.faces[id.index()].get_or_init(|| Face::parse(id, info))
    }

    /// Whether any face has `c`.
    pub fn covers(&self, c: char) -> bool {
        let ids = (0..self.inner.faces.len()).filter_map(FontId::new);
        // The first face holds nearly all, the last the rare ones; the others are seldom asked.
        ids.clone().take(1).chain(ids.clone().rev()).any(|id| self.face(id).has(c))
    }

    /// The face that draws `text`, a character with its marks, where `wanted` is asked for: the face itself,
    /// the face that lends it marks, or the first of its fallbacks that has all of it. `None`: no face has.
    pub fn pick(&self, wanted: FontId, text: &str, class: Class) -> Option<FontId> {
        let info = &self.inner.catalog.faces()[wanted.index()];
        let lends = !matches!(class, Class::Han | Class::Symbol | Class::Latin);
        let lender = info.marks.filter(|_| lends);
        lender
            .into_iter()
            .chain([wanted])
            .chain(info.fallback.iter().copied())
            .find(|id| text.chars().all(|c| self.face(*id).has(c)))
    }
}
