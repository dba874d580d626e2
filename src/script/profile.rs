//! The composition profile: which of the choices that Chinese typesetting leaves open are taken.

use crate::unit::Em;

/// How lines are composed. The default is `NP-CN`, the mainland newspaper profile: 开明式 marks,
/// half-width line ends, digits on half cells, push-in before push-out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Width of a digit; GB/T 15835-1995 sets digits on half cells.
    pub digit: Em,
    /// Space between Han and a Latin word (中西间距). CLREQ allows up to ¼ em.
    pub han_latin: Em,
    /// The widest that space may be stretched to.
    pub han_latin_max: Em,
    /// The space between Latin words: natural, least and most.
    pub word_space: [Em; 3],
    /// The space between the clauses of a headline.
    pub clause_space: Em,
    /// Paragraph indent (首行缩进).
    pub indent: Em,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            digit: Em::HALF,
            han_latin: Em::EIGHTH,
            han_latin_max: Em::ONE.share(1, 3),
            word_space: [Em::ONE.share(1, 3), Em::QUARTER, Em::HALF],
            clause_space: Em::HALF,
            indent: Em::zi(2),
        }
    }
}
