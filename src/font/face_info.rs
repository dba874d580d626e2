//! Descriptions of faces.

use crate::font::embedded;
use crate::font::ids::FontId;

/// Description of a face, known without parsing it.
#[derive(Clone, Debug)]
pub struct FaceInfo {
    /// Roles by which house styles name the face.
    pub roles: Vec<String>,
    /// Name of its file.
    pub file: String,
    /// Index in the file, 0 unless the file is a collection.
    pub index: u32,
    /// Family and style, for display.
    pub name: String,
    /// File in `fonts/licenses/`; for a newsroom's face, the text of its table.
    pub licence: String,
    /// Description of the Han characters it covers.
    pub coverage: String,
    /// Origin of the face.
    pub source: FontSource,
    /// Faces that lend it marks and digits, first choice first. Empty if it uses its own.
    pub mark_lenders: Vec<FontId>,
    /// Faces to try, in order, for a character this one lacks.
    pub fallbacks: Vec<FontId>,
    /// SHA-256 of a newsroom's file; empty for the binary.
    pub(crate) sha256: String,
}

/// Origin of a face.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FontSource {
    /// Compiled into the binary.
    Shipped,
    /// A newsroom's font folder.
    Newsroom,
}

impl FaceInfo {
    /// Returns the SHA-256 of its file, 64 lowercase hexadecimal digits.
    pub fn sha256(&self) -> String {
        match self.source {
            // Computed at build time; a debug build reads the file for it.
            FontSource::Shipped => embedded::sha256(&self.file).unwrap_or_default(),
            FontSource::Newsroom => self.sha256.clone(),
        }
    }

    /// True if the face has a role.
    pub(crate) fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|name| name == role)
    }
}
