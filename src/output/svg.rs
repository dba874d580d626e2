//! Pages as SVG: the same picture as the PNG preview, sharp at any size.
//!
//! Every glyph is a path in font units, written once and used wherever it stands, so the file does
//! not depend on the fonts of the viewer. Inks are converted as in the PNG preview. Pictures are in
//! the file: as they are if a browser shows them as the press would, otherwise decoded and written
//! as PNG.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::font::{FontId, FontSet, GlyphId, OutlineSink};
use crate::image::{ImageFormat, ImageOrientation, PixelSamples, SourceImage};
use crate::output::error::WriteError;
use crate::output::screen::inks_to_rgb;
use crate::page::{CmykColour, FilledDisc, FilledRect, GlyphRun, Page, PageItem, PlacedPicture};
use crate::unit::Abs;

/// Writes a page as SVG. Its size is in millimetres, its user units are points. Equal pages give
/// equal bytes.
///
/// # Errors
/// A picture whose pixels cannot be read.
pub fn write(page: &Page, fonts: &FontSet) -> Result<Vec<u8>, WriteError> {
    let mut writer = SvgWriter {
        fonts,
        glyph_numbers: BTreeMap::new(),
        images: Vec::new(),
        defs: String::new(),
        body: String::with_capacity(512 * 1024),
        open_colour: None,
        clip_count: 0,
    };
    for item in page.items() {
        match item {
            PageItem::Run(run) => writer.write_run(run),
            PageItem::Fill(fill) => writer.write_fill(fill),
            PageItem::Disc(disc) => writer.write_disc(disc),
            PageItem::Picture(picture) => writer.write_picture(picture)?,
        }
    }
    writer.close_colour_group();
    let (width, height) = (page.width(), page.height());
    let [mm_wide, mm_high] = [width, height].map(|side| round_to_thousandths(side.to_mm()));
    let [wide, high] = [width, height].map(|side| round_to_thousandths(side.to_pt()));
    let SvgWriter { defs, body, .. } = writer;
    // Put together at the end, because definitions are found while the body is written.
    let out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         width=\"{mm_wide}mm\" height=\"{mm_high}mm\" viewBox=\"0 0 {wide} {high}\">\n\
         <defs>\n{defs}</defs>\n<rect width=\"{wide}\" height=\"{high}\" fill=\"#fff\"/>\n\
         {body}</svg>\n"
    );
    Ok(out.into_bytes())
}

/// Writer of one page. Definitions and body grow side by side.
struct SvgWriter<'a> {
    fonts: &'a FontSet,
    /// Numbers of the glyph paths written so far; 0 for a glyph without an outline.
    glyph_numbers: BTreeMap<(FontId, GlyphId), usize>,
    /// Pictures written so far; the number of a picture is its index plus 1.
    images: Vec<&'a SourceImage>,
    defs: String,
    body: String,
    /// Colour of the group that is open; `None` if none is.
    open_colour: Option<CmykColour>,
    /// Number of clip paths written so far.
    clip_count: usize,
}

/// Rounds to three decimals. A thousandth of a point is finer than any screen.
fn round_to_thousandths(value: f64) -> f64 {
    let rounded = (value * 1000.0).round() / 1000.0;
    // Minus zero would be written with its sign.
    if rounded == 0.0 { 0.0 } else { rounded }
}

fn pt(length: Abs) -> f64 {
    round_to_thousandths(length.to_pt())
}

impl<'a> SvgWriter<'a> {
    /// Opens the group of a colour, unless it is open.
    fn open_colour_group(&mut self, colour: CmykColour) {
        if self.open_colour == Some(colour) {
            return;
        }
        // Groups of colours are not nested. One group covers all items in a row that share its
        // colour.
        self.close_colour_group();
        let inks = colour.0.map(|ink| f64::from(ink.min(1000)) / 1000.0);
        let [r, g, b] = inks_to_rgb(inks).map(|share| (share * 255.0).round() as u8);
        let _ = writeln!(self.body, "<g fill=\"#{r:02x}{g:02x}{b:02x}\">");
        self.open_colour = Some(colour);
    }

    fn close_colour_group(&mut self) {
        if self.open_colour.take().is_some() {
            self.body.push_str("</g>\n");
        }
    }

    /// Writes a run as a group. The scale of its glyphs is written once; their places are in font
    /// units.
    fn write_run(&mut self, run: &GlyphRun) {
        self.open_colour_group(run.colour);
        let units_per_em = f64::from(self.fonts.face(run.font).units_per_em());
        // Width and height of a font unit in points.
        let unit_width = run.size.width.to_pt() / units_per_em;
        let unit_height = run.size.height.to_pt() / units_per_em;
        let (x, y) = (pt(run.origin.x), pt(run.origin.y));
        // Seven decimals: a glyph of a thousand units stays within a ten-thousandth of a point.
        let scale = |factor: f64| (factor * 1e7).round() / 1e7;
        let (scale_x, scale_y) = (scale(unit_width), scale(unit_height));
        let matrix = if run.is_turned {
            // A quarter turn to the right: the x axis of the glyphs points down the page.
            format!("0 {scale_x} {scale_y} 0 {x} {y}")
        } else {
            // Outlines have y up, SVG has y down: the scale of y is negative.
            format!("{scale_x} 0 0 {} {x} {y}", -scale_y)
        };
        let _ = write!(self.body, "<g transform=\"matrix({matrix})\">");
        for glyph in run.glyphs.iter() {
            let Some(number) = self.define_glyph(run.font, glyph.id) else { continue };
            // Tenths of a font unit are about thousandths of a point at any size of text.
            let place = |length: Abs, unit: f64| {
                let value = (length.to_pt() / unit.max(f64::MIN_POSITIVE) * 10.0).round() / 10.0;
                if value == 0.0 { 0.0 } else { value }
            };
            let (x, y) = (place(glyph.x, unit_width), place(glyph.y, unit_height));
            let _ = write!(self.body, "<use xlink:href=\"#g{number}\"");
            for (name, value) in [("x", x), ("y", y)] {
                // Zero is the default, and most glyphs of a line have y 0.
                if value != 0.0 {
                    let _ = write!(self.body, " {name}=\"{value}\"");
                }
            }
            self.body.push_str("/>");
        }
        self.body.push_str("</g>\n");
    }

    /// Returns the number of a glyph's path and writes the path if it is new. `None` if the glyph
    /// has no outline.
    fn define_glyph(&mut self, font: FontId, glyph: GlyphId) -> Option<usize> {
        if let Some(number) = self.glyph_numbers.get(&(font, glyph)) {
            return (*number > 0).then_some(*number);
        }
        let mut path = SvgPath(String::new());
        self.fonts.face(font).draw_outline(glyph, &mut path);
        let number = if path.0.is_empty() {
            0
        } else {
            let number = self.glyph_numbers.len() + 1;
            let _ = writeln!(self.defs, "<path id=\"g{number}\" d=\"{}\"/>", path.0);
            number
        };
        self.glyph_numbers.insert((font, glyph), number);
        (number > 0).then_some(number)
    }

    fn write_fill(&mut self, fill: &FilledRect) {
        self.open_colour_group(fill.colour);
        let rect = &fill.rect;
        let [x, y, width, height] = [rect.x, rect.y, rect.width, rect.height].map(pt);
        let _ = writeln!(
            self.body,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
        );
    }

    fn write_disc(&mut self, disc: &FilledDisc) {
        self.open_colour_group(disc.colour);
        let (x, y) = (pt(disc.centre.x), pt(disc.centre.y));
        let radius = round_to_thousandths(disc.diameter.to_pt() / 2.0);
        let _ = writeln!(self.body, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>");
    }

    /// Writes a picture: its stored pixels, turned and scaled by a matrix and clipped to its place.
    fn write_picture(&mut self, picture: &'a PlacedPicture) -> Result<(), WriteError> {
        let image = picture.image.as_ref();
        let [left, top, shown_width, shown_height] = picture.crop.map(f64::from);
        if shown_width == 0.0 || shown_height == 0.0 {
            return Ok(());
        }
        // A picture takes no fill colour. Closing the group keeps the clip group out of it.
        self.close_colour_group();
        let number = self.define_image(image)?;
        let rect = &picture.rect;
        let [x, y, width, height] = [rect.x, rect.y, rect.width, rect.height].map(pt);
        let zoom = [rect.width.to_pt() / shown_width, rect.height.to_pt() / shown_height];
        let upright_size = image.size().map(f64::from);
        // Place of a point of the stored picture, which is a unit square.
        let place = |u: f64, v: f64| {
            let [u, v] = image.orientation().to_displayed([u, v]);
            [
                rect.x.to_pt() + (u * upright_size[0] - left) * zoom[0],
                rect.y.to_pt() + (v * upright_size[1] - top) * zoom[1],
            ]
        };
        // Three corners of the unit square determine the matrix, turn included.
        let [origin, right, down] = [place(0.0, 0.0), place(1.0, 0.0), place(0.0, 1.0)];
        let matrix = [
            right[0] - origin[0],
            right[1] - origin[1],
            down[0] - origin[0],
            down[1] - origin[1],
            origin[0],
            origin[1],
        ];
        let [a, b, c, d, e, f] = matrix.map(round_to_thousandths);
        // Clipped always: an uncropped picture fills its place exactly, which the clip does not
        // change.
        self.clip_count += 1;
        let clip = self.clip_count;
        let _ = writeln!(
            self.body,
            "<clipPath id=\"c{clip}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" \
             height=\"{height}\"/></clipPath>\n<g clip-path=\"url(#c{clip})\"><use \
             xlink:href=\"#p{number}\" transform=\"matrix({a} {b} {c} {d} {e} {f})\"/></g>"
        );
        Ok(())
    }

    /// Returns the number of a picture and writes it as a unit square if it is new.
    fn define_image(&mut self, image: &'a SourceImage) -> Result<usize, WriteError> {
        if let Some(index) = self.images.iter().position(|known| *known == image) {
            return Ok(index + 1);
        }
        self.images.push(image);
        let number = self.images.len();
        let _ = write!(
            self.defs,
            "<image id=\"p{number}\" width=\"1\" height=\"1\" preserveAspectRatio=\"none\" \
             xlink:href=\"data:image/"
        );
        match image.format() {
            // Browsers convert CMYK in ways of their own, so it is converted here.
            ImageFormat::Jpeg(jpeg) if jpeg.components != 4 => {
                self.defs.push_str("jpeg;base64,");
                if image.orientation() == ImageOrientation::default() {
                    push_base64(&mut self.defs, image.bytes());
                } else {
                    // The matrix turns the picture; a browser that reads EXIF would turn it twice.
                    push_base64(&mut self.defs, &strip_exif(image.bytes()));
                }
            }
            // Transparent pixels print as paper, while a browser would show what lies below.
            ImageFormat::Png(png) if !png.has_transparency => {
                self.defs.push_str("png;base64,");
                push_base64(&mut self.defs, image.bytes());
            }
            ImageFormat::Jpeg(_)
            | ImageFormat::Png(_)
            | ImageFormat::Tiff(_)
            | ImageFormat::Webp(_) => {
                let picture_error =
                    |error| WriteError::Picture { sha256: image.sha256().to_owned(), error };
                let bytes = encode_png(&image.decode().map_err(picture_error)?)?;
                self.defs.push_str("png;base64,");
                push_base64(&mut self.defs, &bytes);
            }
        }
        self.defs.push_str("\"/>\n");
        Ok(number)
    }
}

/// Copies a JPEG without its APP1 segments, which hold EXIF.
fn strip_exif(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let (head, mut rest) = bytes.split_at(bytes.len().min(2));
    out.extend(head);
    // Marker segments follow one another up to the first scan (SOS, 0xda).
    while let [0xff, marker, high, low, ..] = rest {
        let length = 2 + usize::from(u16::from_be_bytes([*high, *low]));
        // After SOS come the pixels, which have no length. A damaged rest is copied unchanged.
        if *marker == 0xda || length > rest.len() {
            break;
        }
        let (segment, tail) = rest.split_at(length);
        if *marker != 0xe1 {
            out.extend(segment);
        }
        rest = tail;
    }
    out.extend(rest);
    out
}

/// Encodes samples as PNG. CMYK is converted to RGB.
fn encode_png(samples: &PixelSamples) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let [width, height] = samples.size.map(|side| side as u32);
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    let grey = samples.channels == 1;
    encoder.set_color(if grey { png::ColorType::Grayscale } else { png::ColorType::Rgb });
    encoder.set_depth(png::BitDepth::Eight);
    // Speed before size: a page has to be shown at once.
    encoder.set_compression(png::Compression::Fast);
    let png_error = |error: png::EncodingError| format!("png: {error}");
    let mut writer = encoder.write_header().map_err(png_error)?;
    if samples.channels == 4 {
        let pixels = samples.bytes.chunks_exact(4).flat_map(|inks| {
            let inks = [inks[0], inks[1], inks[2], inks[3]].map(|ink| f64::from(ink) / 255.0);
            inks_to_rgb(inks).map(|share| (share * 255.0).round() as u8)
        });
        writer.write_image_data(&pixels.collect::<Vec<u8>>()).map_err(png_error)?;
    } else {
        writer.write_image_data(&samples.bytes).map_err(png_error)?;
    }
    writer.finish().map_err(png_error)?;
    Ok(bytes)
}

/// Appends bytes as base64 (RFC 4648).
fn push_base64(out: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    out.reserve(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        // The last chunk may be short: missing bytes count as zero and their digits become `=`.
        let part = |k: usize| u32::from(chunk.get(k).copied().unwrap_or(0));
        let bits = part(0) << 16 | part(1) << 8 | part(2);
        for k in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * k) & 63) as usize];
            out.push(if k > chunk.len() { '=' } else { char::from(digit) });
        }
    }
}

/// An outline as path data with absolute coordinates in font units, y up.
struct SvgPath(String);

impl SvgPath {
    fn push_command(&mut self, letter: char, numbers: &[f32]) {
        self.0.push(letter);
        for (k, number) in numbers.iter().enumerate() {
            // Most outlines have whole coordinates; of others hundredths are kept.
            let number = f64::from((number * 100.0).round()) / 100.0;
            if k > 0 && number >= 0.0 {
                self.0.push(' ');
            }
            let _ = write!(self.0, "{}", if number == 0.0 { 0.0 } else { number });
        }
    }
}

impl OutlineSink for SvgPath {
    fn move_to(&mut self, x: f32, y: f32) {
        self.push_command('M', &[x, y]);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.push_command('L', &[x, y]);
    }
    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.push_command('Q', &[cx, cy, x, y]);
    }
    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.push_command('C', &[cx0, cy0, cx1, cy1, x, y]);
    }
    fn close(&mut self) {
        self.0.push('Z');
    }
}

#[cfg(test)]
mod tests {
    use super::{push_base64, round_to_thousandths};

    #[test]
    fn bytes_are_written_in_base64() {
        for (bytes, expected) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            let mut out = String::new();
            push_base64(&mut out, bytes.as_bytes());
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            format!(
                "{} {} {}",
                round_to_thousandths(1.23456),
                round_to_thousandths(-0.0001),
                round_to_thousandths(2.0)
            ),
            "1.235 0 2"
        );
    }
}
