//! From a record to a checked page of copy, or the reasons why it is none.
//!
//! The messages are taken apart field by field: a new field of the contract does not compile until it is
//! set, checked or named as not served.

use std::collections::BTreeSet;
use std::ops::Range;

use time::{Date, Month};

use crate::config::Limits;
use crate::diag::{Code, Diagnostic, Noted, Place, Words};
use crate::error::Error;
use crate::font::{FontId, Fonts};
use crate::intake::clean::{Cleaned, Spaces, Switches, clean};
use crate::model::{Article, Block, PageCopy, Staff, Text, Wishes};
use crate::proto;
use crate::proto::block::Content;
use crate::proto::span::Style;
use crate::script::is_combining;

/// What the check needs beside the record.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// For the faces of spans.
    pub fonts: &'a Fonts,
    /// What one request may hold.
    pub limits: &'a Limits,
    /// Which corrections are allowed.
    pub switches: &'a Switches,
    /// The roles of the staff line: editors, proofreaders, designers.
    pub staff_roles: &'a [String; 3],
}

/// Checks and cleans a record. The record is changed to what was understood: cleaned texts, ids filled
/// in; checked again it gives the same page.
///
/// # Errors
/// Every field that makes the record no page, each named by its path.
pub fn check(record: &mut proto::PageRecord, context: &Context<'_>) -> Result<Noted<PageCopy>, Error> {
    let mut check = Check { context, notes: Vec::new(), errors: Vec::new(), chars: 0 };
    let page = check.page(record);
    if check.errors.is_empty() {
        Ok(Noted { value: page, notes: check.notes })
    } else {
        Err(Error::Rejected(check.errors))
    }
}

struct Check<'a> {
    context: &'a Context<'a>,
    notes: Vec<Diagnostic>,
    errors: Vec<Diagnostic>,
    chars: usize,
}

/// How a field is read.
#[derive(Clone, Copy)]
struct Kind {
    most: usize,
    spaces: Spaces,
}

impl Check<'_> {
    fn error(&mut self, code: Code, place: Place, zh: impl Into<String>, en: impl Into<String>) {
        self.errors.push(Diagnostic::new(code, place, Words::new(zh, en)));
    }

    fn unserved(&mut self, field: &str, given: bool) {
        if given {
            let words = Words::new(format!("字段 {field} 尚未支持"), format!("{field} is not served yet"));
            self.notes.push(Diagnostic::new(Code::Unserved, Place::field(field), words));
        }
    }

    fn limit(&mut self, place: Place, name: &str, count: usize, most: usize) -> bool {
        if count <= most {
            return true;
        }
        self.error(
            Code::Limit,
            place,
            format!("超过上限 {name}：{count}，上限 {most}"),
            format!("over the limit {name}: {count}, at most {most}"),
        );
        false
    }

    fn head(&self) -> Kind {
        Kind { most: self.context.limits.headline_chars, spaces: Spaces::Clause }
    }

    fn line(&self) -> Kind {
        Kind { most: self.context.limits.line_chars, spaces: Spaces::Clause }
    }

    fn copy(&self) -> Kind {
        Kind { most: self.context.limits.article_chars, spaces: Spaces::Stray }
    }

    /// Cleans one text in place.
    fn text(&mut self, text: &mut String, place: &Place, kind: Kind) -> Text {
        self.spanned(text, &mut Vec::new(), place, kind)
    }

    /// Cleans one text in place, with its spans.
    fn spanned(
        &mut self,
        text: &mut String,
        spans: &mut Vec<proto::Span>,
        place: &Place,
        kind: Kind,
    ) -> Text {
        // Bytes first: counting code points of a hostile text is work too.
        let count = if text.len() <= kind.most { text.len() } else { text.chars().count() };
        let name = match kind.most {
            most if most == self.context.limits.article_chars => "article_chars",
            most if most == self.context.limits.headline_chars => "headline_chars",
            _ => "line_chars",
        };
        if !self.limit(place.clone(), name, count, kind.most) {
            return Text::default();
        }
        self.chars += count;
        self.combining(text, place);
        let cleaned = clean(text, kind.spaces, self.context.switches, place);
        let faces = self.spans(text, spans, &cleaned, place);
        self.notes.extend(cleaned.notes);
        text.clone_from(&cleaned.text);
        Text { text: cleaned.text, faces, field: place.field.clone() }
    }

    fn combining(&mut self, text: &str, place: &Place) {
        let most = self.context.limits.combining_marks;
        let mut run = 0;
        for (at, c) in text.chars().enumerate() {
            run = if is_combining(c) { run + 1 } else { 0 };
            if run > most {
                let at = u32::try_from(at).unwrap_or(u32::MAX);
                self.limit(place.clone().at(at..at + 1), "combining_marks", run, most);
                return;
            }
        }
    }

    /// The faces of spans, and the spans themselves moved to the cleaned text.
    fn spans(
        &mut self,
        text: &str,
        spans: &mut Vec<proto::Span>,
        cleaned: &Cleaned,
        place: &Place,
    ) -> Vec<(Range<usize>, FontId)> {
        if spans.is_empty() {
            return Vec::new();
        }
        let count = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let mut faces: Vec<Option<FontId>> = vec![None; cleaned.text.len()];
        let field = place.field.trim_end_matches(".text").to_owned();
        for (k, span) in spans.iter_mut().enumerate() {
            let place = Place::field(format!("{field}.spans[{k}]")).in_article(&place.article);
            let proto::Span { start, end, style } = span;
            if start >= end || *end > count {
                self.error(
                    Code::BadValue,
                    place,
                    format!("范围 {start}–{end} 不在文中（共 {count} 字）"),
                    format!("the range {start}–{end} is not in the text of {count} code points"),
                );
                continue;
            }
            let bytes = cleaned.bytes(*start..*end);
            *start = code_points(&cleaned.text[..bytes.start]);
            *end = code_points(&cleaned.text[..bytes.end]);
            let role = match style {
                Some(Style::Strong(true)) => "hei-bold",
                Some(Style::Kai(true)) => "kai",
                Some(Style::Fang(true)) => "fang",
                Some(Style::EmphasisDot(_) | Style::Ruby(_) | Style::Superscript(_)) => {
                    self.unserved(&place.field, true);
                    continue;
                }
                Some(Style::Strong(false) | Style::Kai(false) | Style::Fang(false)) | None => {
                    self.error(Code::BadValue, place, "没有样式", "it has no style");
                    continue;
                }
            };
            if let Some(face) = self.context.fonts.role(role) {
                faces[bytes].fill(Some(face));
            }
        }
        let mut ranges: Vec<(Range<usize>, FontId)> = Vec::new();
        for (at, face) in faces.into_iter().enumerate() {
            let Some(face) = face else { continue };
            match ranges.last_mut() {
                Some((range, last)) if *last == face && range.end == at => range.end += 1,
                _ => ranges.push((at..at + 1, face)),
            }
        }
        ranges
    }

    fn page(&mut self, record: &mut proto::PageRecord) -> PageCopy {
        let proto::PageRecord {
            publication,
            date,
            number,
            pages_today,
            section,
            banner,
            weather,
            credits,
            articles,
            pictures,
            reserved,
            layout,
            normalise: _,
        } = record;
        let limits = self.context.limits;
        let mut page = PageCopy {
            date: self.date(date),
            number: self.text(number, &Place::field("number"), Kind { most: 16, ..self.line() }),
            section: self.text(section, &Place::field("section"), self.line()),
            banner: self.text(banner, &Place::field("banner"), self.head()),
            ..PageCopy::default()
        };
        if let Some(publication) = publication {
            page.paper = self.publication(publication);
        }
        self.unserved("pagesToday", *pages_today > 0);
        self.unserved("weather", !weather.is_empty());
        self.unserved("pictures", !pictures.is_empty());
        self.unserved("reserved", !reserved.is_empty());
        if articles.is_empty() {
            self.error(Code::NoArticle, Place::field("articles"), "没有稿件", "there is no article");
        }
        if !self.limit(Place::field("articles"), "articles", articles.len(), limits.articles) {
            return page;
        }
        self.ids(articles);
        for (index, article) in articles.iter_mut().enumerate() {
            page.articles.push(self.article(article, index));
        }
        page.staff = self.staff(credits.as_mut(), articles);
        if let Some(layout) = layout {
            page.wishes = self.layout(layout);
        }
        self.limit(Place::field("articles"), "page_chars", self.chars, limits.page_chars);
        page
    }

    fn date(&mut self, date: &str) -> Option<Date> {
        if date.is_empty() {
            return None;
        }
        let read = || {
            let mut parts = date.split('-');
            let mut next = |len: usize| {
                let part = parts.next()?;
                (part.len() == len && part.bytes().all(|b| b.is_ascii_digit())).then_some(part)
            };
            let (year, month, day) = (next(4)?, next(2)?, next(2)?);
            let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
            let date = Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
            parts.next().is_none().then_some(date)
        };
        let read = read();
        if read.is_none() {
            self.error(
                Code::BadValue,
                Place::field("date"),
                format!("没有“{}”这一天，应为 YYYY-MM-DD", date.escape_debug()),
                format!("there is no date “{}”; it is written YYYY-MM-DD", date.escape_debug()),
            );
        }
        read
    }

    fn publication(&mut self, publication: &mut proto::Publication) -> Text {
        let proto::Publication {
            name,
            publisher,
            cn_code,
            postal_code,
            issue_number,
            total_issues,
            website,
            pinyin,
            slogan,
            price,
            address,
            printer,
            ad_licence,
            masthead_picture_id,
            supervisor,
            sponsor,
            chief_editor,
            phone,
            zip_code,
        } = publication;
        for (field, text) in [
            ("publisher", publisher),
            ("cnCode", cn_code),
            ("postalCode", postal_code),
            ("website", website),
            ("pinyin", pinyin),
            ("slogan", slogan),
            ("price", price),
            ("address", address),
            ("printer", printer),
            ("adLicence", ad_licence),
            ("mastheadPictureId", masthead_picture_id),
            ("supervisor", supervisor),
            ("sponsor", sponsor),
            ("chiefEditor", chief_editor),
            ("phone", phone),
            ("zipCode", zip_code),
        ] {
            self.unserved(&format!("publication.{field}"), !text.is_empty());
        }
        self.unserved("publication.issueNumber", *issue_number > 0);
        self.unserved("publication.totalIssues", *total_issues > 0);
        self.text(name, &Place::field("publication.name"), self.line())
    }

    /// Fills in missing ids and refuses those used twice.
    fn ids(&mut self, articles: &mut [proto::Article]) {
        let mut seen = BTreeSet::new();
        for (index, article) in articles.iter_mut().enumerate() {
            let place = Place::field(format!("articles[{index}].id"));
            if article.id.is_empty() {
                article.id = format!("a{}", index + 1);
            }
            let most = self.context.limits.id_chars;
            let count = article.id.chars().count();
            self.limit(place.clone(), "id_chars", count, most);
            if article.id.chars().any(char::is_control) {
                self.error(Code::BadId, place.clone(), "标识含控制字符", "the id holds a control character");
            }
            if !seen.insert(article.id.clone()) {
                let id: String = article.id.chars().take(40).collect();
                self.error(
                    Code::BadId,
                    place,
                    format!("标识“{id}”重复"),
                    format!("the id “{id}” is used twice"),
                );
            }
        }
    }

    fn article(&mut self, article: &mut proto::Article, index: usize) -> Article {
        let proto::Article {
            id,
            column_title,
            kicker,
            headline,
            deck,
            r#abstract,
            editor_note,
            bylines,
            dateline,
            body,
            pictures,
            credits: _,
            weight,
            boxed,
            tinted,
            jump_to,
            jump_from,
            placement,
            alternatives,
            head_position,
            brief,
        } = article;
        let at = format!("articles[{index}]");
        let place = |field: &str| Place::field(format!("{at}.{field}")).in_article(id);
        for (field, given) in [
            ("pictures", !pictures.is_empty()),
            ("boxed", *boxed),
            ("tinted", *tinted),
            ("jumpTo", jump_to.is_some()),
            ("jumpFrom", jump_from.is_some()),
            ("placement", placement.is_some()),
            ("alternatives", !alternatives.is_empty()),
            ("headPosition", *head_position != 0),
            ("brief", *brief),
        ] {
            self.unserved(&format!("{at}.{field}"), given);
        }
        if *weight > 100 {
            self.error(
                Code::BadValue,
                place("weight"),
                format!("权重 {weight} 不在 0–100 之间"),
                format!("the weight {weight} is not between 0 and 100"),
            );
        }
        let mut out = Article {
            id: id.clone(),
            column_title: self.text(column_title, &place("columnTitle"), self.head()),
            kicker: self.head_line(kicker, &place("kicker")),
            headline: self.head_line(headline, &place("headline")),
            weight: *weight,
            byline: self.byline(bylines, &place("bylines")),
            ..Article::default()
        };
        out.deck = self.lines(deck, &place("deck"), self.head());
        let mut blocks: Vec<Block> = Vec::new();
        for (text, field) in [(editor_note, "editorNote"), (r#abstract, "abstract")] {
            let copy = self.copy();
            blocks.extend(self.lines(text, &place(field), copy).into_iter().map(Block::Aside));
        }
        let dateline = self.text(dateline, &place("dateline"), self.line());
        self.limit(place("body"), "blocks", body.len(), self.context.limits.blocks);
        let start = self.chars;
        for (k, block) in body.iter_mut().take(self.context.limits.blocks).enumerate() {
            let place = Place::field(format!("{at}.body[{k}]")).in_article(id);
            blocks.extend(self.block(block, &place));
        }
        let limits = self.context.limits;
        self.limit(place("body"), "article_chars", self.chars - start, limits.article_chars);
        self.lead(&mut blocks, dateline);
        out.body = blocks;
        self.complete(&out, &at);
        out
    }

    /// An article without headline or body is none.
    fn complete(&mut self, article: &Article, at: &str) {
        let mut missing = |field: &str, zh: &str, en: &str| {
            let place = Place::field(format!("{at}.{field}")).in_article(&article.id);
            if !self.errors.iter().any(|e| e.place.field.starts_with(&place.field)) {
                self.error(Code::Incomplete, place, zh, en);
            }
        };
        if article.headline.is_empty() {
            missing("headline", "稿件没有标题", "the article has no headline");
        }
        if article.body.iter().all(|block| block.texts().iter().all(Text::is_empty)) {
            missing("body", "稿件没有正文", "the article has no body");
        }
    }

    /// A headline or kicker; a line break asks for a break, which a clause space does as well.
    fn head_line(&mut self, text: &mut String, place: &Place) -> Text {
        let kind = self.head();
        self.text(text, place, kind)
    }

    /// A text whose line ends part it into lines.
    fn lines(&mut self, text: &mut String, place: &Place, kind: Kind) -> Vec<Text> {
        let mut parts: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let lines: Vec<Text> =
            parts.iter_mut().map(|part| self.text(part, place, kind)).filter(|t| !t.is_empty()).collect();
        *text = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
        lines
    }

    fn byline(&mut self, bylines: &mut [proto::Byline], place: &Place) -> Text {
        let mut parts: Vec<String> = Vec::new();
        for (k, byline) in bylines.iter_mut().enumerate() {
            let proto::Byline { name, role, affiliation } = byline;
            let field = |name| Place::field(format!("{}[{k}].{name}", place.field)).in_article(&place.article);
            let kind = self.line();
            let affiliation = self.text(affiliation, &field("affiliation"), kind);
            let role = self.text(role, &field("role"), kind);
            let name = self.text(name, &field("name"), kind);
            if name.is_empty() {
                self.error(Code::BadValue, field("name"), "署名没有姓名", "the byline has no name");
            }
            let title = format!("{}{}", affiliation.text, role.text);
            if !title.is_empty() {
                parts.push(title);
            }
            parts.push(name.text);
        }
        Text { text: parts.join(" "), faces: Vec::new(), field: place.field.clone() }
    }

    fn block(&mut self, block: &mut proto::Block, place: &Place) -> Option<Block> {
        let field = |name: &str| Place::field(format!("{}.{name}", place.field)).in_article(&place.article);
        let (copy, line, head) = (self.copy(), self.line(), self.head());
        let block = match &mut block.content {
            Some(Content::Paragraph(proto::Paragraph { text, spans })) => {
                Block::Paragraph(self.spanned(text, spans, &field("paragraph.text"), copy))
            }
            Some(Content::Crosshead(proto::Crosshead { text })) => {
                Block::Crosshead(self.text(text, &field("crosshead.text"), head))
            }
            Some(Content::Note(proto::Note { text })) => {
                Block::Note(self.text(text, &field("note.text"), copy))
            }
            Some(Content::PullQuote(proto::PullQuote { text })) => {
                self.unserved(&format!("{}.pullQuote", place.field), true);
                Block::Aside(self.text(text, &field("pullQuote.text"), copy))
            }
            Some(Content::Verse(proto::Verse { lines })) => Block::Lines(
                lines
                    .iter_mut()
                    .enumerate()
                    .map(|(k, text)| self.text(text, &field(&format!("verse.lines[{k}]")), line))
                    .filter(|text| !text.is_empty())
                    .collect(),
            ),
            Some(Content::Picture(_)) => {
                self.unserved(&format!("{}.picture", place.field), true);
                return None;
            }
            Some(Content::Table(table)) => self.table(table, place),
            None => {
                self.error(Code::BadValue, place.clone(), "段落没有内容", "the block has no content");
                return None;
            }
        };
        block.texts().iter().any(|text| !text.is_empty()).then_some(block)
    }

    /// A table as plain lines, a row each, so that none of its text is lost.
    fn table(&mut self, table: &mut proto::Table, place: &Place) -> Block {
        let proto::Table { title, columns: _, rows, header_rows: _, note } = table;
        let field = format!("{}.table", place.field);
        self.unserved(&field, true);
        let kind = self.line();
        let mut lines = vec![self.text(title, &Place::field(format!("{field}.title")), kind)];
        for (r, row) in rows.iter_mut().enumerate() {
            let mut cells: Vec<String> = Vec::new();
            for (c, cell) in row.cells.iter_mut().enumerate() {
                let place = Place::field(format!("{field}.rows[{r}].cells[{c}].text"));
                cells.push(self.text(&mut cell.text, &place, kind).text);
            }
            lines.push(Text {
                text: cells.join(" ").trim().to_owned(),
                faces: Vec::new(),
                field: format!("{field}.rows[{r}]"),
            });
        }
        lines.push(self.text(note, &Place::field(format!("{field}.note")), kind));
        lines.retain(|line| !line.is_empty());
        Block::Lines(lines)
    }

    /// Puts the dateline, in its own face, before the first paragraph.
    fn lead(&self, blocks: &mut Vec<Block>, dateline: Text) {
        if dateline.is_empty() {
            return;
        }
        let bold = self.context.fonts.role("hei-bold");
        let first = blocks.iter_mut().find_map(|block| match block {
            Block::Paragraph(text) => Some(text),
            Block::Crosshead(_) | Block::Lines(_) | Block::Note(_) | Block::Aside(_) => None,
        });
        let shift = dateline.text.len() + 1;
        let mut faces: Vec<(Range<usize>, FontId)> =
            bold.into_iter().map(|face| (0..dateline.text.len(), face)).collect();
        match first {
            Some(text) => {
                faces.extend(
                    text.faces.iter().map(|(r, face)| (r.start + shift..r.end + shift, *face)),
                );
                text.text = format!("{} {}", dateline.text, text.text);
                text.faces = faces;
            }
            None => blocks.insert(0, Block::Paragraph(Text { faces, ..dateline })),
        }
    }

    /// The staff line: the page's own credits, else those of its articles in order of appearance.
    fn staff(
        &mut self,
        credits: Option<&mut proto::Credits>,
        articles: &mut [proto::Article],
    ) -> Vec<Staff> {
        let mut staff: Vec<Staff> = self
            .context
            .staff_roles
            .iter()
            .map(|role| Staff { role: role.clone(), names: Vec::new() })
            .collect();
        if let Some(credits) = credits {
            self.credits(credits, "credits", &mut staff);
        }
        let own = staff.iter().any(|staff| !staff.names.is_empty());
        for (index, article) in articles.iter_mut().enumerate() {
            if let Some(credits) = &mut article.credits {
                let mut theirs = staff.clone();
                self.credits(credits, &format!("articles[{index}].credits"), &mut theirs);
                if !own {
                    staff = theirs;
                }
            }
        }
        staff.retain(|staff| !staff.names.is_empty());
        staff
    }

    fn credits(&mut self, credits: &mut proto::Credits, at: &str, staff: &mut Vec<Staff>) {
        let proto::Credits { editors, proofreaders, layout_designers, others } = credits;
        let roles = self.context.staff_roles.clone();
        let [editor, proofreader, designer] = roles;
        let mut groups: Vec<(String, String, &mut Vec<String>)> = vec![
            (editor, format!("{at}.editors"), editors),
            (proofreader, format!("{at}.proofreaders"), proofreaders),
            (designer, format!("{at}.layoutDesigners"), layout_designers),
        ];
        for (k, other) in others.iter_mut().enumerate() {
            let proto::NamedCredit { title, names } = other;
            let field = format!("{at}.others[{k}]");
            let kind = self.line();
            let title = self.text(title, &Place::field(format!("{field}.title")), kind);
            if title.is_empty() || names.is_empty() {
                self.error(Code::BadValue, Place::field(field.clone()), "职名没有名称或姓名", "the credit lacks its title or its names");
            }
            groups.push((title.text, format!("{field}.names"), names));
        }
        for (role, field, names) in groups {
            for (k, name) in names.iter_mut().enumerate() {
                let kind = self.line();
                let name = self.text(name, &Place::field(format!("{field}[{k}]")), kind).text;
                if name.is_empty() {
                    continue;
                }
                match staff.iter_mut().find(|staff| staff.role == role) {
                    Some(staff) if staff.names.contains(&name) => {}
                    Some(staff) => staff.names.push(name),
                    None => staff.push(Staff { role: role.clone(), names: vec![name] }),
                }
            }
        }
    }

    fn layout(&mut self, layout: &proto::Layout) -> Wishes {
        let proto::Layout {
            house_style: _,
            density_step,
            template,
            locks,
            protected_names,
            adjacent_forbidden,
            same_grade,
        } = layout;
        self.unserved("layout.template", !template.is_empty());
        self.unserved("layout.locks", !locks.is_empty());
        self.unserved("layout.adjacentForbidden", !adjacent_forbidden.is_empty());
        self.unserved("layout.sameGrade", !same_grade.is_empty());
        Wishes { step: density_step.clone(), protected_names: protected_names.clone() }
    }
}

fn code_points(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}
