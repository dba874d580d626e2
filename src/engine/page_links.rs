//! Links in files for readers: the website behind the name of the paper, and the web and mail
//! addresses in the copy.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::makeup::MadeUpPage;
use crate::model::PageCopy;
use crate::output::pdf::{GlyphSpan, PageLink};
use crate::page::{GlyphRun, ItemOwner, PageItem, TextRole};
use crate::script::find_addresses;

/// Schemes that a link may have.
const SCHEMES: [&str; 3] = ["http://", "https://", "mailto:"];

/// Text on the page by owner, page and role. Paragraphs count as one text on all pages, because
/// they may continue in the appendix.
type TextKey = (ItemOwner, usize, TextRole);

/// Links of all pages, in reading order. Page numbers in jump lines are not links: the other page
/// is in another file.
pub(crate) fn page_links(page: &MadeUpPage, copy: &PageCopy) -> Vec<PageLink> {
    let mut texts: BTreeMap<TextKey, JoinedRuns> = BTreeMap::new();
    let mut reading_order: Vec<TextKey> = Vec::new();
    for (page_index, page) in page.pages.iter().enumerate() {
        for (item_index, item) in page.items().iter().enumerate() {
            let PageItem::Run(run) = item else { continue };
            let may_continue = matches!(run.role, TextRole::Block(_) | TextRole::Crosshead(_));
            let key = (run.owner, if may_continue { 0 } else { page_index }, run.role);
            let joined = texts.entry(key).or_insert_with(|| {
                // The map sorts by owner; readers meet the texts in the order of the page.
                reading_order.push(key);
                JoinedRuns::default()
            });
            joined.push_run(page_index, item_index, run);
        }
    }
    let in_text = |key: &TextKey| {
        let joined = &texts[key];
        let link = |range: Range<usize>| {
            let uri = link_target(&joined.text[range.clone()])?;
            Some(PageLink { uri, spans: joined.glyph_spans(&range) })
        };
        find_addresses(&joined.text).into_iter().filter_map(link).collect::<Vec<_>>()
    };
    paper_name_link(page, copy).into_iter().chain(reading_order.iter().flat_map(in_text)).collect()
}

/// Link from the name of the paper in the page head to its website.
fn paper_name_link(page: &MadeUpPage, copy: &PageCopy) -> Option<PageLink> {
    let uri = link_target(&copy.paper_website)?;
    let line = page.lines.iter().find(|line| *line.field == *copy.paper_name.field)?;
    let items = page.pages.first()?.items();
    let spans = line.items.clone().filter_map(|item| match items.get(item)? {
        PageItem::Run(run) => Some(GlyphSpan { page: 0, item, glyphs: 0..run.glyphs.len() }),
        PageItem::Fill(_) | PageItem::Disc(_) | PageItem::Picture(_) => None,
    });
    let spans: Vec<GlyphSpan> = spans.collect();
    (!spans.is_empty()).then_some(PageLink { uri, spans })
}

/// URI that an address opens. `None` if its scheme is not allowed.
fn link_target(address: &str) -> Option<String> {
    let lower = address.to_ascii_lowercase();
    let target = if SCHEMES.iter().any(|scheme| lower.starts_with(scheme)) {
        address.to_owned()
    } else if lower.starts_with("www.") {
        // Sites answer over http and redirect to https if they have it.
        format!("http://{address}")
    } else if lower.contains("://") {
        // Other schemes may start programs on the reader's machine.
        return None;
    } else if address.contains('@') {
        format!("mailto:{address}")
    } else {
        return None;
    };
    // A URI is ASCII (RFC 3986); anything else is text that only looks like an address.
    target.bytes().all(|byte| byte.is_ascii_graphic()).then_some(target)
}

/// Runs of one text, joined so that addresses can be found across lines.
#[derive(Default)]
struct JoinedRuns {
    text: String,
    runs: Vec<JoinedRun>,
}

/// A run, and its place in the joined text.
struct JoinedRun {
    page: usize,
    item: usize,
    /// Byte at which the run starts in the text.
    start: usize,
    /// Byte at which each glyph of the run ends in the text.
    glyph_ends: Vec<usize>,
}

impl JoinedRuns {
    fn push_run(&mut self, page: usize, item: usize, run: &GlyphRun) {
        let start = self.text.len();
        let glyph_ends = (0..run.glyphs.len()).map(|glyph| {
            // A hyphen that was added at a line end is not part of the text.
            self.text.extend(run.text[run.text_range(glyph)].chars().filter(|c| *c != '\u{ad}'));
            self.text.len()
        });
        let glyph_ends = glyph_ends.collect();
        self.runs.push(JoinedRun { page, item, start, glyph_ends });
    }

    /// Glyphs that draw a part of the text, run by run.
    fn glyph_spans(&self, range: &Range<usize>) -> Vec<GlyphSpan> {
        let mut spans = Vec::new();
        for JoinedRun { page, item, start, glyph_ends } in &self.runs {
            let glyphs_before = |at: usize| glyph_ends.iter().take_while(|end| **end <= at).count();
            // A part that began on an earlier line covers this run from its first glyph.
            let from = if range.start <= *start { 0 } else { glyphs_before(range.start) };
            let to = glyphs_before(range.end);
            if from < to {
                spans.push(GlyphSpan { page: *page, item: *item, glyphs: from..to });
            }
        }
        spans
    }
}

#[cfg(test)]
mod tests {
    use super::link_target;

    #[test]
    fn only_the_web_and_mail_are_opened() {
        for (address, expected) in [
            ("www.example.com.cn", Some("http://www.example.com.cn")),
            ("https://a.cn/b?c=d", Some("https://a.cn/b?c=d")),
            ("HTTP://A.CN", Some("HTTP://A.CN")),
            ("news@a.cn", Some("mailto:news@a.cn")),
            ("mailto:news@a.cn", Some("mailto:news@a.cn")),
            ("javascript://a.cn", None),
            ("ftp://a.cn/x@y", None),
            ("a.cn", None),
            ("", None),
            ("https://例.cn", None),
        ] {
            assert_eq!(link_target(address).as_deref(), expected, "{address}");
        }
    }
}
