//! Pages as pixels, drawn with the outlines that the press PDF embeds.
//!
//! vello_cpu fills the shapes; on a page of text it was measured to be twice as fast as tiny-skia.
//! No other module names it. Inks are converted to RGB without profiles, so the preview is no
//! colour proof.

use std::collections::BTreeMap;
use std::sync::Arc;

use vello_cpu::color::{AlphaColor, Srgb};
use vello_cpu::kurbo::{Affine, BezPath, Circle, Rect, Shape};
use vello_cpu::peniko::{ImageQuality, ImageSampler};
use vello_cpu::{Image, ImageSource, Level, PixelMetadata, Pixmap};
use vello_cpu::{RenderContext, RenderSettings, Resources};

use crate::font::{FontId, FontSet, GlyphId, OutlineSink};
use crate::output::error::WriteError;
use crate::output::resample::{TargetFrame, resample_to_canvas};
use crate::output::screen::inks_to_rgb;
use crate::page::{CmykColour, FilledDisc, FilledRect, GlyphRun, Page, PageItem, PlacedPicture};
use crate::unit::Abs;

/// Draws a page on white paper as PNG at `dpi` dots per inch.
///
/// # Errors
/// A picture whose pixels cannot be read. A page too large for the rasteriser is an internal error.
pub fn png(page: &Page, fonts: &FontSet, dpi: u32) -> Result<Vec<u8>, WriteError> {
    let scale = f64::from(dpi) / 72.0;
    let pixels = |length: Abs| (length.to_pt() * scale).ceil().max(1.0);
    let (width, height) = (pixels(page.width()), pixels(page.height()));
    // The rasteriser addresses pixels with 16 bits.
    if width.max(height) > f64::from(u16::MAX) {
        return Err(format!("a preview of {width} × {height} pixels").into());
    }
    // The baseline level of vector instructions on every machine: pixels must not depend on the
    // processor.
    let settings = RenderSettings { level: Level::baseline(), ..RenderSettings::default() };
    let context = RenderContext::new_with(width as u16, height as u16, settings);
    let mut canvas = PreviewCanvas { context, scale, fonts, outlines: BTreeMap::new() };
    // Paper: the canvas starts transparent.
    canvas.set_colour(CmykColour([0; 4]));
    canvas.context.fill_rect(&Rect::new(0.0, 0.0, width, height));
    for item in page.items() {
        match item {
            PageItem::Run(run) => canvas.draw_run(run),
            PageItem::Fill(fill) => canvas.draw_fill(fill),
            PageItem::Disc(disc) => canvas.draw_disc(disc),
            PageItem::Picture(picture) => canvas.draw_picture(picture)?,
        }
    }
    // A page of greys is written with one channel.
    let is_grey = page.items().iter().all(|item| {
        let CmykColour([c, m, y, _]) = match item {
            PageItem::Run(run) => run.colour,
            PageItem::Fill(fill) => fill.colour,
            PageItem::Disc(disc) => disc.colour,
            PageItem::Picture(picture) => return picture.image.is_grey(),
        };
        // Equal inks convert to equal red, green and blue.
        c == m && m == y
    });
    let mut pixmap = Pixmap::new(width as u16, height as u16);
    // Commands may still be queued at this point.
    canvas.context.flush();
    canvas.context.render(&mut pixmap, &mut Resources::new());
    let channels = if is_grey { PngChannels::Grey } else { PngChannels::Rgb };
    Ok(encode_png(&pixmap, channels, dpi)?)
}

/// Canvas of one page.
struct PreviewCanvas<'a> {
    context: RenderContext,
    /// Pixels per point.
    scale: f64,
    fonts: &'a FontSet,
    /// Outlines read so far, in font units: a page repeats most of its glyphs.
    outlines: BTreeMap<(FontId, GlyphId), BezPath>,
}

impl PreviewCanvas<'_> {
    fn set_colour(&mut self, colour: CmykColour) {
        let [r, g, b] = inks_to_rgb(colour.0.map(|ink| f64::from(ink.min(1000)) / 1000.0));
        let level = |share: f64| (share * 255.0).round() as u8;
        self.context.set_paint(AlphaColor::<Srgb>::from_rgba8(level(r), level(g), level(b), 255));
    }

    fn draw_run(&mut self, run: &GlyphRun) {
        self.set_colour(run.colour);
        let face = self.fonts.face(run.font);
        // Pixels of the canvas per font unit.
        let scale_of = |size: Abs| size.to_pt() * self.scale / f64::from(face.units_per_em());
        let (scale_x, scale_y) = (scale_of(run.size.width), scale_of(run.size.height));
        for glyph in run.glyphs.iter() {
            // On a turned run glyphs advance down the page, and their height is across it.
            let (dx, dy) = if run.is_turned { (glyph.y, glyph.x) } else { (glyph.x, -glyph.y) };
            let x = (run.origin.x + dx).to_pt() * self.scale;
            let y = (run.origin.y + dy).to_pt() * self.scale;
            let outline = self.outlines.entry((run.font, glyph.id)).or_insert_with(|| {
                let mut path = PreviewPath(BezPath::new());
                face.draw_outline(glyph.id, &mut path);
                path.0
            });
            let transform = if run.is_turned {
                [0.0, scale_x, scale_y, 0.0, x, y]
            } else {
                [scale_x, 0.0, 0.0, -scale_y, x, y]
            };
            self.context.set_transform(Affine::new(transform));
            self.context.fill_path(outline);
        }
        self.context.set_transform(Affine::IDENTITY);
    }

    fn draw_disc(&mut self, disc: &FilledDisc) {
        self.set_colour(disc.colour);
        let px = |length: Abs| length.to_pt() * self.scale;
        let centre = (px(disc.centre.x), px(disc.centre.y));
        let circle = Circle::new(centre, px(disc.diameter) / 2.0);
        // The path stays within a twentieth of a pixel of the circle.
        self.context.fill_path(&circle.to_path(0.05));
    }

    /// Draws a picture. It is resampled to the pixels of the canvas first, because the rasteriser
    /// would pick single pixels out of many.
    fn draw_picture(&mut self, picture: &PlacedPicture) -> Result<(), WriteError> {
        let image = &picture.image;
        let picture_error =
            |error| WriteError::Picture { sha256: image.sha256().to_owned(), error };
        let samples = image.decode().map_err(picture_error)?;
        let px = |length: Abs| length.to_pt() * self.scale;
        let rect = &picture.rect;
        let frame = TargetFrame {
            orientation: image.orientation(),
            crop: picture.crop,
            across: [px(rect.x), px(rect.right())],
            down: [px(rect.y), px(rect.bottom())],
            canvas: [self.context.width(), self.context.height()],
        };
        let Some(patch) = resample_to_canvas(&samples, &frame) else { return Ok(()) };
        let ([left, top], [width, height]) = (patch.corner, patch.size);
        let pixmap = Pixmap::from_parts(patch.rgba, width, height, PixelMetadata::default());
        self.context.set_paint(Image {
            // Pixels fall on pixels, so no filter is needed.
            image: ImageSource::Pixmap(Arc::new(pixmap)),
            sampler: ImageSampler::new().with_quality(ImageQuality::Low),
        });
        let corner = (f64::from(left), f64::from(top));
        self.context.set_paint_transform(Affine::translate(corner));
        let size = (f64::from(width), f64::from(height));
        self.context.fill_rect(&Rect::from_origin_size(corner, size));
        self.context.reset_paint_transform();
        Ok(())
    }

    fn draw_fill(&mut self, fill: &FilledRect) {
        self.set_colour(fill.colour);
        let px = |length: Abs| length.to_pt() * self.scale;
        // A hairline needs most of a pixel to be seen on a screen.
        let visible = |length: Abs| px(length).max(0.6);
        let (x, y) = (px(fill.rect.x), px(fill.rect.y));
        let (width, height) = (visible(fill.rect.width), visible(fill.rect.height));
        self.context.fill_rect(&Rect::new(x, y, x + width, y + height));
    }
}

/// An outline as a path of the rasteriser.
struct PreviewPath(BezPath);

impl OutlineSink for PreviewPath {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to((f64::from(x), f64::from(y)));
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to((f64::from(x), f64::from(y)));
    }
    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.0.quad_to((f64::from(cx), f64::from(cy)), (f64::from(x), f64::from(y)));
    }
    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.0.curve_to(
            (f64::from(cx0), f64::from(cy0)),
            (f64::from(cx1), f64::from(cy1)),
            (f64::from(x), f64::from(y)),
        );
    }
    fn close(&mut self) {
        self.0.close_path();
    }
}

/// Channels of a PNG.
#[derive(Clone, Copy)]
enum PngChannels {
    Grey,
    Rgb,
}

/// Encodes pixels as PNG with their resolution. Of grey pixels the first channel is written.
fn encode_png(pixmap: &Pixmap, channels: PngChannels, dpi: u32) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(512 * 1024);
    let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    let (colour_type, bytes_per_pixel) = match channels {
        PngChannels::Grey => (png::ColorType::Grayscale, 1),
        PngChannels::Rgb => (png::ColorType::Rgb, 3),
    };
    encoder.set_color(colour_type);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let dots_per_metre = (f64::from(dpi) / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: dots_per_metre,
        yppu: dots_per_metre,
        unit: png::Unit::Meter,
    }));
    let png_error = |error: png::EncodingError| format!("png: {error}");
    let mut writer = encoder.write_header().map_err(png_error)?;
    let pixels = pixmap.data_as_u8_slice().chunks_exact(4);
    let samples: Vec<u8> =
        pixels.flat_map(|pixel| pixel[..bytes_per_pixel].iter().copied()).collect();
    writer.write_image_data(&samples).map_err(png_error)?;
    writer.finish().map_err(png_error)?;
    Ok(bytes)
}
