//! Table of faces, `fonts.toml`: in the binary, and optionally in a newsroom's folder.

use serde::Deserialize;

/// A parsed `fonts.toml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaceTable {
    #[serde(default)]
    pub(crate) face: Vec<FaceRow>,
}

/// Row of a face.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaceRow {
    /// Roles of the face.
    pub(crate) role: RoleNames,
    /// Name of the font file.
    pub(crate) file: String,
    /// Index in a collection.
    #[serde(default)]
    pub(crate) index: u32,
    /// Name of the face, if the table gives one.
    pub(crate) name: Option<String>,
    /// Licence; `None` if the table does not name it.
    pub(crate) licence: Option<String>,
    /// Characters that the face covers, in words; `None` if the table does not say.
    pub(crate) coverage: Option<String>,
    /// Role of the face that lends marks and digits. Empty: the face uses its own. Absent in a
    /// newsroom's table: chosen by what the face has.
    pub(crate) marks: Option<String>,
    pub(crate) fallback: Option<Vec<String>>,
}

/// One role, or several.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum RoleNames {
    One(String),
    Many(Vec<String>),
}

impl FaceTable {
    /// Parses the text of a table.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }
}

impl FaceRow {
    /// Returns the roles of the face.
    pub(crate) fn roles(&self) -> Vec<String> {
        match &self.role {
            RoleNames::One(role) => vec![role.clone()],
            RoleNames::Many(roles) => roles.clone(),
        }
    }
}
