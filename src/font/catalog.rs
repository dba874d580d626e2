//! The table of faces: those of the binary, then a newsroom's own.

use crate::font::embedded;
use crate::font::error::FontFileError;
use crate::font::face::FontFace;
use crate::font::face_table::{FaceRow, FaceTable};
use crate::font::folder::FolderFace;
use crate::font::ids::FontId;

/// The table of faces.
#[derive(Clone, Debug)]
pub struct FontCatalog {
    faces: Vec<FaceInfo>,
    /// How many of them are in the binary; they come first.
    shipped: usize,
}

/// What is known of a face without parsing it.
#[derive(Clone, Debug)]
pub struct FaceInfo {
    /// What a house style calls it.
    pub roles: Vec<String>,
    /// Its file.
    pub file: String,
    /// Its place in the file, for collections.
    pub index: u32,
    /// Family and style, for people.
    pub name: String,
    /// File in `fonts/licenses/`; of a newsroom's face what its table says.
    pub licence: String,
    /// What Han it holds, in words.
    pub coverage: String,
    /// Where it comes from.
    pub source: FontSource,
    /// The faces that lend it marks and digits, first choice first; none if it has its own.
    pub mark_lenders: Vec<FontId>,
    /// Faces to try, in order, for a character this one lacks.
    pub fallbacks: Vec<FontId>,
    pub(crate) sha256: String,
}

/// Where a face comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FontSource {
    /// The binary.
    Shipped,
    /// The newsroom's font folder.
    Newsroom,
}

impl FaceInfo {
    /// The SHA-256 of its file, 64 lowercase hexadecimal digits.
    pub fn sha256(&self) -> String {
        match self.source {
            // Known since the build; a debug build reads the file for it.
            FontSource::Shipped => embedded::sha256(&self.file).unwrap_or_default(),
            FontSource::Newsroom => self.sha256.clone(),
        }
    }

    fn plays(&self, role: &str) -> bool {
        self.roles.iter().any(|known| known == role)
    }
}

impl FontCatalog {
    /// Reads the table in the binary.
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
        let mut catalog = Self { shipped: faces.len(), faces };
        catalog.link(shipped_rows()?)?;
        Ok(catalog)
    }

    /// The faces of the binary with a newsroom's own behind them, in this order. Roles are looked up anew: where the
    /// newsroom plays one, its face comes first for every face that borrows from that role.
    pub(crate) fn with_folder_faces(
        &self,
        own: &[FolderFace],
    ) -> Result<(Self, Vec<FontFileError>), String> {
        let mut faces = self.faces[..self.shipped].to_vec();
        let mut faults = Vec::new();
        for own in own {
            if FontId::new(faces.len()).is_some() {
                faces.push(own.info.clone());
            } else {
                let (zh, en) = ("字体太多", "too many faces");
                faults.push(FontFileError::new(own.info.file.clone(), zh, en));
            }
        }
        let mut catalog = Self { shipped: self.shipped, faces };
        catalog.link(shipped_rows()?)?;
        for (at, own) in (self.shipped..catalog.faces.len()).zip(own) {
            match catalog.relations(at, own) {
                Ok((marks, fallback)) => {
                    catalog.faces[at].mark_lenders = marks;
                    catalog.faces[at].fallbacks = fallback;
                }
                Err(role) => {
                    let zh = format!("{}：没有角色“{role}”", own.info.file);
                    let en = format!("{}: no face has the role {role:?}", own.info.file);
                    faults.push(FontFileError::new("fonts.toml", zh, en));
                }
            }
        }
        Ok((catalog, faults))
    }

    /// Fills in whom the faces of the binary borrow from.
    fn link(&mut self, rows: Vec<FaceRow>) -> Result<(), String> {
        for (at, row) in rows.into_iter().enumerate() {
            let lost = |role: String| format!("fonts.toml: no face {role:?}");
            let marks = self.all(at, row.marks.as_slice()).map_err(lost)?;
            let fallback = row.fallback.unwrap_or_default();
            let fallback = self.all(at, &fallback).map_err(lost)?;
            self.faces[at].mark_lenders = marks;
            self.faces[at].fallbacks = fallback;
        }
        Ok(())
    }

    /// Whom a newsroom's face borrows from: by its table, else as the face of the binary that it stands in for.
    fn relations(&self, at: usize, own: &FolderFace) -> Result<(Vec<FontId>, Vec<FontId>), String> {
        let face = own.slot.get();
        let shipped = &self.faces[..self.shipped];
        let stands_for = |role: &str| shipped.iter().position(|info| info.plays(role));
        let base = own.info.roles.iter().find_map(|role| stands_for(role));
        let base = base.or_else(|| stands_for(alike(face))).unwrap_or(0);
        let base_id = FontId::new(base).into_iter();
        let lender = if shipped[base].mark_lenders.is_empty() {
            base_id.clone().collect()
        } else {
            shipped[base].mark_lenders.clone()
        };
        let marks = match own.row.as_ref().and_then(|row| row.marks.as_deref()) {
            Some("") => Vec::new(),
            Some(role) => self.all(at, &[role.to_owned()])?,
            None if face.is_some_and(FontFace::has_chinese_marks) => Vec::new(),
            None => lender.into_iter().filter(|id| id.index() != at).collect(),
        };
        let told = own.row.as_ref().and_then(|row| row.fallback.as_deref()).unwrap_or_default();
        let mut fallback = self.all(at, told)?;
        for id in base_id.chain(shipped[base].fallbacks.iter().copied()) {
            if id.index() != at && !fallback.contains(&id) {
                fallback.push(id);
            }
        }
        Ok((marks, fallback))
    }

    /// The faces of some roles for face `at`, itself left out: the newsroom's of each before the one of the binary.
    fn all(&self, at: usize, roles: &[String]) -> Result<Vec<FontId>, String> {
        let mut ids = Vec::new();
        for role in roles {
            let (shipped, own) = self.faces.split_at(self.shipped);
            let own = own.iter().enumerate().map(|(k, info)| (self.shipped + k, info));
            let mut found = false;
            for (k, info) in own.chain(shipped.iter().enumerate()) {
                if info.plays(role) {
                    found = true;
                    let id = FontId::new(k).filter(|id| k != at && !ids.contains(id));
                    ids.extend(id);
                }
            }
            if !found {
                return Err(role.clone());
            }
        }
        Ok(ids)
    }

    /// All faces; a [`FontId`] is the place in this list.
    pub fn faces(&self) -> &[FaceInfo] {
        &self.faces
    }

    /// The face of a role: a newsroom's own before one of the binary.
    pub fn find_role(&self, role: &str) -> Option<FontId> {
        let (shipped, own) = self.faces.split_at(self.shipped);
        let own = own.iter().position(|info| info.plays(role)).map(|at| self.shipped + at);
        own.or_else(|| shipped.iter().position(|info| info.plays(role))).and_then(FontId::new)
    }

    /// The place of the face that an earlier set had of a newsroom's file.
    pub(crate) fn find_earlier(&self, file: &str, sha256: &str, index: u32) -> Option<usize> {
        let same = |info: &FaceInfo| {
            info.source == FontSource::Newsroom
                && info.sha256 == sha256
                && info.file == file
                && info.index == index
        };
        self.faces.iter().position(same)
    }
}

fn shipped_rows() -> Result<Vec<FaceRow>, String> {
    let table = embedded::bytes("fonts.toml").ok_or("fonts.toml is not in the binary")?;
    let table = std::str::from_utf8(&table).map_err(|e| format!("fonts.toml: {e}"))?;
    Ok(FaceTable::parse(table).map_err(|e| format!("fonts.toml: {e}"))?.face)
}

/// The face of the binary that is about as heavy as one that stands in for none.
fn alike(face: Option<&FontFace>) -> &'static str {
    match face.map_or(400, |face| face.facts().weight) {
        ..=550 => "song",
        551..=750 => "song-bold",
        751.. => "song-black",
    }
}
