//! Pictures as image objects, each once in a file for each way it is shown.
//!
//! What a press or a screen takes as it came goes in as it came: a JPEG byte for byte, the pixels of a PNG where PDF
//! reads them as they are deflated. The rest is decoded, cut to what is shown, turned, brought down to what the press can
//! show, for a press in inks, and deflated anew.

use std::sync::Arc;

use lopdf::{Dictionary, Object, Stream, StringFormat};

use crate::colour::{Link, Space, is_profile, limited};
use crate::image::{Colours, Form, Image, Jpeg, Png, PngColour, Samples};
use crate::output::pdf::fonts::name;
use crate::output::pdf::{CONTENT_LEVEL, deflated};
use crate::output::shrink::reduced;
use crate::output::{Failure, light};
use crate::page::{Item, Page, Picture};
use crate::unit::Abs;

/// What the pictures of a file are made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ink {
    /// A press: grey and inks alone.
    Press(Press),
    /// A screen: grey, red, green and blue; colours stay what they are, inks are shown as the preview shows them.
    Screen,
}

/// What a press asks of pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    /// Its CMYK profile, an ICC file.
    pub icc: Arc<[u8]>,
    /// The most ink that may lie on one place, in thousandths of one full ink.
    pub ink_most: i64,
    /// Twice the screen ruling, pixels per inch at the printed size: what pictures are reduced to.
    pub ppi_screen: i64,
    /// Above so many pixels per inch they are reduced.
    pub ppi_reduce: i64,
}

/// Pixels per inch on a screen that is zoomed in as far as text is read, and the share above it that is let be.
const SCREEN_PPI: [f64; 2] = [150.0, 225.0];

impl Ink {
    /// What pictures are reduced to, and above what, in pixels per inch.
    fn ppi(&self) -> [f64; 2] {
        match self {
            Self::Press(press) => [press.ppi_screen as f64, press.ppi_reduce as f64],
            Self::Screen => SCREEN_PPI,
        }
    }

    /// Whether a picture may go in as it came, but for its size.
    fn takes(&self, image: &Image) -> bool {
        let foreign = if *self == Self::Screen { Colours::Cmyk } else { Colours::Rgb };
        let colours = image.colours() != foreign;
        colours
            && match image.form() {
                Form::Jpeg(_) => true,
                Form::Png(png) => components(png).is_some(),
                Form::Tiff(_) | Form::Webp(_) => false,
            }
    }

    /// How a picture goes into the file; `None` where nothing of it is shown.
    fn way(&self, picture: &Picture) -> Option<Way> {
        let image = &picture.image;
        let ppi = picture.ppi()?;
        let [wanted, reduce] = self.ppi();
        let large = |most: f64| ppi > most && !image.is_line_art();
        // To decode a JPEG loses a little and makes the file no smaller, unless it has far too many pixels.
        let most = if let Form::Jpeg(_) = image.form() { 2.0 * wanted } else { reduce };
        if self.takes(image) && !large(most) {
            return Some(Way::AsItCame);
        }
        let [_, _, width, height] = picture.crop;
        let inches = [picture.rect.width, picture.rect.height].map(|side| side.to_pt() / 72.0);
        let side = |side: u32, inches: f64| {
            let least = if large(reduce) { (inches * wanted).ceil() as u32 } else { side };
            u16::try_from(least.clamp(1, side)).unwrap_or(u16::MAX)
        };
        let size = [side(width, inches[0]), side(height, inches[1])];
        Some(Way::Made { crop: picture.crop, size })
    }
}

/// How a picture goes into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Its bytes or deflated pixels as they are, all of it.
    AsItCame,
    /// The part that is shown, the right way up, at a size in pixels.
    Made { crop: [u32; 4], size: [u16; 2] },
}

/// The pictures of a file, in the order in which they are first shown.
pub(crate) struct Images<'a> {
    ink: &'a Ink,
    shown: Vec<(&'a Image, Way)>,
}

/// Where a picture stands.
pub(crate) struct Placed {
    /// Its name in the resources of the pages.
    pub(crate) name: String,
    /// What takes the unit square to where it stands.
    pub(crate) matrix: [f64; 6],
    /// Whether it goes beyond its place and is to be clipped.
    pub(crate) clipped: bool,
}

impl<'a> Images<'a> {
    /// Walks the pages once.
    pub(crate) fn collect(pages: &'a [Page], ink: &'a Ink) -> Self {
        let mut shown: Vec<(&Image, Way)> = Vec::new();
        for item in pages.iter().flat_map(Page::items) {
            let Item::Picture(picture) = item else { continue };
            let Some(way) = ink.way(picture) else { continue };
            if !shown.contains(&(&picture.image, way)) {
                shown.push((&picture.image, way));
            }
        }
        Self { ink, shown }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// The pictures as objects of the file, by name; each is made when it is asked for.
    pub(crate) fn streams(&self) -> impl Iterator<Item = (String, Result<Stream, Failure>)> {
        let stream = |(image, way): &(&Image, Way)| match way {
            Way::AsItCame => as_it_came(image),
            Way::Made { crop, size } => made(image, *crop, *size, self.ink),
        };
        self.shown.iter().enumerate().map(move |(k, shown)| (resource(k), stream(shown)))
    }

    /// Where a picture stands on a sheet so high; `None` where nothing is shown.
    pub(crate) fn place(&self, picture: &Picture, height: Abs) -> Option<Placed> {
        let shown = (picture.image.as_ref(), self.ink.way(picture)?);
        let name = resource(self.shown.iter().position(|known| *known == shown)?);
        let rect = &picture.rect;
        let (matrix, clipped) = match shown.1 {
            Way::AsItCame => {
                let [width, height_px] = picture.image.size();
                (matrix(picture, height)?, picture.crop != [0, 0, width, height_px])
            }
            Way::Made { .. } => {
                let [x, y] = [rect.x, height - rect.bottom()].map(Abs::to_pt);
                ([rect.width.to_pt(), 0.0, 0.0, rect.height.to_pt(), x, y], false)
            }
        };
        Some(Placed { name, matrix, clipped })
    }
}

fn resource(index: usize) -> String {
    format!("BP{index}")
}

/// What takes the unit square that PDF draws a stored picture in to where its crop fills its place; `None` where
/// nothing is shown. The sheet is `height` high.
fn matrix(picture: &Picture, height: Abs) -> Option<[f64; 6]> {
    let [left, top, shown_width, shown_height] = picture.crop.map(f64::from);
    let seen = picture.image.size().map(f64::from);
    if shown_width == 0.0 || shown_height == 0.0 {
        return None;
    }
    let rect = &picture.rect;
    let (dot_x, dot_y) = (rect.width.to_pt() / shown_width, rect.height.to_pt() / shown_height);
    // Where a corner of the unit square falls, y up.
    let place = |x: f64, y: f64| {
        let [u, v] = picture.image.turn().seen([x, 1.0 - y]);
        let x = rect.x.to_pt() + (u * seen[0] - left) * dot_x;
        let down = rect.y.to_pt() + (v * seen[1] - top) * dot_y;
        [x, height.to_pt() - down]
    };
    let [origin, right, up] = [place(0.0, 0.0), place(1.0, 0.0), place(0.0, 1.0)];
    Some([
        right[0] - origin[0],
        right[1] - origin[1],
        up[0] - origin[0],
        up[1] - origin[1],
        origin[0],
        origin[1],
    ])
}

/// What every image object has.
fn dictionary([width, height]: [u32; 2]) -> Dictionary {
    let mut dictionary = Dictionary::new();
    dictionary.set("Type", name("XObject"));
    dictionary.set("Subtype", name("Image"));
    dictionary.set("Width", i64::from(width));
    dictionary.set("Height", i64::from(height));
    dictionary
}

/// A picture that [`Ink::takes`] as an object of the file.
fn as_it_came(image: &Image) -> Result<Stream, Failure> {
    let dictionary = dictionary(image.stored());
    match image.form() {
        Form::Jpeg(jpeg) => Ok(passed_jpeg(dictionary, jpeg, image)),
        Form::Png(png) => {
            let components = components(png).ok_or("a PNG that PDF does not read".to_owned())?;
            Ok(passed_png(dictionary, png, components, image))
        }
        Form::Tiff(_) | Form::Webp(_) => Err("a picture that PDF does not read".to_owned().into()),
    }
}

fn passed_jpeg(mut dictionary: Dictionary, jpeg: &Jpeg, image: &Image) -> Stream {
    dictionary.set("ColorSpace", space(usize::from(jpeg.components)));
    dictionary.set("BitsPerComponent", 8);
    dictionary.set("Filter", name("DCTDecode"));
    if jpeg.is_inverted() {
        dictionary
            .set("Decode", [1, 0].repeat(4).into_iter().map(Object::Integer).collect::<Vec<_>>());
    }
    if jpeg.components == 3 && !jpeg.ycc && jpeg.adobe.is_none() {
        // Without this three components are taken for luminance and chrominance.
        let mut parms = Dictionary::new();
        parms.set("ColorTransform", 0);
        dictionary.set("DecodeParms", parms);
    }
    as_it_is(dictionary, image.bytes().to_vec())
}

/// The components of a PNG's pixels if PDF reads them as they are deflated.
fn components(png: &Png) -> Option<usize> {
    if png.interlaced || png.clear || png.depth > 8 {
        return None;
    }
    match png.colour {
        PngColour::Grey | PngColour::Palette => Some(1),
        PngColour::Rgb => Some(3),
        PngColour::GreyAlpha | PngColour::RgbAlpha => None,
    }
}

fn passed_png(mut dictionary: Dictionary, png: &Png, components: usize, image: &Image) -> Stream {
    let space =
        if png.colour == PngColour::Palette { indexed(png, image) } else { space(components) };
    dictionary.set("ColorSpace", space);
    dictionary.set("BitsPerComponent", i64::from(png.depth));
    dictionary.set("Filter", name("FlateDecode"));
    let columns = i64::from(image.stored()[0]);
    dictionary.set("DecodeParms", predicted(15, components, png.depth, columns));
    let parts: Vec<&[u8]> = png.data.iter().map(|range| &image.bytes()[range.clone()]).collect();
    as_it_is(dictionary, parts.concat())
}

/// A colour space of numbered colours.
fn indexed(png: &Png, image: &Image) -> Object {
    let grey = image.is_grey();
    // More colours than the pixels can name are none of the picture's.
    let named = png.palette.iter().take(1 << png.depth);
    let count = named.len();
    let table = named.flat_map(|rgb| rgb[..if grey { 1 } else { 3 }].to_vec()).collect();
    Object::Array(vec![
        name("Indexed"),
        space(if grey { 1 } else { 3 }),
        Object::Integer(count as i64 - 1),
        Object::String(table, StringFormat::Hexadecimal),
    ])
}

/// The part of a picture that is shown, at a size, in the colours of the file.
fn made(image: &Image, crop: [u32; 4], size: [u16; 2], ink: &Ink) -> Result<Stream, Failure> {
    let told = |fault| Failure::Picture { sha256: image.sha256().to_owned(), fault };
    let samples = image.samples().map_err(told)?;
    let mut part = reduced(&samples, image.turn(), crop, size)
        .ok_or("a crop beyond its picture".to_owned())?;
    drop(samples);
    part = match ink {
        Ink::Press(press) => inked(part, image, press)?,
        Ink::Screen => lit(part),
    };
    let channels = part.channels;
    let mut dictionary = dictionary(size.map(u32::from));
    dictionary.set("ColorSpace", space(channels));
    dictionary.set("BitsPerComponent", 8);
    // Photographs deflate by a third better as differences.
    differ(&mut part.bytes, part.size[0] * channels, channels);
    dictionary.set("DecodeParms", predicted(2, channels, 8, size[0].into()));
    Ok(deflated(dictionary, &part.bytes, CONTENT_LEVEL))
}

/// What a press prints of some samples.
fn inked(part: Samples, image: &Image, press: &Press) -> Result<Samples, Failure> {
    let most = u32::try_from(press.ink_most.max(0) * 255 / 1000).unwrap_or(u32::MAX);
    let bytes = match part.channels {
        1 => return Ok(part),
        3 => {
            let own = image.profile().filter(|own| is_profile(own, Space::Rgb));
            let link = own.and_then(|own| Link::between(Some(&own), &press.icc));
            let link = link.or_else(|| Link::between(None, &press.icc));
            let link = link.ok_or("the profile of the press cannot be used".to_owned())?;
            let pixels = part.bytes.as_chunks::<3>().0;
            pixels.iter().flat_map(|rgb| limited(link.inks(*rgb), most)).collect()
        }
        _ => {
            let pixels = part.bytes.as_chunks::<4>().0;
            pixels.iter().flat_map(|inks| limited(*inks, most)).collect()
        }
    };
    Ok(Samples { channels: 4, bytes, ..part })
}

/// What a screen shows of some samples.
fn lit(part: Samples) -> Samples {
    if part.channels < 4 {
        return part;
    }
    let shown = |inks: &[u8; 4]| {
        light(inks.map(|ink| f64::from(ink) / 255.0)).map(|share| (share * 255.0).round() as u8)
    };
    let bytes = part.bytes.as_chunks::<4>().0.iter().flat_map(shown).collect();
    Samples { channels: 3, bytes, ..part }
}

/// Samples of rows as differences from the pixel before, as TIFF has it.
fn differ(bytes: &mut [u8], row: usize, channels: usize) {
    for row in bytes.chunks_mut(row.max(1)) {
        for k in (channels..row.len()).rev() {
            row[k] = row[k].wrapping_sub(row[k - channels]);
        }
    }
}

/// How deflated pixels are to be put together again.
fn predicted(predictor: i64, channels: usize, depth: u8, columns: i64) -> Dictionary {
    let mut parms = Dictionary::new();
    parms.set("Predictor", predictor);
    parms.set("Colors", channels as i64);
    parms.set("BitsPerComponent", i64::from(depth));
    parms.set("Columns", columns);
    parms
}

fn space(components: usize) -> Object {
    name(match components {
        1 => "DeviceGray",
        3 => "DeviceRGB",
        _ => "DeviceCMYK",
    })
}

fn as_it_is(dictionary: Dictionary, content: Vec<u8>) -> Stream {
    let mut stream = Stream::new(dictionary, content);
    stream.allows_compression = false;
    stream
}
