//! Edits between two wordings of one text, as a proofreader would mark them: words and numbers
//! change as a whole, changes around a character that happens to be the same are one correction,
//! and a clause is inserted or deleted together with its mark.

use std::ops::Range;

use crate::compare::diff::{DiffHunk, diff_hunks};

/// Limit on edits up to which they are reported one by one. A text with more was rewritten.
const DIFFERING_TOKENS_MOST: usize = 400;
/// Limit on unchanged tokens between two edits that are absorbed into one edit, provided that they
/// are no more than either edit.
const ABSORBED_TOKENS_MOST: usize = 4;
/// Share of unchanged characters, in percent, below which the text counts as replaced as a whole.
const KEPT_PERCENT_LEAST: usize = 25;
/// Limit on tokens by which an edit slides to a better place.
const SLIDE_TOKENS_MOST: usize = 64;

/// One edit of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TextEdit {
    /// Bytes of the earlier wording; empty for an insertion.
    pub(crate) before: Range<usize>,
    /// Bytes of the later wording; empty for a deletion.
    pub(crate) after: Range<usize>,
}

/// Returns the edits between two wordings of a text, in order.
///
/// Steps: the tokens are diffed, close hunks are merged, a text that keeps too little becomes one
/// edit, and insertions and deletions slide to the end of a clause. Only the first step is minimal;
/// the others trade a few more changed characters for edits that a person would have made. Each
/// step keeps the hunks in order and without overlap, so the edits always turn one wording into the
/// other.
pub(crate) fn text_edits(before: &str, after: &str) -> Vec<TextEdit> {
    if before == after {
        return Vec::new();
    }
    let (old_tokens, new_tokens) = (tokenize(before), tokenize(after));
    let hunks = diff_hunks(&old_tokens, &new_tokens, DIFFERING_TOKENS_MOST);
    let mut hunks = merge_close_hunks(&hunks, &old_tokens);
    let chars = |tokens: &[&str]| tokens.iter().map(|token| token.chars().count()).sum::<usize>();
    let inserted: usize = hunks.iter().map(|hunk| chars(&new_tokens[hunk.after.clone()])).sum();
    let deleted: usize = hunks.iter().map(|hunk| chars(&old_tokens[hunk.before.clone()])).sum();
    let (old_chars, new_chars) = (chars(&old_tokens), chars(&new_tokens));
    // Merging takes unchanged tokens into hunks, so the two sides may count differently.
    let kept = (new_chars - inserted).max(old_chars - deleted);
    if kept * 100 < old_chars.max(new_chars) * KEPT_PERCENT_LEAST {
        // So little is left that single edits would be noise.
        return vec![TextEdit { before: 0..before.len(), after: 0..after.len() }];
    }
    for k in 0..hunks.len() {
        // A hunk may slide up to its neighbours, one of which has slid already.
        let free = FreeTokens {
            before: k.checked_sub(1).map_or(0, |previous| hunks[previous].before.end)
                ..hunks.get(k + 1).map_or(old_tokens.len(), |next| next.before.start),
            after: k.checked_sub(1).map_or(0, |previous| hunks[previous].after.end)
                ..hunks.get(k + 1).map_or(new_tokens.len(), |next| next.after.start),
        };
        slide_to_clause(&mut hunks[k], &free, &old_tokens, &new_tokens);
    }
    let (old_bytes, new_bytes) = (token_boundaries(&old_tokens), token_boundaries(&new_tokens));
    let edit = |hunk: &DiffHunk| TextEdit {
        before: old_bytes[hunk.before.start]..old_bytes[hunk.before.end],
        after: new_bytes[hunk.after.start]..new_bytes[hunk.after.end],
    };
    hunks.iter().map(edit).collect()
}

/// Splits a text into the units that are edited as a whole: a character, a word, a number, a dash
/// or an ellipsis.
fn tokenize(text: &str) -> Vec<&str> {
    let mut tokens: Vec<&str> = Vec::with_capacity(text.len() / 3);
    let (mut start, mut last_char) = (0, None);
    for (at, c) in text.char_indices() {
        let continues = last_char.is_some_and(|last| continues_token(last, c, &text[at..]));
        // At the first character there is no token yet to close.
        if !continues && at > start {
            tokens.push(&text[start..at]);
            start = at;
        }
        last_char = Some(c);
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}

/// True if `c` belongs to the token of the character before it. `rest` is the text from `c` on.
fn continues_token(last: char, c: char, rest: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '\u{c0}'..='\u{24f}');
    let next = rest.chars().nth(1);
    let between_digits =
        |a: char, b: Option<char>| a.is_ascii_digit() && b.is_some_and(|b| b.is_ascii_digit());
    (is_word(last) && is_word(c))
        // A point or comma inside a number, and the digit after it.
        || (matches!(c, '.' | ',') && between_digits(last, next))
        || (matches!(last, '.' | ',') && c.is_ascii_digit())
        || (last == c && matches!(c, '…' | '—'))
}

/// True if the token is a mark that ends a clause.
fn ends_clause(token: &str) -> bool {
    matches!(token, "，" | "。" | "；" | "：" | "！" | "？" | "、" | "," | "." | ";" | "!" | "?")
}

/// Byte offsets of the starts of all tokens, and of the end of the last one.
fn token_boundaries(tokens: &[&str]) -> Vec<usize> {
    let mut end = 0;
    let mut boundaries = vec![0];
    boundaries.extend(tokens.iter().map(|token| {
        end += token.len();
        end
    }));
    boundaries
}

/// Merges hunks over the few unchanged tokens between them, but not over the end of a clause.
fn merge_close_hunks(hunks: &[DiffHunk], old_tokens: &[&str]) -> Vec<DiffHunk> {
    let mut merged: Vec<DiffHunk> = Vec::new();
    for hunk in hunks {
        if let Some(last) = merged.last_mut() {
            let unchanged = &old_tokens[last.before.end..hunk.before.start];
            // No more than either edit: a long unchanged stretch between two small edits keeps them
            // apart.
            let limit = ABSORBED_TOKENS_MOST.min(last.longer_side()).min(hunk.longer_side());
            let within_clause = !unchanged.iter().any(|token| ends_clause(token));
            if unchanged.len() <= limit && within_clause {
                (last.before.end, last.after.end) = (hunk.before.end, hunk.after.end);
                continue;
            }
        }
        merged.push(hunk.clone());
    }
    merged
}

/// Tokens within which a hunk may slide, in both wordings.
struct FreeTokens {
    before: Range<usize>,
    after: Range<usize>,
}

/// Slides an insertion or deletion along repeated tokens to where it reads as a clause with its
/// mark.
///
/// A run of tokens can be shifted by one if the token it takes up equals the one it gives away: in
/// 天晴，风大，人多 both `，风大` and `风大，` describe the same edit. Of all places the one with the highest
/// [`clause_score`] is taken, the original place in case of a tie.
fn slide_to_clause(
    hunk: &mut DiffHunk,
    free: &FreeTokens,
    old_tokens: &[&str],
    new_tokens: &[&str],
) {
    let is_insertion = hunk.before.is_empty();
    // A replacement has both sides and is where it is.
    if !is_insertion && !hunk.after.is_empty() {
        return;
    }
    let (tokens, original, limits) = if is_insertion {
        (new_tokens, hunk.after.clone(), &free.after)
    } else {
        (old_tokens, hunk.before.clone(), &free.before)
    };
    let mut best = (clause_score(tokens, &original), original.clone());
    let mut range = original.clone();
    for _ in 0..SLIDE_TOKENS_MOST {
        // Up to the neighbouring hunk at most: beyond it the tokens are not unchanged.
        if range.start <= limits.start || tokens[range.start - 1] != tokens[range.end - 1] {
            break;
        }
        range = range.start - 1..range.end - 1;
        // Strictly greater, so that a tie keeps the place nearest to the original.
        if clause_score(tokens, &range) > best.0 {
            best = (clause_score(tokens, &range), range.clone());
        }
    }
    range = original.clone();
    for _ in 0..SLIDE_TOKENS_MOST {
        if range.end >= limits.end || tokens[range.start] != tokens[range.end] {
            break;
        }
        range = range.start + 1..range.end + 1;
        if clause_score(tokens, &range) > best.0 {
            best = (clause_score(tokens, &range), range.clone());
        }
    }
    // Both sides move by the same number of tokens.
    let target = best.1.start;
    let moved = |at: usize| {
        if target >= original.start {
            at + (target - original.start)
        } else {
            at - (original.start - target)
        }
    };
    *hunk = DiffHunk {
        before: moved(hunk.before.start)..moved(hunk.before.end),
        after: moved(hunk.after.start)..moved(hunk.after.end),
    };
}

/// Score of a range of tokens as an inserted or deleted clause, 0 to 3: 3 for a clause followed by
/// its mark, 2 for a clause preceded by its mark, 1 if one end is at a clause boundary.
fn clause_score(tokens: &[&str], range: &Range<usize>) -> u8 {
    let starts_clause = range.start == 0 || ends_clause(tokens[range.start - 1]);
    let before_mark = range.end == tokens.len() || ends_clause(tokens[range.end]);
    let (first, last) = (ends_clause(tokens[range.start]), ends_clause(tokens[range.end - 1]));
    match (starts_clause, last, first, before_mark) {
        // The order of the arms is the order of the scores.
        (true, true, ..) => 3,
        (_, _, true, true) => 2,
        (true, ..) | (_, true, ..) => 1,
        _ => 0,
    }
}

/// Likeness of two texts in percent: the share of their [`sorted_char_pairs`] that they have in
/// common.
pub(crate) fn likeness_percent(a: &[[char; 2]], b: &[[char; 2]]) -> usize {
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        // Both are sorted, so one pass finds all common pairs. A pair that occurs twice counts
        // twice.
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, common) = (i + 1, j + 1, common + 1),
        }
    }
    // Twice the common ones over all, in percent: Dice's coefficient.
    common * 200 / (a.len() + b.len()).max(1)
}

/// Pairs of neighbouring characters of a text, sorted. NUL stands before the first and after the
/// last character.
pub(crate) fn sorted_char_pairs(text: &str) -> Vec<[char; 2]> {
    let mut last = '\0';
    let pair = |c| [std::mem::replace(&mut last, c), c];
    // With the ends marked, a text of one character has pairs too.
    let mut pairs: Vec<[char; 2]> = text.chars().chain(['\0']).map(pair).collect();
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use super::{likeness_percent, sorted_char_pairs, text_edits};

    #[test]
    fn edits_read_as_a_proofreader_writes_them() {
        for (before, after, expected) in [
            ("大桥昨日通车。", "大桥昨日通车。", vec![]),
            ("大桥昨日通车。", "大桥今日通车。", vec![("昨", "今")]),
            // Words and numbers change as a whole.
            ("全长1998米。", "全长1999米。", vec![("1998", "1999")]),
            ("增长3.5%。", "增长3.6%。", vec![("3.5", "3.6")]),
            ("他是editor。", "他是edition。", vec![("editor", "edition")]),
            ("破折——号", "破折…号", vec![("——", "…")]),
            // One correction around an unchanged character.
            ("提高效率。", "增高速率。", vec![("提高效", "增高速")]),
            // But not across a mark.
            ("甲，乙。", "丙，丁。", vec![("甲", "丙"), ("乙", "丁")]),
            // A clause with its mark.
            ("天晴，风大，人多。", "天晴，人多。", vec![("风大，", "")]),
            ("天晴，人多。", "天晴，风大，人多。", vec![("", "风大，")]),
            // A doubled character.
            ("我们的的家", "我们的家", vec![("的", "")]),
            // Nothing in common.
            ("旧题如此", "新的标语", vec![("旧题如此", "新的标语")]),
            ("", "新", vec![("", "新")]),
        ] {
            let edits = text_edits(before, after);
            let words =
                edits.iter().map(|edit| (&before[edit.before.clone()], &after[edit.after.clone()]));
            assert_eq!(words.collect::<Vec<_>>(), expected, "{before} → {after}");
        }
    }

    #[test]
    fn a_text_is_rebuilt_from_its_edits() {
        let (before, after) = (
            "会议指出，要坚持一张蓝图绘到底，久久为功，善作善成。",
            "会议强调，坚持把一张蓝图绘到底，善始善终、善作善成！",
        );
        let (mut rebuilt, mut copied) = (String::new(), 0);
        for edit in text_edits(before, after) {
            rebuilt += &before[copied..edit.before.start];
            rebuilt += &after[edit.after];
            copied = edit.before.end;
        }
        rebuilt += &before[copied..];
        assert_eq!(rebuilt, after);
    }

    #[test]
    fn likeness_is_of_neighbours() {
        let likeness =
            |a: &str, b: &str| likeness_percent(&sorted_char_pairs(a), &sorted_char_pairs(b));
        assert_eq!(likeness("大桥通车", "大桥通车"), 100);
        assert_eq!(likeness("大桥通车", "天高云淡"), 0);
        assert!(likeness("大桥昨日通车", "大桥今日通车") > 50);
    }
}
