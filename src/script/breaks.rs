//! Where a line may break: line-start and line-end prohibition (避头尾), inseparable runs (不可分).

use crate::script::class::Class;
use crate::script::profile::{Level, Profile};

/// Whether a line may break between two neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Break {
    /// It may.
    Free,
    /// It has to: the record asks for a new line of a head here.
    Turn,
    /// It may: a web or mail address breaks after its own marks (R20).
    Address,
    /// It may, but the two are better kept together: a number and its unit (R17), a protected name (R66).
    Soft,
    /// Between the parts of a dateline: it may if the dateline is longer than most of a line (R71).
    Dateline,
    /// Inside a part of a dateline: as between its parts, where nothing else is left.
    Part,
    /// It may, with a hyphen: inside a Latin word (R18).
    Hyphen,
    /// A mark would start or end a line where it must not.
    Kinsoku,
    /// A number, a word or a two-cell mark would be split.
    Inside,
}

/// The classes that must not start a line, from which level on, and the rule. CLREQ
/// `#prohibition_rules_for_line_start_end`, GB/T 15834-2011 5.1.1–5.1.7 and 5.1.9. Of the two-cell
/// marks newspapers forbid …… (R09, [`Profile::ellipsis_at_start`]), while —— may start a line (R11).
const NOT_AT_START: &[(Class, Level, &str)] = &[
    (Class::Pause, Level::Basic, "R01"),
    (Class::Stop, Level::Basic, "R01"),
    (Class::Joint, Level::Basic, "R01"),
    (Class::Closing, Level::Basic, "R02"),
    (Class::Interpunct, Level::Basic, "R04"),
    (Class::Connector, Level::Basic, "R05"),
    (Class::Solidus, Level::Basic, "R06"),
    (Class::Ellipsis, Level::Strict, "R09"),
    (Class::Dash, Level::Strict, "R11"),
    (Class::Postfix, Level::Basic, "R14"),
];

/// The classes that must not end a line.
const NOT_AT_END: &[(Class, Level, &str)] = &[
    (Class::Opening, Level::Basic, "R03"),
    (Class::Prefix, Level::Basic, "R15"),
    (Class::Solidus, Level::Gb, "R06"),
];

/// The rule by which `after` must not start a line or `before` end one, if any does.
fn prohibition(before: Class, after: Class, profile: &Profile) -> Option<&'static str> {
    let forbids = |table: &[(Class, Level, &'static str)], class: Class| {
        let row = table.iter().find(|(listed, _, _)| *listed == class)?;
        let here = profile.level >= row.1
            || class == Class::Ellipsis
                && profile.level > Level::None
                && !profile.ellipsis_at_start;
        here.then_some(row.2)
    };
    forbids(NOT_AT_START, after).or_else(|| forbids(NOT_AT_END, before))
}

/// Whether a line may break between neighbours of these classes that belong to different runs.
///
/// A space goes to the end of its line, so there is no break before it.
pub fn break_between(before: Class, after: Class, profile: &Profile) -> Break {
    if after == Class::Space {
        return Break::Inside;
    }
    if prohibition(before, after, profile).is_some() {
        return Break::Kinsoku;
    }
    // Two numbers, or a number and a word, that touch are one token cut by its classes; a sign and its
    // number are one too.
    let token = |c| matches!(c, Class::Digit | Class::Latin | Class::Postfix);
    if token(before) && token(after) || before == Class::Prefix {
        return Break::Inside;
    }
    Break::Free
}

/// The rule behind a verdict, for those who are told of it; empty where a break is free.
pub fn rule_of(before: Class, after: Class, verdict: Break) -> &'static str {
    let listed = |table: &[(Class, Level, &'static str)], class: Class| {
        table.iter().find(|(listed, _, _)| *listed == class).map(|(_, _, rule)| *rule)
    };
    match verdict {
        Break::Free | Break::Turn => "",
        Break::Address => "R20",
        Break::Soft => "R17",
        Break::Dateline | Break::Part => "R71",
        Break::Hyphen => "R18",
        Break::Kinsoku => {
            listed(NOT_AT_START, after).or_else(|| listed(NOT_AT_END, before)).unwrap_or("R01")
        }
        Break::Inside => match before {
            Class::Dash => "R07",
            Class::Ellipsis => "R08",
            Class::Digit => "R12",
            Class::Prefix => "R15",
            Class::Postfix => "R13",
            Class::Han
            | Class::Opening
            | Class::Closing
            | Class::Pause
            | Class::Stop
            | Class::Joint
            | Class::Interpunct
            | Class::Connector
            | Class::Solidus
            | Class::Latin
            | Class::Space
            | Class::Symbol => "R18",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Break, break_between};
    use crate::script::class::Class::{Closing, Dash, Ellipsis, Han, Opening, Solidus};
    use crate::script::profile::{Level, Profile};

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
                [Level::None, Level::Basic, Level::Gb, Level::Strict].into_iter().zip(open)
            {
                let profile = Profile { level, ellipsis_at_start: true, ..Profile::default() };
                let free = break_between(before, after, &profile) == Break::Free;
                assert_eq!(free, open, "{before:?} {after:?} at {level:?}");
            }
        }
        // The newspaper forbids …… on top of what GB does.
        assert_eq!(break_between(Han, Ellipsis, &Profile::default()), Break::Kinsoku);
    }
}
