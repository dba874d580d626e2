//! Checks a record and turns it into a page of copy, or reports why it is not one.
//!
//! Every message of the record is destructured field by field: a new field of the contract does not
//! compile until it is used, checked or reported as not implemented.

use time::{Date, Month};

use crate::config::PAGE_NUMBER_CHARS;
use crate::error::Error;
use crate::finding::{FindingCode, FindingPlace, WithFindings};
use crate::intake::checker::{FieldRules, RecordChecker};
use crate::intake::context::CheckContext;
use crate::model::{CopyText, PageCopy};
use crate::proto;

/// Normalises a record in place and builds the page of copy from it. Texts are cleaned, missing ids
/// filled in; checking the result again gives the same page. Locks to impossible places are left
/// out of the page if [`CheckContext::drops_bad_locks`] is set; the record keeps them.
///
/// # Errors
/// All faults that keep the record from being a page, each with the path of its field.
pub fn normalise_and_check(
    record: &mut proto::PageRecord,
    context: &CheckContext<'_>,
) -> Result<WithFindings<PageCopy>, Error> {
    let mut checker = RecordChecker::new(context);
    let page = checker.check_page(record);
    if checker.errors.is_empty() {
        Ok(WithFindings { value: page, findings: checker.notes })
    } else {
        Err(Error::Rejected(checker.errors))
    }
}

/// True if a page number is that of page 1, which has a masthead in place of the page head (R76).
fn is_first_page(number: &str) -> bool {
    number.trim_start_matches(|c: char| !c.is_ascii_digit()).parse() == Ok(1_u32)
}

impl RecordChecker<'_> {
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
        let field = FindingPlace::of_field;
        let mut page = PageCopy {
            date: self.check_date(date),
            page_number: self.clean_text(
                number,
                &field("number"),
                FieldRules { chars_max: PAGE_NUMBER_CHARS, ..self.line_rules() },
            ),
            section: self.clean_text(section, &field("section"), self.line_rules()),
            banner: self.clean_text(banner, &field("banner"), self.head_rules()),
            ..PageCopy::default()
        };
        // Pictures first: articles and boxes take theirs from this pool.
        if !self.read_page_pictures(pictures, articles) {
            return page;
        }
        if let Some(publication) = publication {
            (page.paper_name, page.paper_website) = self.check_publication(publication);
        }
        self.note_unsupported("number (masthead of page 1)", is_first_page(&page.page_number.text));
        self.note_unsupported("pagesToday", *pages_today > 0);
        self.note_unsupported("weather", !weather.is_empty());
        if articles.is_empty() {
            self.report_error(
                FindingCode::NoArticle,
                field("articles"),
                "没有稿件",
                "the page has no article",
            );
        }
        if !self.check_limit(&field("articles"), "articles", articles.len(), limits.articles) {
            return page;
        }
        // All ids before any article is checked, so that a filled-in id collides with no later one
        // unseen.
        self.assign_article_ids(articles);
        for (index, article) in articles.iter_mut().enumerate() {
            page.articles.push(self.check_article(article, index));
        }
        page.staff = self.staff_line(credits.as_mut(), articles);
        page.reserved = self.check_reserved(reserved);
        // Articles and boxes have taken theirs: what is left stands alone on the page.
        page.pictures = self.pictures.take_unclaimed();
        // After the pictures, because a lock may name a lone picture.
        page.requests = self.desk_requests(layout.as_ref(), articles, &page);
        self.check_overlaps(&page);
        self.check_limit(&field("articles"), "page_chars", self.char_count, limits.page_chars);
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
                // Exact lengths and digits only: the parsers below would also take +1 and 001.
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
                format!("“{}”不是有效日期，应为 YYYY-MM-DD", date.escape_debug()),
                format!("“{}” is not a valid date; expected YYYY-MM-DD", date.escape_debug()),
            );
        }
        read
    }

    /// Name of the paper and its website.
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
        // Claimed even though the masthead is not implemented, or its artwork would stand alone on
        // the page.
        self.claim_artwork(
            masthead_picture_id,
            &FindingPlace::of_field("publication.mastheadPictureId"),
        );
        self.note_unsupported("publication.issueNumber", *issue_number > 0);
        self.note_unsupported("publication.totalIssues", *total_issues > 0);
        let name =
            self.clean_text(name, &FindingPlace::of_field("publication.name"), self.line_rules());
        // The website is not printed. In files for readers the name of the paper links to it.
        let site = website_url(website).filter(|_| !name.is_empty());
        self.note_unsupported("publication.website", !website.is_empty() && site.is_none());
        (name, site.unwrap_or_default())
    }

    /// Fills in missing article ids and reports ids that are used twice.
    fn assign_article_ids(&mut self, articles: &mut [proto::Article]) {
        for (index, article) in articles.iter_mut().enumerate() {
            if article.id.is_empty() {
                article.id = format!("a{}", index + 1);
            }
            self.claim_id(&article.id, &FindingPlace::of_field(format!("articles[{index}].id")));
        }
    }
}

/// Web address of a website that may be written without its scheme. `None` if it is not one.
fn website_url(website: &str) -> Option<String> {
    let site = website.trim();
    let host = |host: &str| host.contains('.') && host.bytes().all(|byte| byte.is_ascii_graphic());
    match site.split_once("://") {
        Some(("http" | "https", rest)) => host(rest).then(|| site.to_owned()),
        // Other schemes are not opened from a newspaper page.
        Some(_) => None,
        None => (host(site) && !site.contains('@')).then(|| format!("http://{site}")),
    }
}
