//! Where Latin words break, for lines that have no better way (R18).

use hypher::{Lang, hyphenate_bounded};

/// Letters that stay together at the start and at the end of a word.
const EDGE_LETTERS_MIN: (usize, usize) = (2, 3);

/// A word below so many letters is kept whole, and what is longer than any word is none.
const WORD_LETTERS: std::ops::RangeInclusive<usize> = 5..=45;

/// The bytes of a token after which it may break with a hyphen, or after a hyphen of its own.
///
/// Only plain words break: no abbreviation (`APP`), no name of a model or a disease (`COVID-19`), nothing
/// with a digit or an apostrophe. The patterns are those of English, the language that Chinese papers print.
pub(crate) fn hyphenation_points(token: &str) -> Vec<usize> {
    let mut points = Vec::new();
    let parts = || token.split('-');
    let plain = |part: &str| {
        let (head, tail) = part.split_at(part.len().min(1));
        head.bytes().all(|b| b.is_ascii_alphabetic())
            && tail.bytes().all(|b| b.is_ascii_lowercase())
    };
    if !token.is_ascii()
        || !parts().all(plain)
        || parts().any(|part| part.len() < EDGE_LETTERS_MIN.1)
    {
        return points;
    }
    let mut at = 0;
    for part in parts() {
        if at > 0 {
            points.push(at);
        }
        if WORD_LETTERS.contains(&part.len()) {
            let mut end = at;
            let mut syllables =
                hyphenate_bounded(part, Lang::English, EDGE_LETTERS_MIN.0, EDGE_LETTERS_MIN.1)
                    .peekable();
            while let Some(syllable) = syllables.next() {
                end += syllable.len();
                if syllables.peek().is_some() {
                    points.push(end);
                }
            }
        }
        at += part.len() + 1;
    }
    points
}
