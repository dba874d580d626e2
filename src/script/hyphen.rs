//! Hyphenation of Latin words, for lines that cannot be set well without it (R18).

use std::ops::RangeInclusive;

use hypher::{Lang, hyphenate_bounded};

/// Letters that stay together at the start of a word.
const START_LETTERS_MIN: usize = 2;

/// Letters that stay together at the end of a word.
const END_LETTERS_MIN: usize = 3;

/// Lengths of the words that are hyphenated, in letters. Shorter words are kept whole, and a longer
/// string of letters is not a word.
const WORD_LETTERS: RangeInclusive<usize> = 5..=45;

/// Returns the byte offsets in a token at which a line may end with a hyphen: inserted between two
/// letters, or after a hyphen of the token itself.
///
/// Only plain words break: no abbreviation (`APP`), no name of a model or a disease (`COVID-19`),
/// no token with a digit or an apostrophe. The patterns are those of English, the language that
/// Chinese papers print.
pub(crate) fn hyphenation_points(token: &str) -> Vec<usize> {
    let mut points = Vec::new();
    let parts = || token.split('-');
    let is_plain = |part: &str| {
        // The initial may be a capital, as at the start of a sentence or in a name.
        let (initial, others) = part.split_at(part.len().min(1));
        initial.bytes().all(|b| b.is_ascii_alphabetic())
            && others.bytes().all(|b| b.is_ascii_lowercase())
    };
    if !token.is_ascii()
        || !parts().all(is_plain)
        || parts().any(|part| part.len() < END_LETTERS_MIN)
    {
        return points;
    }
    let mut start = 0;
    for part in parts() {
        if start > 0 {
            // After a hyphen that the word has: allowed whatever the length of the part.
            points.push(start);
        }
        if WORD_LETTERS.contains(&part.len()) {
            let mut end = start;
            let mut syllables =
                hyphenate_bounded(part, Lang::English, START_LETTERS_MIN, END_LETTERS_MIN)
                    .peekable();
            while let Some(syllable) = syllables.next() {
                end += syllable.len();
                // The end of the last syllable is the end of the part, which is no hyphenation
                // point.
                if syllables.peek().is_some() {
                    points.push(end);
                }
            }
        }
        start += part.len() + 1;
    }
    points
}
