//! Pairing the texts of two rounds: equal texts first, then the most alike.

use crate::compare::diff::diff_hunks;
use crate::compare::wording::{likeness_percent, sorted_char_pairs};
use crate::model::CopyText;

/// Limit on inserted and deleted texts up to which the lists are diffed. Beyond it everything
/// between their common start and end is one hunk.
const DIFFERING_TEXTS_MOST: usize = 400;
/// Limit on pairs of texts whose likeness is computed in one hunk. Beyond it texts are paired in
/// order.
const COMPARED_PAIRS_MOST: usize = 4096;
/// Likeness in percent below which two texts are not versions of one text.
const LIKENESS_PERCENT_LEAST: usize = 30;

/// Kind of a text. Texts of different kinds are never paired: an edit does not turn a crosshead
/// into a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextKind {
    /// A deck line or a standfirst point.
    Head,
    Paragraph,
    Crosshead,
    /// A line that keeps its break, such as verse.
    KeptLine,
    Note,
    Aside,
    PullQuote,
    Picture,
    JumpFrom,
    JumpTo,
}

/// A text with its kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextUnit<'a> {
    /// Kind of text.
    pub(crate) kind: TextKind,
    /// The text.
    pub(crate) text: &'a CopyText,
}

impl PartialEq for TextUnit<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.text.text == other.text.text
    }
}

/// Index of a text in the earlier list and of the same text in the later one. `(Some, None)` is a
/// deletion, `(None, Some)` an insertion.
pub(crate) type TextPair = (Option<usize>, Option<usize>);

/// Pairs the texts of two lists, in the order of the later list. A deleted text stands at its old
/// place.
pub(crate) fn align_texts(before: &[TextUnit<'_>], after: &[TextUnit<'_>]) -> Vec<TextPair> {
    let mut pairs = Vec::with_capacity(after.len());
    let (mut i, mut j) = (0, 0);
    for hunk in diff_hunks(before, after, DIFFERING_TEXTS_MOST) {
        // Between two hunks both lists are equal, so the texts there pair one to one.
        let equal = (i..hunk.before.start).zip(j..hunk.after.start);
        pairs.extend(equal.map(|(i, j)| (Some(i), Some(j))));
        let in_hunk = pair_by_likeness(&before[hunk.before.clone()], &after[hunk.after.clone()]);
        pairs.extend(in_hunk.into_iter().map(|(old, new)| {
            (old.map(|k| hunk.before.start + k), new.map(|k| hunk.after.start + k))
        }));
        // The hunks count from the start of the lists, the pairs in them from the start of the
        // hunk.
        (i, j) = (hunk.before.end, hunk.after.end);
    }
    pairs.extend((i..before.len()).zip(j..after.len()).map(|(i, j)| (Some(i), Some(j))));
    pairs
}

/// Pairs the texts of one hunk in order, with the greatest sum of likenesses.
///
/// A table over suffixes: `best[i][j]` is the greatest sum for `before[i..]` and `after[j..]`,
/// reached by pairing `i` with `j` or by skipping one of them. Exact, in time and memory of the
/// product of both lengths, which [`COMPARED_PAIRS_MOST`] bounds.
fn pair_by_likeness(before: &[TextUnit<'_>], after: &[TextUnit<'_>]) -> Vec<TextPair> {
    let (rows, columns) = (before.len(), after.len());
    if rows * columns > COMPARED_PAIRS_MOST {
        return pair_in_order(before, after);
    }
    // Computed once for each text: the table below compares each text with every other.
    let char_pairs = |units: &[TextUnit<'_>]| -> Vec<Vec<[char; 2]>> {
        units.iter().map(|unit| sorted_char_pairs(&unit.text.text)).collect()
    };
    let (pairs_before, pairs_after) = (char_pairs(before), char_pairs(after));
    // `None` where the two may not be paired.
    let likeness = |i: usize, j: usize| {
        if before[i].kind != after[j].kind {
            return None;
        }
        let percent = likeness_percent(&pairs_before[i], &pairs_after[j]);
        // Below the limit a pair would show as one text rewritten; two texts read better.
        Some(percent).filter(|percent| *percent >= LIKENESS_PERCENT_LEAST)
    };
    let mut best = vec![vec![0; columns + 1]; rows + 1];
    // From the end, because an entry needs those with larger `i` or `j`.
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            // A pair that is not allowed counts as 0, which never beats skipping.
            let paired = likeness(i, j).map_or(0, |percent| percent + best[i + 1][j + 1]);
            best[i][j] = paired.max(best[i + 1][j]).max(best[i][j + 1]);
        }
    }
    // Walks the table from its start and repeats the choices that led to the best sum.
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < rows && j < columns {
        let paired = likeness(i, j).map(|percent| percent + best[i + 1][j + 1]);
        // Pairing wins a tie: a change of wording reads better than a deletion and an insertion.
        if paired == Some(best[i][j]) {
            pairs.push((Some(i), Some(j)));
            (i, j) = (i + 1, j + 1);
        } else if best[i + 1][j] == best[i][j] {
            // Of two skips the deletion comes first, so that it stands before the text that
            // replaces it.
            pairs.push((Some(i), None));
            i += 1;
        } else {
            pairs.push((None, Some(j)));
            j += 1;
        }
    }
    pairs.extend((i..rows).map(|i| (Some(i), None)));
    pairs.extend((j..columns).map(|j| (None, Some(j))));
    pairs
}

/// Pairs the texts of a hunk by position where their kinds agree, whatever they say.
fn pair_in_order(before: &[TextUnit<'_>], after: &[TextUnit<'_>]) -> Vec<TextPair> {
    let mut pairs: Vec<TextPair> = Vec::new();
    for k in 0..before.len().max(after.len()) {
        match (before.get(k), after.get(k)) {
            (Some(old), Some(new)) if old.kind == new.kind => pairs.push((Some(k), Some(k))),
            (old, new) => {
                pairs.extend(old.map(|_| (Some(k), None)));
                pairs.extend(new.map(|_| (None, Some(k))));
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::{TextKind, TextPair, TextUnit, align_texts};
    use crate::model::CopyText;

    #[test]
    fn texts_are_paired_by_their_wording() {
        let cases: [(&[&str], &[&str], &[TextPair]); 4] = [
            (
                &["甲甲甲", "乙乙乙"],
                &["甲甲甲", "乙乙乙"],
                &[(Some(0), Some(0)), (Some(1), Some(1))],
            ),
            (
                &["大桥昨日通车", "乙乙乙"],
                &["大桥今日通车", "乙乙乙"],
                &[(Some(0), Some(0)), (Some(1), Some(1))],
            ),
            (
                &["大桥昨日通车", "收成很好"],
                &["天高云淡", "大桥今日通车", "收成很好"],
                &[(None, Some(0)), (Some(0), Some(1)), (Some(1), Some(2))],
            ),
            (&["大桥昨日通车", "收成很好"], &["收成很好"], &[(Some(0), None), (Some(1), Some(0))]),
        ];
        let copy = |texts: &[&str]| -> Vec<CopyText> {
            let copy_text =
                |text: &&str| CopyText { text: (*text).to_owned(), ..CopyText::default() };
            texts.iter().map(copy_text).collect()
        };
        fn units(texts: &[CopyText]) -> Vec<TextUnit<'_>> {
            texts.iter().map(|text| TextUnit { kind: TextKind::Paragraph, text }).collect()
        }
        for (before, after, expected) in cases {
            let (old, new) = (copy(before), copy(after));
            assert_eq!(align_texts(&units(&old), &units(&new)), expected, "{before:?} → {after:?}");
        }
    }
}
