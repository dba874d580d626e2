//! Pages to pixels, with the outlines that the press PDF embeds.
//!
//! tiny-skia fills; no other module names it. Inks are shown as a screen would: a plain conversion from
//! CMYK, which a proof is not.

use std::collections::BTreeMap;

use tiny_skia::{FillRule, Paint, PathBuilder, Pixmap, Rect, Transform};

use crate::font::{FontId, Fonts, GlyphId, Outline};
use crate::page::{Colour, Fill, Item, Page, Run};
use crate::unit::Abs;

/// Draws a page as PNG at `dpi` dots per inch, white paper.
///
/// # Errors
/// A page without extent or too large for memory: a defect, for the developers.
pub fn png(page: &Page, fonts: &Fonts, dpi: u32) -> Result<Vec<u8>, String> {
    let scale = dpi as f32 / 72.0;
    let pixels = |length: Abs| (length.to_pt() as f32 * scale).ceil().max(1.0) as u32;
    let (width, height) = (pixels(page.width()), pixels(page.height()));
    let mut pixmap = Pixmap::new(width, height).ok_or("the preview has no extent")?;
    pixmap.fill(tiny_skia::Color::WHITE);
    let mut canvas = Canvas { pixmap, scale, fonts, outlines: BTreeMap::new() };
    for item in page.items() {
        match item {
            Item::Run(run) => canvas.run(run),
            Item::Fill(fill) => canvas.fill(fill),
        }
    }
    let grey = page.items().iter().all(|item| {
        let Colour([c, m, y, _]) = match item {
            Item::Run(run) => run.colour,
            Item::Fill(fill) => fill.colour,
        };
        c == m && m == y
    });
    encode(&canvas.pixmap, grey, dpi)
}

struct Canvas<'a> {
    pixmap: Pixmap,
    scale: f32,
    fonts: &'a Fonts,
    /// Read once a glyph; a page repeats most of them.
    outlines: BTreeMap<(FontId, GlyphId), Vec<Segment>>,
}

/// A piece of an outline, in font units, y up.
#[derive(Clone, Copy)]
enum Segment {
    Move(f32, f32),
    Line(f32, f32),
    Quad(f32, f32, f32, f32),
    Cubic(f32, f32, f32, f32, f32, f32),
    Close,
}

impl Canvas<'_> {
    /// Fills a whole run at once: the glyphs of a line share the cost of setting up.
    fn run(&mut self, run: &Run) {
        let per_em = f32::from(self.fonts.face(run.font).per_em());
        let zoom = run.size.to_pt() as f32 * self.scale / per_em;
        let mut path = PathBuilder::new();
        for glyph in &run.glyphs {
            let x = (run.origin.x + glyph.x).to_pt() as f32 * self.scale;
            let y = (run.origin.y - glyph.y).to_pt() as f32 * self.scale;
            let at = |px: f32, py: f32| (x + px * zoom, y - py * zoom);
            for segment in self.outline(run.font, glyph.id) {
                match *segment {
                    Segment::Move(px, py) => {
                        let (x, y) = at(px, py);
                        path.move_to(x, y);
                    }
                    Segment::Line(px, py) => {
                        let (x, y) = at(px, py);
                        path.line_to(x, y);
                    }
                    Segment::Quad(cx, cy, px, py) => {
                        let ((cx, cy), (x, y)) = (at(cx, cy), at(px, py));
                        path.quad_to(cx, cy, x, y);
                    }
                    Segment::Cubic(ax, ay, bx, by, px, py) => {
                        let ((ax, ay), (bx, by), (x, y)) = (at(ax, ay), at(bx, by), at(px, py));
                        path.cubic_to(ax, ay, bx, by, x, y);
                    }
                    Segment::Close => path.close(),
                }
            }
        }
        if let Some(path) = path.finish() {
            let paint = paint(run.colour);
            self.pixmap.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
        }
    }

    fn fill(&mut self, fill: &Fill) {
        let rect = &fill.rect;
        let px = |length: Abs| length.to_pt() as f32 * self.scale;
        // A hairline keeps its weight on paper; on a screen it needs a pixel to be seen at all.
        let least = |length: Abs| px(length).max(0.6);
        let rect = Rect::from_xywh(px(rect.x), px(rect.y), least(rect.width), least(rect.height));
        if let Some(rect) = rect {
            let path = PathBuilder::from_rect(rect);
            let paint = paint(fill.colour);
            self.pixmap.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
        }
    }

    fn outline(&mut self, font: FontId, glyph: GlyphId) -> &[Segment] {
        self.outlines.entry((font, glyph)).or_insert_with(|| {
            let mut sink = Sink::default();
            self.fonts.face(font).outline(glyph, &mut sink);
            sink.0
        })
    }
}

fn paint(colour: Colour) -> Paint<'static> {
    let [c, m, y, k] = colour.0.map(|ink| 1.0 - f32::from(ink.min(1000)) / 1000.0);
    let level = |ink: f32| (ink * k * 255.0).round() as u8;
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(level(c), level(m), level(y), 255);
    paint
}

#[derive(Default)]
struct Sink(Vec<Segment>);

impl Outline for Sink {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.push(Segment::Move(x, y));
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.0.push(Segment::Line(x, y));
    }
    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.0.push(Segment::Quad(cx, cy, x, y));
    }
    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.0.push(Segment::Cubic(cx0, cy0, cx1, cy1, x, y));
    }
    fn close(&mut self) {
        self.0.push(Segment::Close);
    }
}

/// Writes the pixels, one channel where all inks are grey, with the resolution in the file.
fn encode(pixmap: &Pixmap, grey: bool, dpi: u32) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(512 * 1024);
    let mut encoder = png::Encoder::new(&mut bytes, pixmap.width(), pixmap.height());
    encoder.set_color(if grey { png::ColorType::Grayscale } else { png::ColorType::Rgb });
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    // Dots per metre.
    let density = (f64::from(dpi) / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: density,
        yppu: density,
        unit: png::Unit::Meter,
    }));
    let told = |error: png::EncodingError| format!("png: {error}");
    let mut writer = encoder.write_header().map_err(told)?;
    let channels = if grey { 1 } else { 3 };
    let rows: Vec<u8> =
        pixmap.data().chunks_exact(4).flat_map(|pixel| pixel[..channels].iter().copied()).collect();
    writer.write_image_data(&rows).map_err(told)?;
    writer.finish().map_err(told)?;
    Ok(bytes)
}
