//! Page contents: the display list as printpdf operators.

use std::ops::Range;

use printpdf::graphics::OverprintMode;
use printpdf::{
    Cmyk, Color, DictItem, ExtendedGraphicsState, ExtendedGraphicsStateId, FontId, LayerInternalId,
    Op, PaintMode, PdfDocument, PdfFontHandle, PdfPage, Pt, Rect, Rgb, TextMatrix,
};

use crate::output::pdf::fonts::{FontSubset, FontSubsets};
use crate::output::pdf::frame::SheetFrame;
use crate::output::pdf::images::PageImages;
use crate::output::pdf::kind::PdfKind;
use crate::output::pdf::links::{LinkSpan, LinkSpans, RunPosition};
use crate::output::pdf::order::{ProofLayer, SpotPlate};
use crate::output::pdf::tags::ContentTag;
use crate::output::screen::inks_to_rgb;
use crate::page::{CmykColour, FilledDisc, FilledRect, GlyphRun, Page, PageItem, PlacedPicture};
use crate::unit::{Abs, TypeSize};

/// Resource name of the layer of proof marks.
pub(crate) const PROOF_LAYER_RESOURCE: &str = "BML0";
/// Resource name of the graphics state in which everything overprints (叠印).
const OVERPRINT_STATE: &str = "GSOVER";
/// Resource name of the graphics state in which everything knocks out what lies below.
const KNOCKOUT_STATE: &str = "GSKNOCK";

/// Returns the resource name of a spot ink's colour space.
pub(crate) fn spot_resource(index: usize) -> String {
    format!("BS{index}")
}

/// Registers the graphics states that the pages use. Files in screen colours need none.
pub(crate) fn register_graphics_states(
    document: &mut PdfDocument,
    kind: PdfKind,
    images: &PageImages<'_>,
) {
    if !kind.uses_inks() {
        return;
    }
    // printpdf writes its fill flag as /OP and its stroke flag as /op, so both have to be set.
    let state = |overprints, mode| {
        ExtendedGraphicsState::default()
            .with_overprint_fill(overprints)
            .with_overprint_stroke(overprints)
            .with_overprint_mode(mode)
    };
    let states = &mut document.resources.extgstates.map;
    let overprint = state(true, OverprintMode::KeepUnderlying);
    states.insert(ExtendedGraphicsStateId(OVERPRINT_STATE.to_owned()), overprint);
    // Only pictures knock out, so a page without any needs no second state.
    if !images.is_empty() {
        let knockout = state(false, OverprintMode::EraseUnderlying);
        states.insert(ExtendedGraphicsStateId(KNOCKOUT_STATE.to_owned()), knockout);
    }
}

/// Resources and settings shared by all pages of a file.
pub(crate) struct PageContext<'a> {
    pub(crate) subsets: &'a FontSubsets,
    pub(crate) images: &'a PageImages<'a>,
    pub(crate) kind: PdfKind,
    pub(crate) spots: &'a [SpotPlate],
    /// Distance from each edge of the media to the trim.
    pub(crate) trim_offset: Abs,
    pub(crate) link_spans: &'a LinkSpans,
}

/// Contents that only some pages have beside their own items.
#[derive(Clone, Copy, Default)]
pub(crate) struct PageOverlays<'a> {
    /// Proof marks below and above the page.
    pub(crate) proof_layer: Option<&'a ProofLayer>,
    /// Marks of the plant around the trim.
    pub(crate) slug: Option<&'a Page>,
}

/// A page as operators.
pub(crate) struct PageContent {
    pub(crate) page: PdfPage,
    /// Tags of the page's marked contents, by MCID. Empty if the file is not tagged.
    pub(crate) tags: Vec<ContentTag>,
}

/// Draws a page. `page_index` counts from 0.
pub(crate) fn draw_page(
    context: &PageContext<'_>,
    page_index: usize,
    page: &Page,
    overlays: PageOverlays<'_>,
) -> PageContent {
    let mut writer = ContentWriter {
        context,
        page_index,
        frame: SheetFrame::new(page.height(), context.trim_offset),
        ops: Vec::with_capacity(page.items().len() * 3),
        colour: None,
        font: None,
        is_in_text: false,
        stretch_percent: 100.0,
        tags: Vec::new(),
        open_tag: None,
    };
    // Set once, at the start: black text overprints, and so does all else but pictures.
    if context.kind.uses_inks() {
        let overprint = ExtendedGraphicsStateId(OVERPRINT_STATE.to_owned());
        writer.ops.push(Op::LoadGraphicsState { gs: overprint });
    }
    if let Some(layer) = overlays.proof_layer {
        writer.draw_layer(&layer.below);
    }
    writer.draw_items(page);
    if let Some(layer) = overlays.proof_layer {
        writer.draw_layer(&layer.above);
    }
    if let Some(slug) = overlays.slug {
        writer.draw_items(slug);
    }
    // Nothing may stay open at the end of a page: text object and marked content are closed.
    writer.switch_tag(None);
    writer.end_text();
    let media = Rect {
        x: Pt(0.0),
        y: Pt(0.0),
        width: pt(page.width() + context.trim_offset * 2),
        height: pt(page.height() + context.trim_offset * 2),
        mode: None,
        winding_order: None,
    };
    let ContentWriter { ops, tags, .. } = writer;
    let page = PdfPage { media_box: media.clone(), trim_box: media.clone(), crop_box: media, ops };
    PageContent { page, tags }
}

/// Writer of one page's operators. It keeps the part of the graphics state that it has set, so that
/// an operator is written only where something changes.
struct ContentWriter<'a> {
    context: &'a PageContext<'a>,
    /// Index of the page, from 0.
    page_index: usize,
    frame: SheetFrame,
    ops: Vec<Op>,
    /// Current fill colour; `None` before the first.
    colour: Option<CmykColour>,
    /// Current face and size; `None` before the first.
    font: Option<(crate::font::FontId, TypeSize)>,
    /// True between `BT` and `ET`.
    is_in_text: bool,
    /// Current width of type, in percent of its height.
    stretch_percent: f64,
    /// Tags of the marked contents that were begun, by MCID.
    tags: Vec<ContentTag>,
    /// Tag of the marked content that is open.
    open_tag: Option<ContentTag>,
}

fn pt(length: Abs) -> Pt {
    Pt(length.to_pt() as f32)
}

impl ContentWriter<'_> {
    fn draw_items(&mut self, page: &Page) {
        for (index, item) in page.items().iter().enumerate() {
            // Every item is marked: content without a tag is a fault in a tagged file.
            self.switch_tag(Some(ContentTag::of_item(item, self.tags.len())));
            match item {
                PageItem::Run(run) => {
                    let position = RunPosition { page: self.page_index, item: index };
                    match self.context.link_spans.get(&position) {
                        // Links exist in files for readers only; the map is empty for all others.
                        Some(spans) => self.draw_linked_run(run, spans),
                        None => self.draw_glyphs(run, 0..run.glyphs.len()),
                    }
                }
                PageItem::Fill(fill) => self.draw_fill(fill),
                PageItem::Disc(disc) => self.draw_disc(disc),
                PageItem::Picture(picture) => self.draw_picture(picture),
            }
        }
    }

    /// Draws proof marks as optional content.
    fn draw_layer(&mut self, page: &Page) {
        // Marked content and text objects must nest: none may begin inside and end outside.
        self.end_text();
        let layer_id = LayerInternalId(PROOF_LAYER_RESOURCE.to_owned());
        self.ops.push(Op::BeginOptionalContent { layer_id });
        self.draw_items(page);
        self.end_text();
        self.ops.push(Op::EndMarkedContent);
    }

    /// Ends the open marked content and begins another, unless the tag stays the same. Does nothing
    /// in a file that is not tagged.
    fn switch_tag(&mut self, tag: Option<ContentTag>) {
        if self.context.kind != PdfKind::Web || self.open_tag == tag {
            return;
        }
        // A text object may not begin in one marked content and end in another.
        self.end_text();
        if self.open_tag.is_some() {
            // Marked contents are not nested here: one ends before the next begins.
            self.ops.push(Op::EndMarkedContent);
        }
        self.open_tag.clone_from(&tag);
        match tag {
            None => {}
            // An artifact is no part of the tree, so it needs no MCID.
            Some(ContentTag::Artifact) => {
                self.ops.push(Op::BeginMarkedContent { tag: "Artifact".to_owned() });
            }
            Some(tag) => {
                // The index in `tags` is the MCID, by which the tree finds the content again.
                let mcid = self.tags.len() as i64;
                let map = [("MCID".to_owned(), DictItem::Int(mcid))].into();
                let properties = DictItem::Dict { map };
                let structure_type = tag.structure_type().to_owned();
                self.ops
                    .push(Op::BeginMarkedContentWithProperties { tag: structure_type, properties });
                self.tags.push(tag);
            }
        }
    }

    fn begin_text(&mut self) {
        if !self.is_in_text {
            self.ops.push(Op::StartTextSection);
            self.is_in_text = true;
        }
    }

    fn end_text(&mut self) {
        if self.is_in_text {
            self.ops.push(Op::EndTextSection);
            self.is_in_text = false;
        }
    }

    /// Sets the fill colour: the plate of a spot ink, CMYK, or RGB in files in screen colours.
    fn set_fill_colour(&mut self, colour: CmykColour) {
        if self.colour == Some(colour) {
            return;
        }
        self.colour = Some(colour);
        let uses_inks = self.context.kind.uses_inks();
        let spot = self.context.spots.iter().position(|spot| spot.colour == colour);
        if let Some(spot) = spot.filter(|_| uses_inks) {
            // printpdf would write a spot colour as CMYK, so the operators are written here.
            let space = vec![DictItem::Name(spot_resource(spot).into_bytes())];
            self.ops.push(Op::Unknown { key: "cs".to_owned(), value: space });
            self.push_operator("scn", &[1.0]);
            return;
        }
        let inks = colour.0.map(|ink| f32::from(ink) / 1000.0);
        let col = if uses_inks {
            let [c, m, y, k] = inks;
            Color::Cmyk(Cmyk::new(c, m, y, k, None))
        } else {
            let [r, g, b] = inks_to_rgb(inks.map(f64::from)).map(|share| share as f32);
            Color::Rgb(Rgb::new(r, g, b, None))
        };
        self.ops.push(Op::SetFillColor { col });
    }

    fn draw_fill(&mut self, fill: &FilledRect) {
        // Paths are not allowed inside a text object.
        self.end_text();
        self.set_fill_colour(fill.colour);
        let rect = &fill.rect;
        self.ops.push(Op::DrawRectangle {
            rectangle: Rect {
                x: pt(self.frame.left + rect.x),
                y: pt(self.frame.top - rect.bottom()),
                width: pt(rect.width),
                height: pt(rect.height),
                mode: Some(PaintMode::Fill),
                winding_order: None,
            },
        });
    }

    fn push_operator(&mut self, key: &str, numbers: &[f64]) {
        let value = numbers.iter().map(|number| DictItem::Real(*number as f32)).collect();
        self.ops.push(Op::Unknown { key: key.to_owned(), value });
    }

    /// Draws a picture, or the part of it that is shown. It knocks out what lies below on every
    /// plate: a grey picture that overprints would leave the colours under it standing.
    fn draw_picture(&mut self, picture: &PlacedPicture) {
        let Some(mut placement) = self.context.images.placement(picture, self.frame.top) else {
            return;
        };
        placement.matrix[4] += self.frame.left.to_pt();
        self.end_text();
        // Everything up to `Q` ends with the picture: knockout, clip and matrix.
        self.push_operator("q", &[]);
        if self.context.kind.uses_inks() {
            let gs = ExtendedGraphicsStateId(KNOCKOUT_STATE.to_owned());
            self.ops.push(Op::LoadGraphicsState { gs });
        }
        if placement.is_clipped {
            let rect = &picture.rect;
            let (left, top) = (self.frame.left, self.frame.top);
            let edges = [left + rect.x, top - rect.bottom(), rect.width, rect.height];
            self.push_operator("re", &edges.map(Abs::to_pt));
            // `W` takes effect with the next painting operator; `n` paints nothing.
            self.push_operator("W", &[]);
            self.push_operator("n", &[]);
        }
        self.push_operator("cm", &placement.matrix);
        let value = vec![DictItem::Name(placement.name.into_bytes())];
        self.ops.push(Op::Unknown { key: "Do".to_owned(), value });
        self.push_operator("Q", &[]);
    }

    /// Draws a disc as four cubic curves.
    fn draw_disc(&mut self, disc: &FilledDisc) {
        // Length of the handles, in radii, at which four curves come nearest to a circle.
        const HANDLE: f64 = 0.552_284_75;
        self.end_text();
        self.set_fill_colour(disc.colour);
        let x = (self.frame.left + disc.centre.x).to_pt();
        let y = (self.frame.top - disc.centre.y).to_pt();
        let radius = disc.diameter.to_pt() / 2.0;
        let at = |dx: f64, dy: f64| [x + dx * radius, y + dy * radius];
        let mut push =
            |key: &str, points: &[[f64; 2]]| self.push_operator(key, points.as_flattened());
        let corners = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0), (1.0, 0.0)];
        push("m", &[at(1.0, 0.0)]);
        for pair in corners.windows(2) {
            let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
            // The tangent at one corner has the direction of the other corner from the centre.
            let first = at(ax + bx * HANDLE, ay + by * HANDLE);
            let second = at(bx + ax * HANDLE, by + ay * HANDLE);
            push("c", &[first, second, at(bx, by)]);
        }
        push("f", &[]);
    }

    /// Sets the width of type that is condensed (长体) or extended (扁体): `Tf` sets the height, `Tz`
    /// stretches the glyphs to the width.
    fn set_stretch(&mut self, size: TypeSize) {
        let percent = if size.width == size.height {
            100.0
        } else {
            size.width.units() as f64 * 100.0 / size.height.units().max(1) as f64
        };
        // `Tz` holds until it is set again, over the end of a text object.
        if percent != self.stretch_percent {
            let value = vec![DictItem::Real(percent as f32)];
            self.ops.push(Op::Unknown { key: "Tz".to_owned(), value });
            self.stretch_percent = percent;
        }
    }

    /// Draws a run that holds links, each under a tag of its own.
    fn draw_linked_run(&mut self, run: &GlyphRun, spans: &[LinkSpan]) {
        let (owner, role) = (run.owner, run.role);
        let mut start = 0;
        for LinkSpan { glyphs, link } in spans {
            self.switch_tag(Some(ContentTag::Text { owner, role }));
            // Empty between two links that touch, which draws nothing.
            self.draw_glyphs(run, start..glyphs.start);
            self.switch_tag(Some(ContentTag::Link { owner, role, link: *link }));
            self.draw_glyphs(run, glyphs.clone());
            start = glyphs.end;
        }
        self.switch_tag(Some(ContentTag::Text { owner, role }));
        self.draw_glyphs(run, start..run.glyphs.len());
    }

    /// Draws some glyphs of a run.
    fn draw_glyphs(&mut self, run: &GlyphRun, glyphs: Range<usize>) {
        // No empty text object for a link that starts or ends its run.
        if glyphs.is_empty() {
            return;
        }
        let Some(subset) = self.context.subsets.get(run.font) else { return };
        // Colour and font belong to the graphics state, so they outlast `ET` and are compared with
        // the last ones set.
        self.set_fill_colour(run.colour);
        self.begin_text();
        if self.font != Some((run.font, run.size)) {
            self.ops.push(Op::SetFont {
                font: PdfFontHandle::External(FontId(subset.resource().to_owned())),
                size: pt(run.size.height),
            });
            self.set_stretch(run.size);
            self.font = Some((run.font, run.size));
        }
        // Glyphs raised from the baseline are rare: each change of height starts a line.
        let mut start = glyphs.start;
        while start < glyphs.end {
            let y = run.glyphs[start].y;
            let count =
                run.glyphs[start..glyphs.end].iter().take_while(|glyph| glyph.y == y).count();
            self.show_line(run, subset, start..start + count);
            start += count;
        }
    }

    /// Shows glyphs that stand on one height, with one `Tm` and one `TJ`.
    fn show_line(&mut self, run: &GlyphRun, subset: &FontSubset, glyphs: Range<usize>) {
        let first = &run.glyphs[glyphs.start];
        // Turned, the advance of a glyph goes down the page and its height to the right.
        let (dx, dy) = if run.is_turned { (first.y, -first.x) } else { (first.x, first.y) };
        let x = (self.frame.left + run.origin.x + dx).to_pt() as f32;
        let y = (self.frame.top - run.origin.y + dy).to_pt() as f32;
        // A quarter turn to the right: the line runs down the page.
        let matrix =
            if run.is_turned { [0.0, -1.0, 1.0, 0.0, x, y] } else { [1.0, 0.0, 0.0, 1.0, x, y] };
        self.ops.push(Op::SetTextMatrix { matrix: TextMatrix::Raw(matrix) });
        let size = run.size.width.units() as f64;
        let mut items: Vec<DictItem> = Vec::new();
        let mut codes: Vec<u8> = Vec::new();
        // Position of the viewer's pen in thousandths of the size, computed from the rounded
        // numbers that the viewer reads. Each correction is taken from it, so that rounding does
        // not add up.
        let mut pen = 0.0;
        for index in glyphs {
            let glyph = &run.glyphs[index];
            let target = (glyph.x - first.x).units() as f64 * 1000.0 / size;
            // A number in `TJ` moves the pen back. Two decimals are less than a ten-thousandth of a
            // millimetre at body size.
            let correction = ((pen - target) * 100.0).round() / 100.0;
            if correction != 0.0 {
                if !codes.is_empty() {
                    items.push(take_codes(&mut codes));
                }
                items.push(DictItem::Real(correction as f32));
                pen -= f64::from(correction as f32);
            }
            // Only a glyph beyond the 65 536 of a subset has none.
            let Some(cid) = subset.cid(glyph.id, &run.text[run.text_range(index)]) else {
                continue;
            };
            codes.extend(cid.to_be_bytes());
            pen += f64::from(subset.width(cid));
        }
        if !codes.is_empty() {
            items.push(take_codes(&mut codes));
        }
        self.ops.push(Op::Unknown { key: "TJ".to_owned(), value: vec![DictItem::Array(items)] });
    }
}

/// Moves glyph codes into a literal string: two bytes a glyph deflate faster than their four
/// hexadecimal digits.
fn take_codes(codes: &mut Vec<u8>) -> DictItem {
    DictItem::String { data: std::mem::take(codes), literal: true }
}
