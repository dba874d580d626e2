//! Switches for the corrections of copy.

use crate::proto::Normalise;

/// Corrections of copy that are allowed, one switch each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the switches of the contract, one each")]
pub struct NormaliseSwitches {
    /// Straight quotes become curly ones, paired and nested.
    pub(crate) quotes: bool,
    /// Half-width marks and brackets in Chinese context become full-width.
    pub(crate) marks: bool,
    /// Spaces, tabs, U+3000 and invisible characters inside body copy are removed.
    pub(crate) spaces: bool,
    /// Full-width digits and Latin letters become half-width.
    pub(crate) alphanumerics: bool,
    /// Every form of the dash becomes `——`.
    pub(crate) dashes: bool,
    /// Every form of the ellipsis becomes `……`.
    pub(crate) ellipses: bool,
    /// Every form of the interpunct becomes `·`.
    pub(crate) interpuncts: bool,
    /// Tildes and wave dashes between Han characters or numbers become `～`.
    pub(crate) connectors: bool,
    /// Plain copy: join paragraphs that a column break cut.
    pub(crate) rejoin_paragraphs: bool,
}

/// Treatment of paragraphs that a column break cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParagraphJoining {
    /// The two parts become one paragraph.
    Join,
    /// The two parts stay paragraphs of their own.
    Keep,
}

impl NormaliseSwitches {
    /// Treatment of paragraphs that a column break cut.
    pub fn paragraph_joining(self) -> ParagraphJoining {
        if self.rejoin_paragraphs { ParagraphJoining::Join } else { ParagraphJoining::Keep }
    }

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
