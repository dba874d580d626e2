//! Line breaks: line-start and line-end prohibition (避头尾) and inseparable runs (不可分).

use crate::script::class::CharClass;
use crate::script::profile::{CompositionProfile, KinsokuLevel};

/// Verdict on a line break between two neighbouring clusters, from free to forbidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineBreak {
    /// Break allowed.
    Free,
    /// Break required: the record asks for a new line of a head here.
    Forced,
    /// Break allowed inside a web or mail address, after one of the marks of the address (R20).
    Address,
    /// Break allowed but discouraged: a number and its unit (R17), a protected name (R66).
    Discouraged,
    /// Break between the parts of a dateline: allowed if the dateline is longer than most of a line
    /// (R71).
    BetweenDatelineParts,
    /// Break inside a part of a dateline: allowed like one between the parts, but only as a last
    /// resort.
    InsideDatelinePart,
    /// Break allowed inside a Latin word, with a hyphen (R18).
    Hyphen,
    /// Break forbidden: it would leave a mark at the start or end of a line where it must not
    /// stand.
    Kinsoku,
    /// Break forbidden: it would split a number, a word or a two-cell mark.
    Inseparable,
}

/// Row of a table of prohibitions: a class, the lowest level that forbids it, and the rule.
type Prohibition = (CharClass, KinsokuLevel, &'static str);

/// Classes that must not start a line, each with the lowest level that forbids it and its rule.
///
/// Source: CLREQ `#prohibition_rules_for_line_start_end`, GB/T 15834-2011 5.1.1–5.1.7 and 5.1.9. Of
/// the two-cell marks newspapers forbid …… (R09, [`CompositionProfile::allows_ellipsis_at_start`]),
/// while —— may start a line (R11).
const NOT_AT_START: &[Prohibition] = &[
    (CharClass::Pause, KinsokuLevel::Basic, "R01"),
    (CharClass::Stop, KinsokuLevel::Basic, "R01"),
    (CharClass::StopPair, KinsokuLevel::Basic, "R01"),
    (CharClass::Closing, KinsokuLevel::Basic, "R02"),
    (CharClass::Interpunct, KinsokuLevel::Basic, "R04"),
    (CharClass::Connector, KinsokuLevel::Basic, "R05"),
    (CharClass::Solidus, KinsokuLevel::Basic, "R06"),
    (CharClass::Ellipsis, KinsokuLevel::Strict, "R09"),
    (CharClass::Dash, KinsokuLevel::Strict, "R11"),
    (CharClass::Postfix, KinsokuLevel::Basic, "R14"),
];

/// Classes that must not end a line, with level and rule as in [`NOT_AT_START`].
const NOT_AT_END: &[Prohibition] = &[
    (CharClass::Opening, KinsokuLevel::Basic, "R03"),
    (CharClass::Prefix, KinsokuLevel::Basic, "R15"),
    (CharClass::Solidus, KinsokuLevel::Gb, "R06"),
];

/// Returns the rule by which `after` must not start a line or `before` must not end one. `None` if
/// neither is forbidden.
fn prohibiting_rule(
    before: CharClass,
    after: CharClass,
    profile: &CompositionProfile,
) -> Option<&'static str> {
    let applies = |(class, level, _): &&Prohibition| {
        // R09: newspapers forbid …… from the lowest level on.
        let is_newspaper_ellipsis = *class == CharClass::Ellipsis
            && profile.kinsoku > KinsokuLevel::None
            && !profile.allows_ellipsis_at_start;
        profile.kinsoku >= *level || is_newspaper_ellipsis
    };
    // A row that does not apply at this level is dropped before the other table is asked.
    let row = find_prohibition(NOT_AT_START, after).filter(applies);
    let row = row.or_else(|| find_prohibition(NOT_AT_END, before).filter(applies));
    row.map(|(_, _, rule)| *rule)
}

/// Returns the row of a class.
fn find_prohibition(
    table: &'static [Prohibition],
    class: CharClass,
) -> Option<&'static Prohibition> {
    table.iter().find(|(listed, _, _)| *listed == class)
}

/// Decides on a break between neighbours of these classes that belong to different runs.
///
/// There is no break before a space: it goes to the end of its line.
pub fn break_between(
    before: CharClass,
    after: CharClass,
    profile: &CompositionProfile,
) -> LineBreak {
    // The width of a space vanishes at a line end, so it never moves to the next line.
    if after == CharClass::Space {
        return LineBreak::Inseparable;
    }
    // Before the token test: a mark that may not start a line is reported as such, not as a token.
    if prohibiting_rule(before, after, profile).is_some() {
        return LineBreak::Kinsoku;
    }
    // Two numbers that touch, or a number and a word, are one token that only their classes divide.
    // So are a sign and its number.
    let is_token =
        |class| matches!(class, CharClass::Digit | CharClass::Latin | CharClass::Postfix);
    if is_token(before) && is_token(after) || before == CharClass::Prefix {
        return LineBreak::Inseparable;
    }
    LineBreak::Free
}

/// Returns the number of the rule behind a verdict, for explanations. Empty where a break is free.
pub fn rule_of_break(before: CharClass, after: CharClass, verdict: LineBreak) -> &'static str {
    match verdict {
        LineBreak::Free | LineBreak::Forced => "",
        LineBreak::Address => "R20",
        LineBreak::Discouraged => "R17",
        LineBreak::BetweenDatelineParts | LineBreak::InsideDatelinePart => "R71",
        LineBreak::Hyphen => "R18",
        // No profile is at hand here, so the first row of a class is taken, whatever its level.
        LineBreak::Kinsoku => {
            let row = find_prohibition(NOT_AT_START, after);
            let row = row.or_else(|| find_prohibition(NOT_AT_END, before));
            row.map_or("R01", |(_, _, rule)| *rule)
        }
        // The class on the left tells which kind of unit would be split.
        LineBreak::Inseparable => match before {
            CharClass::Dash => "R07",
            CharClass::Ellipsis => "R08",
            CharClass::Digit => "R12",
            CharClass::Prefix => "R15",
            CharClass::Postfix => "R13",
            CharClass::Han
            | CharClass::Opening
            | CharClass::Closing
            | CharClass::Pause
            | CharClass::Stop
            | CharClass::StopPair
            | CharClass::Interpunct
            | CharClass::Connector
            | CharClass::Solidus
            | CharClass::Latin
            | CharClass::Space
            | CharClass::Symbol => "R18",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{LineBreak, break_between};
    use crate::script::class::CharClass::{Closing, Dash, Ellipsis, Han, Opening, Solidus};
    use crate::script::profile::{CompositionProfile, KinsokuLevel};

    #[test]
    fn each_level_forbids_its_classes() {
        // Before, after, and whether each level from `None` to `Strict` lets a line break there.
        for (before, after, allowed) in [
            (Han, Closing, [true, false, false, false]),
            (Opening, Han, [true, false, false, false]),
            (Solidus, Han, [true, true, false, false]),
            (Han, Solidus, [true, false, false, false]),
            (Han, Dash, [true, true, true, false]),
            (Han, Ellipsis, [true, true, true, false]),
            (Han, Han, [true, true, true, true]),
        ] {
            for (level, open) in
                [KinsokuLevel::None, KinsokuLevel::Basic, KinsokuLevel::Gb, KinsokuLevel::Strict]
                    .into_iter()
                    .zip(allowed)
            {
                let profile = CompositionProfile {
                    kinsoku: level,
                    allows_ellipsis_at_start: true,
                    ..CompositionProfile::default()
                };
                let free = break_between(before, after, &profile) == LineBreak::Free;
                assert_eq!(free, open, "{before:?} {after:?} at {level:?}");
            }
        }
        // The newspaper profile forbids …… on top of what GB forbids.
        assert_eq!(
            break_between(Han, Ellipsis, &CompositionProfile::default()),
            LineBreak::Kinsoku
        );
    }
}
