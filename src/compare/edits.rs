//! Where two sequences differ: Myers' shortest script of edits, within a budget.

use std::ops::Range;

/// A place where the two differ: what stood in the earlier one, what stands in the later one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DiffHunk {
    /// In the earlier one.
    pub(crate) a: Range<usize>,
    /// In the later one.
    pub(crate) b: Range<usize>,
}

impl DiffHunk {
    /// The longer of its sides.
    pub(crate) fn size(&self) -> usize {
        self.a.len().max(self.b.len())
    }
}

/// The places where two sequences differ, in order (Myers 1986). Where they differ in more than `most` elements what
/// lies between their common start and end is one place: so much was written anew that nobody would read it as edits.
pub(crate) fn hunks<T: PartialEq>(a: &[T], b: &[T], most: usize) -> Vec<DiffHunk> {
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (&a[start..], &b[start..]);
    let end = rest_a.iter().rev().zip(rest_b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (mid_a, mid_b) = (&rest_a[..rest_a.len() - end], &rest_b[..rest_b.len() - end]);
    if mid_a.is_empty() && mid_b.is_empty() {
        return Vec::new();
    }
    let whole = DiffHunk { a: start..start + mid_a.len(), b: start..start + mid_b.len() };
    if mid_a.is_empty() || mid_b.is_empty() {
        return vec![whole];
    }
    let Some(steps) = search(mid_a, mid_b, most) else { return vec![whole] };
    let mut out: Vec<DiffHunk> = Vec::new();
    for (x, y, removed) in steps {
        let (x, y) = (start + x, start + y);
        let step = if removed {
            DiffHunk { a: x..x + 1, b: y..y }
        } else {
            DiffHunk { a: x..x, b: y..y + 1 }
        };
        match out.last_mut() {
            Some(last) if last.a.end == step.a.start && last.b.end == step.b.start => {
                (last.a.end, last.b.end) = (step.a.end, step.b.end);
            }
            _ => out.push(step),
        }
    }
    out
}

/// The single edits in order: where in both, and whether something is removed there or put in.
fn search<T: PartialEq>(a: &[T], b: &[T], most: usize) -> Option<Vec<(usize, usize, bool)>> {
    // How far each diagonal is reached after d edits: diagonals −d, −d+2 … d stand at 0, 1 … d.
    let mut trace: Vec<Vec<usize>> = Vec::new();
    for d in 0..=most.min(a.len() + b.len()) {
        let mut reached = Vec::with_capacity(d + 1);
        for k in 0..=d {
            let mut x = match trace.last() {
                None => 0,
                Some(before) => from(before, d, k).0,
            };
            // y = x − diagonal, the diagonal being 2k − d.
            let Some(mut y) = (x + d).checked_sub(2 * k) else {
                reached.push(x);
                continue;
            };
            while x < a.len() && y < b.len() && a[x] == b[y] {
                (x, y) = (x + 1, y + 1);
            }
            reached.push(x);
            if x >= a.len() && y >= b.len() {
                return Some(back(&trace, d, k));
            }
        }
        trace.push(reached);
    }
    None
}

/// Where the d-th edit onto the k-th diagonal ends, and whether it removes something.
fn from(before: &[usize], d: usize, k: usize) -> (usize, bool) {
    // By removing, from the diagonal below; by putting in, from the one above.
    let removed = k.checked_sub(1).map(|below| before[below] + 1);
    let put = (k < d).then(|| before[k]);
    match (removed, put) {
        (Some(x), Some(y)) if x > y => (x, true),
        (Some(x), None) => (x, true),
        (_, Some(y)) => (y, false),
        (None, None) => (0, false),
    }
}

/// The edits that led to the k-th diagonal of the d-th round, first to last.
fn back(trace: &[Vec<usize>], d: usize, k: usize) -> Vec<(usize, usize, bool)> {
    let (mut d, mut k) = (d, k);
    let mut out = Vec::with_capacity(d);
    while d > 0 {
        let (x, removed) = from(&trace[d - 1], d, k);
        // After the edit the place is (x, y); before it one less in one of them.
        let y = x + d - 2 * k;
        if removed {
            out.push((x - 1, y, true));
            k -= 1;
        } else {
            out.push((x, y - 1, false));
        }
        d -= 1;
    }
    out.reverse();
    out
}

#[cfg(test)]
mod tests {
    use super::hunks;

    /// What the later one is by the hunks: common parts are taken from the earlier one.
    fn rebuilt(a: &[char], b: &[char], most: usize) -> (String, usize) {
        let (mut out, mut at, mut edits) = (String::new(), 0, 0);
        for hunk in hunks(a, b, most) {
            out.extend(&a[at..hunk.a.start]);
            out.extend(&b[hunk.b.clone()]);
            at = hunk.a.end;
            edits += hunk.a.len() + hunk.b.len();
        }
        out.extend(&a[at..]);
        (out, edits)
    }

    /// The least number of edits, by the table that the search replaces.
    fn least(a: &[char], b: &[char]) -> usize {
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.iter().enumerate() {
            let mut last = std::mem::replace(&mut row[0], i + 1);
            for (j, y) in b.iter().enumerate() {
                let here = if x == y { last } else { 1 + row[j].min(row[j + 1]) };
                last = std::mem::replace(&mut row[j + 1], here);
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
                assert_eq!(edits, least(a, b), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn beyond_the_budget_it_is_one_place() {
        let (a, b): (Vec<char>, Vec<char>) =
            ("天abcdef地".chars().collect(), "天uvwxyz地".chars().collect());
        assert_eq!(hunks(&a, &b, 11).len(), 1);
        let [hunk] = &hunks(&a, &b, 3)[..] else { panic!("one") };
        assert_eq!((hunk.a.clone(), hunk.b.clone()), (1..7, 1..7));
        assert_eq!(rebuilt(&a, &b, 3).0, "天uvwxyz地");
    }
}
