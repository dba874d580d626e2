//! Reader for plain copy: date and credit lines and a banner, then articles with headline, author,
//! crossheads and paragraphs.
//!
//! Plain copy does not mark its lines, so the reader judges by ending, length and neighbours. Every
//! guess is a finding, and the order of the file is kept.

use crate::error::Error;
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace, WithFindings};
use crate::intake::byline::{self, FoundDate};
use crate::intake::json::{decode_utf8, empty_input};
use crate::intake::line_kinds::{ClassifiedLine, LineKind, RunEnd, TITLE_CHARS_MAX};
use crate::intake::line_kinds::{
    classify_line, continues_paragraph, ends_with_signature, is_numbered, split_heads_from_verse,
};
use crate::intake::switches::ParagraphJoining;
use crate::proto::block::Content;
use crate::proto::{
    Article, Block, Credits, Crosshead, Note, PageRecord, Paragraph, Publication, Verse,
};

/// Number of lines at the top of the file that are searched for furniture.
const FURNITURE_LINES_MAX: usize = 12;

/// Longest line, in characters, that is taken for the name of the paper (报名) or of the section (版名)
/// because it stands between furniture lines.
const UNSURE_NAME_CHARS_MAX: usize = 10;
/// Longest section name below the furniture, in characters.
const SECTION_CHARS_MAX: usize = 4;

/// Returns true if a word is the name of a paper.
fn is_paper_name(word: &str) -> bool {
    let kinds =
        ["日报", "晚报", "时报", "早报", "晨报", "周报", "商报", "都市报", "青年报", "快报"];
    (3..=UNSURE_NAME_CHARS_MAX).contains(&word.chars().count())
        && kinds.iter().any(|kind| word.ends_with(kind))
}

/// Describes the head that was read for an article.
fn describe_head(article: &Article, index: usize) -> Bilingual {
    let mut zh = format!("第 {} 篇：主题“{}”", index + 1, article.headline);
    let mut en = format!("article {}: headline “{}”", index + 1, article.headline);
    let parts = [("引题", "kicker", &article.kicker), ("副题", "deck", &article.deck)];
    for (label, name, value) in parts {
        if !value.is_empty() {
            zh += &format!("，{label}“{value}”");
            en += &format!(", {name} “{value}”");
        }
    }
    let names: Vec<&str> = article.bylines.iter().map(|byline| byline.name.as_str()).collect();
    if !names.is_empty() {
        zh += &format!("，作者{}", names.join("、"));
        en += &format!(", by {}", names.join(", "));
    }
    Bilingual::new(zh, en)
}

/// Reads plain copy.
///
/// # Errors
/// Input that is not UTF-8, is empty or holds no article.
pub fn read_plain(
    bytes: &[u8],
    joining: ParagraphJoining,
) -> Result<WithFindings<PageRecord>, Error> {
    let text = decode_utf8(bytes)?;
    let lines = split_lines(text);
    if lines.is_empty() {
        return Err(empty_input());
    }
    let mut reader = PlainReader { record: PageRecord::default(), notes: Vec::new() };
    // Furniture comes off first: dates and credits would otherwise be read as heads.
    let copy = reader.read_furniture(&lines);
    let items = reader.classify_lines(&lines[copy], joining);
    reader.read_articles(&items);
    if reader.record.articles.is_empty() {
        let words = Bilingual::new(
            "没有找到稿件：需要标题和正文段落",
            "no article found: a headline and paragraphs are required",
        );
        return Err(Error::rejected(Finding::new(
            FindingCode::NoArticle,
            FindingPlace::of_field("articles"),
            words,
        )));
    }
    Ok(WithFindings { value: reader.record, findings: reader.notes })
}

/// A line that is not blank.
#[derive(Clone, Debug)]
struct CopyLine<'a> {
    text: &'a str,
    /// Line number in the file, from 1.
    line_number: u32,
    /// Number of blank lines before it.
    blank_lines_before: usize,
}

fn split_lines(text: &str) -> Vec<CopyLine<'_>> {
    let mut lines = Vec::new();
    let mut blank = 0;
    // Line ends of three systems: LF, CRLF, and the lone CR of old exports.
    let breaks = |c: char| matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
    let mut number = 1;
    let mut rest = text;
    loop {
        let end = rest.find(breaks).unwrap_or(rest.len());
        let line = rest[..end].trim();
        if line.is_empty() {
            blank += 1;
        } else {
            lines.push(CopyLine { text: line, line_number: number, blank_lines_before: blank });
            blank = 0;
        }
        if end == rest.len() {
            return lines;
        }
        // A CR and the LF after it are one line end, or every line of the file would count twice.
        let crlf = rest[end..].starts_with("\r\n");
        let width = if crlf { 2 } else { rest[end..].chars().next().map_or(1, char::len_utf8) };
        rest = &rest[end + width..];
        number += 1;
    }
}

struct PlainReader {
    record: PageRecord,
    notes: Vec<Finding>,
}

impl PlainReader {
    fn note_guess(&mut self, line: u32, field: &str, zh: String, en: String) {
        let place = FindingPlace::of_field(field).on_line(line);
        self.notes.push(Finding::new(FindingCode::GuessedLine, place, Bilingual::new(zh, en)));
    }

    /// Takes date, page and credit lines from the top and credits from the foot. Returns the range
    /// of lines that are copy.
    fn read_furniture(&mut self, lines: &[CopyLine<'_>]) -> std::ops::Range<usize> {
        let mut credits = Credits::default();
        let mut taken = 0;
        // A short line between two certain furniture lines is furniture too: the name of the paper
        // or the section.
        let is_furniture = |line: &CopyLine<'_>| {
            // Only asked here whether the line is furniture; its credits are collected further
            // down.
            let mut ignored = Credits::default();
            byline::find_date(line.text)
                .is_some_and(|_| line.text.chars().count() <= TITLE_CHARS_MAX)
                || find_page_number(line.text).is_some()
                || byline::parse_credits(line.text, &mut ignored)
                || is_paper_name(line.text)
        };
        // Deeper in the file a date or a name may be copy.
        let top = &lines[..lines.len().min(FURNITURE_LINES_MAX)];
        let mut last = None;
        for (k, line) in top.iter().enumerate() {
            if is_furniture(line) {
                last = Some(k);
            // At most one unsure line between two certain ones, and none before the first: anything
            // else is the start of the copy.
            } else if last.is_none_or(|at| at + 1 < k)
                || line.text.chars().count() > UNSURE_NAME_CHARS_MAX
            {
                break;
            }
        }
        // The last certain line ends the furniture; an unsure line after it is copy.
        for line in top.iter().take(last.map_or(0, |at| at + 1)) {
            // Date and credits may share a line: such a line is read word by word.
            if byline::find_date(line.text).is_none()
                && byline::parse_credits(line.text, &mut credits)
            {
                self.note_credits(line);
            } else {
                self.read_page_line(line, &mut credits);
            }
            taken += 1;
        }
        // A word directly below them, with a blank line after it, is the section.
        if let [line, next, ..] = &lines[taken..]
            && taken > 0
            && line.blank_lines_before == 0
            && next.blank_lines_before > 0
            && self.record.section.is_empty()
            && line.text.chars().count() <= SECTION_CHARS_MAX
        {
            self.read_page_line(line, &mut credits);
            taken += 1;
        }
        let mut end = lines.len();
        // One line at least remains as copy.
        while end > taken + 1 && byline::parse_credits(lines[end - 1].text, &mut credits) {
            self.note_credits(&lines[end - 1]);
            end -= 1;
        }
        if credits != Credits::default() {
            self.record.credits = Some(credits);
        }
        taken..end
    }

    fn note_credits(&mut self, line: &CopyLine<'_>) {
        let zh = format!("“{}”读作责编、校对、美编署名", line.text);
        self.note_guess(
            line.line_number,
            "credits",
            zh,
            format!("“{}” read as credits", line.text),
        );
    }

    /// Reads a line with name of the paper, page number, section and date, and credits beside them.
    fn read_page_line(&mut self, line: &CopyLine<'_>, credits: &mut Credits) {
        let date = byline::find_date(line.text);
        let mut rest = line.text.to_owned();
        if let Some(date) = &date {
            // What was read is blanked out, so that the words left over are names.
            rest.replace_range(date.bytes.clone(), " ");
        }
        let number = find_page_number(&rest);
        if let Some((number, range)) = number {
            rest.replace_range(range, " ");
            self.note_guess(
                line.line_number,
                "number",
                format!("版次读作“{number}”"),
                format!("“{number}” read as the page number"),
            );
            self.record.number = number;
        }
        if let Some(FoundDate { year, month, day, .. }) = date {
            let date = format!("{year:04}-{month:02}-{day:02}");
            self.note_guess(
                line.line_number,
                "date",
                format!("日期读作 {date}"),
                format!("{date} read as the date"),
            );
            self.record.date = date;
        }
        if byline::parse_credits(&rest, credits) {
            self.note_credits(line);
            return;
        }
        for word in rest.split_whitespace() {
            let word = word.trim_matches(['：', ':', '|', '·']);
            // The date says it all; weekday and lunar date are not fields of the record.
            let weekday = word.starts_with("星期") || word.starts_with("农历");
            if word.is_empty() || weekday {
                continue;
            }
            if is_paper_name(word) && self.record.publication.is_none() {
                self.note_guess(
                    line.line_number,
                    "publication.name",
                    format!("“{word}”读作报名"),
                    format!("“{word}” read as the paper’s name"),
                );
                self.record.publication =
                    Some(Publication { name: word.to_owned(), ..Publication::default() });
            } else if self.record.section.is_empty() {
                self.note_guess(
                    line.line_number,
                    "section",
                    format!("“{word}”读作版名"),
                    format!("“{word}” read as the section"),
                );
                word.clone_into(&mut self.record.section);
            } else {
                self.note_guess(
                    line.line_number,
                    "",
                    format!("无法识别“{word}”，未排"),
                    format!("“{word}” was not recognised and is not set"),
                );
            }
        }
    }

    /// Classifies the lines as titles, authors and paragraphs, and joins paragraphs that were cut.
    fn classify_lines(
        &mut self,
        lines: &[CopyLine<'_>],
        joining: ParagraphJoining,
    ) -> Vec<ClassifiedLine> {
        let joins = joining == ParagraphJoining::Join;
        let mut items: Vec<ClassifiedLine> = Vec::new();
        for line in lines {
            let kind = classify_line(line.text);
            // The line before decides; after a join that is the joined paragraph.
            let goes_on =
                items.last().is_some_and(|last| joins && continues_paragraph(last, &kind));
            match items.last_mut().filter(|_| goes_on) {
                Some(last) => {
                    let note = joined_finding(last, line);
                    self.notes.push(note);
                    last.text.push_str(line.text);
                    // The first part may have looked like a title, for it broke off in the middle.
                    last.kind = LineKind::Paragraph;
                }
                None => items.push(ClassifiedLine {
                    text: line.text.to_owned(),
                    kind,
                    line_number: line.line_number,
                    blank_lines_before: line.blank_lines_before,
                }),
            }
        }
        // A signature stands above its date, with no blank line between them.
        // A line above a date reads as a title until the date below it is known.
        for k in 1..items.len() {
            let signed = items[k].kind == LineKind::Signature && items[k].blank_lines_before == 0;
            if signed
                && items[k - 1].kind == LineKind::Title
                && !items[k].text.starts_with(['（', '('])
            {
                items[k - 1].kind = LineKind::Signature;
            }
        }
        items
    }

    /// Finds the start of each article and fills it.
    ///
    /// The lines are read as runs: titles and authors, then the copy below them. A run starts an
    /// article if [`Self::starts_article`] finds a reason, and is made of crossheads otherwise.
    /// Every turn of the loop takes at least one line, so it ends.
    fn read_articles(&mut self, items: &[ClassifiedLine]) {
        let mut at = 0;
        // True where the copy so far is complete, so that a title starts an article and is no
        // crosshead.
        let mut ended = true;
        while at < items.len() {
            // A run of titles and authors, and the line after it.
            let run = items[at..]
                .iter()
                .take_while(|item| matches!(item.kind, LineKind::Title | LineKind::Author(_)))
                .count();
            let run_end =
                if items.len() == at + run { RunEnd::EndOfFile } else { RunEnd::Followed };
            let (heads, verse) = split_heads_from_verse(&items[at..at + run], run_end);
            let next = items.get(at + run);
            if !heads.is_empty() && self.starts_article(heads, next, ended) {
                self.start_article(heads);
            } else {
                for item in heads {
                    self.push_crosshead(item);
                }
            }
            self.push_verse(verse);
            // Titles after the verse are left for the next round, where they start an article.
            let taken = heads.len() + verse.len();
            at += taken;
            ended = taken < run;
            while let Some(item) = items.get(at) {
                match item.kind {
                    LineKind::Paragraph => {
                        self.push_paragraph(item);
                        ended = ends_with_signature(&item.text);
                    }
                    LineKind::Signature => {
                        let note = Content::Note(Note { text: item.text.clone() });
                        self.push_block(item.line_number, note);
                        ended = true;
                    }
                    // Back to the outer loop, which takes a run of these together.
                    LineKind::Title | LineKind::Author(_) => break,
                }
                at += 1;
            }
        }
    }

    /// Keeps lines as they are: a poem, or lines at the end of the file without a paragraph.
    fn push_verse(&mut self, lines: &[ClassifiedLine]) {
        let Some(first) = lines.first() else { return };
        let index = self.record.articles.len().saturating_sub(1);
        self.note_guess(
            first.line_number,
            &format!("articles[{index}].body"),
            format!("{} 行短句读作诗行", lines.len()),
            format!("{} short lines read as verse", lines.len()),
        );
        let lines = lines.iter().map(|item| item.text.clone()).collect();
        self.push_block(first.line_number, Content::Verse(Verse { lines }));
    }

    fn starts_article(
        &self,
        heads: &[ClassifiedLine],
        next: Option<&ClassifiedLine>,
        ended: bool,
    ) -> bool {
        let author = heads.iter().any(|item| matches!(item.kind, LineKind::Author(_)));
        // Two blank lines stand between articles, one between the parts of an article.
        let apart = heads.first().is_some_and(|item| item.blank_lines_before >= 2);
        let titles = heads.iter().filter(|item| item.kind == LineKind::Title).count();
        let dateline = next.is_some_and(|item| byline::dateline_len(&item.text) > 0);
        let first = self.record.articles.is_empty();
        // A numbered last line is a crosshead, and the title above it may be another.
        let numbered = heads.last().is_some_and(|item| is_numbered(&item.text));
        first || author || apart || dateline || ended || (titles >= 2 && !numbered)
    }

    /// Starts an article from its titles and author.
    fn start_article(&mut self, heads: &[ClassifiedLine]) {
        let index = self.record.articles.len();
        let author = heads.iter().position(|item| matches!(item.kind, LineKind::Author(_)));
        let mut titles: Vec<&ClassifiedLine> =
            heads[..author.unwrap_or(heads.len())].iter().collect();
        let mut after: Vec<&ClassifiedLine> =
            author.map_or(&[][..], |at| &heads[at + 1..]).iter().collect();
        if author.is_none()
            && titles.len() > 1
            && titles.last().is_some_and(|t| is_numbered(&t.text))
        {
            // Without an author between them, a numbered last title belongs to the body as its
            // first crosshead.
            after = titles.split_off(titles.len() - 1);
        }
        let mut article = Article { id: format!("a{}", index + 1), ..Article::default() };
        let (decks, mut lines): (Vec<&ClassifiedLine>, Vec<&ClassifiedLine>) =
            titles.into_iter().partition(|item| item.text.starts_with(['—', '－', '-', '─']));
        // A banner stands above the first article, apart from its head.
        if index == 0 && lines.len() > 1 && lines[1].blank_lines_before > 0 {
            let banner = lines.remove(0);
            self.note_guess(
                banner.line_number,
                "banner",
                format!("“{}”读作通栏语", banner.text),
                format!("“{}” read as the banner", banner.text),
            );
            self.record.banner.clone_from(&banner.text);
        }
        // Of two or more lines the first is the kicker, the second the headline, the rest decks.
        if lines.len() > 1 {
            let kicker = lines.remove(0);
            article.kicker.clone_from(&kicker.text);
        }
        if !lines.is_empty() {
            article.headline.clone_from(&lines.remove(0).text);
        }
        let deck: Vec<&str> = lines.iter().chain(&decks).map(|item| item.text.as_str()).collect();
        article.deck = deck.join("\n");
        if article.headline.is_empty() {
            // A deck alone becomes the headline.
            // An article without a headline would be rejected later; nothing is lost by this.
            article.headline = std::mem::take(&mut article.deck).replace('\n', " ");
        }
        if let Some(ClassifiedLine { kind: LineKind::Author(bylines), .. }) =
            author.map(|at| &heads[at])
        {
            article.bylines.clone_from(bylines);
        }
        let line = heads.first().map_or(0, |item| item.line_number);
        let Bilingual { zh, en } = describe_head(&article, index);
        self.note_guess(line, &format!("articles[{index}]"), zh, en);
        self.record.articles.push(article);
        for item in after {
            self.push_crosshead(item);
        }
    }

    fn push_crosshead(&mut self, item: &ClassifiedLine) {
        let index = self.record.articles.len().saturating_sub(1);
        let opens = self.record.articles.last().is_some_and(|article| article.body.is_empty());
        let field = format!("articles[{index}].body");
        if opens {
            let words = Bilingual::new(
                format!("稿件以小标题“{}”开头，次序可能有误", item.text),
                format!(
                    "the article opens with the crosshead “{}”; the order may be wrong",
                    item.text
                ),
            );
            let place = FindingPlace::of_field(field).on_line(item.line_number);
            self.notes.push(Finding::new(FindingCode::OpensWithCrosshead, place, words));
        } else {
            self.note_guess(
                item.line_number,
                &field,
                format!("“{}”读作小标题", item.text),
                format!("“{}” read as a crosshead", item.text),
            );
        }
        self.push_block(
            item.line_number,
            Content::Crosshead(Crosshead { text: item.text.clone() }),
        );
    }

    fn push_paragraph(&mut self, item: &ClassifiedLine) {
        let mut text = item.text.as_str();
        if let Some(article) = self.record.articles.last_mut()
            && article.body.is_empty()
        {
            // Only the first block of an article may open with a dateline.
            let end = byline::dateline_len(text);
            text[..end].clone_into(&mut article.dateline);
            text = text[end..].trim_start();
        }
        let paragraph = Paragraph { text: text.to_owned(), spans: Vec::new() };
        self.push_block(item.line_number, Content::Paragraph(paragraph));
    }

    /// Adds a block to the current article. Copy before the first title starts an article without a
    /// headline, which the check reports later.
    fn push_block(&mut self, line: u32, content: Content) {
        if self.record.articles.is_empty() {
            self.note_guess(
                line,
                "articles[0]",
                "正文前没有标题".to_owned(),
                "body copy without a headline before it".to_owned(),
            );
            self.record.articles.push(Article { id: "a1".to_owned(), ..Article::default() });
        }
        if let Some(article) = self.record.articles.last_mut() {
            article.body.push(Block { content: Some(content) });
        }
    }
}

/// Finds a page number such as `第3版`, `03版` or `A03` in a line. Returns it with its byte range.
fn find_page_number(line: &str) -> Option<(String, std::ops::Range<usize>)> {
    for word in line.split_whitespace() {
        // The word is a slice of the line, so the difference of their addresses is its offset.
        let start = word.as_ptr() as usize - line.as_ptr() as usize;
        let range = start..start + word.len();
        let bare = word.strip_prefix('第').unwrap_or(word);
        if let Some(number) = bare.strip_suffix('版') {
            let ok = !number.is_empty()
                && number.chars().count() <= 4
                && number
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "一二三四五六七八九十".contains(c));
            if ok {
                return Some((number.to_owned(), range));
            }
        }
        // A03 without 版. More letters or digits make it the name of a model or a road.
        let letters = word.chars().take_while(char::is_ascii_uppercase).count();
        let digits = &word[letters..];
        if (1..=2).contains(&letters)
            && digits.len() == 2
            && digits.bytes().all(|b| b.is_ascii_digit())
        {
            return Some((word.to_owned(), range));
        }
    }
    None
}

fn joined_finding(last: &ClassifiedLine, line: &CopyLine<'_>) -> Finding {
    let (before, after) = (last_chars(&last.text), first_chars(line.text));
    let words =
        Bilingual::new("段落被分栏切断，已合并", "a paragraph cut by a column break was joined");
    Finding::new(
        FindingCode::JoinedParagraph,
        FindingPlace::default().on_line(line.line_number),
        words,
    )
    .with_change(format!("{before}¶{after}"), format!("{before}{after}"))
}

fn last_chars(text: &str) -> String {
    let count = text.chars().count();
    text.chars().skip(count.saturating_sub(8)).collect()
}

fn first_chars(text: &str) -> String {
    text.chars().take(8).collect()
}

#[cfg(test)]
mod tests;
