//! The display list as printpdf operators.

use std::ops::Range;

use printpdf::graphics::OverprintMode;
use printpdf::{
    Cmyk, Color, DictItem, ExtendedGraphicsState, ExtendedGraphicsStateId, FontId, LayerInternalId,
    Op, PaintMode, PdfDocument, PdfFontHandle, PdfPage, Pt, Rect, Rgb, TextMatrix,
};

use crate::output::inks_to_rgb;
use crate::output::pdf::PROOF_LAYER_RESOURCE;
use crate::output::pdf::fonts::{FontSubset, FontSubsets};
use crate::output::pdf::images::PageImages;
use crate::output::pdf::links::LinkSpans;
use crate::output::pdf::order::{PdfKind, ProofLayer, SpotPlate};
use crate::output::pdf::tags::ContentTag;
use crate::page::{CmykColour, FilledDisc, FilledRect, GlyphRun, Page, PageItem, PlacedPicture};
use crate::unit::{Abs, TypeSize};

/// The graphics state under which everything prints over what lies below.
const OVERPRINT_STATE: &str = "GSOVER";
/// The graphics state under which what lies below is left out.
const KNOCKOUT_STATE: &str = "GSKNOCK";

/// Registers the graphics states of the pages; colours of a screen need none.
pub(crate) fn graphics_states(document: &mut PdfDocument, kind: PdfKind, pictures: bool) {
    if !kind.uses_inks() {
        return;
    }
    // printpdf writes the fill flag as /OP and the stroke flag as /op: both have to be set.
    let state = |over, mode| {
        ExtendedGraphicsState::default()
            .with_overprint_fill(over)
            .with_overprint_stroke(over)
            .with_overprint_mode(mode)
    };
    let states = &mut document.resources.extgstates.map;
    let over = state(true, OverprintMode::KeepUnderlying);
    states.insert(ExtendedGraphicsStateId(OVERPRINT_STATE.to_owned()), over);
    if pictures {
        let knockout = state(false, OverprintMode::EraseUnderlying);
        states.insert(ExtendedGraphicsStateId(KNOCKOUT_STATE.to_owned()), knockout);
    }
}

/// What all pages of a file are drawn with.
pub(crate) struct PageContext<'a> {
    pub(crate) subsets: &'a FontSubsets,
    pub(crate) images: &'a PageImages<'a>,
    pub(crate) kind: PdfKind,
    pub(crate) spots: &'a [SpotPlate],
    /// From the edges of the media to the trim.
    pub(crate) around: Abs,
    /// What of which run is a link.
    pub(crate) links: &'a LinkSpans,
}

/// A page as operators, and its marked contents in order.
pub(crate) struct PageContent {
    pub(crate) page: PdfPage,
    pub(crate) marked: Vec<ContentTag>,
}

/// One page as operators; `layer` lies below and above it, `slug` around it.
pub(crate) fn page(
    scene: &PageContext<'_>,
    (number, page): (usize, &Page),
    layer: Option<&ProofLayer>,
    slug: Option<&Page>,
) -> PageContent {
    let mut writer = ContentWriter {
        scene,
        number,
        height: page.height() + scene.around,
        left: scene.around,
        ops: Vec::with_capacity(page.items().len() * 3),
        colour: None,
        font: None,
        in_text: false,
        percent: 100.0,
        marked: Vec::new(),
        tag: None,
    };
    if scene.kind.uses_inks() {
        let over = ExtendedGraphicsStateId(OVERPRINT_STATE.to_owned());
        writer.ops.push(Op::LoadGraphicsState { gs: over });
    }
    if let Some(layer) = layer {
        writer.layer(&layer.below);
    }
    writer.items(page);
    if let Some(layer) = layer {
        writer.layer(&layer.above);
    }
    if let Some(slug) = slug {
        writer.items(slug);
    }
    writer.tag(None);
    writer.text(false);
    let sheet = Rect {
        x: Pt(0.0),
        y: Pt(0.0),
        width: pt(page.width() + scene.around * 2),
        height: pt(page.height() + scene.around * 2),
        mode: None,
        winding_order: None,
    };
    let ops = writer.ops;
    let page = PdfPage { media_box: sheet.clone(), trim_box: sheet.clone(), crop_box: sheet, ops };
    PageContent { page, marked: writer.marked }
}

struct ContentWriter<'a> {
    scene: &'a PageContext<'a>,
    /// The page, from 0.
    number: usize,
    /// From the foot of the media to the top of the trim.
    height: Abs,
    /// From the left edge of the media to the trim.
    left: Abs,
    ops: Vec<Op>,
    colour: Option<CmykColour>,
    font: Option<(crate::font::FontId, TypeSize)>,
    in_text: bool,
    /// The width of the last type set, in hundredths of its height.
    percent: f64,
    /// What is marked so far, and what is being drawn.
    marked: Vec<ContentTag>,
    tag: Option<ContentTag>,
}

fn pt(length: Abs) -> Pt {
    Pt(length.to_pt() as f32)
}

impl ContentWriter<'_> {
    fn items(&mut self, page: &Page) {
        for (at, item) in page.items().iter().enumerate() {
            self.tag(ContentTag::of(item, self.marked.len()));
            match item {
                PageItem::Run(run) => match self.scene.links.get(&(self.number, at)) {
                    Some(spans) => self.linked(run, spans),
                    None => self.run(run, 0..run.glyphs.len()),
                },
                PageItem::Fill(fill) => self.fill(fill),
                PageItem::Disc(disc) => self.disc(disc),
                PageItem::Picture(picture) => self.picture(picture),
            }
        }
    }

    /// Marks that can be switched off.
    fn layer(&mut self, page: &Page) {
        self.text(false);
        let layer_id = LayerInternalId(PROOF_LAYER_RESOURCE.to_owned());
        self.ops.push(Op::BeginOptionalContent { layer_id });
        self.items(page);
        self.text(false);
        self.ops.push(Op::EndMarkedContent);
    }

    /// Ends what was marked before and begins something else, where the file is tagged.
    fn tag(&mut self, tag: Option<ContentTag>) {
        if self.scene.kind != PdfKind::Web || self.tag == tag {
            return;
        }
        self.text(false);
        if self.tag.is_some() {
            self.ops.push(Op::EndMarkedContent);
        }
        self.tag.clone_from(&tag);
        match tag {
            None => {}
            Some(ContentTag::Artifact) => {
                self.ops.push(Op::BeginMarkedContent { tag: "Artifact".to_owned() });
            }
            Some(tag) => {
                let number = i64::try_from(self.marked.len()).unwrap_or(0);
                let map = [("MCID".to_owned(), DictItem::Int(number))].into();
                let properties = DictItem::Dict { map };
                let tagged = tag.role().to_owned();
                self.ops.push(Op::BeginMarkedContentWithProperties { tag: tagged, properties });
                self.marked.push(tag);
            }
        }
    }

    fn text(&mut self, wanted: bool) {
        if wanted != self.in_text {
            self.ops.push(if wanted { Op::StartTextSection } else { Op::EndTextSection });
            self.in_text = wanted;
        }
    }

    fn colour(&mut self, colour: CmykColour) {
        if self.colour == Some(colour) {
            return;
        }
        self.colour = Some(colour);
        let spot = self.scene.spots.iter().position(|spot| spot.colour == colour);
        if let Some(spot) = spot.filter(|_| self.scene.kind.uses_inks()) {
            let space = vec![DictItem::Name(spot_resource(spot).into_bytes())];
            self.ops.push(Op::Unknown { key: "cs".to_owned(), value: space });
            self.op("scn", &[1.0]);
            return;
        }
        let inks = colour.0.map(|ink| f32::from(ink) / 1000.0);
        let col = if self.scene.kind.uses_inks() {
            let [c, m, y, k] = inks;
            Color::Cmyk(Cmyk::new(c, m, y, k, None))
        } else {
            let [r, g, b] = inks_to_rgb(inks.map(f64::from)).map(|share| share as f32);
            Color::Rgb(Rgb::new(r, g, b, None))
        };
        self.ops.push(Op::SetFillColor { col });
    }

    fn fill(&mut self, fill: &FilledRect) {
        self.text(false);
        self.colour(fill.colour);
        let rect = &fill.rect;
        self.ops.push(Op::DrawRectangle {
            rectangle: Rect {
                x: pt(self.left + rect.x),
                y: pt(self.height - rect.bottom()),
                width: pt(rect.width),
                height: pt(rect.height),
                mode: Some(PaintMode::Fill),
                winding_order: None,
            },
        });
    }

    fn op(&mut self, key: &str, numbers: &[f64]) {
        let value = numbers.iter().map(|number| DictItem::Real(*number as f32)).collect();
        self.ops.push(Op::Unknown { key: key.to_owned(), value });
    }

    /// A picture, or the part of it that is shown. It takes the place of what lies below on every plate: a grey
    /// picture that overprints would leave the colours under it standing.
    fn picture(&mut self, picture: &PlacedPicture) {
        let Some(mut placed) = self.scene.images.placement(picture, self.height) else { return };
        placed.matrix[4] += self.left.to_pt();
        self.text(false);
        self.op("q", &[]);
        if self.scene.kind.uses_inks() {
            let gs = ExtendedGraphicsStateId(KNOCKOUT_STATE.to_owned());
            self.ops.push(Op::LoadGraphicsState { gs });
        }
        if placed.is_clipped {
            let rect = &picture.rect;
            let edges = [self.left + rect.x, self.height - rect.bottom(), rect.width, rect.height];
            self.op("re", &edges.map(Abs::to_pt));
            self.op("W", &[]);
            self.op("n", &[]);
        }
        self.op("cm", &placed.matrix);
        let value = vec![DictItem::Name(placed.name.into_bytes())];
        self.ops.push(Op::Unknown { key: "Do".to_owned(), value });
        self.op("Q", &[]);
    }

    /// A circle as four cubic curves.
    fn disc(&mut self, disc: &FilledDisc) {
        // The distance of the handles that comes nearest to a circle.
        const HANDLE: f64 = 0.552_284_75;
        self.text(false);
        self.colour(disc.colour);
        let (x, y) = ((self.left + disc.centre.x).to_pt(), (self.height - disc.centre.y).to_pt());
        let r = disc.diameter.to_pt() / 2.0;
        let at = |dx: f64, dy: f64| [x + dx * r, y + dy * r];
        let mut op = |key: &str, points: &[[f64; 2]]| self.op(key, points.as_flattened());
        let corners = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0), (1.0, 0.0)];
        op("m", &[at(1.0, 0.0)]);
        for pair in corners.windows(2) {
            let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
            let first = at(ax + bx * HANDLE, ay + by * HANDLE);
            let second = at(bx + ax * HANDLE, by + ay * HANDLE);
            op("c", &[first, second, at(bx, by)]);
        }
        op("f", &[]);
    }

    /// 长体 and 扁体: the face at its height, stretched to its width.
    fn stretch(&mut self, size: TypeSize) {
        let percent = if size.width == size.height {
            100.0
        } else {
            size.width.units() as f64 * 100.0 / size.height.units().max(1) as f64
        };
        if percent != self.percent {
            let value = vec![DictItem::Real(percent as f32)];
            self.ops.push(Op::Unknown { key: "Tz".to_owned(), value });
            self.percent = percent;
        }
    }

    /// A run of which parts are links.
    fn linked(&mut self, run: &GlyphRun, spans: &[(Range<usize>, usize)]) {
        let mut at = 0;
        for (glyphs, link) in spans {
            self.tag(Some(ContentTag::Text(run.owner, run.role)));
            self.run(run, at..glyphs.start);
            self.tag(Some(ContentTag::Link(run.owner, run.role, *link)));
            self.run(run, glyphs.clone());
            at = glyphs.end;
        }
        self.tag(Some(ContentTag::Text(run.owner, run.role)));
        self.run(run, at..run.glyphs.len());
    }

    /// Some glyphs of a run.
    fn run(&mut self, run: &GlyphRun, glyphs: Range<usize>) {
        if glyphs.is_empty() {
            return;
        }
        let Some(subset) = self.scene.subsets.get(run.font) else { return };
        self.colour(run.colour);
        self.text(true);
        if self.font != Some((run.font, run.size)) {
            self.ops.push(Op::SetFont {
                font: PdfFontHandle::External(FontId(subset.resource().to_owned())),
                size: pt(run.size.height),
            });
            self.stretch(run.size);
            self.font = Some((run.font, run.size));
        }
        // Marks raised from the baseline are rare: each height has its own line.
        let mut start = glyphs.start;
        while start < glyphs.end {
            let y = run.glyphs[start].y;
            let count =
                run.glyphs[start..glyphs.end].iter().take_while(|glyph| glyph.y == y).count();
            self.show(run, subset, start..start + count);
            start += count;
        }
    }

    fn show(&mut self, run: &GlyphRun, subset: &FontSubset, glyphs: Range<usize>) {
        let first = &run.glyphs[glyphs.start];
        let (dx, dy) = if run.is_turned { (first.y, -first.x) } else { (first.x, first.y) };
        let x = (self.left + run.origin.x + dx).to_pt() as f32;
        let y = (self.height - run.origin.y + dy).to_pt() as f32;
        let matrix =
            if run.is_turned { [0.0, -1.0, 1.0, 0.0, x, y] } else { [1.0, 0.0, 0.0, 1.0, x, y] };
        self.ops.push(Op::SetTextMatrix { matrix: TextMatrix::Raw(matrix) });
        let size = run.size.width.units() as f64;
        let mut items: Vec<DictItem> = Vec::new();
        let mut packed: Vec<u8> = Vec::new();
        // Where the viewer's pen is, in thousandths of the size, by the very numbers it gets.
        let mut pen = 0.0;
        for k in glyphs {
            let glyph = &run.glyphs[k];
            let wanted = (glyph.x - first.x).units() as f64 * 1000.0 / size;
            let off = ((pen - wanted) * 100.0).round() / 100.0;
            if off != 0.0 {
                if !packed.is_empty() {
                    items.push(codes(&mut packed));
                }
                items.push(DictItem::Real(off as f32));
                pen -= f64::from(off as f32);
            }
            let Some(cid) = subset.cid(glyph.id, &run.text[run.text_range(k)]) else { continue };
            packed.extend(cid.to_be_bytes());
            pen += f64::from(subset.width(cid));
        }
        if !packed.is_empty() {
            items.push(codes(&mut packed));
        }
        self.ops.push(Op::Unknown { key: "TJ".to_owned(), value: vec![DictItem::Array(items)] });
    }
}

/// The name of a spot ink in the resources of the pages.
pub(crate) fn spot_resource(index: usize) -> String {
    format!("BS{index}")
}

/// A string of glyph codes. Two bytes a glyph deflate faster than their four digits.
fn codes(packed: &mut Vec<u8>) -> DictItem {
    DictItem::String { data: std::mem::take(packed), literal: true }
}
