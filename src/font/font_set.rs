//! Font sets: the faces in use, and the choice of a face for a character.

use std::sync::{Arc, OnceLock};

use crate::font::catalog::FontCatalog;
use crate::font::error::FontFileError;
use crate::font::face::FontFace;
use crate::font::face_info::FontSource;
use crate::font::folder::{FaceSlot, FontFolder};
use crate::font::ids::FontId;
use crate::script::CharClass;

/// Set of faces. Clones share the faces, and so do sets derived from one another.
///
/// A face of the binary is parsed on first use and then kept as long as any set that holds it.
#[derive(Clone, Debug)]
pub struct FontSet {
    inner: Arc<FontSetInner>,
}

#[derive(Debug)]
struct FontSetInner {
    catalog: FontCatalog,
    /// Faces by [`FontId`], as many as the catalogue has.
    faces: Vec<FaceSlot>,
}

impl FontSet {
    /// Returns the faces in the binary. None is parsed yet.
    ///
    /// # Errors
    /// `fonts.toml` in the binary does not parse, or names a file that is missing: a broken build.
    pub fn embedded() -> Result<Self, String> {
        let catalog = FontCatalog::embedded()?;
        let faces = catalog.faces().iter().map(|_| Arc::new(OnceLock::new())).collect();
        Ok(Self { inner: Arc::new(FontSetInner { catalog, faces }) })
    }

    /// Returns this set with the faces of a newsroom's folder, and the errors of rejected files. A
    /// face of the folder replaces the one with the same role, which becomes its fallback.
    ///
    /// # Errors
    /// A broken build, as for [`FontSet::embedded`].
    pub fn with_folder(&self, folder: FontFolder) -> Result<(Self, Vec<FontFileError>), String> {
        let find_earlier = |file: &str, sha256: &str, index: u32| {
            let position = self.inner.catalog.find_earlier(file, sha256, index)?;
            Some(self.inner.faces[position].clone())
        };
        let (folder_faces, mut errors) = folder.into_faces(find_earlier);
        let (catalog, catalog_errors) = self.inner.catalog.with_folder_faces(&folder_faces)?;
        errors.extend(catalog_errors);
        let shipped = catalog.faces().iter().filter(|info| info.source == FontSource::Shipped);
        // Slots are shared, so a face that was parsed stays parsed.
        let faces = self.inner.faces[..shipped.count()].iter().cloned();
        let faces = faces.chain(folder_faces.into_iter().map(|face| face.slot));
        // The catalogue leaves out faces beyond the number of ids.
        let faces = faces.take(catalog.faces().len()).collect();
        Ok((Self { inner: Arc::new(FontSetInner { catalog, faces }) }, errors))
    }

    /// Returns the descriptions of the faces.
    pub fn catalog(&self) -> &FontCatalog {
        &self.inner.catalog
    }

    /// Returns the face with a role. `None` if there is none.
    pub fn find_role(&self, role: &str) -> Option<FontId> {
        self.inner.catalog.find_role(role)
    }

    /// Returns a face, parsed on first use.
    pub fn face(&self, id: FontId) -> &FontFace {
        let info = &self.inner.catalog.faces()[id.index()];
        // Threads that need the same face at the same time wait for one parse.
        self.inner.faces[id.index()].get_or_init(|| FontFace::from_binary(info))
    }

    /// True if any face has a glyph for `c`.
    pub fn covers(&self, c: char) -> bool {
        let mut ids = self.ids();
        // The first face covers nearly everything and the last the rare characters, so they are
        // tried first.
        let first = ids.next();
        first.into_iter().chain(ids.rev()).any(|id| self.face(id).covers(c))
    }

    /// Returns the face that draws `text`, a character with its combining marks, in place of
    /// `requested`: a face that lends marks to `requested`, `requested` itself, the first of its
    /// fallbacks that covers all of `text`, or any other face. `None` if no face covers it.
    pub fn pick_face(&self, requested: FontId, text: &str, class: CharClass) -> Option<FontId> {
        let info = &self.inner.catalog.faces()[requested.index()];
        // Han, letters and symbols keep their face. Marks and digits must fit the cells, so others
        // may lend them.
        let borrows = !matches!(class, CharClass::Han | CharClass::Symbol | CharClass::Latin);
        let lenders: &[FontId] = if borrows { &info.mark_lenders } else { &[] };
        let covers_text = |id: &FontId| text.chars().all(|c| self.face(*id).covers(c));
        // The usual case, which needs no list.
        if lenders.is_empty() && covers_text(&requested) {
            return Some(requested);
        }
        lenders
            .iter()
            .copied()
            .chain([requested])
            .chain(info.fallbacks.iter().copied())
            .find(covers_text)
            // Any face is better than a missing character.
            .or_else(|| self.ids().find(covers_text))
    }

    /// Returns the ids of all faces.
    fn ids(&self) -> impl DoubleEndedIterator<Item = FontId> + use<> {
        (0..self.inner.faces.len()).filter_map(FontId::new)
    }
}
