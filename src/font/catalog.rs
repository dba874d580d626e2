//! Catalogue of faces: those in the binary, then those of a newsroom.

use crate::font::embedded;
use crate::font::error::FontFileError;
use crate::font::face::FontFace;
use crate::font::face_info::{FaceInfo, FontSource};
use crate::font::face_table::{FaceRow, FaceTable};
use crate::font::folder::FolderFace;
use crate::font::ids::FontId;

/// Catalogue of the faces of a font set.
#[derive(Clone, Debug)]
pub struct FontCatalog {
    faces: Vec<FaceInfo>,
    /// Number of faces in the binary; they come first.
    shipped_count: usize,
}

/// Faces from which a face borrows.
struct FaceRelations {
    mark_lenders: Vec<FontId>,
    fallbacks: Vec<FontId>,
}

/// Role that no face has.
struct MissingRole(String);

impl FontCatalog {
    /// Reads the table in the binary.
    ///
    /// # Errors
    /// The table does not parse, or names a file or a role that does not exist.
    pub(crate) fn embedded() -> Result<Self, String> {
        let mut faces = Vec::new();
        for row in shipped_rows()? {
            if embedded::bytes(&row.file).is_none() {
                return Err(format!("fonts.toml: {} is not in the binary", row.file));
            }
            faces.push(FaceInfo {
                roles: row.roles(),
                file: row.file,
                index: row.index,
                name: row.name.unwrap_or_default(),
                licence: row.licence.unwrap_or_default(),
                coverage: row.coverage.unwrap_or_default(),
                source: FontSource::Shipped,
                sha256: String::new(),
                mark_lenders: Vec::new(),
                fallbacks: Vec::new(),
            });
        }
        // Linked when all faces are known, because a row may name a later one.
        let mut catalog = Self { shipped_count: faces.len(), faces };
        catalog.link_shipped_faces(shipped_rows()?)?;
        Ok(catalog)
    }

    /// Returns the faces of the binary followed by a newsroom's faces, with an error for each face
    /// whose relations cannot be resolved.
    ///
    /// Roles are resolved again: where the newsroom has a face for a role, that face comes first
    /// for every face that borrows from the role.
    pub(crate) fn with_folder_faces(
        &self,
        folder_faces: &[FolderFace],
    ) -> Result<(Self, Vec<FontFileError>), String> {
        // Only the shipped ones: the newsroom's faces of an earlier reading are replaced.
        let mut faces = self.faces[..self.shipped_count].to_vec();
        let mut errors = Vec::new();
        for face in folder_faces {
            if FontId::new(faces.len()).is_some() {
                faces.push(face.info.clone());
            } else {
                let (zh, en) = ("字体太多", "too many fonts");
                errors.push(FontFileError::new(face.info.file.clone(), zh, en));
            }
        }
        let mut catalog = Self { shipped_count: self.shipped_count, faces };
        catalog.link_shipped_faces(shipped_rows()?)?;
        // A face whose relations fail stays in the catalogue, without lenders and fallbacks.
        for (position, face) in (self.shipped_count..catalog.faces.len()).zip(folder_faces) {
            match catalog.relations_of(position, face) {
                Ok(relations) => catalog.set_relations(position, relations),
                Err(MissingRole(role)) => {
                    let zh = format!("{}：没有角色“{role}”", face.info.file);
                    let en = format!("{}: no face has the role {role:?}", face.info.file);
                    errors.push(FontFileError::new("fonts.toml", zh, en));
                }
            }
        }
        Ok((catalog, errors))
    }

    /// Fills in the mark lenders and fallbacks of the faces in the binary.
    fn link_shipped_faces(&mut self, rows: Vec<FaceRow>) -> Result<(), String> {
        let missing = |MissingRole(role)| format!("fonts.toml: no face {role:?}");
        for (position, row) in rows.into_iter().enumerate() {
            let mark_lenders =
                self.faces_with_roles(position, row.marks.as_slice()).map_err(missing)?;
            let fallbacks = row.fallback.unwrap_or_default();
            let fallbacks = self.faces_with_roles(position, &fallbacks).map_err(missing)?;
            self.set_relations(position, FaceRelations { mark_lenders, fallbacks });
        }
        Ok(())
    }

    /// Stores the relations of the face at `position`.
    fn set_relations(&mut self, position: usize, relations: FaceRelations) {
        let info = &mut self.faces[position];
        info.mark_lenders = relations.mark_lenders;
        info.fallbacks = relations.fallbacks;
    }

    /// Returns the relations of a newsroom's face at `position`: by its table, or else those of the
    /// face of the binary that it replaces.
    fn relations_of(
        &self,
        position: usize,
        face: &FolderFace,
    ) -> Result<FaceRelations, MissingRole> {
        let parsed = face.slot.get();
        let shipped = &self.faces[..self.shipped_count];
        let shipped_with_role = |role: &str| shipped.iter().position(|info| info.has_role(role));
        // The face it replaces: one with the same role, or else the closest in weight.
        let replaced = face.info.roles.iter().find_map(|role| shipped_with_role(role));
        let replaced = replaced.or_else(|| shipped_with_role(role_by_weight(parsed))).unwrap_or(0);
        let replaced_id = FontId::new(replaced).into_iter();
        // The replaced face lends its own marks unless it borrows them itself.
        let lenders = if shipped[replaced].mark_lenders.is_empty() {
            replaced_id.clone().collect()
        } else {
            shipped[replaced].mark_lenders.clone()
        };
        let mark_lenders = match face.row.as_ref().and_then(|row| row.marks.as_deref()) {
            // The table says that the face uses its own marks.
            Some("") => Vec::new(),
            Some(role) => self.faces_with_roles(position, &[role.to_owned()])?,
            None if parsed.is_some_and(FontFace::has_chinese_marks) => Vec::new(),
            // Marks not drawn in the mainland way do not fit the cells of the composition rules.
            None => lenders.into_iter().filter(|id| id.index() != position).collect(),
        };
        let roles = face.row.as_ref().and_then(|row| row.fallback.as_deref()).unwrap_or_default();
        let mut fallbacks = self.faces_with_roles(position, roles)?;
        // Whatever its table says, a face falls back to the one it replaces and to that face's
        // fallbacks, so that no character of the binary is lost.
        for id in replaced_id.chain(shipped[replaced].fallbacks.iter().copied()) {
            if id.index() != position && !fallbacks.contains(&id) {
                fallbacks.push(id);
            }
        }
        Ok(FaceRelations { mark_lenders, fallbacks })
    }

    /// Returns the faces with these roles, without the face at `position` itself: for each role the
    /// newsroom's faces before the one in the binary.
    fn faces_with_roles(
        &self,
        position: usize,
        roles: &[String],
    ) -> Result<Vec<FontId>, MissingRole> {
        let mut ids = Vec::new();
        for role in roles {
            let mut is_known = false;
            for (other, info) in self.newsroom_first() {
                if info.has_role(role) {
                    // Known even if it is the face itself, which is then left out.
                    is_known = true;
                    let id = FontId::new(other).filter(|id| other != position && !ids.contains(id));
                    ids.extend(id);
                }
            }
            if !is_known {
                return Err(MissingRole(role.clone()));
            }
        }
        Ok(ids)
    }

    /// Returns all faces with their positions: a newsroom's before those of the binary.
    fn newsroom_first(&self) -> impl Iterator<Item = (usize, &FaceInfo)> {
        let faces = self.faces.iter().enumerate();
        faces.clone().skip(self.shipped_count).chain(faces.take(self.shipped_count))
    }

    /// Returns all faces; a [`FontId`] is an index into this list.
    pub fn faces(&self) -> &[FaceInfo] {
        &self.faces
    }

    /// Returns the face with a role: the newsroom's before that in the binary. `None` if there is
    /// none.
    pub fn find_role(&self, role: &str) -> Option<FontId> {
        let (position, _) = self.newsroom_first().find(|(_, info)| info.has_role(role))?;
        FontId::new(position)
    }

    /// Returns the position of the newsroom's face that was read from the same file before.
    pub(crate) fn find_earlier(&self, file: &str, sha256: &str, index: u32) -> Option<usize> {
        let is_same = |info: &FaceInfo| {
            info.source == FontSource::Newsroom
                && info.sha256 == sha256
                && info.file == file
                && info.index == index
        };
        self.faces.iter().position(is_same)
    }
}

/// Returns the rows of the table in the binary.
fn shipped_rows() -> Result<Vec<FaceRow>, String> {
    let table = embedded::bytes("fonts.toml").ok_or("fonts.toml is not in the binary")?;
    let table = std::str::from_utf8(&table).map_err(|e| format!("fonts.toml: {e}"))?;
    Ok(FaceTable::parse(table).map_err(|e| format!("fonts.toml: {e}"))?.face)
}

/// Returns the role of the face in the binary that is closest in weight.
fn role_by_weight(face: Option<&FontFace>) -> &'static str {
    match face.map_or(400, |face| face.facts().weight) {
        ..=550 => "song",
        551..=750 => "song-bold",
        751.. => "song-black",
    }
}
