//! The texts of two rounds, brought together: equal ones first, then those that are most alike.

use crate::compare::edits::hunks;
use crate::compare::text::{alike, pairs};
use crate::model::CopyText;

/// Texts that came, went or were rewritten up to which each is looked at.
const TEXTS_MOST: usize = 400;
/// So many pairs of texts are compared for likeness; beyond that they go together in their order.
const PAIRS_MOST: usize = 4096;
/// Texts that are less alike, in hundredths, are not one text that was edited.
const ALIKE_LEAST: usize = 30;

/// A text and what it is: a crosshead never becomes a paragraph by an edit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextUnit<'a> {
    /// What it is.
    pub(crate) kind: u8,
    /// The text.
    pub(crate) text: &'a CopyText,
}

impl PartialEq for TextUnit<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.text.text == other.text.text
    }
}

/// A text of the earlier round and what became of it; a text of the later round and what it was.
pub(crate) type TextPair = (Option<usize>, Option<usize>);

/// What became of each text, in the order of the later round; one that went stands where it was.
pub(crate) fn align(before: &[TextUnit<'_>], after: &[TextUnit<'_>]) -> Vec<TextPair> {
    let mut out = Vec::with_capacity(after.len());
    let (mut i, mut j) = (0, 0);
    for hunk in hunks(before, after, TEXTS_MOST) {
        out.extend((i..hunk.a.start).zip(j..hunk.b.start).map(|(i, j)| (Some(i), Some(j))));
        let couples = likest(&before[hunk.a.clone()], &after[hunk.b.clone()]);
        out.extend(
            couples
                .into_iter()
                .map(|(a, b)| (a.map(|a| hunk.a.start + a), b.map(|b| hunk.b.start + b))),
        );
        (i, j) = (hunk.a.end, hunk.b.end);
    }
    out.extend((i..before.len()).zip(j..after.len()).map(|(i, j)| (Some(i), Some(j))));
    out
}

/// The way to couple texts in order that keeps most likeness together.
fn likest(before: &[TextUnit<'_>], after: &[TextUnit<'_>]) -> Vec<TextPair> {
    let (rows, columns) = (before.len(), after.len());
    let own = |units: &[TextUnit<'_>]| -> Vec<Vec<[char; 2]>> {
        units.iter().map(|unit| pairs(&unit.text.text)).collect()
    };
    let looked = rows * columns <= PAIRS_MOST;
    let (own_a, own_b) = if looked { (own(before), own(after)) } else { Default::default() };
    let likeness = |i: usize, j: usize| {
        if before[i].kind != after[j].kind {
            return None;
        }
        if !looked {
            return (i == j).then_some(ALIKE_LEAST);
        }
        Some(alike(&own_a[i], &own_b[j])).filter(|alike| *alike >= ALIKE_LEAST)
    };
    if !looked {
        let mut out: Vec<TextPair> = Vec::new();
        for k in 0..rows.max(columns) {
            if k < rows && k < columns && likeness(k, k).is_some() {
                out.push((Some(k), Some(k)));
                continue;
            }
            out.extend((k < rows).then_some((Some(k), None)));
            out.extend((k < columns).then_some((None, Some(k))));
        }
        return out;
    }
    // The best sum from (i, j) on.
    let mut best = vec![vec![0; columns + 1]; rows + 1];
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            let coupled = likeness(i, j).map_or(0, |alike| alike + best[i + 1][j + 1]);
            best[i][j] = coupled.max(best[i + 1][j]).max(best[i][j + 1]);
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::new();
    while i < rows && j < columns {
        let coupled = likeness(i, j).map(|alike| alike + best[i + 1][j + 1]);
        if coupled == Some(best[i][j]) {
            out.push((Some(i), Some(j)));
            (i, j) = (i + 1, j + 1);
        } else if best[i + 1][j] == best[i][j] {
            out.push((Some(i), None));
            i += 1;
        } else {
            out.push((None, Some(j)));
            j += 1;
        }
    }
    out.extend((i..rows).map(|i| (Some(i), None)));
    out.extend((j..columns).map(|j| (None, Some(j))));
    out
}

#[cfg(test)]
mod tests {
    use super::{TextPair, TextUnit, align};
    use crate::model::CopyText;

    #[test]
    fn texts_go_together_by_what_they_say() {
        let rows: [(&[&str], &[&str], &[TextPair]); 4] = [
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
        let texts = |all: &[&str]| -> Vec<CopyText> {
            all.iter()
                .map(|text| CopyText { text: (*text).to_owned(), ..CopyText::default() })
                .collect()
        };
        for (before, after, expected) in rows {
            let (a, b) = (texts(before), texts(after));
            let a: Vec<TextUnit<'_>> = a.iter().map(|text| TextUnit { kind: 0, text }).collect();
            let b: Vec<TextUnit<'_>> = b.iter().map(|text| TextUnit { kind: 0, text }).collect();
            assert_eq!(align(&a, &b), expected, "{before:?} → {after:?}");
        }
    }
}
