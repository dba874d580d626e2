//! The faces in the binary and the table that names them.

use std::borrow::Cow;

use rust_embed::RustEmbed;
use serde::Deserialize;

use crate::font::ids::FontId;

#[derive(RustEmbed)]
#[folder = "fonts/"]
#[include = "*.otf"]
#[include = "*.ttf"]
#[include = "fonts.toml"]
#[include = "licenses/*"]
struct Files;

/// The table of faces.
#[derive(Clone, Debug)]
pub struct Catalog {
    faces: Vec<FaceInfo>,
}

/// What is known of a face without parsing it.
#[derive(Clone, Debug)]
pub struct FaceInfo {
    /// What a house style calls it.
    pub role: String,
    /// File in `fonts/`.
    pub file: String,
    /// Family and style as the font names itself.
    pub name: String,
    /// File in `fonts/licenses/`.
    pub licence: String,
    /// What Han it holds, in words.
    pub coverage: String,
    /// The face that lends marks and digits.
    pub marks: Option<FontId>,
    /// Faces to try for a character this one lacks.
    pub fallback: Vec<FontId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    face: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    role: String,
    file: String,
    name: String,
    licence: String,
    coverage: String,
    marks: Option<String>,
    fallback: Vec<String>,
}

impl Catalog {
    /// Reads the table in the binary.
    pub(crate) fn embedded() -> Result<Self, String> {
        let table = bytes("fonts.toml").ok_or("fonts.toml is not in the binary")?;
        let table = std::str::from_utf8(&table).map_err(|e| format!("fonts.toml: {e}"))?;
        let table: Table = toml::from_str(table).map_err(|e| format!("fonts.toml: {e}"))?;
        let roles: Vec<&str> = table.face.iter().map(|row| row.role.as_str()).collect();
        let find = |role: &str| {
            let at = roles.iter().position(|r| *r == role);
            at.and_then(FontId::new).ok_or_else(|| format!("fonts.toml: no face {role:?}"))
        };
        let mut faces = Vec::with_capacity(table.face.len());
        for row in &table.face {
            if !Files::iter().any(|file| file == row.file.as_str()) {
                return Err(format!("fonts.toml: {} is not in the binary", row.file));
            }
            let mut fallback = Vec::new();
            for role in &row.fallback {
                fallback.push(find(role)?);
            }
            faces.push(FaceInfo {
                role: row.role.clone(),
                file: row.file.clone(),
                name: row.name.clone(),
                licence: row.licence.clone(),
                coverage: row.coverage.clone(),
                marks: row.marks.as_deref().map(find).transpose()?,
                fallback,
            });
        }
        Ok(Self { faces })
    }

    /// All faces; a [`FontId`] is the place in this list.
    pub fn faces(&self) -> &[FaceInfo] {
        &self.faces
    }

    /// The face of a role.
    pub fn role(&self, role: &str) -> Option<FontId> {
        self.faces.iter().position(|face| face.role == role).and_then(FontId::new)
    }
}

/// A file of `fonts/`, read where it lies in a release binary.
pub(crate) fn bytes(file: &str) -> Option<Cow<'static, [u8]>> {
    Files::get(file).map(|file| file.data)
}

/// The licences of the faces: file name and text.
pub fn licences() -> Vec<(String, String)> {
    Files::iter()
        .filter(|file| file.starts_with("licenses/"))
        .filter_map(|file| {
            let text = String::from_utf8_lossy(&bytes(&file)?).into_owned();
            Some((file.trim_start_matches("licenses/").to_owned(), text))
        })
        .collect()
}
