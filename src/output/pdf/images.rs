//! Pictures as image objects, each once in a file for each way it is shown.
//!
//! What a press or a screen takes as it came goes in as it came: a JPEG byte for byte, the pixels of a PNG where PDF
//! reads them as they are deflated. The rest is decoded, cut to what is shown, turned, brought down to what the press can
//! show, for a press in inks, and deflated anew.

use std::sync::Arc;

use lopdf::{Dictionary, Object, Stream, StringFormat};

use crate::colour::{DeviceLink, ProfileSpace, is_profile_of, limit_total_ink};
use crate::image::{
    ColourModel, ImageFormat, JpegHeader, PixelSamples, PngColour, PngHeader, SourceImage,
};
use crate::output::pdf::fonts::name;
use crate::output::pdf::{CONTENT_DEFLATE_LEVEL, deflated_stream};
use crate::output::shrink::reduced;
use crate::output::{WriteError, inks_to_rgb};
use crate::page::{Page, PageItem, PlacedPicture};
use crate::unit::Abs;

/// What the pictures of a file are made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PictureTarget {
    /// A press: grey and inks alone.
    Press(PressPictures),
    /// A screen: grey, red, green and blue; colours stay what they are, inks are shown as the preview shows them.
    Screen,
}

/// What a press asks of pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PressPictures {
    /// Its CMYK profile, an ICC file.
    pub icc: Arc<[u8]>,
    /// The most ink that may lie on one place, in thousandths of one full ink.
    pub ink_limit: i64,
    /// Twice the screen ruling, pixels per inch at the printed size: what pictures are reduced to.
    pub target_ppi: i64,
    /// Above so many pixels per inch they are reduced.
    pub reduce_above_ppi: i64,
}

/// Pixels per inch on a screen that is zoomed in as far as text is read, and the share above it that is let be.
const SCREEN_PPI: [f64; 2] = [150.0, 225.0];

impl PictureTarget {
    /// What pictures are reduced to, and above what, in pixels per inch.
    fn resolution_limits(&self) -> [f64; 2] {
        match self {
            Self::Press(press) => [press.target_ppi as f64, press.reduce_above_ppi as f64],
            Self::Screen => SCREEN_PPI,
        }
    }

    /// Whether a picture may go in as it came, but for its size.
    fn accepts_unchanged(&self, image: &SourceImage) -> bool {
        let foreign = if *self == Self::Screen { ColourModel::Cmyk } else { ColourModel::Rgb };
        let colours = image.colour_model() != foreign;
        colours
            && match image.format() {
                ImageFormat::Jpeg(_) => true,
                ImageFormat::Png(png) => png_components(png).is_some(),
                ImageFormat::Tiff(_) | ImageFormat::Webp(_) => false,
            }
    }

    /// How a picture goes into the file; `None` where nothing of it is shown.
    fn choose_encoding(&self, picture: &PlacedPicture) -> Option<ImageEncoding> {
        let image = &picture.image;
        let ppi = picture.ppi()?;
        let [wanted, reduce] = self.resolution_limits();
        let large = |most: f64| ppi > most && !image.is_line_art();
        // To decode a JPEG loses a little and makes the file no smaller, unless it has far too many pixels.
        let most = if let ImageFormat::Jpeg(_) = image.format() { 2.0 * wanted } else { reduce };
        if self.accepts_unchanged(image) && !large(most) {
            return Some(ImageEncoding::Unchanged);
        }
        let [_, _, width, height] = picture.crop;
        let inches = [picture.rect.width, picture.rect.height].map(|side| side.to_pt() / 72.0);
        let side = |side: u32, inches: f64| {
            let least = if large(reduce) { (inches * wanted).ceil() as u32 } else { side };
            u16::try_from(least.clamp(1, side)).unwrap_or(u16::MAX)
        };
        let size = [side(width, inches[0]), side(height, inches[1])];
        Some(ImageEncoding::Resampled { crop: picture.crop, size })
    }
}

/// How a picture goes into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ImageEncoding {
    /// Its bytes or deflated pixels as they are, all of it.
    Unchanged,
    /// The part that is shown, the right way up, at a size in pixels.
    Resampled { crop: [u32; 4], size: [u16; 2] },
}

/// The pictures of a file, in the order in which they are first shown.
pub(crate) struct PageImages<'a> {
    target: &'a PictureTarget,
    images: Vec<(&'a SourceImage, ImageEncoding)>,
}

/// Where a picture stands.
pub(crate) struct ImagePlacement {
    /// Its name in the resources of the pages.
    pub(crate) name: String,
    /// What takes the unit square to where it stands.
    pub(crate) matrix: [f64; 6],
    /// Whether it goes beyond its place and is to be clipped.
    pub(crate) is_clipped: bool,
}

impl<'a> PageImages<'a> {
    /// Walks the pages once.
    pub(crate) fn collect(pages: &'a [Page], target: &'a PictureTarget) -> Self {
        let mut images: Vec<(&SourceImage, ImageEncoding)> = Vec::new();
        for item in pages.iter().flat_map(Page::items) {
            let PageItem::Picture(picture) = item else { continue };
            let Some(way) = target.choose_encoding(picture) else { continue };
            if !images.contains(&(&picture.image, way)) {
                images.push((&picture.image, way));
            }
        }
        Self { target, images }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.images.is_empty()
    }

    /// The pictures as objects of the file, by name; each is made when it is asked for.
    pub(crate) fn streams(&self) -> impl Iterator<Item = (String, Result<Stream, WriteError>)> {
        let stream = |(image, way): &(&SourceImage, ImageEncoding)| match way {
            ImageEncoding::Unchanged => unchanged_stream(image),
            ImageEncoding::Resampled { crop, size } => {
                resampled_stream(image, *crop, *size, self.target)
            }
        };
        self.images.iter().enumerate().map(move |(k, shown)| (image_resource(k), stream(shown)))
    }

    /// Where a picture stands on a sheet so high; `None` where nothing is shown.
    pub(crate) fn placement(&self, picture: &PlacedPicture, height: Abs) -> Option<ImagePlacement> {
        let shown = (picture.image.as_ref(), self.target.choose_encoding(picture)?);
        let name = image_resource(self.images.iter().position(|known| *known == shown)?);
        let rect = &picture.rect;
        let (matrix, clipped) = match shown.1 {
            ImageEncoding::Unchanged => {
                let [width, height_px] = picture.image.size();
                (unit_square_matrix(picture, height)?, picture.crop != [0, 0, width, height_px])
            }
            ImageEncoding::Resampled { .. } => {
                let [x, y] = [rect.x, height - rect.bottom()].map(Abs::to_pt);
                ([rect.width.to_pt(), 0.0, 0.0, rect.height.to_pt(), x, y], false)
            }
        };
        Some(ImagePlacement { name, matrix, is_clipped: clipped })
    }
}

fn image_resource(index: usize) -> String {
    format!("BP{index}")
}

/// What takes the unit square that PDF draws a stored picture in to where its crop fills its place; `None` where
/// nothing is shown. The sheet is `height` high.
fn unit_square_matrix(picture: &PlacedPicture, height: Abs) -> Option<[f64; 6]> {
    let [left, top, shown_width, shown_height] = picture.crop.map(f64::from);
    let seen = picture.image.size().map(f64::from);
    if shown_width == 0.0 || shown_height == 0.0 {
        return None;
    }
    let rect = &picture.rect;
    let (dot_x, dot_y) = (rect.width.to_pt() / shown_width, rect.height.to_pt() / shown_height);
    // Where a corner of the unit square falls, y up.
    let place = |x: f64, y: f64| {
        let [u, v] = picture.image.orientation().to_displayed([x, 1.0 - y]);
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
fn image_dictionary([width, height]: [u32; 2]) -> Dictionary {
    let mut dictionary = Dictionary::new();
    dictionary.set("Type", name("XObject"));
    dictionary.set("Subtype", name("Image"));
    dictionary.set("Width", i64::from(width));
    dictionary.set("Height", i64::from(height));
    dictionary
}

/// A picture that [`Ink::takes`] as an object of the file.
fn unchanged_stream(image: &SourceImage) -> Result<Stream, WriteError> {
    let dictionary = image_dictionary(image.stored_size());
    match image.format() {
        ImageFormat::Jpeg(jpeg) => Ok(jpeg_stream(dictionary, jpeg, image)),
        ImageFormat::Png(png) => {
            let components =
                png_components(png).ok_or("a PNG that PDF does not read".to_owned())?;
            Ok(png_stream(dictionary, png, components, image))
        }
        ImageFormat::Tiff(_) | ImageFormat::Webp(_) => {
            Err("a picture that PDF does not read".to_owned().into())
        }
    }
}

fn jpeg_stream(mut dictionary: Dictionary, jpeg: &JpegHeader, image: &SourceImage) -> Stream {
    dictionary.set("ColorSpace", device_space(usize::from(jpeg.components)));
    dictionary.set("BitsPerComponent", 8);
    dictionary.set("Filter", name("DCTDecode"));
    if jpeg.is_inverted() {
        dictionary
            .set("Decode", [1, 0].repeat(4).into_iter().map(Object::Integer).collect::<Vec<_>>());
    }
    if jpeg.components == 3 && !jpeg.is_ycc && jpeg.adobe_transform.is_none() {
        // Without this three components are taken for luminance and chrominance.
        let mut parms = Dictionary::new();
        parms.set("ColorTransform", 0);
        dictionary.set("DecodeParms", parms);
    }
    encoded_stream(dictionary, image.bytes().to_vec())
}

/// The components of a PNG's pixels if PDF reads them as they are deflated.
fn png_components(png: &PngHeader) -> Option<usize> {
    if png.is_interlaced || png.has_transparency || png.bit_depth > 8 {
        return None;
    }
    match png.colour {
        PngColour::Grey | PngColour::Palette => Some(1),
        PngColour::Rgb => Some(3),
        PngColour::GreyAlpha | PngColour::RgbAlpha => None,
    }
}

fn png_stream(
    mut dictionary: Dictionary,
    png: &PngHeader,
    components: usize,
    image: &SourceImage,
) -> Stream {
    let space = if png.colour == PngColour::Palette {
        indexed_space(png, image)
    } else {
        device_space(components)
    };
    dictionary.set("ColorSpace", space);
    dictionary.set("BitsPerComponent", i64::from(png.bit_depth));
    dictionary.set("Filter", name("FlateDecode"));
    let columns = i64::from(image.stored_size()[0]);
    dictionary.set("DecodeParms", predictor_parms(15, components, png.bit_depth, columns));
    let parts: Vec<&[u8]> =
        png.data_ranges.iter().map(|range| &image.bytes()[range.clone()]).collect();
    encoded_stream(dictionary, parts.concat())
}

/// A colour space of numbered colours.
fn indexed_space(png: &PngHeader, image: &SourceImage) -> Object {
    let grey = image.is_grey();
    // More colours than the pixels can name are none of the picture's.
    let named = png.palette.iter().take(1 << png.bit_depth);
    let count = named.len();
    let table = named.flat_map(|rgb| rgb[..if grey { 1 } else { 3 }].to_vec()).collect();
    Object::Array(vec![
        name("Indexed"),
        device_space(if grey { 1 } else { 3 }),
        Object::Integer(count as i64 - 1),
        Object::String(table, StringFormat::Hexadecimal),
    ])
}

/// The part of a picture that is shown, at a size, in the colours of the file.
fn resampled_stream(
    image: &SourceImage,
    crop: [u32; 4],
    size: [u16; 2],
    ink: &PictureTarget,
) -> Result<Stream, WriteError> {
    let told = |fault| WriteError::Picture { sha256: image.sha256().to_owned(), error: fault };
    let samples = image.decode().map_err(told)?;
    let mut part = reduced(&samples, image.orientation(), crop, size)
        .ok_or("a crop beyond its picture".to_owned())?;
    drop(samples);
    part = match ink {
        PictureTarget::Press(press) => convert_to_inks(part, image, press)?,
        PictureTarget::Screen => convert_to_rgb(part),
    };
    let channels = part.channels;
    let mut dictionary = image_dictionary(size.map(u32::from));
    dictionary.set("ColorSpace", device_space(channels));
    dictionary.set("BitsPerComponent", 8);
    // Photographs deflate by a third better as differences.
    replace_by_differences(&mut part.bytes, part.size[0] * channels, channels);
    dictionary.set("DecodeParms", predictor_parms(2, channels, 8, size[0].into()));
    Ok(deflated_stream(dictionary, &part.bytes, CONTENT_DEFLATE_LEVEL))
}

/// What a press prints of some samples.
fn convert_to_inks(
    part: PixelSamples,
    image: &SourceImage,
    press: &PressPictures,
) -> Result<PixelSamples, WriteError> {
    let most = u32::try_from(press.ink_limit.max(0) * 255 / 1000).unwrap_or(u32::MAX);
    let bytes = match part.channels {
        1 => return Ok(part),
        3 => {
            let own = image.icc_profile().filter(|own| is_profile_of(own, ProfileSpace::Rgb));
            let link = own.and_then(|own| DeviceLink::between(Some(&own), &press.icc));
            let link = link.or_else(|| DeviceLink::between(None, &press.icc));
            let link = link.ok_or("the profile of the press cannot be used".to_owned())?;
            let pixels = part.bytes.as_chunks::<3>().0;
            pixels.iter().flat_map(|rgb| limit_total_ink(link.inks_of(*rgb), most)).collect()
        }
        _ => {
            let pixels = part.bytes.as_chunks::<4>().0;
            pixels.iter().flat_map(|inks| limit_total_ink(*inks, most)).collect()
        }
    };
    Ok(PixelSamples { channels: 4, bytes, ..part })
}

/// What a screen shows of some samples.
fn convert_to_rgb(part: PixelSamples) -> PixelSamples {
    if part.channels < 4 {
        return part;
    }
    let shown = |inks: &[u8; 4]| {
        inks_to_rgb(inks.map(|ink| f64::from(ink) / 255.0))
            .map(|share| (share * 255.0).round() as u8)
    };
    let bytes = part.bytes.as_chunks::<4>().0.iter().flat_map(shown).collect();
    PixelSamples { channels: 3, bytes, ..part }
}

/// Samples of rows as differences from the pixel before, as TIFF has it.
fn replace_by_differences(bytes: &mut [u8], row: usize, channels: usize) {
    for row in bytes.chunks_mut(row.max(1)) {
        for k in (channels..row.len()).rev() {
            row[k] = row[k].wrapping_sub(row[k - channels]);
        }
    }
}

/// How deflated pixels are to be put together again.
fn predictor_parms(predictor: i64, channels: usize, depth: u8, columns: i64) -> Dictionary {
    let mut parms = Dictionary::new();
    parms.set("Predictor", predictor);
    parms.set("Colors", channels as i64);
    parms.set("BitsPerComponent", i64::from(depth));
    parms.set("Columns", columns);
    parms
}

fn device_space(components: usize) -> Object {
    name(match components {
        1 => "DeviceGray",
        3 => "DeviceRGB",
        _ => "DeviceCMYK",
    })
}

fn encoded_stream(dictionary: Dictionary, content: Vec<u8>) -> Stream {
    let mut stream = Stream::new(dictionary, content);
    stream.allows_compression = false;
    stream
}
