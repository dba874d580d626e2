//! Classification of a line of plain copy by its ending, its length and its neighbours.

use crate::intake::byline;
use crate::proto::Byline;

/// Lines longer than this are copy, even if they do not end like copy.
pub(crate) const TITLE_CHARS_MAX: usize = 42;
/// Kind of line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LineKind {
    Paragraph,
    Title,
    Author(Vec<Byline>),
    /// （作者系…） and the like, with which an article ends.
    Signature,
}

#[derive(Clone, Debug)]
pub(crate) struct ClassifiedLine {
    pub(crate) text: String,
    pub(crate) kind: LineKind,
    pub(crate) line_number: u32,
    pub(crate) blank_lines_before: usize,
}

pub(crate) fn classify_line(text: &str) -> LineKind {
    let short = text.chars().count() <= TITLE_CHARS_MAX;
    // （二） is in brackets too, but it is the number of a crosshead.
    let bracketed = text.starts_with(['（', '(']) && text.ends_with(['）', ')']);
    if short && ((bracketed && !is_numbered(text)) || is_date(text)) {
        return LineKind::Signature;
    }
    // （二）钱从哪里来？ is a crosshead because of its number, whatever mark it ends with.
    if short && is_numbered(text) && !text.contains('。') {
        return LineKind::Title;
    }
    // A short title may hold ！ or ？; a long line with one is copy.
    let sentence = text.contains(['。', '！', '？', '；']) && text.chars().count() > 20;
    if !short || sentence || ends_like_sentence(text) || ends_with_signature(text) {
        return LineKind::Paragraph;
    }
    match byline::parse_byline(text) {
        Some(bylines) => LineKind::Author(bylines),
        // A caption without a full stop. As a title it would start an article.
        None if ends_with_picture_credit(text) => LineKind::Paragraph,
        None => LineKind::Title,
    }
}

/// Returns true if the line is a date and nothing else, as at the end of a notice.
fn is_date(text: &str) -> bool {
    byline::find_date(text).is_some_and(|date| date.bytes == (0..text.len()))
}

/// Returns true if a text ends as a paragraph does.
fn ends_like_sentence(text: &str) -> bool {
    // The stop of a quotation stands inside its quotes.
    let bare = text.trim_end_matches(['”', '’', '）', '》', '」', '』', ')', '"', '\'']);
    bare.ends_with(['。', '！', '？', '…', '；', '：', '.', '!', '?', ';', ':'])
}

/// Returns true if the next line continues a paragraph that a column break cut: it is copy, and the
/// line before is copy that does not end, or ends with a character that nothing ends with.
pub(crate) fn continues_paragraph(last: &ClassifiedLine, next: &LineKind) -> bool {
    const NEVER_LAST: &str = "的和或、，（“‘《〈";
    // The line cannot be complete: no line ends so, or a bracket or quote is still open.
    let open = last.text.chars().last().is_some_and(|c| NEVER_LAST.contains(c))
        || !is_balanced(&last.text);
    match (&last.kind, next) {
        (LineKind::Paragraph, LineKind::Paragraph) => {
            !ends_like_sentence(&last.text)
                && !closes_with_bracket(&last.text)
                && !ends_with_picture_credit(&last.text)
        }
        // A title after unfinished copy is the next headline, unless the copy breaks off in the
        // middle of a phrase.
        (LineKind::Title, LineKind::Paragraph) => open,
        (LineKind::Paragraph, LineKind::Title) => !ends_like_sentence(&last.text) && open,
        (LineKind::Title, LineKind::Title | LineKind::Author(_) | LineKind::Signature)
        | (LineKind::Paragraph, LineKind::Author(_) | LineKind::Signature)
        | (LineKind::Author(_) | LineKind::Signature, _) => false,
    }
}

/// Returns true if a line ends with the credit of a picture.
fn ends_with_picture_credit(text: &str) -> bool {
    ["摄", "供图", "绘", "文/图"].iter().any(|ending| text.ends_with(ending))
}

/// Returns true if a paragraph ends with its author in brackets, which ends the article.
pub(crate) fn ends_with_signature(text: &str) -> bool {
    const SIGNS: &[&str] =
        &["记者", "通讯员", "据", "作者", "整理", "新华社", "本报", "综合", "来源", "下转", "编辑"];
    let bare = text.strip_suffix(['）', ')']).unwrap_or("");
    let Some((_, inner)) = bare.rsplit_once(['（', '(']) else { return false };
    // A longer bracket is a remark of the copy, even if it names a reporter.
    inner.chars().count() <= 30
        && (SIGNS.iter().any(|sign| inner.contains(sign)) || byline::parse_byline(inner).is_some())
}

/// More titles in a row than this are verse.
const HEAD_LINES_MAX: usize = 4;

/// Text that follows a run of titles and authors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunEnd {
    /// The run ends the file.
    EndOfFile,
    /// A paragraph or other copy follows.
    Followed,
}

/// Separates the lines that lead an article from the verse below them. A poem is a title, an author
/// and many short lines; at the end of the file, lines without a paragraph are verse too. A second
/// author starts the next article, together with the title before.
pub(crate) fn split_heads_from_verse(
    run: &[ClassifiedLine],
    run_end: RunEnd,
) -> (&[ClassifiedLine], &[ClassifiedLine]) {
    let is_author = |item: &ClassifiedLine| matches!(item.kind, LineKind::Author(_));
    // Without an author the first line alone is the head of a poem.
    let author = run.iter().position(is_author);
    let after = author.map_or(1, |at| at + 1).min(run.len());
    // Only the last line can be an author: a line of verse may read like a name.
    let next = run.len().saturating_sub(1);
    if next > after && is_author(&run[next]) {
        // The title of the next article may have a deck below it.
        let dash = |item: &ClassifiedLine| item.text.starts_with(['—', '－', '-', '─']);
        // From the second author back over the decks to the title that they belong to.
        let start = (after..next).rev().find(|k| !dash(&run[*k])).unwrap_or(next);
        return (&run[..after], &run[after..start]);
    }
    let last = run_end == RunEnd::EndOfFile;
    let poem = run.len() > after + HEAD_LINES_MAX;
    if poem || (last && run.len() > after) {
        run.split_at(after)
    } else if last && author.is_none() {
        // Nothing follows and no author stands here: lines at the end of the file, no head.
        run.split_at(0)
    } else {
        (run, &[])
    }
}

/// Returns true for an ending in brackets or in 《》, with which a paragraph may close.
fn closes_with_bracket(text: &str) -> bool {
    text.ends_with(['）', ')', '”', '》', '】', '』', '」']) && is_balanced(text)
}

/// Returns true if every bracket and quote that opens also closes.
fn is_balanced(text: &str) -> bool {
    [('“', '”'), ('‘', '’'), ('（', '）'), ('《', '》'), ('「', '」'), ('【', '】')]
        .into_iter()
        .all(|(open, close)| text.matches(open).count() == text.matches(close).count())
}

/// Returns true for `一、`, `（二）`, `3.`, `第四，`: a crosshead by its number.
pub(crate) fn is_numbered(text: &str) -> bool {
    let bare = text.trim_start_matches(['（', '(', '第']);
    let number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let digits: usize = bare.chars().take_while(|c| number(*c)).map(char::len_utf8).sum();
    digits > 0 && bare[digits..].starts_with(['、', '）', ')', '.', '．', '，', '章', '节'])
}
