//! Cell widths of marks and digits.

use crate::script::class::CharClass;
use crate::script::profile::CompositionProfile;
use crate::unit::Em;

/// True if a cluster is set from the half-width glyphs of its face: digits, and the ASCII signs
/// that go with numbers (GB/T 15835-1995: Arabic figures on half cells).
pub fn is_half_width(class: CharClass, text: &str) -> bool {
    let is_sign = matches!(
        class,
        CharClass::Prefix | CharClass::Postfix | CharClass::Connector | CharClass::Solidus
    );
    class == CharClass::Digit || (is_sign && text.is_ascii())
}

/// Returns the width of the cell of a cluster whose glyphs advance by `advance`.
///
/// GB/T 15834-2011 5.1 gives each mark its cells. Marks that can be halved get half a cell here,
/// for every style; the gap beside the mark ([`crate::script::gap_between`]) holds the other half.
pub fn cell_width(class: CharClass, text: &str, advance: Em, profile: &CompositionProfile) -> Em {
    if class == CharClass::Space {
        // All the width of a space is in its gap, so that justification can change it.
        return Em::ZERO;
    }
    if is_half_width(class, text) {
        return profile.digit_width.unwrap_or(advance);
    }
    // Other ASCII marks belong to Latin text and keep the width of their face.
    if text.is_ascii() {
        return advance;
    }
    // One half of a pair alone keeps its own width: only the pair takes two cells.
    let is_pair = text.chars().nth(1).is_some();
    match class {
        CharClass::Dash | CharClass::Ellipsis if is_pair || text == "⸺" => Em::zi(2),
        CharClass::StopPair => Em::ONE,
        CharClass::Opening | CharClass::Closing | CharClass::Pause | CharClass::Stop => Em::HALF,
        CharClass::Interpunct => profile.interpunct_width,
        CharClass::Solidus => Em::HALF,
        // 半字线 takes half a cell, 一字线 and 浪纹线 a whole one (5.1.6).
        CharClass::Connector if text == "–" || text == "‑" => Em::HALF,
        CharClass::Connector => Em::ONE,
        CharClass::Han
        | CharClass::Dash
        | CharClass::Ellipsis
        | CharClass::Digit
        | CharClass::Latin
        | CharClass::Prefix
        | CharClass::Postfix
        | CharClass::Space
        | CharClass::Symbol => advance,
    }
}

#[cfg(test)]
mod tests {
    use super::cell_width;
    use crate::script::class::CharClass;
    use crate::script::profile::CompositionProfile;
    use crate::unit::Em;

    #[test]
    fn marks_have_the_cells_of_the_standard() {
        for (class, text, halves) in [
            (CharClass::Pause, "，", 1),
            (CharClass::Stop, "。", 1),
            (CharClass::StopPair, "？！", 2),
            (CharClass::Opening, "“", 1),
            (CharClass::Interpunct, "·", 1),
            (CharClass::Connector, "–", 1),
            (CharClass::Connector, "—", 2),
            (CharClass::Connector, "～", 2),
            (CharClass::Dash, "——", 4),
            (CharClass::Ellipsis, "……", 4),
            (CharClass::Digit, "7", 1),
            (CharClass::Postfix, "%", 1),
        ] {
            let cell = cell_width(class, text, Em::ONE, &CompositionProfile::default());
            assert_eq!(cell, Em::HALF * halves, "{text}");
        }
    }
}
