//! Links in a file for readers: which glyphs show them, and the annotations over these (ISO 32000-1 12.5.6.5).

use std::collections::BTreeMap;
use std::ops::Range;

use lopdf::{Dictionary, Object, ObjectId};

use crate::output::pdf::fonts::{FontSubsets, name, text};
use crate::output::pdf::order::PageLink;
use crate::page::{GlyphRun, Page, PageItem};
use crate::unit::Rect;

/// By page and item: which glyphs are a link, and which link.
pub(crate) type LinkSpans = BTreeMap<(usize, usize), Vec<(Range<usize>, usize)>>;

/// The glyphs of links by the runs that show them; in a run they are in order.
pub(crate) fn link_spans(links: &[PageLink]) -> LinkSpans {
    let mut out = LinkSpans::new();
    for (k, link) in links.iter().enumerate() {
        for shown in &link.spans {
            let own = out.entry((shown.page, shown.item)).or_default();
            // A run shows one link at a place.
            if own.last().is_none_or(|(last, _)| last.end <= shown.glyphs.start) {
                own.push((shown.glyphs.clone(), k));
            }
        }
    }
    out
}

/// An annotation of a link, in the file.
pub(crate) struct LinkAnnotation {
    /// Which link.
    pub(crate) link: usize,
    /// The page it is on.
    pub(crate) page: ObjectId,
    /// The annotation.
    pub(crate) annotation: ObjectId,
    /// Its key in the tree of parents.
    pub(crate) parent_tree_key: usize,
}

/// The annotations, each with its link and page: one a line on which a link is shown.
pub(crate) fn link_annotations(
    links: &[PageLink],
    pages: &[Page],
    subsets: &FontSubsets,
    box_of: &dyn Fn(&Rect) -> Object,
) -> Vec<(usize, usize, Dictionary)> {
    let mut places: Vec<(usize, usize, Rect)> = Vec::new();
    let mut kept = BTreeMap::new();
    for ((page, item), spans) in link_spans(links) {
        for (glyphs, link) in spans {
            kept.entry(link).or_insert_with(Vec::new).push((page, item, glyphs));
        }
    }
    for (link, shown) in kept {
        for (page, item, glyphs) in shown {
            let Some(PageItem::Run(run)) = pages.get(page).and_then(|page| page.items().get(item))
            else {
                continue;
            };
            let rect = glyph_area(run, glyphs, subsets);
            match places.last_mut() {
                // Runs of several faces on one line.
                Some((own, at, last))
                    if *own == link && *at == page && last.y == rect.y && last.x < rect.x =>
                {
                    last.width = rect.right() - last.x;
                }
                _ => places.push((link, page, rect)),
            }
        }
    }
    let one = |(link, page, rect): (usize, usize, Rect)| {
        let target = &links[link].uri;
        let mut action = Dictionary::new();
        action.set("S", name("URI"));
        action.set("URI", Object::string_literal(target.as_str()));
        let mut annotation = Dictionary::new();
        annotation.set("Type", name("Annot"));
        annotation.set("Subtype", name("Link"));
        annotation.set("Rect", box_of(&rect));
        annotation.set("Border", vec![Object::Integer(0); 3]);
        // Printed, which PDF/A wants, although there is nothing to see of it.
        annotation.set("F", 4);
        annotation.set("Contents", text(target));
        annotation.set("A", action);
        (link, page, annotation)
    };
    places.into_iter().map(one).collect()
}

/// Where some glyphs of a run are.
fn glyph_area(run: &GlyphRun, glyphs: Range<usize>, subsets: &FontSubsets) -> Rect {
    let size = if run.is_turned { run.size.height } else { run.size.width };
    let advance = |k: usize| {
        let subset = subsets.get(run.font)?;
        let cid = subset.cid(run.glyphs[k].id, &run.text[run.text_range(k)])?;
        Some(size.scale(i64::from(subset.width(cid)), 1000))
    };
    let from = run.glyphs[glyphs.start].x;
    let last = glyphs.end - 1;
    let to = run.glyphs[last].x + advance(last).unwrap_or(size / 2);
    let (above, high) = (run.size.height.scale(88, 100), run.size.height);
    if run.is_turned {
        Rect::new(run.origin.x - (high - above), run.origin.y + from, high, to - from)
    } else {
        Rect::new(run.origin.x + from, run.origin.y - above, to - from, high)
    }
}
