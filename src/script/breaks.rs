//! Where a line may break: line-start and line-end prohibition (避头尾), inseparable runs (不可分).

use crate::script::class::Class;

/// Whether a line may break between two neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Break {
    /// It may.
    Free,
    /// It may, but the two are better kept together: a number and its unit (R17).
    Soft,
    /// A mark would start or end a line where it must not.
    Kinsoku,
    /// A number, a word or a two-cell mark would be split.
    Inside,
}

/// The classes that must not start a line. CLREQ `#prohibition_rules_for_line_start_end`, level GB
/// (GB/T 15834-2011 5.1.1–5.1.7, 5.1.9), with …… added: newspapers forbid it (R09), while —— may
/// start a line (R11).
const NOT_AT_START: &[Class] = &[
    Class::Closing,
    Class::Pause,
    Class::Stop,
    Class::Interpunct,
    Class::Connector,
    Class::Solidus,
    Class::Ellipsis,
    Class::Postfix,
];

/// The classes that must not end a line. The solidus is GB/T 15834-2011 5.1.9.
const NOT_AT_END: &[Class] = &[Class::Opening, Class::Prefix, Class::Solidus];

/// Whether a line may break between neighbours of these classes that belong to different runs.
///
/// A space goes to the end of its line, so there is no break before it.
pub fn break_between(before: Class, after: Class) -> Break {
    if before == Class::Space {
        return if NOT_AT_START.contains(&after) { Break::Kinsoku } else { Break::Free };
    }
    if after == Class::Space {
        return Break::Inside;
    }
    if NOT_AT_START.contains(&after) || NOT_AT_END.contains(&before) {
        return Break::Kinsoku;
    }
    // Two numbers, or a number and a word, that touch are one token cut by its classes.
    let token = |c| matches!(c, Class::Digit | Class::Latin | Class::Postfix);
    if token(before) && token(after) {
        return Break::Inside;
    }
    // A sign and its number, a Latin word and the sign before it.
    if before == Class::Prefix {
        return Break::Inside;
    }
    Break::Free
}
