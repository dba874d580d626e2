//! The addresses on the pages of a file for readers: the paper's website behind its name, web and mail addresses in
//! the copy.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::makeup::MadeUpPage;
use crate::model::PageCopy;
use crate::output::pdf::{GlyphSpan, PageLink};
use crate::page::{GlyphRun, ItemOwner, PageItem, TextRole};
use crate::script::find_addresses;

/// The only kinds of address that a file of ours opens.
const SCHEMES: [&str; 3] = ["http://", "https://", "mailto:"];

/// The links of all pages, in reading order. Page numbers in jump lines are none: the other page is another file.
pub(crate) fn links(made: &MadeUpPage, copy: &PageCopy) -> Vec<PageLink> {
    let mut out = Vec::new();
    out.extend(name_of_paper(made, copy));
    let mut texts: BTreeMap<(ItemOwner, usize, TextRole), JoinedRuns> = BTreeMap::new();
    let mut order: Vec<(ItemOwner, usize, TextRole)> = Vec::new();
    for (page, sheet) in made.pages.iter().enumerate() {
        for (item, run) in sheet.items().iter().enumerate() {
            let PageItem::Run(run) = run else { continue };
            // A paragraph may go on upon another page, the lines of heads are of theirs.
            let own = matches!(run.role, TextRole::Block(_) | TextRole::Crosshead(_));
            let key = (run.owner, if own { 0 } else { page }, run.role);
            let joined = texts.entry(key).or_insert_with(|| {
                order.push(key);
                JoinedRuns::default()
            });
            joined.add(page, item, run);
        }
    }
    for key in order {
        let joined = &texts[&key];
        for range in find_addresses(&joined.text) {
            let Some(target) = target(&joined.text[range.clone()]) else { continue };
            out.push(PageLink { uri: target, spans: joined.shown(&range) });
        }
    }
    out
}

/// The website of the paper, behind its name in the page head.
fn name_of_paper(made: &MadeUpPage, copy: &PageCopy) -> Option<PageLink> {
    let target = target(&copy.paper_website)?;
    let line = made.lines.iter().find(|line| *line.field == *copy.paper_name.field)?;
    let items = made.pages.first()?.items();
    let shown = line.items.clone().filter_map(|item| match items.get(item)? {
        PageItem::Run(run) => Some(GlyphSpan { page: 0, item, glyphs: 0..run.glyphs.len() }),
        PageItem::Fill(_) | PageItem::Disc(_) | PageItem::Picture(_) => None,
    });
    let shown: Vec<GlyphSpan> = shown.collect();
    (!shown.is_empty()).then_some(PageLink { uri: target, spans: shown })
}

/// What an address opens; `None` for what a file for readers does not open.
fn target(address: &str) -> Option<String> {
    let lower = address.to_ascii_lowercase();
    let target = if SCHEMES.iter().any(|scheme| lower.starts_with(scheme)) {
        address.to_owned()
    } else if lower.starts_with("www.") {
        // Every site answers here and sends on to its own kind.
        format!("http://{address}")
    } else if lower.contains("://") {
        return None;
    } else if address.contains('@') {
        format!("mailto:{address}")
    } else {
        return None;
    };
    target.bytes().all(|byte| byte.is_ascii_graphic()).then_some(target)
}

/// The runs of one text, as one.
#[derive(Default)]
struct JoinedRuns {
    text: String,
    /// Where each run starts in the text, and where it is.
    runs: Vec<(usize, usize, usize)>,
    /// Where the glyphs of each run end in the text.
    ends: Vec<Vec<usize>>,
}

impl JoinedRuns {
    fn add(&mut self, page: usize, item: usize, run: &GlyphRun) {
        self.runs.push((self.text.len(), page, item));
        let ends = (0..run.glyphs.len()).map(|k| {
            // A hyphen that a line added is no part of the text.
            self.text.extend(run.text[run.text_range(k)].chars().filter(|c| *c != '\u{ad}'));
            self.text.len()
        });
        let ends = ends.collect();
        self.ends.push(ends);
    }

    /// The glyphs that draw a part of the text, run by run.
    fn shown(&self, range: &Range<usize>) -> Vec<GlyphSpan> {
        let mut out = Vec::new();
        for ((start, page, item), ends) in self.runs.iter().zip(&self.ends) {
            let before = |at: usize| ends.iter().take_while(|end| **end <= at).count();
            let from = if range.start <= *start { 0 } else { before(range.start) };
            let to = ends.iter().take_while(|end| **end <= range.end).count();
            if from < to {
                out.push(GlyphSpan { page: *page, item: *item, glyphs: from..to });
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn only_the_web_and_mail_are_opened() {
        for (address, expected) in [
            ("www.nmgnews.com.cn", Some("http://www.nmgnews.com.cn")),
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
            assert_eq!(target(address).as_deref(), expected, "{address}");
        }
    }
}
