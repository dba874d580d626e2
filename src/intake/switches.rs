//! Switches for the corrections of copy.

use crate::proto::Normalise;

/// Corrections of copy that are allowed, one switch each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the switches of the contract, one each")]
pub struct NormaliseSwitches {
    pub(crate) quotes: bool,
    pub(crate) marks: bool,
    pub(crate) spaces: bool,
    pub(crate) alphanumerics: bool,
    pub(crate) dashes: bool,
    pub(crate) ellipses: bool,
    pub(crate) interpuncts: bool,
    pub(crate) connectors: bool,
    /// Plain copy: join paragraphs that a column break cut.
    pub(crate) rejoin_paragraphs: bool,
}

impl NormaliseSwitches {
    /// All switches on, except those that the request or, failing that, the record turns off.
    pub fn resolve(request: Option<&Normalise>, record: Option<&Normalise>) -> Self {
        let switch = |get: fn(&Normalise) -> Option<bool>| {
            request.and_then(get).or_else(|| record.and_then(get)).unwrap_or(true)
        };
        Self {
            quotes: switch(|n| n.quotes),
            marks: switch(|n| n.marks),
            spaces: switch(|n| n.spaces),
            alphanumerics: switch(|n| n.alphanumerics),
            dashes: switch(|n| n.dashes),
            ellipses: switch(|n| n.ellipses),
            interpuncts: switch(|n| n.interpuncts),
            connectors: switch(|n| n.connectors),
            rejoin_paragraphs: switch(|n| n.rejoin_paragraphs),
        }
    }
}
