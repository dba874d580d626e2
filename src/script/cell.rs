//! How wide the cell of a mark is.

use crate::script::class::Class;
use crate::script::profile::Profile;
use crate::unit::Em;

/// Whether a cluster is set from the half-width glyphs of its face: digits, and the ASCII signs that go
/// with numbers (GB/T 15835-1995: Arabic figures on half cells).
pub fn is_half_width(class: Class, text: &str) -> bool {
    let sign = matches!(class, Class::Prefix | Class::Postfix | Class::Connector | Class::Solidus);
    class == Class::Digit || (sign && text.is_ascii())
}

/// The width of the cell of a cluster whose glyphs advance by `advance`. GB/T 15834-2011 5.1 gives each
/// mark its cells; 开明式 halves all that can be halved and leaves the other half to the gap.
pub fn cell_of(class: Class, text: &str, advance: Em, profile: &Profile) -> Em {
    if class == Class::Space {
        return Em::ZERO;
    }
    if is_half_width(class, text) {
        return profile.digit.unwrap_or(advance);
    }
    if text.is_ascii() {
        return advance;
    }
    let pair = text.chars().nth(1).is_some();
    match class {
        Class::Dash | Class::Ellipsis if pair || text == "⸺" => Em::zi(2),
        Class::Joint => Em::ONE,
        Class::Opening | Class::Closing | Class::Pause | Class::Stop => Em::HALF,
        Class::Interpunct => profile.interpunct,
        Class::Solidus => Em::HALF,
        // 半字线 takes half a cell, 一字线 and 浪纹线 a whole one (5.1.6).
        Class::Connector if text == "–" || text == "‑" => Em::HALF,
        Class::Connector => Em::ONE,
        Class::Han
        | Class::Dash
        | Class::Ellipsis
        | Class::Digit
        | Class::Latin
        | Class::Prefix
        | Class::Postfix
        | Class::Space
        | Class::Symbol => advance,
    }
}

#[cfg(test)]
mod tests {
    use super::cell_of;
    use crate::script::Profile;
    use crate::script::class::Class;
    use crate::unit::Em;

    #[test]
    fn marks_have_the_cells_of_the_standard() {
        for (class, text, halves) in [
            (Class::Pause, "，", 1),
            (Class::Stop, "。", 1),
            (Class::Joint, "？！", 2),
            (Class::Opening, "“", 1),
            (Class::Interpunct, "·", 1),
            (Class::Connector, "–", 1),
            (Class::Connector, "—", 2),
            (Class::Connector, "～", 2),
            (Class::Dash, "——", 4),
            (Class::Ellipsis, "……", 4),
            (Class::Digit, "7", 1),
            (Class::Postfix, "%", 1),
        ] {
            let cell = cell_of(class, text, Em::ONE, &Profile::default());
            assert_eq!(cell, Em::HALF * halves, "{text}");
        }
    }
}
