//! Texts of a page by its record alone, in reading order, and the count of 字.

use banmian::proto::block::Content;
use banmian::proto::{Article, Byline, Credits, PageRecord};

use crate::support::bare_text;

/// Role of a text on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Column title, kicker, headline, deck, byline.
    Head,
    /// Indented and filled: paragraphs, notes.
    Paragraph,
    /// Indented and filled, with a margin of one 字 on both sides: editor's note, abstract.
    Aside,
    /// Centred in its column.
    Crosshead,
    /// Not justified: verse.
    Line,
}

/// A text of an article, without white space.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) role: Role,
    pub(crate) text: String,
}

/// Mark before a byline; it belongs to the house style, not to the record.
pub(crate) const BYLINE_MARK: char = '●';

/// Returns the texts of the page's furniture, in reading order.
pub(crate) fn furniture(record: &PageRecord) -> Vec<String> {
    let mut out = Vec::new();
    if !record.date.is_empty() {
        out.push(date(&record.date));
    }
    out.push(staff(record));
    out.push(record.section.clone());
    out.push(record.publication.as_ref().map(|paper| paper.name.clone()).unwrap_or_default());
    out.push(match record.number.parse::<u32>() {
        Ok(number) => format!("第{number}版"),
        Err(_) => record.number.clone(),
    });
    out.push(record.banner.clone());
    out.iter().map(|text| bare_text(text)).filter(|text| !text.is_empty()).collect()
}

/// Formats `2023-10-29` as `2023年10月29日星期日`, with the weekday by Zeller's congruence.
fn date(date: &str) -> String {
    let parts: Vec<usize> = date.split('-').map(|part| part.parse().expect("a date")).collect();
    let [year, month, day] = parts[..] else { panic!("{date}") };
    let (y, m) = if month < 3 { (year - 1, month + 12) } else { (year, month) };
    let weekday = (day + 13 * (m + 1) / 5 + y + y / 4 - y / 100 + y / 400) % 7;
    let name = ["六", "日", "一", "二", "三", "四", "五"][weekday];
    format!("{year}年{month}月{day}日星期{name}")
}

/// Formats the page's credits, or those of its articles: each role with its names, each name once.
fn staff(record: &PageRecord) -> String {
    let nonempty = record.credits.iter().filter(|credits| **credits != Credits::default());
    let mut all: Vec<&Credits> = nonempty.collect();
    if all.is_empty() {
        all.extend(record.articles.iter().filter_map(|article| article.credits.as_ref()));
    }
    let mut rows: Vec<(String, Vec<String>)> =
        ["责任编辑", "校对", "版式设计"].map(|role| (role.to_owned(), Vec::new())).into();
    for credits in all {
        let fixed = [&credits.editors, &credits.proofreaders, &credits.layout_designers];
        let fixed = fixed.into_iter().zip(["责任编辑", "校对", "版式设计"]);
        let others = credits.others.iter().map(|other| (&other.names, other.title.as_str()));
        for (names, role) in fixed.chain(others) {
            if !rows.iter().any(|(row_role, _)| row_role == role) {
                rows.push((role.to_owned(), Vec::new()));
            }
            for (row_role, row) in &mut rows {
                row.extend(names.iter().filter(|_| row_role == role).cloned());
            }
        }
    }
    for (_, names) in &mut rows {
        let mut listed_names = Vec::new();
        names.retain(|name| {
            !listed_names.contains(name) && {
                listed_names.push(name.clone());
                true
            }
        });
    }
    rows.retain(|(_, names)| !names.is_empty());
    rows.iter().map(|(role, names)| format!("{role}{}", names.concat())).collect()
}

/// Returns the articles in the order of the page: briefs of one column title stand together in the
/// place of the first one, under their common title.
pub(crate) fn in_order(record: &PageRecord) -> Vec<(usize, Vec<Piece>)> {
    let is_brief = |article: &Article| article.brief && article.pictures.is_empty();
    let mut out = Vec::new();
    for (at, article) in record.articles.iter().enumerate() {
        let group: Vec<usize> = (0..record.articles.len())
            .filter(|k| {
                let other = &record.articles[*k];
                is_brief(article) && is_brief(other) && other.column_title == article.column_title
            })
            .collect();
        if group.len() < 2 {
            out.push((at, self::article(article)));
        } else if group[0] == at {
            for k in group {
                out.push((k, brief(&record.articles[k], k == at)));
            }
        }
    }
    out
}

/// Returns the texts of a brief: its headline is a crosshead of the group, and the common title
/// stands over the first brief.
fn brief(article: &Article, first: bool) -> Vec<Piece> {
    let bare = Article { column_title: String::new(), headline: String::new(), ..article.clone() };
    let mut pieces = Vec::new();
    if first && !article.column_title.is_empty() {
        pieces.push(Piece { role: Role::Head, text: bare_text(&article.column_title) });
    }
    let text = bare_text(&article.headline);
    pieces.push(Piece { role: Role::Crosshead, text });
    pieces.extend(self::article(&bare));
    pieces
}

/// Returns the texts of an article in reading order.
pub(crate) fn article(article: &Article) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let mut add = |role, text: &str| {
        let text = bare_text(text);
        if !text.is_empty() {
            out.push(Piece { role, text });
        }
    };
    add(Role::Head, &article.column_title);
    add(Role::Head, &article.kicker);
    add(Role::Head, &article.headline);
    add(Role::Head, &article.deck);
    let points: Vec<&str> = article.r#abstract.lines().collect();
    for point in &points {
        let mark = if points.len() > 1 { "■" } else { "" };
        add(Role::Head, &format!("{mark}{point}"));
    }
    if !article.bylines.is_empty() {
        add(Role::Head, &byline(&article.bylines));
    }
    for (k, note) in article.editor_note.lines().enumerate() {
        let label = if k == 0 && !note.starts_with("编") { "编者按：" } else { "" };
        add(Role::Aside, &format!("{label}{note}"));
    }
    // The dateline opens the first paragraph of the copy, after any notes.
    let mut dateline = article.dateline.as_str();
    let noted = !article.editor_note.is_empty();
    assert!(dateline.is_empty() || !noted, "no fixture has both, so that the order is not tested");
    for block in &article.body {
        match block.content.as_ref().expect("a block has content") {
            Content::Paragraph(paragraph) => {
                add(Role::Paragraph, &format!("{dateline}{}", paragraph.text));
                dateline = "";
            }
            Content::Crosshead(crosshead) => add(Role::Crosshead, &crosshead.text),
            Content::Note(note) => add(Role::Paragraph, &note.text),
            Content::Verse(verse) => verse.lines.iter().for_each(|line| add(Role::Line, line)),
            other @ (Content::Picture(_) | Content::Table(_) | Content::PullQuote(_)) => {
                panic!("no fixture has {other:?}")
            }
        }
    }
    add(Role::Paragraph, &affiliations(&article.bylines));
    out
}

/// Formats the bylines; consecutive authors with the same role share one mention of it.
fn byline(bylines: &[Byline]) -> String {
    let mut out = BYLINE_MARK.to_string();
    for (k, byline) in bylines.iter().enumerate() {
        if k == 0 || bylines[k - 1].role != byline.role {
            out += &byline.role;
        }
        out += &byline.name;
    }
    out
}

/// Formats the affiliations of the authors, printed at the end of the article.
fn affiliations(bylines: &[Byline]) -> String {
    let with_affiliation: Vec<&Byline> =
        bylines.iter().filter(|byline| !byline.affiliation.is_empty()).collect();
    match with_affiliation.as_slice() {
        [] => String::new(),
        [only] => format!("（作者系{}）", only.affiliation),
        all => {
            let each: Vec<String> =
                all.iter().map(|b| format!("{}系{}", b.name, b.affiliation)).collect();
            format!("（{}）", each.join("，"))
        }
    }
}

/// Counts 字 as the contract says: a Han character or a mark 1, a Latin word 1, a run of digits 1.
pub(crate) fn count(text: &str) -> usize {
    let chars: Vec<char> = text.chars().collect();
    let alnum = |at: usize| chars.get(at).is_some_and(char::is_ascii_alphanumeric);
    let mut sum = 0;
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        // A word or number continues over a sign that has letters or digits on both sides.
        while alnum(at) || (at > start && ".,:-".contains(chars[at]) && alnum(at + 1)) {
            at += 1;
            if at == chars.len() {
                break;
            }
        }
        if at == start {
            let double = matches!(chars[at], '—' | '…') && chars.get(at + 1) == Some(&chars[at]);
            at += 1 + usize::from(double);
        }
        sum += usize::from(!chars[start].is_whitespace());
    }
    sum
}

#[test]
fn zi_are_counted_by_the_contract() {
    for (text, expected) in [
        ("党的二十大，", 6),
        ("2023年10月29日", 6),
        ("新冠COVID-19疫情", 5),
        ("增长1,234.5%", 4),
        ("他——她……", 4),
        ("New York", 2),
    ] {
        assert_eq!(count(text), expected, "{text}");
    }
}
