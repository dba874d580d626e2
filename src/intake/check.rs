//! From a record to a checked page of copy, or the reasons why it is none.
//!
//! The messages are taken apart field by field: a new field of the contract does not compile until it is
//! set, checked or named as not served.

use time::{Date, Month};

use crate::config::{Limits, PAGE_NUMBER_CHARS};
use crate::diag::{Code, Diagnostic, Noted, Place, Words};
use crate::error::Error;
use crate::font::Fonts;
use crate::image::Pictures;
use crate::intake::clean::Spaces;
use crate::intake::pictures::Shelf;
use crate::intake::switches::Switches;
use crate::model::{Article, Block, PageCopy, Text};
use crate::proto;

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
    /// Pictures that were given beside the record.
    pub pictures: &'a Pictures,
    /// Whether a lock to a place that no page has, or that is taken, is dropped and told; else it refuses the record.
    pub drop_locks: bool,
}

/// Checks and cleans a record. The record is changed to what was understood: cleaned texts, ids filled
/// in; checked again it gives the same page.
///
/// # Errors
/// Every field that makes the record no page, each named by its path.
pub fn check(
    record: &mut proto::PageRecord,
    context: &Context<'_>,
) -> Result<Noted<PageCopy>, Error> {
    let (notes, errors, shelf) = (Vec::new(), Vec::new(), Shelf::default());
    let mut check = Check { context, notes, errors, chars: 0, shelf };
    let page = check.page(record);
    if check.errors.is_empty() {
        Ok(Noted { value: page, notes: check.notes })
    } else {
        Err(Error::Rejected(check.errors))
    }
}

pub(crate) struct Check<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) notes: Vec<Diagnostic>,
    pub(crate) errors: Vec<Diagnostic>,
    pub(crate) chars: usize,
    pub(crate) shelf: Shelf,
}

/// How a field is read.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) most: usize,
    pub(crate) spaces: Spaces,
}

impl Check<'_> {
    pub(crate) fn error(
        &mut self,
        code: Code,
        place: Place,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.errors.push(Diagnostic::new(code, place, Words::new(zh, en)));
    }

    /// What was found since `from` is wrong with locks alone: where these may be dropped it is told, and refuses
    /// nothing.
    pub(crate) fn drop_locks(&mut self, from: usize) {
        if self.context.drop_locks {
            let dropped = self.errors.drain(from..).map(Diagnostic::lock_dropped);
            self.notes.extend(dropped);
        }
    }

    /// Whether an error was found in this field or below it.
    pub(crate) fn has_error(&self, field: &str) -> bool {
        self.errors.iter().any(|error| error.place.field.starts_with(field))
    }

    pub(crate) fn unserved(&mut self, field: &str, given: bool) {
        if given {
            let words =
                Words::new(format!("字段 {field} 尚未支持"), format!("{field} is not served yet"));
            self.notes.push(Diagnostic::new(Code::Unserved, Place::field(field), words));
        }
    }

    pub(crate) fn limit(&mut self, place: &Place, name: &str, count: usize, most: usize) -> bool {
        if count <= most {
            return true;
        }
        self.error(
            Code::Limit,
            place.clone(),
            format!("超过上限 {name}：{count}，上限 {most}"),
            format!("over the limit {name}: {count}, at most {most}"),
        );
        false
    }

    pub(crate) fn head(&self) -> Kind {
        Kind { most: self.context.limits.headline_chars, spaces: Spaces::Clause }
    }

    pub(crate) fn line(&self) -> Kind {
        Kind { most: self.context.limits.line_chars, spaces: Spaces::Clause }
    }

    pub(crate) fn copy(&self) -> Kind {
        Kind { most: self.context.limits.article_chars, spaces: Spaces::Stray }
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
            number: self.text(
                number,
                &Place::field("number"),
                Kind { most: PAGE_NUMBER_CHARS, ..self.line() },
            ),
            section: self.text(section, &Place::field("section"), self.line()),
            banner: self.text(banner, &Place::field("banner"), self.head()),
            ..PageCopy::default()
        };
        if !self.page_pictures(pictures, articles) {
            return page;
        }
        if let Some(publication) = publication {
            (page.paper, page.website) = self.publication(publication);
        }
        // Page 1 has a masthead in place of the page head (R76).
        let first = page.number.text.trim_start_matches(|c: char| !c.is_ascii_digit());
        self.unserved("number (masthead of page 1)", first.parse() == Ok(1_u32));
        self.unserved("pagesToday", *pages_today > 0);
        self.unserved("weather", !weather.is_empty());
        if articles.is_empty() {
            self.error(
                Code::NoArticle,
                Place::field("articles"),
                "没有稿件",
                "there is no article",
            );
        }
        if !self.limit(&Place::field("articles"), "articles", articles.len(), limits.articles) {
            return page;
        }
        self.ids(articles);
        for (index, article) in articles.iter_mut().enumerate() {
            page.articles.push(self.article(article, index));
        }
        page.staff = self.staff(credits.as_mut(), articles);
        page.reserved = self.reserved(reserved);
        page.pictures = self.shelf.lone();
        page.wishes = self.wishes(layout.as_ref(), articles, &page);
        self.apart(&page);
        self.limit(&Place::field("articles"), "page_chars", self.chars, limits.page_chars);
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
            let date =
                Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
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

    /// The name of the paper, and the website behind it.
    fn publication(&mut self, publication: &mut proto::Publication) -> (Text, String) {
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
            ("pinyin", pinyin),
            ("slogan", slogan),
            ("price", price),
            ("address", address),
            ("printer", printer),
            ("adLicence", ad_licence),
            ("mastheadPictureId", &mut *masthead_picture_id),
            ("supervisor", supervisor),
            ("sponsor", sponsor),
            ("chiefEditor", chief_editor),
            ("phone", phone),
            ("zipCode", zip_code),
        ] {
            self.unserved(&format!("publication.{field}"), !text.is_empty());
        }
        self.artwork(masthead_picture_id, &Place::field("publication.mastheadPictureId"));
        self.unserved("publication.issueNumber", *issue_number > 0);
        self.unserved("publication.totalIssues", *total_issues > 0);
        let name = self.text(name, &Place::field("publication.name"), self.line());
        // It is not printed but leads there from the name of the paper, in files for readers.
        let site = site(website).filter(|_| !name.is_empty());
        self.unserved("publication.website", !website.is_empty() && site.is_none());
        (name, site.unwrap_or_default())
    }

    /// Fills in missing ids of articles and refuses those used twice.
    fn ids(&mut self, articles: &mut [proto::Article]) {
        for (index, article) in articles.iter_mut().enumerate() {
            if article.id.is_empty() {
                article.id = format!("a{}", index + 1);
            }
            self.id(&article.id, &Place::field(format!("articles[{index}].id")));
        }
    }

    /// An id that nothing else on the page may have.
    pub(crate) fn id(&mut self, id: &str, place: &Place) {
        self.id_form(id, place);
        if !self.shelf.ids.insert(id.to_owned()) {
            let id = shown(id);
            self.error(
                Code::BadId,
                place.clone(),
                format!("标识“{id}”重复"),
                format!("the id “{id}” is used twice"),
            );
        }
    }

    /// What any id is made of.
    pub(crate) fn id_form(&mut self, id: &str, place: &Place) {
        let most = self.context.limits.id_chars;
        self.limit(place, "id_chars", id.chars().count(), most);
        if id.chars().any(char::is_control) {
            self.error(
                Code::BadId,
                place.clone(),
                "标识含控制字符",
                "the id holds a control character",
            );
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
            placement: _,
            alternatives,
            head_position,
            brief,
        } = article;
        let at = format!("articles[{index}]");
        let place = |field: &str| Place::field(format!("{at}.{field}")).in_article(id);
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
            kicker: self.turned(kicker, &place("kicker")),
            headline: self.turned(headline, &place("headline")),
            weight: *weight,
            head: self.head_wish(*head_position, place("headPosition")),
            boxed: *boxed,
            tinted: *tinted,
            brief: *brief,
            ..Article::default()
        };
        out.deck = self.lines(deck, &place("deck"), self.head());
        out.alternatives = self.alternatives(alternatives, &place("alternatives"));
        out.summary = self.lines(r#abstract, &place("abstract"), self.line());
        let (byline, from) = self.byline(bylines, &place("bylines"));
        out.byline = byline;
        self.article_pictures(pictures, &place("pictures"));
        let mut blocks: Vec<Block> = Vec::new();
        let note = self.lines(editor_note, &place("editorNote"), self.copy());
        blocks.extend(self.labelled(note).into_iter().map(Block::Aside));
        blocks.extend(self.body(body, &place("body")));
        let dateline = self.text(dateline, &place("dateline"), self.line());
        self.lead(&mut blocks, dateline);
        self.lone_crosshead(&blocks);
        let whole = Place::field(at.as_str()).in_article(id);
        self.jumps(&mut blocks, jump_from.as_mut(), jump_to.as_mut(), &whole);
        blocks.extend(Some(from).filter(|from| !from.is_empty()).map(Block::Note));
        (out.body, out.pictures) = (blocks, self.shelf.of_article());
        self.complete(&out, &at);
        out
    }

    /// A crosshead that nothing follows.
    fn lone_crosshead(&mut self, blocks: &[Block]) {
        let last = blocks.iter().rfind(|block| !matches!(block, Block::Quote(_)));
        if let Some(Block::Crosshead(text)) = last {
            let words = Words::new("小标题后没有正文", "no copy follows the crosshead");
            let place = Place::field(text.field.as_str());
            self.notes.push(Diagnostic::new(Code::LoneCrosshead, place, words).rule("R53"));
        }
    }

    /// The blocks of a body, within its limits.
    fn body(&mut self, body: &mut [proto::Block], place: &Place) -> Vec<Block> {
        let limits = self.context.limits;
        if !self.limit(place, "blocks", body.len(), limits.blocks) {
            return Vec::new();
        }
        let start = self.chars;
        let mut blocks = Vec::with_capacity(body.len());
        for (k, block) in body.iter_mut().enumerate() {
            let field = format!("{}[{k}]", place.field);
            blocks.extend(self.block(block, &Place::field(field).in_article(&place.article)));
        }
        self.limit(place, "article_chars", self.chars - start, limits.article_chars);
        blocks
    }

    /// An article without headline or body is none; pictures may stand for a body.
    fn complete(&mut self, article: &Article, at: &str) {
        let mut missing = |field: &str, zh: &str, en: &str| {
            let place = Place::field(format!("{at}.{field}")).in_article(&article.id);
            if !self.has_error(&place.field) {
                self.error(Code::Incomplete, place, zh, en);
            }
        };
        if article.headline.is_empty() {
            missing("headline", "稿件没有标题", "the article has no headline");
        }
        // Jump lines are ours, and a pull quote repeats what would have to be there.
        let own = article
            .body
            .iter()
            .filter(|block| !matches!(block, Block::Quote(_) | Block::From(_) | Block::Onward(_)));
        let bare = own.flat_map(Block::texts).all(Text::is_empty);
        if bare && article.pictures.is_empty() {
            missing("body", "稿件没有正文", "the article has no body");
        }
    }

    /// The byline, and the note of affiliations that ends the article.
    fn byline(&mut self, bylines: &mut [proto::Byline], place: &Place) -> (Text, Text) {
        let mut parts: Vec<String> = Vec::new();
        let mut from: Vec<(String, String)> = Vec::new();
        let mut last_role = String::new();
        for (k, byline) in bylines.iter_mut().enumerate() {
            let proto::Byline { name, role, affiliation } = byline;
            let field = |name| {
                Place::field(format!("{}[{k}].{name}", place.field)).in_article(&place.article)
            };
            let kind = self.line();
            let affiliation = self.text(affiliation, &field("affiliation"), kind).text;
            let role = self.text(role, &field("role"), kind).text;
            let name = self.text(name, &field("name"), kind).text;
            if name.is_empty() {
                self.error(Code::BadValue, field("name"), "署名没有姓名", "the byline has no name");
            }
            // Authors in a row with the same role share it.
            if !role.is_empty() && role != last_role {
                parts.push(role.clone());
            }
            last_role = role;
            if !affiliation.is_empty() {
                from.push((name.clone(), affiliation));
            }
            parts.push(name);
        }
        let note = match from.as_slice() {
            [] => String::new(),
            [(_, only)] => format!("（作者系{only}）"),
            all => {
                let each = all.iter().map(|(name, from)| format!("{name}系{from}"));
                format!("（{}）", each.collect::<Vec<_>>().join("，"))
            }
        };
        let text = |text| Text { text, field: place.field.clone(), ..Text::default() };
        (text(parts.join(" ")), text(note))
    }
}

/// An id or a name as a message shows it: the start says which it is, the rest may be of any length.
pub(crate) fn shown(id: &str) -> String {
    id.chars().take(40).collect()
}

/// The address of a website, which may be written without the kind of it.
fn site(website: &str) -> Option<String> {
    let site = website.trim();
    let host = |host: &str| host.contains('.') && host.bytes().all(|byte| byte.is_ascii_graphic());
    match site.split_once("://") {
        Some(("http" | "https", rest)) => host(rest).then(|| site.to_owned()),
        Some(_) => None,
        None => (host(site) && !site.contains('@')).then(|| format!("http://{site}")),
    }
}
