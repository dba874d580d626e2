//! Links in a file for readers: the glyphs that show them and the annotations over these glyphs
//! (ISO 32000-1 12.5.6.5).

use std::collections::BTreeMap;
use std::ops::Range;

use lopdf::{Dictionary, Object, ObjectId};

use crate::output::pdf::fonts::FontSubsets;
use crate::output::pdf::frame::SheetFrame;
use crate::output::pdf::objects::{name_object, text_object};
use crate::output::pdf::order::PageLink;
use crate::page::{GlyphRun, Page, PageItem};
use crate::unit::Rect;

/// Index of a link in the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LinkIndex(pub(crate) usize);

/// Position of a run in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RunPosition {
    /// Index of the page, from 0.
    pub(crate) page: usize,
    /// Index of the run among the items of the page.
    pub(crate) item: usize,
}

/// Glyphs of a run that show a link.
#[derive(Clone)]
pub(crate) struct LinkSpan {
    pub(crate) glyphs: Range<usize>,
    pub(crate) link: LinkIndex,
}

/// Glyph ranges that are link text, by run. The ranges of a run are in order and do not overlap.
pub(crate) type LinkSpans = BTreeMap<RunPosition, Vec<LinkSpan>>;

/// Sorts the glyphs of all links by run.
pub(crate) fn link_spans(links: &[PageLink]) -> LinkSpans {
    let mut spans = LinkSpans::new();
    for (index, link) in links.iter().enumerate() {
        for shown in &link.spans {
            let position = RunPosition { page: shown.page, item: shown.item };
            let of_run = spans.entry(position).or_default();
            // Each glyph shows one link at most: overlapping ranges after the first are ignored.
            // Compared with the last span only, because the spans of a run come in order.
            if of_run.last().is_none_or(|last| last.glyphs.end <= shown.glyphs.start) {
                of_run.push(LinkSpan { glyphs: shown.glyphs.clone(), link: LinkIndex(index) });
            }
        }
    }
    spans
}

/// A link annotation that is in the file.
pub(crate) struct LinkAnnotation {
    /// Link that the annotation opens.
    pub(crate) link: LinkIndex,
    /// Page that the annotation is on.
    pub(crate) page: ObjectId,
    /// The annotation.
    pub(crate) annotation: ObjectId,
    /// Key of the annotation in the parent tree.
    pub(crate) parent_tree_key: usize,
}

/// Part of a link on one line: one annotation.
pub(crate) struct LinkArea {
    pub(crate) link: LinkIndex,
    /// Index of the page, from 0.
    pub(crate) page: usize,
    /// Place on the page, from the top left of the trim.
    rect: Rect,
}

impl LinkArea {
    /// Builds the annotation, which opens the address of the link.
    pub(crate) fn annotation(&self, links: &[PageLink], frame: &SheetFrame) -> Dictionary {
        let uri = &links[self.link.0].uri;
        let mut action = Dictionary::new();
        action.set("S", name_object("URI"));
        action.set("URI", Object::string_literal(uri.as_str()));
        let mut annotation = Dictionary::new();
        annotation.set("Type", name_object("Annot"));
        annotation.set("Subtype", name_object("Link"));
        annotation.set("Rect", frame.rect_object(&self.rect));
        // No frame: the text of the link shows where it is.
        annotation.set("Border", vec![Object::Integer(0); 3]);
        // The Print flag: PDF/A requires it even though the annotation is invisible.
        annotation.set("F", 4);
        annotation.set("Contents", text_object(uri));
        annotation.set("A", action);
        annotation
    }
}

/// Finds the areas of all links, in the order of the links: one for each line that shows a part of
/// a link.
pub(crate) fn link_areas(
    links: &[PageLink],
    pages: &[Page],
    subsets: &FontSubsets,
) -> Vec<LinkArea> {
    let mut shown_by_link: BTreeMap<LinkIndex, Vec<(RunPosition, Range<usize>)>> = BTreeMap::new();
    for (position, spans) in link_spans(links) {
        for span in spans {
            shown_by_link.entry(span.link).or_default().push((position, span.glyphs));
        }
    }
    let mut areas: Vec<LinkArea> = Vec::new();
    for (link, shown) in shown_by_link {
        for (RunPosition { page, item }, glyphs) in shown {
            let Some(PageItem::Run(run)) = pages.get(page).and_then(|page| page.items().get(item))
            else {
                continue;
            };
            let rect = glyph_area(run, glyphs, subsets);
            match areas.last_mut() {
                // A line in several faces is several runs: the area of the link grows over them.
                Some(last)
                    if last.link == link
                        && last.page == page
                        && last.rect.y == rect.y
                        // A run further left does not continue this one.
                        && last.rect.x < rect.x =>
                {
                    last.rect.width = rect.right() - last.rect.x;
                }
                _ => areas.push(LinkArea { link, page, rect }),
            }
        }
    }
    areas
}

/// Rectangle around some glyphs of a run: the em box over their advances.
fn glyph_area(run: &GlyphRun, glyphs: Range<usize>, subsets: &FontSubsets) -> Rect {
    let size = if run.is_turned { run.size.height } else { run.size.width };
    let advance = |glyph: usize| {
        let subset = subsets.get(run.font)?;
        let cid = subset.cid(run.glyphs[glyph].id, &run.text[run.text_range(glyph)])?;
        Some(size.scale(i64::from(subset.width(cid)), 1000))
    };
    let start = run.glyphs[glyphs.start].x;
    let last = glyphs.end - 1;
    // A glyph without a width, which is not drawn, counts half an em.
    let end = run.glyphs[last].x + advance(last).unwrap_or(size / 2);
    // The em box reaches 0.88 em above the baseline and 0.12 em below it.
    let (ascent, height) = (run.size.height.scale(88, 100), run.size.height);
    if run.is_turned {
        let descent = height - ascent;
        Rect::new(run.origin.x - descent, run.origin.y + start, height, end - start)
    } else {
        Rect::new(run.origin.x + start, run.origin.y - ascent, end - start, height)
    }
}
