//! Reading plain copy: date and credit lines, banner, then articles as headline, author, crossheads and
//! paragraphs.
//!
//! Plain copy says nothing of what a line is, so the reader tells by how it ends, how long it is and
//! what stands beside it. Whatever it guesses is a finding, and the order of the file is kept.

use crate::diag::{Code, Diagnostic, Noted, Place, Words};
use crate::error::Error;
use crate::intake::byline;
use crate::intake::json::{empty, utf8};
use crate::proto::block::Content;
use crate::proto::{
    Article, Block, Byline, Credits, Crosshead, Note, PageRecord, Paragraph, Publication,
};

/// Lines longer than this are copy even where they do not end like copy.
const TITLE_CHARS_MAX: usize = 42;
/// The furniture at the top of the file is looked for in so many lines.
const FURNITURE_LINES_MAX: usize = 12;

/// Reads plain copy.
///
/// # Errors
/// Not UTF-8, empty, or no article in it.
pub fn read_plain(bytes: &[u8], rejoin: bool) -> Result<Noted<PageRecord>, Error> {
    let text = utf8(bytes)?;
    let lines = lines(text);
    if lines.is_empty() {
        return Err(empty());
    }
    let mut reader = Reader { record: PageRecord::default(), notes: Vec::new() };
    let rest = reader.furniture(&lines);
    let items = reader.items(&lines[rest..], rejoin);
    reader.articles(&items);
    if reader.record.articles.is_empty() {
        let words = Words::new(
            "没有找到稿件：需要标题和正文段落",
            "no article was found: a headline and paragraphs are needed",
        );
        return Err(Error::rejected(Diagnostic::new(
            Code::NoArticle,
            Place::field("articles"),
            words,
        )));
    }
    Ok(Noted { value: reader.record, notes: reader.notes })
}

/// A line that is not blank.
#[derive(Clone, Debug)]
struct Line<'a> {
    text: &'a str,
    /// From 1.
    number: u32,
    /// Blank lines before it.
    blank: usize,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut blank = 0;
    // Files of three systems: LF, CRLF, and the lone CR of old exports.
    let breaks = |c: char| matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
    let mut number = 1;
    let mut rest = text;
    loop {
        let end = rest.find(breaks).unwrap_or(rest.len());
        let line = rest[..end].trim();
        if line.is_empty() {
            blank += 1;
        } else {
            lines.push(Line { text: line, number, blank });
            blank = 0;
        }
        if end == rest.len() {
            return lines;
        }
        let crlf = rest[end..].starts_with("\r\n");
        let width = if crlf { 2 } else { rest[end..].chars().next().map_or(1, char::len_utf8) };
        rest = &rest[end + width..];
        number += 1;
    }
}

/// What a line is taken for.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Paragraph,
    Title,
    Author(Vec<Byline>),
    /// （作者系…） and its like: the article ends with it.
    Signature,
}

#[derive(Clone, Debug)]
struct Item {
    text: String,
    kind: Kind,
    number: u32,
    blank: usize,
}

struct Reader {
    record: PageRecord,
    notes: Vec<Diagnostic>,
}

impl Reader {
    fn guess(&mut self, line: u32, field: &str, zh: String, en: String) {
        let place = Place::field(field).line(line);
        self.notes.push(Diagnostic::new(Code::Guessed, place, Words::new(zh, en)));
    }

    /// Takes date, credits and page lines from the top; says where the copy starts.
    fn furniture(&mut self, lines: &[Line<'_>]) -> usize {
        let mut credits = Credits::default();
        let mut taken = 0;
        for line in lines.iter().take(FURNITURE_LINES_MAX) {
            if byline::credits(line.text, &mut credits) {
                self.guess(
                    line.number,
                    "credits",
                    format!("“{}”读作职名", line.text),
                    format!("“{}” read as credits", line.text),
                );
            } else if !self.page_line(line) {
                break;
            }
            taken += 1;
        }
        if credits != Credits::default() {
            self.record.credits = Some(credits);
        }
        taken
    }

    /// Reads a line of paper, page, section and date; `false` if it is copy.
    fn page_line(&mut self, line: &Line<'_>) -> bool {
        let date = byline::date(line.text);
        let mut rest = line.text.to_owned();
        if let Some((_, _, _, range)) = &date {
            rest.replace_range(range.clone(), " ");
        }
        let number = page_number(&rest);
        if date.is_none() && number.is_none() || line.text.chars().count() > TITLE_CHARS_MAX {
            return false;
        }
        if let Some((number, range)) = number {
            rest.replace_range(range, " ");
            self.guess(
                line.number,
                "number",
                format!("版次读作“{number}”"),
                format!("“{number}” read as the page number"),
            );
            self.record.number = number;
        }
        if let Some((year, month, day, _)) = date {
            let date = format!("{year:04}-{month:02}-{day:02}");
            self.guess(
                line.number,
                "date",
                format!("日期读作 {date}"),
                format!("{date} read as the date"),
            );
            self.record.date = date;
        }
        for word in rest.split_whitespace() {
            let word = word.trim_matches(['：', ':', '|', '·']);
            let weekday = word.starts_with("星期") || word.starts_with("农历");
            if word.is_empty() || weekday {
                continue;
            }
            if word.ends_with('报')
                && word.chars().count() >= 3
                && self.record.publication.is_none()
            {
                self.guess(
                    line.number,
                    "publication.name",
                    format!("“{word}”读作报名"),
                    format!("“{word}” read as the paper’s name"),
                );
                self.record.publication =
                    Some(Publication { name: word.to_owned(), ..Publication::default() });
            } else if self.record.section.is_empty() {
                self.guess(
                    line.number,
                    "section",
                    format!("“{word}”读作版名"),
                    format!("“{word}” read as the section"),
                );
                word.clone_into(&mut self.record.section);
            } else {
                self.guess(
                    line.number,
                    "",
                    format!("“{word}”不知为何，未排"),
                    format!("“{word}” was not understood and is not set"),
                );
            }
        }
        true
    }

    /// Sorts the lines into titles, authors and paragraphs, and joins paragraphs that were cut.
    fn items(&mut self, lines: &[Line<'_>], rejoin: bool) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        let mut cut = false;
        for line in lines {
            if cut {
                if let Some(last) = items.last_mut() {
                    let before = tail(&last.text);
                    last.text.push_str(line.text);
                    last.kind = Kind::Paragraph;
                    let words = Words::new(
                        "段落被分栏切断，已合并",
                        "a paragraph cut by a column break was joined",
                    );
                    let place = Place::default().line(line.number);
                    self.notes.push(Diagnostic::new(Code::Joined, place, words).change(
                        format!("{before}¶{}", head(line.text)),
                        format!("{before}{}", head(line.text)),
                    ));
                }
            } else {
                items.push(Item {
                    text: line.text.to_owned(),
                    kind: kind_of(line.text),
                    number: line.number,
                    blank: line.blank,
                });
            }
            cut = rejoin && items.last().is_some_and(is_cut);
        }
        items
    }

    /// Finds where articles start and fills them.
    fn articles(&mut self, items: &[Item]) {
        let mut at = 0;
        let mut ended = true;
        while at < items.len() {
            // A run of titles and authors, then what follows it.
            let run = items[at..]
                .iter()
                .take_while(|item| matches!(item.kind, Kind::Title | Kind::Author(_)))
                .count();
            let heads = &items[at..at + run];
            let next = items.get(at + run);
            if run > 0 && self.starts_article(heads, next, ended) {
                self.start(heads);
            } else {
                for item in heads {
                    self.crosshead(item);
                }
            }
            at += run;
            ended = false;
            while let Some(item) = items.get(at) {
                match item.kind {
                    Kind::Paragraph => self.paragraph(item),
                    Kind::Signature => {
                        let note = Content::Note(Note { text: item.text.clone() });
                        self.push(item.number, note);
                        ended = true;
                    }
                    Kind::Title | Kind::Author(_) => break,
                }
                at += 1;
            }
        }
    }

    fn starts_article(&self, heads: &[Item], next: Option<&Item>, ended: bool) -> bool {
        let author = heads.iter().any(|item| matches!(item.kind, Kind::Author(_)));
        let apart = heads.first().is_some_and(|item| item.blank >= 2);
        let titles = heads.iter().filter(|item| item.kind == Kind::Title).count();
        let dateline = next.is_some_and(|item| byline::dateline(&item.text) > 0);
        let first = self.record.articles.is_empty();
        let numbered = heads.last().is_some_and(|item| is_numbered(&item.text));
        first || author || apart || dateline || ended || (titles >= 2 && !numbered)
    }

    /// Starts an article from the titles and author that lead it.
    fn start(&mut self, heads: &[Item]) {
        let index = self.record.articles.len();
        let author = heads.iter().position(|item| matches!(item.kind, Kind::Author(_)));
        let mut titles: Vec<&Item> = heads[..author.unwrap_or(heads.len())].iter().collect();
        let mut after: Vec<&Item> = author.map_or(&[][..], |at| &heads[at + 1..]).iter().collect();
        if author.is_none()
            && titles.len() > 1
            && titles.last().is_some_and(|t| is_numbered(&t.text))
        {
            after = titles.split_off(titles.len() - 1);
        }
        let mut article = Article { id: format!("a{}", index + 1), ..Article::default() };
        let (decks, mut lines): (Vec<&Item>, Vec<&Item>) =
            titles.into_iter().partition(|item| item.text.starts_with(['—', '－', '-', '─']));
        if index == 0 && lines.len() > 1 && lines[1].blank > 0 {
            let banner = lines.remove(0);
            self.guess(
                banner.number,
                "banner",
                format!("“{}”读作通栏语", banner.text),
                format!("“{}” read as the banner", banner.text),
            );
            self.record.banner.clone_from(&banner.text);
        }
        if lines.len() > 1 {
            let kicker = lines.remove(0);
            article.kicker.clone_from(&kicker.text);
        }
        if !lines.is_empty() {
            article.headline.clone_from(&lines.remove(0).text);
        }
        let deck: Vec<&str> = lines.iter().chain(&decks).map(|item| item.text.as_str()).collect();
        article.deck = deck.join("\n");
        if let Some(Item { kind: Kind::Author(bylines), .. }) = author.map(|at| &heads[at]) {
            article.bylines.clone_from(bylines);
        }
        let line = heads.first().map_or(0, |item| item.number);
        let names: Vec<&str> = article.bylines.iter().map(|b| b.name.as_str()).collect();
        let (kicker, deck) = (&article.kicker, &article.deck);
        let mut zh = format!("第 {} 篇：主题“{}”", index + 1, article.headline);
        let mut en = format!("article {}: headline “{}”", index + 1, article.headline);
        for (label, name, value) in [("引题", "kicker", kicker), ("副题", "deck", deck)] {
            if !value.is_empty() {
                zh += &format!("，{label}“{value}”");
                en += &format!(", {name} “{value}”");
            }
        }
        if !names.is_empty() {
            zh += &format!("，作者{}", names.join("、"));
            en += &format!(", by {}", names.join(", "));
        }
        self.guess(line, &format!("articles[{index}]"), zh, en);
        self.record.articles.push(article);
        for item in after {
            self.crosshead(item);
        }
    }

    fn crosshead(&mut self, item: &Item) {
        let index = self.record.articles.len().saturating_sub(1);
        let opens = self.record.articles.last().is_some_and(|article| article.body.is_empty());
        let field = format!("articles[{index}].body");
        if opens {
            let words = Words::new(
                format!("稿件以小标题“{}”开头，次序可能有误", item.text),
                format!(
                    "the article opens with the crosshead “{}”; the order may be wrong",
                    item.text
                ),
            );
            let place = Place::field(field).line(item.number);
            self.notes.push(Diagnostic::new(Code::OpensWithCrosshead, place, words));
        } else {
            self.guess(
                item.number,
                &field,
                format!("“{}”读作小标题", item.text),
                format!("“{}” read as a crosshead", item.text),
            );
        }
        self.push(item.number, Content::Crosshead(Crosshead { text: item.text.clone() }));
    }

    fn paragraph(&mut self, item: &Item) {
        let mut text = item.text.as_str();
        if let Some(article) = self.record.articles.last_mut()
            && article.body.is_empty()
        {
            let end = byline::dateline(text);
            text[..end].clone_into(&mut article.dateline);
            text = text[end..].trim_start();
        }
        let paragraph = Paragraph { text: text.to_owned(), spans: Vec::new() };
        self.push(item.number, Content::Paragraph(paragraph));
    }

    /// Adds to the article at hand; copy before the first title starts one without a headline, which
    /// the check then reports.
    fn push(&mut self, line: u32, content: Content) {
        if self.record.articles.is_empty() {
            self.guess(
                line,
                "articles[0]",
                "稿件前没有标题".to_owned(),
                "copy without a headline before it".to_owned(),
            );
            self.record.articles.push(Article { id: "a1".to_owned(), ..Article::default() });
        }
        if let Some(article) = self.record.articles.last_mut() {
            article.body.push(Block { content: Some(content) });
        }
    }
}

/// `第3版`, `03版`, `A03` in a line: the number and its bytes.
fn page_number(line: &str) -> Option<(String, std::ops::Range<usize>)> {
    for word in line.split_whitespace() {
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

fn kind_of(text: &str) -> Kind {
    let signature = text.starts_with(['（', '('])
        && text.ends_with(['）', ')'])
        && text.chars().count() <= TITLE_CHARS_MAX;
    if signature {
        return Kind::Signature;
    }
    let long = text.chars().count() > TITLE_CHARS_MAX;
    let sentence = text.contains(['。', '！', '？', '；']) && text.chars().count() > 20;
    if long || sentence || ends_closed(text) || byline::dateline(text) > 0 {
        return Kind::Paragraph;
    }
    byline::byline(text).map_or(Kind::Title, Kind::Author)
}

/// Whether a text ends the way a paragraph does.
fn ends_closed(text: &str) -> bool {
    let bare = text.trim_end_matches(['”', '’', '）', '》', '」', '』', ')', '"', '\'']);
    bare.ends_with(['。', '！', '？', '…', '；', '：', '.', '!', '?', ';', ':'])
}

/// Whether a column break cut the paragraph here: it is copy that does not end, or it ends with a word
/// or a mark that nothing ends with.
fn is_cut(item: &Item) -> bool {
    const NEVER_LAST: &str = "的和或、，（“‘《〈";
    match item.kind {
        Kind::Paragraph => !ends_closed(&item.text) && !closes_with_bracket(&item.text),
        Kind::Title => {
            let mark = item.text.chars().last().is_some_and(|c| NEVER_LAST.contains(c));
            mark || !is_balanced(&item.text)
        }
        Kind::Author(_) | Kind::Signature => false,
    }
}

/// A paragraph may end with a note in brackets or a title in 《》.
fn closes_with_bracket(text: &str) -> bool {
    text.ends_with(['）', ')', '”', '》', '】', '』', '」']) && is_balanced(text)
}

/// Whether every bracket and quote that opens closes.
fn is_balanced(text: &str) -> bool {
    [('“', '”'), ('‘', '’'), ('（', '）'), ('《', '》'), ('「', '」'), ('【', '】')]
        .into_iter()
        .all(|(open, close)| text.matches(open).count() == text.matches(close).count())
}

/// `一、` `（二）` `3.` `第四，`: a crosshead by its number.
fn is_numbered(text: &str) -> bool {
    let bare = text.trim_start_matches(['（', '(', '第']);
    let number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let digits: usize = bare.chars().take_while(|c| number(*c)).map(char::len_utf8).sum();
    digits > 0 && bare[digits..].starts_with(['、', '）', ')', '.', '．', '，', '章', '节'])
}

fn tail(text: &str) -> String {
    let count = text.chars().count();
    text.chars().skip(count.saturating_sub(8)).collect()
}

fn head(text: &str) -> String {
    text.chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use super::read_plain;
    use crate::proto::block::Content;

    fn shape(text: &str) -> String {
        let noted = read_plain(text.as_bytes(), true).expect("copy");
        let mut out = String::new();
        if !noted.value.banner.is_empty() {
            out += &format!("[{}] ", noted.value.banner);
        }
        for article in &noted.value.articles {
            if !article.kicker.is_empty() {
                out += &format!("{}^", article.kicker);
            }
            out += &article.headline;
            if !article.deck.is_empty() {
                out += &format!("_{}", article.deck);
            }
            for byline in &article.bylines {
                out += &format!("@{}", byline.name);
            }
            out += ":";
            for block in &article.body {
                out.push(match block.content {
                    Some(Content::Crosshead(_)) => 'c',
                    Some(Content::Paragraph(_)) => 'p',
                    Some(Content::Note(_)) => 'n',
                    _ => '?',
                });
            }
            out += " ";
        }
        out.trim_end().to_owned()
    }

    #[test]
    fn pages_of_several_shapes_are_understood() {
        for (text, expected) in [
            (
                "标题甲\n\n张三\n\n正文一段。\n\n标题乙\n\n李四\n\n正文又一段。",
                "标题甲@张三:p 标题乙@李四:p",
            ),
            ("题甲\n本报讯 正文。\n\n题乙\n本报讯 正文。\n题中小题\n后文。", "题甲:p 题乙:pcp"),
            ("通栏大语\n\n题甲\n\n张三\n\n正文。", "[通栏大语] 题甲@张三:p"),
            ("引题在上\n主题在下\n——副题在后\n正文。", "引题在上^主题在下_——副题在后:p"),
            (
                "主题\n张三\n一、小题\n正文。\n二、小题\n正文。\n（作者系示例大学教授）\n另一主题\n正文。",
                "主题@张三:cpcpn 另一主题:p",
            ),
            ("主题\n\n正文被切\n断的一段，在这里继续。", "主题:p"),
        ] {
            let text = text.replace(
                "正文被切",
                "正文里有一句完整的话。这一句话写得很长很长但是没有写完就被切",
            );
            assert_eq!(shape(&text), expected, "{text}");
        }
    }
}
