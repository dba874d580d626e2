//! Where a line may break: line-start and line-end prohibition (避头尾), inseparable runs (不可分).

use crate::script::class::CharClass;
use crate::script::profile::{CompositionProfile, KinsokuLevel};

/// Whether a line may break between two neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineBreak {
    /// It may.
    Free,
    /// It has to: the record asks for a new line of a head here.
    Forced,
    /// It may: a web or mail address breaks after its own marks (R20).
    Address,
    /// It may, but the two are better kept together: a number and its unit (R17), a protected name (R66).
    Discouraged,
    /// Between the parts of a dateline: it may if the dateline is longer than most of a line (R71).
    BetweenDatelineParts,
    /// Inside a part of a dateline: as between its parts, where nothing else is left.
    InsideDatelinePart,
    /// It may, with a hyphen: inside a Latin word (R18).
    Hyphen,
    /// A mark would start or end a line where it must not.
    Kinsoku,
    /// A number, a word or a two-cell mark would be split.
    Inseparable,
}

/// The classes that must not start a line, from which level on, and the rule. CLREQ
/// `#prohibition_rules_for_line_start_end`, GB/T 15834-2011 5.1.1–5.1.7 and 5.1.9. Of the two-cell
/// marks newspapers forbid …… (R09, [`Profile::ellipsis_at_start`]), while —— may start a line (R11).
const NOT_AT_START: &[(CharClass, KinsokuLevel, &str)] = &[
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

/// The classes that must not end a line.
const NOT_AT_END: &[(CharClass, KinsokuLevel, &str)] = &[
    (CharClass::Opening, KinsokuLevel::Basic, "R03"),
    (CharClass::Prefix, KinsokuLevel::Basic, "R15"),
    (CharClass::Solidus, KinsokuLevel::Gb, "R06"),
];

/// The rule by which `after` must not start a line or `before` end one, if any does.
fn prohibiting_rule(
    before: CharClass,
    after: CharClass,
    profile: &CompositionProfile,
) -> Option<&'static str> {
    let forbids = |table: &[(CharClass, KinsokuLevel, &'static str)], class: CharClass| {
        let row = table.iter().find(|(listed, _, _)| *listed == class)?;
        let here = profile.kinsoku >= row.1
            || class == CharClass::Ellipsis
                && profile.kinsoku > KinsokuLevel::None
                && !profile.allows_ellipsis_at_start;
        here.then_some(row.2)
    };
    forbids(NOT_AT_START, after).or_else(|| forbids(NOT_AT_END, before))
}

/// Whether a line may break between neighbours of these classes that belong to different runs.
///
/// A space goes to the end of its line, so there is no break before it.
pub fn break_between(
    before: CharClass,
    after: CharClass,
    profile: &CompositionProfile,
) -> LineBreak {
    if after == CharClass::Space {
        return LineBreak::Inseparable;
    }
    if prohibiting_rule(before, after, profile).is_some() {
        return LineBreak::Kinsoku;
    }
    // Two numbers, or a number and a word, that touch are one token cut by its classes; a sign and its
    // number are one too.
    let token = |c| matches!(c, CharClass::Digit | CharClass::Latin | CharClass::Postfix);
    if token(before) && token(after) || before == CharClass::Prefix {
        return LineBreak::Inseparable;
    }
    LineBreak::Free
}

/// The rule behind a verdict, for those who are told of it; empty where a break is free.
pub fn rule_of_break(before: CharClass, after: CharClass, verdict: LineBreak) -> &'static str {
    let listed = |table: &[(CharClass, KinsokuLevel, &'static str)], class: CharClass| {
        table.iter().find(|(listed, _, _)| *listed == class).map(|(_, _, rule)| *rule)
    };
    match verdict {
        LineBreak::Free | LineBreak::Forced => "",
        LineBreak::Address => "R20",
        LineBreak::Discouraged => "R17",
        LineBreak::BetweenDatelineParts | LineBreak::InsideDatelinePart => "R71",
        LineBreak::Hyphen => "R18",
        LineBreak::Kinsoku => {
            listed(NOT_AT_START, after).or_else(|| listed(NOT_AT_END, before)).unwrap_or("R01")
        }
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
    fn levels_forbid_what_they_name() {
        // Before, after, and whether each level from none to strict lets a line break there.
        for (before, after, open) in [
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
                    .zip(open)
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
        // The newspaper forbids …… on top of what GB does.
        assert_eq!(
            break_between(Han, Ellipsis, &CompositionProfile::default()),
            LineBreak::Kinsoku
        );
    }
}
