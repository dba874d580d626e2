//! `fonts.toml`: which face plays which role. The binary has one, and a newsroom's folder may.

use serde::Deserialize;

/// The table.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaceTable {
    #[serde(default)]
    pub(crate) face: Vec<FaceRow>,
}

/// One face.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaceRow {
    pub(crate) role: RoleNames,
    pub(crate) file: String,
    /// The face in a collection.
    #[serde(default)]
    pub(crate) index: u32,
    pub(crate) name: Option<String>,
    pub(crate) licence: Option<String>,
    pub(crate) coverage: Option<String>,
    /// The role that lends marks and digits; empty: the face's own are used. Absent in a newsroom's table: as they fit.
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
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }
}

impl FaceRow {
    pub(crate) fn roles(&self) -> Vec<String> {
        match &self.role {
            RoleNames::One(role) => vec![role.clone()],
            RoleNames::Many(roles) => roles.clone(),
        }
    }
}
