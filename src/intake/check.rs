//! From a record to a checked page of copy, or the reasons why it is none.
//!
//! The messages are taken apart field by field: a new field of the contract does not compile until it is
//! set, checked or named as not served.

use time::{Date, Month};

use crate::config::{PAGE_NUMBER_CHARS, RequestLimits};
use crate::error::Error;
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace, WithFindings};
use crate::font::FontSet;
use crate::image::PictureSupply;
use crate::intake::clean::SpaceMeaning;
use crate::intake::pictures::PicturePool;
use crate::intake::switches::NormaliseSwitches;
use crate::model::{Article, BodyBlock, CopyText, PageCopy};
use crate::proto;

/// What the check needs beside the record.
#[derive(Clone, Copy, Debug)]
pub struct CheckContext<'a> {
    /// For the faces of spans.
    pub fonts: &'a FontSet,
    /// What one request may hold.
    pub limits: &'a RequestLimits,
    /// Which corrections are allowed.
    pub switches: &'a NormaliseSwitches,
    /// The roles of the staff line: editors, proofreaders, designers.
    pub staff_roles: &'a [String; 3],
    /// Pictures that were given beside the record.
    pub pictures: &'a PictureSupply,
    /// Whether a lock to a place that no page has, or that is taken, is dropped and told; else it refuses the record.
    pub drops_bad_locks: bool,
}

/// Checks and cleans a record. The record is changed to what was understood: cleaned texts, ids filled
/// in; checked again it gives the same page.
///
/// # Errors
/// Every field that makes the record no page, each named by its path.
pub fn normalise_and_check(
    record: &mut proto::PageRecord,
    context: &CheckContext<'_>,
) -> Result<WithFindings<PageCopy>, Error> {
    let (notes, errors, shelf) = (Vec::new(), Vec::new(), PicturePool::default());
    let mut check = RecordChecker { context, notes, errors, char_count: 0, pictures: shelf };
    let page = check.check_page(record);
    if check.errors.is_empty() {
        Ok(WithFindings { value: page, findings: check.notes })
    } else {
        Err(Error::Rejected(check.errors))
    }
}

pub(crate) struct RecordChecker<'a> {
    pub(crate) context: &'a CheckContext<'a>,
    pub(crate) notes: Vec<Finding>,
    pub(crate) errors: Vec<Finding>,
    pub(crate) char_count: usize,
    pub(crate) pictures: PicturePool,
}

/// How a field is read.
#[derive(Clone, Copy)]
pub(crate) struct FieldRules {
    pub(crate) chars_max: usize,
    pub(crate) spaces: SpaceMeaning,
}

impl RecordChecker<'_> {
    pub(crate) fn report_error(
        &mut self,
        code: FindingCode,
        place: FindingPlace,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.errors.push(Finding::new(code, place, Bilingual::new(zh, en)));
    }

    /// What was found since `from` is wrong with locks alone: where these may be dropped it is told, and refuses
    /// nothing.
    pub(crate) fn downgrade_lock_errors(&mut self, from: usize) {
        if self.context.drops_bad_locks {
            let dropped = self.errors.drain(from..).map(Finding::with_dropped_lock);
            self.notes.extend(dropped);
        }
    }

    /// Whether an error was found in this field or below it.
    pub(crate) fn has_error_at(&self, field: &str) -> bool {
        self.errors.iter().any(|error| error.place.field.starts_with(field))
    }

    pub(crate) fn note_unsupported(&mut self, field: &str, given: bool) {
        if given {
            let words = Bilingual::new(
                format!("字段 {field} 尚未支持"),
                format!("{field} is not served yet"),
            );
            self.notes.push(Finding::new(
                FindingCode::UnsupportedField,
                FindingPlace::of_field(field),
                words,
            ));
        }
    }

    pub(crate) fn check_limit(
        &mut self,
        place: &FindingPlace,
        name: &str,
        count: usize,
        most: usize,
    ) -> bool {
        if count <= most {
            return true;
        }
        self.report_error(
            FindingCode::LimitExceeded,
            place.clone(),
            format!("超过上限 {name}：{count}，上限 {most}"),
            format!("over the limit {name}: {count}, at most {most}"),
        );
        false
    }

    pub(crate) fn head_rules(&self) -> FieldRules {
        FieldRules { chars_max: self.context.limits.headline_chars, spaces: SpaceMeaning::Clause }
    }

    pub(crate) fn line_rules(&self) -> FieldRules {
        FieldRules { chars_max: self.context.limits.line_chars, spaces: SpaceMeaning::Clause }
    }

    pub(crate) fn body_rules(&self) -> FieldRules {
        FieldRules { chars_max: self.context.limits.article_chars, spaces: SpaceMeaning::Stray }
    }

    fn check_page(&mut self, record: &mut proto::PageRecord) -> PageCopy {
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
            date: self.check_date(date),
            page_number: self.clean_text(
                number,
                &FindingPlace::of_field("number"),
                FieldRules { chars_max: PAGE_NUMBER_CHARS, ..self.line_rules() },
            ),
            section: self.clean_text(
                section,
                &FindingPlace::of_field("section"),
                self.line_rules(),
            ),
            banner: self.clean_text(banner, &FindingPlace::of_field("banner"), self.head_rules()),
            ..PageCopy::default()
        };
        if !self.read_page_pictures(pictures, articles) {
            return page;
        }
        if let Some(publication) = publication {
            (page.paper_name, page.paper_website) = self.check_publication(publication);
        }
        // Page 1 has a masthead in place of the page head (R76).
        let first = page.page_number.text.trim_start_matches(|c: char| !c.is_ascii_digit());
        self.note_unsupported("number (masthead of page 1)", first.parse() == Ok(1_u32));
        self.note_unsupported("pagesToday", *pages_today > 0);
        self.note_unsupported("weather", !weather.is_empty());
        if articles.is_empty() {
            self.report_error(
                FindingCode::NoArticle,
                FindingPlace::of_field("articles"),
                "没有稿件",
                "there is no article",
            );
        }
        if !self.check_limit(
            &FindingPlace::of_field("articles"),
            "articles",
            articles.len(),
            limits.articles,
        ) {
            return page;
        }
        self.assign_article_ids(articles);
        for (index, article) in articles.iter_mut().enumerate() {
            page.articles.push(self.check_article(article, index));
        }
        page.staff = self.staff_line(credits.as_mut(), articles);
        page.reserved = self.check_reserved(reserved);
        page.pictures = self.pictures.take_unclaimed();
        page.requests = self.desk_requests(layout.as_ref(), articles, &page);
        self.check_overlaps(&page);
        self.check_limit(
            &FindingPlace::of_field("articles"),
            "page_chars",
            self.char_count,
            limits.page_chars,
        );
        page
    }

    fn check_date(&mut self, date: &str) -> Option<Date> {
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
            self.report_error(
                FindingCode::BadValue,
                FindingPlace::of_field("date"),
                format!("没有“{}”这一天，应为 YYYY-MM-DD", date.escape_debug()),
                format!("there is no date “{}”; it is written YYYY-MM-DD", date.escape_debug()),
            );
        }
        read
    }

    /// The name of the paper, and the website behind it.
    fn check_publication(&mut self, publication: &mut proto::Publication) -> (CopyText, String) {
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
            self.note_unsupported(&format!("publication.{field}"), !text.is_empty());
        }
        self.claim_artwork(
            masthead_picture_id,
            &FindingPlace::of_field("publication.mastheadPictureId"),
        );
        self.note_unsupported("publication.issueNumber", *issue_number > 0);
        self.note_unsupported("publication.totalIssues", *total_issues > 0);
        let name =
            self.clean_text(name, &FindingPlace::of_field("publication.name"), self.line_rules());
        // It is not printed but leads there from the name of the paper, in files for readers.
        let site = website_url(website).filter(|_| !name.is_empty());
        self.note_unsupported("publication.website", !website.is_empty() && site.is_none());
        (name, site.unwrap_or_default())
    }

    /// Fills in missing ids of articles and refuses those used twice.
    fn assign_article_ids(&mut self, articles: &mut [proto::Article]) {
        for (index, article) in articles.iter_mut().enumerate() {
            if article.id.is_empty() {
                article.id = format!("a{}", index + 1);
            }
            self.claim_id(&article.id, &FindingPlace::of_field(format!("articles[{index}].id")));
        }
    }

    /// An id that nothing else on the page may have.
    pub(crate) fn claim_id(&mut self, id: &str, place: &FindingPlace) {
        self.check_id_form(id, place);
        if !self.pictures.used_ids.insert(id.to_owned()) {
            let id = shorten_id(id);
            self.report_error(
                FindingCode::BadId,
                place.clone(),
                format!("标识“{id}”重复"),
                format!("the id “{id}” is used twice"),
            );
        }
    }

    /// What any id is made of.
    pub(crate) fn check_id_form(&mut self, id: &str, place: &FindingPlace) {
        let most = self.context.limits.id_chars;
        self.check_limit(place, "id_chars", id.chars().count(), most);
        if id.chars().any(char::is_control) {
            self.report_error(
                FindingCode::BadId,
                place.clone(),
                "标识含控制字符",
                "the id holds a control character",
            );
        }
    }

    fn check_article(&mut self, article: &mut proto::Article, index: usize) -> Article {
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
        let place = |field: &str| FindingPlace::of_field(format!("{at}.{field}")).in_article(id);
        if *weight > 100 {
            self.report_error(
                FindingCode::BadValue,
                place("weight"),
                format!("权重 {weight} 不在 0–100 之间"),
                format!("the weight {weight} is not between 0 and 100"),
            );
        }
        let mut out = Article {
            id: id.clone(),
            column_title: self.clean_text(column_title, &place("columnTitle"), self.head_rules()),
            kicker: self.clean_head_text(kicker, &place("kicker")),
            headline: self.clean_head_text(headline, &place("headline")),
            weight: *weight,
            head_request: self.head_request(*head_position, place("headPosition")),
            is_boxed: *boxed,
            is_tinted: *tinted,
            is_brief: *brief,
            ..Article::default()
        };
        out.deck = self.clean_lines(deck, &place("deck"), self.head_rules());
        out.head_variants = self.check_alternatives(alternatives, &place("alternatives"));
        out.summary = self.clean_lines(r#abstract, &place("abstract"), self.line_rules());
        let (byline, from) = self.byline_and_affiliations(bylines, &place("bylines"));
        out.byline = byline;
        self.read_article_pictures(pictures, &place("pictures"));
        let mut blocks: Vec<BodyBlock> = Vec::new();
        let note = self.clean_lines(editor_note, &place("editorNote"), self.body_rules());
        blocks.extend(self.label_editor_note(note).into_iter().map(BodyBlock::Aside));
        blocks.extend(self.check_body(body, &place("body")));
        let dateline = self.clean_text(dateline, &place("dateline"), self.line_rules());
        self.insert_dateline(&mut blocks, dateline);
        self.note_lone_crosshead(&blocks);
        let whole = FindingPlace::of_field(at.as_str()).in_article(id);
        self.insert_jump_lines(&mut blocks, jump_from.as_mut(), jump_to.as_mut(), &whole);
        blocks.extend(Some(from).filter(|from| !from.is_empty()).map(BodyBlock::Note));
        (out.body, out.pictures) = (blocks, self.pictures.take_article_pictures());
        self.check_complete(&out, &at);
        out
    }

    /// A crosshead that nothing follows.
    fn note_lone_crosshead(&mut self, blocks: &[BodyBlock]) {
        let last = blocks.iter().rfind(|block| !matches!(block, BodyBlock::PullQuote(_)));
        if let Some(BodyBlock::Crosshead(text)) = last {
            let words = Bilingual::new("小标题后没有正文", "no copy follows the crosshead");
            let place = FindingPlace::of_field(text.field.as_str());
            self.notes
                .push(Finding::new(FindingCode::LoneCrosshead, place, words).with_rule("R53"));
        }
    }

    /// The blocks of a body, within its limits.
    fn check_body(&mut self, body: &mut [proto::Block], place: &FindingPlace) -> Vec<BodyBlock> {
        let limits = self.context.limits;
        if !self.check_limit(place, "blocks", body.len(), limits.blocks) {
            return Vec::new();
        }
        let start = self.char_count;
        let mut blocks = Vec::with_capacity(body.len());
        for (k, block) in body.iter_mut().enumerate() {
            let field = format!("{}[{k}]", place.field);
            blocks.extend(
                self.check_block(block, &FindingPlace::of_field(field).in_article(&place.article)),
            );
        }
        self.check_limit(place, "article_chars", self.char_count - start, limits.article_chars);
        blocks
    }

    /// An article without headline or body is none; pictures may stand for a body.
    fn check_complete(&mut self, article: &Article, at: &str) {
        let mut missing = |field: &str, zh: &str, en: &str| {
            let place = FindingPlace::of_field(format!("{at}.{field}")).in_article(&article.id);
            if !self.has_error_at(&place.field) {
                self.report_error(FindingCode::IncompleteArticle, place, zh, en);
            }
        };
        if article.headline.is_empty() {
            missing("headline", "稿件没有标题", "the article has no headline");
        }
        // Jump lines are ours, and a pull quote repeats what would have to be there.
        let own = article.body.iter().filter(|block| {
            !matches!(
                block,
                BodyBlock::PullQuote(_) | BodyBlock::JumpFrom(_) | BodyBlock::JumpTo(_)
            )
        });
        let bare = own.flat_map(BodyBlock::texts).all(CopyText::is_empty);
        if bare && article.pictures.is_empty() {
            missing("body", "稿件没有正文", "the article has no body");
        }
    }

    /// The byline, and the note of affiliations that ends the article.
    fn byline_and_affiliations(
        &mut self,
        bylines: &mut [proto::Byline],
        place: &FindingPlace,
    ) -> (CopyText, CopyText) {
        let mut parts: Vec<String> = Vec::new();
        let mut from: Vec<(String, String)> = Vec::new();
        let mut last_role = String::new();
        for (k, byline) in bylines.iter_mut().enumerate() {
            let proto::Byline { name, role, affiliation } = byline;
            let field = |name| {
                FindingPlace::of_field(format!("{}[{k}].{name}", place.field))
                    .in_article(&place.article)
            };
            let kind = self.line_rules();
            let affiliation = self.clean_text(affiliation, &field("affiliation"), kind).text;
            let role = self.clean_text(role, &field("role"), kind).text;
            let name = self.clean_text(name, &field("name"), kind).text;
            if name.is_empty() {
                self.report_error(
                    FindingCode::BadValue,
                    field("name"),
                    "署名没有姓名",
                    "the byline has no name",
                );
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
        let text = |text| CopyText { text, field: place.field.clone(), ..CopyText::default() };
        (text(parts.join(" ")), text(note))
    }
}

/// An id or a name as a message shows it: the start says which it is, the rest may be of any length.
pub(crate) fn shorten_id(id: &str) -> String {
    id.chars().take(40).collect()
}

/// The address of a website, which may be written without the kind of it.
fn website_url(website: &str) -> Option<String> {
    let site = website.trim();
    let host = |host: &str| host.contains('.') && host.bytes().all(|byte| byte.is_ascii_graphic());
    match site.split_once("://") {
        Some(("http" | "https", rest)) => host(rest).then(|| site.to_owned()),
        Some(_) => None,
        None => (host(site) && !site.contains('@')).then(|| format!("http://{site}")),
    }
}
