//! Differences between two sequences: Myers' shortest edit script, within a budget.

use std::ops::Range;

/// A place where two sequences differ: a range of the earlier one and the range that replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DiffHunk {
    /// Elements of the earlier sequence; empty for an insertion.
    pub(crate) before: Range<usize>,
    /// Elements of the later sequence; empty for a deletion.
    pub(crate) after: Range<usize>,
}

impl DiffHunk {
    /// Number of elements of the longer side.
    pub(crate) fn longer_side(&self) -> usize {
        self.before.len().max(self.after.len())
    }
}

/// Returns the places where two sequences differ, in order.
///
/// The common start and end are stripped, then the rest is searched for the shortest script of
/// insertions and deletions (E. Myers, An O(ND) Difference Algorithm and Its Variations, 1986). If
/// it needs more than `edits_most` edits, the whole rest is one hunk: nobody would read a text that
/// was rewritten to that extent as a series of edits.
pub(crate) fn diff_hunks<T: PartialEq>(
    before: &[T],
    after: &[T],
    edits_most: usize,
) -> Vec<DiffHunk> {
    let start = before.iter().zip(after).take_while(|(x, y)| x == y).count();
    let (rest_before, rest_after) = (&before[start..], &after[start..]);
    // Taken from what the common start leaves, so that no element is counted at both ends.
    let from_end = rest_before.iter().rev().zip(rest_after.iter().rev());
    let end = from_end.take_while(|(x, y)| x == y).count();
    let middle_before = &rest_before[..rest_before.len() - end];
    let middle_after = &rest_after[..rest_after.len() - end];
    // Cases without a search: equal sequences, and one insertion or deletion.
    if middle_before.is_empty() && middle_after.is_empty() {
        return Vec::new();
    }
    let whole = DiffHunk {
        before: start..start + middle_before.len(),
        after: start..start + middle_after.len(),
    };
    if middle_before.is_empty() || middle_after.is_empty() {
        return vec![whole];
    }
    // Over the budget: one hunk over all of the middle is still a correct difference.
    let Some(edits) = shortest_edits(middle_before, middle_after, edits_most) else {
        return vec![whole];
    };
    let mut hunks: Vec<DiffHunk> = Vec::new();
    for SingleEdit { x, y, action } in edits {
        let (x, y) = (start + x, start + y);
        let hunk = match action {
            EditAction::Delete => DiffHunk { before: x..x + 1, after: y..y },
            EditAction::Insert => DiffHunk { before: x..x, after: y..y + 1 },
        };
        // Edits that touch are one hunk.
        match hunks.last_mut() {
            Some(last)
                if last.before.end == hunk.before.start && last.after.end == hunk.after.start =>
            {
                (last.before.end, last.after.end) = (hunk.before.end, hunk.after.end);
            }
            _ => hunks.push(hunk),
        }
    }
    hunks
}

/// Insertion or deletion of one element.
#[derive(Clone, Copy, Debug)]
enum EditAction {
    Delete,
    Insert,
}

/// One step of an edit script.
#[derive(Clone, Copy, Debug)]
struct SingleEdit {
    /// Index in the earlier sequence before the edit.
    x: usize,
    /// Index in the later sequence before the edit.
    y: usize,
    action: EditAction,
}

/// Returns the shortest edit script, or `None` if it has more than `edits_most` edits.
///
/// State: the furthest `x` reached on each diagonal `x − y` after `d` edits. Diagonals −d, −d+2 … d
/// are stored at indices 0, 1 … d. Step: one edit onto a neighbouring diagonal, then as far along
/// equal elements as they go. The first round that reaches the end of both sequences has the fewest
/// edits. Exact; at most `edits_most²/2` states are kept to trace the script back.
fn shortest_edits<T: PartialEq>(a: &[T], b: &[T], edits_most: usize) -> Option<Vec<SingleEdit>> {
    // Every round is kept, because tracing back needs the reach before each edit.
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    // With as many edits as both have elements the end is always reached.
    for d in 0..=edits_most.min(a.len() + b.len()) {
        let mut reached = Vec::with_capacity(d + 1);
        for k in 0..=d {
            let mut x = match rounds.last() {
                None => 0,
                Some(previous) => furthest_reach(previous, d, k).0,
            };
            // y = x − (2k − d). Above the first row of the edit graph nothing can be reached.
            let Some(mut y) = (x + d).checked_sub(2 * k) else {
                reached.push(x);
                continue;
            };
            // Following equal elements costs no edit and never makes a later step worse.
            while x < a.len() && y < b.len() && a[x] == b[y] {
                (x, y) = (x + 1, y + 1);
            }
            reached.push(x);
            // The first round to get here is the shortest: rounds are tried by number of edits.
            if x >= a.len() && y >= b.len() {
                return Some(trace_back(&rounds, d, k));
            }
        }
        rounds.push(reached);
    }
    None
}

/// Returns the `x` at which the `d`-th edit onto diagonal `k` ends, and the edit that leads
/// furthest. `previous` holds the reach after `d − 1` edits.
fn furthest_reach(previous: &[usize], d: usize, k: usize) -> (usize, EditAction) {
    // A deletion comes from the diagonal below, an insertion from the one above.
    let by_deletion = k.checked_sub(1).map(|below| previous[below] + 1);
    let by_insertion = (k < d).then(|| previous[k]);
    match (by_deletion, by_insertion) {
        // On a tie the insertion is taken, here and in tracing back, or the two would disagree.
        (Some(x), Some(y)) if x > y => (x, EditAction::Delete),
        (Some(x), None) => (x, EditAction::Delete),
        (_, Some(x)) => (x, EditAction::Insert),
        (None, None) => (0, EditAction::Insert),
    }
}

/// Returns the edits that led to diagonal `k` of round `d`, first to last.
fn trace_back(rounds: &[Vec<usize>], d: usize, k: usize) -> Vec<SingleEdit> {
    let (mut d, mut k) = (d, k);
    let mut edits = Vec::with_capacity(d);
    while d > 0 {
        let (x, action) = furthest_reach(&rounds[d - 1], d, k);
        // (x, y) is the place after the edit; before it, one coordinate is smaller by one.
        let y = x + d - 2 * k;
        match action {
            EditAction::Delete => {
                edits.push(SingleEdit { x: x - 1, y, action });
                // A deletion came from the diagonal below. An insertion came from index `k` of the
                // round before, because the indices of a round start one diagonal lower.
                k -= 1;
            }
            EditAction::Insert => edits.push(SingleEdit { x, y: y - 1, action }),
        }
        d -= 1;
    }
    edits.reverse();
    edits
}

#[cfg(test)]
mod tests {
    use super::diff_hunks;

    /// Applies the hunks to the earlier text. Returns the later text and the number of edits.
    fn rebuilt(a: &[char], b: &[char], edits_most: usize) -> (String, usize) {
        let (mut text, mut copied, mut edits) = (String::new(), 0, 0);
        for hunk in diff_hunks(a, b, edits_most) {
            text.extend(&a[copied..hunk.before.start]);
            text.extend(&b[hunk.after.clone()]);
            copied = hunk.before.end;
            edits += hunk.before.len() + hunk.after.len();
        }
        text.extend(&a[copied..]);
        (text, edits)
    }

    /// Computes the fewest edits with the full distance table.
    fn fewest_edits(a: &[char], b: &[char]) -> usize {
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.iter().enumerate() {
            let mut diagonal = std::mem::replace(&mut row[0], i + 1);
            for (j, y) in b.iter().enumerate() {
                let here = if x == y { diagonal } else { 1 + row[j].min(row[j + 1]) };
                diagonal = std::mem::replace(&mut row[j + 1], here);
            }
        }
        row[b.len()]
    }

    #[test]
    fn every_short_pair_is_rebuilt_with_the_fewest_edits() {
        let words: Vec<Vec<char>> = (0..243_u32)
            .map(|n| {
                let digits = [n / 81, n / 27 % 3, n / 9 % 3, n / 3 % 3, n % 3];
                let len = usize::try_from(n % 6).unwrap_or(0);
                digits[..len].iter().map(|d| ['甲', '乙', '丙'][*d as usize]).collect()
            })
            .collect();
        for a in &words {
            for b in &words {
                let (text, edits) = rebuilt(a, b, 100);
                assert_eq!(text, b.iter().collect::<String>(), "{a:?} {b:?}");
                assert_eq!(edits, fewest_edits(a, b), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn beyond_the_budget_it_is_one_place() {
        let (a, b): (Vec<char>, Vec<char>) =
            ("天abcdef地".chars().collect(), "天uvwxyz地".chars().collect());
        assert_eq!(diff_hunks(&a, &b, 11).len(), 1);
        let [hunk] = &diff_hunks(&a, &b, 3)[..] else { panic!("one") };
        assert_eq!((hunk.before.clone(), hunk.after.clone()), (1..7, 1..7));
        assert_eq!(rebuilt(&a, &b, 3).0, "天uvwxyz地");
    }
}
