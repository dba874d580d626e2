//! Pictures as image objects, each once in a file for each way in which it is shown.
//!
//! A picture that the press or screen accepts as it is goes in unchanged: a JPEG byte for byte, a
//! PNG by its deflated pixels where PDF can read them. Any other picture is decoded, cropped to the
//! part that is shown, turned upright, reduced to the resolution of the press or screen, converted
//! to its colours, and deflated again.

use std::sync::Arc;

use lopdf::{Dictionary, Object, Stream, StringFormat};

use crate::colour::{DeviceLink, ProfileSpace, is_profile_of, limit_total_ink};
use crate::image::{
    ColourModel, ImageFormat, JpegHeader, PixelSamples, PngColour, PngHeader, SourceImage,
};
use crate::output::error::WriteError;
use crate::output::pdf::objects::{
    CONTENT_DEFLATE_LEVEL, deflated_stream, name_object, stored_stream,
};
use crate::output::resample::resample_crop;
use crate::output::screen::inks_to_rgb;
use crate::page::{Page, PageItem, PlacedPicture};
use crate::unit::Abs;

/// Device that the pictures of a file are made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PictureTarget {
    /// A press: grey and CMYK only.
    Press(PressPictures),
    /// A screen: grey and RGB. CMYK is converted as in the preview.
    Screen,
}

/// Requirements of a press on pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PressPictures {
    /// CMYK profile of the press, an ICC file.
    pub icc: Arc<[u8]>,
    /// Limit of the total ink at one point, in thousandths of one full ink.
    pub ink_limit: i64,
    /// Resolution that pictures are reduced to, in pixels per inch at the printed size: twice the
    /// screen ruling.
    pub target_ppi: i64,
    /// Resolution above which pictures are reduced, in pixels per inch.
    pub reduce_above_ppi: i64,
}

/// Resolutions at which pictures are reduced, in pixels per inch.
#[derive(Clone, Copy)]
struct ResolutionLimits {
    /// Resolution after the reduction.
    target: f64,
    /// Resolution above which a picture is reduced.
    reduce_above: f64,
}

/// Limits for a screen that is zoomed in far enough to read text. Reducing a picture that exceeds
/// the target by less than half would save little.
const SCREEN_LIMITS: ResolutionLimits = ResolutionLimits { target: 150.0, reduce_above: 225.0 };

/// Ink of four full inks, in thousandths of one.
const FOUR_FULL_INKS: i64 = 4_000;

impl PictureTarget {
    fn resolution_limits(&self) -> ResolutionLimits {
        match self {
            Self::Press(press) => ResolutionLimits {
                target: press.target_ppi as f64,
                reduce_above: press.reduce_above_ppi as f64,
            },
            Self::Screen => SCREEN_LIMITS,
        }
    }

    /// True if a picture may go in unchanged, provided its resolution is right.
    fn accepts_unchanged(&self, image: &SourceImage) -> bool {
        // Grey suits both; a screen takes no CMYK and a press no RGB.
        let foreign = if *self == Self::Screen { ColourModel::Cmyk } else { ColourModel::Rgb };
        image.colour_model() != foreign
            && match image.format() {
                ImageFormat::Jpeg(_) => true,
                ImageFormat::Png(png) => png_components(png).is_some(),
                ImageFormat::Tiff(_) | ImageFormat::Webp(_) => false,
            }
    }

    /// Chooses how a picture goes into the file. `None` if nothing of it is shown.
    fn choose_encoding(&self, picture: &PlacedPicture) -> Option<ImageEncoding> {
        let image = &picture.image;
        let ppi = picture.ppi()?;
        let limits = self.resolution_limits();
        // Line art keeps its pixels, or its edges would turn grey.
        let exceeds = |limit: f64| ppi > limit && !image.is_line_art();
        // Decoding a JPEG loses a little quality and makes the file no smaller, unless the picture
        // has far too many pixels.
        let unchanged_limit = match image.format() {
            ImageFormat::Jpeg(_) => 2.0 * limits.target,
            ImageFormat::Png(_) | ImageFormat::Tiff(_) | ImageFormat::Webp(_) => {
                limits.reduce_above
            }
        };
        if self.accepts_unchanged(image) && !exceeds(unchanged_limit) {
            return Some(ImageEncoding::Unchanged);
        }
        let [_, _, width, height] = picture.crop;
        let inches = [picture.rect.width, picture.rect.height].map(|side| side.to_pt() / 72.0);
        let resampled_side = |side: u32, inches: f64| {
            let needed = if exceeds(limits.reduce_above) {
                (inches * limits.target).ceil() as u32
            } else {
                side
            };
            // No picture has more than 65 535 pixels on a side.
            // Never more pixels than the picture has: enlarging adds nothing.
            needed.clamp(1, side) as u16
        };
        let size = [resampled_side(width, inches[0]), resampled_side(height, inches[1])];
        Some(ImageEncoding::Resampled { crop: picture.crop, size })
    }
}

/// Way in which a picture goes into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ImageEncoding {
    /// The whole picture: its bytes or deflated pixels as they are.
    Unchanged,
    /// The part that is shown, upright, at a size in pixels.
    Resampled { crop: [u32; 4], size: [u16; 2] },
}

/// Pictures of a file, in the order in which they are first shown.
pub(crate) struct PageImages<'a> {
    target: &'a PictureTarget,
    images: Vec<(&'a SourceImage, ImageEncoding)>,
}

/// Place of a picture on its page.
pub(crate) struct ImagePlacement {
    /// Resource name of the picture.
    pub(crate) name: String,
    /// Transformation of the unit square into the picture's place, in points, y up.
    pub(crate) matrix: [f64; 6],
    /// True if the picture extends beyond its place and must be clipped.
    pub(crate) is_clipped: bool,
}

impl<'a> PageImages<'a> {
    /// Collects the pictures of all pages.
    pub(crate) fn collect(pages: &'a [Page], target: &'a PictureTarget) -> Self {
        let mut images: Vec<(&SourceImage, ImageEncoding)> = Vec::new();
        for item in pages.iter().flat_map(Page::items) {
            let PageItem::Picture(picture) = item else { continue };
            let Some(encoding) = target.choose_encoding(picture) else { continue };
            // One image object for each picture and encoding, however often it is shown.
            if !images.contains(&(&picture.image, encoding)) {
                images.push((&picture.image, encoding));
            }
        }
        Self { target, images }
    }

    /// True if no page shows a picture.
    pub(crate) fn is_empty(&self) -> bool {
        self.images.is_empty()
    }

    /// Image objects by resource name. Each is encoded when the iterator reaches it, so that one
    /// decoded picture at a time is in memory.
    pub(crate) fn streams(&self) -> impl Iterator<Item = (String, Result<Stream, WriteError>)> {
        self.images.iter().enumerate().map(|(index, (image, encoding))| {
            let stream = match encoding {
                ImageEncoding::Unchanged => unchanged_stream(image),
                ImageEncoding::Resampled { crop, size } => {
                    resampled_stream(image, *crop, *size, self.target)
                }
            };
            (image_resource(index), stream)
        })
    }

    /// Returns the place of a picture on a sheet whose top is at `height`. `None` if nothing of the
    /// picture is shown.
    pub(crate) fn placement(&self, picture: &PlacedPicture, height: Abs) -> Option<ImagePlacement> {
        let encoding = self.target.choose_encoding(picture)?;
        let shown = (picture.image.as_ref(), encoding);
        let name = image_resource(self.images.iter().position(|image| *image == shown)?);
        let rect = &picture.rect;
        let (matrix, is_clipped) = match encoding {
            ImageEncoding::Unchanged => {
                let [width, height_px] = picture.image.size();
                (unit_square_matrix(picture, height)?, picture.crop != [0, 0, width, height_px])
            }
            // Cropped and turned already: the unit square is the place itself.
            ImageEncoding::Resampled { .. } => {
                let [x, y] = [rect.x, height - rect.bottom()].map(Abs::to_pt);
                ([rect.width.to_pt(), 0.0, 0.0, rect.height.to_pt(), x, y], false)
            }
        };
        Some(ImagePlacement { name, matrix, is_clipped })
    }
}

fn image_resource(index: usize) -> String {
    format!("BP{index}")
}

/// Returns the transformation of the unit square, in which PDF draws a stored picture, that makes
/// the crop fill the picture's place. `None` if nothing is shown. The top of the sheet is at
/// `height`.
fn unit_square_matrix(picture: &PlacedPicture, height: Abs) -> Option<[f64; 6]> {
    let [left, top, shown_width, shown_height] = picture.crop.map(f64::from);
    let upright_size = picture.image.size().map(f64::from);
    if shown_width == 0.0 || shown_height == 0.0 {
        return None;
    }
    let rect = &picture.rect;
    let (pixel_width, pixel_height) =
        (rect.width.to_pt() / shown_width, rect.height.to_pt() / shown_height);
    // Place of a corner of the unit square on the sheet, y up.
    let place = |x: f64, y: f64| {
        // The unit square has y up, the picture y down.
        let [u, v] = picture.image.orientation().to_displayed([x, 1.0 - y]);
        let x = rect.x.to_pt() + (u * upright_size[0] - left) * pixel_width;
        let down = rect.y.to_pt() + (v * upright_size[1] - top) * pixel_height;
        [x, height.to_pt() - down]
    };
    // Three corners determine the matrix, turn and mirror included.
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

/// Builds the entries that every image object has.
fn image_dictionary([width, height]: [u32; 2]) -> Dictionary {
    let mut dictionary = Dictionary::new();
    dictionary.set("Type", name_object("XObject"));
    dictionary.set("Subtype", name_object("Image"));
    dictionary.set("Width", i64::from(width));
    dictionary.set("Height", i64::from(height));
    dictionary
}

/// Builds the image object of a picture that [`PictureTarget::accepts_unchanged`].
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
    dictionary.set("Filter", name_object("DCTDecode"));
    // Adobe's programs store CMYK with 0 for full ink; PDF readers do not look at their mark.
    if jpeg.is_inverted() {
        let decode: Vec<Object> = [1, 0].repeat(4).into_iter().map(Object::Integer).collect();
        dictionary.set("Decode", decode);
    }
    if jpeg.components == 3 && !jpeg.is_ycc && jpeg.adobe_transform.is_none() {
        // Without this entry readers take three components for luminance and chrominance.
        let mut parms = Dictionary::new();
        parms.set("ColorTransform", 0);
        dictionary.set("DecodeParms", parms);
    }
    stored_stream(dictionary, image.bytes().to_vec())
}

/// Number of components of a PNG if PDF can read its deflated pixels as they are, else `None`.
fn png_components(png: &PngHeader) -> Option<usize> {
    // PDF knows neither interlacing nor alpha in the pixels; 16 bits are later than PDF/X-1a.
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
    dictionary.set("Filter", name_object("FlateDecode"));
    let columns = i64::from(image.stored_size()[0]);
    let parms = predictor_parms(PNG_PREDICTOR, components, png.bit_depth, columns);
    dictionary.set("DecodeParms", parms);
    // The chunks of a PNG are pieces of one deflated stream.
    let parts: Vec<&[u8]> =
        png.data_ranges.iter().map(|range| &image.bytes()[range.clone()]).collect();
    stored_stream(dictionary, parts.concat())
}

/// Builds the colour space of a PNG with a palette.
fn indexed_space(png: &PngHeader, image: &SourceImage) -> Object {
    // A palette of greys would otherwise bring RGB into a press file.
    let components = if image.is_grey() { 1 } else { 3 };
    // Entries beyond the largest index that the pixels can hold are never used.
    let entries = png.palette.iter().take(1 << png.bit_depth);
    let count = entries.len();
    // Of a grey entry one component is enough, since all three are equal.
    let table = entries.flat_map(|rgb| rgb[..components].to_vec()).collect();
    Object::Array(vec![
        name_object("Indexed"),
        device_space(components),
        Object::Integer(count as i64 - 1),
        Object::String(table, StringFormat::Hexadecimal),
    ])
}

/// Builds the image object of a crop at a size in pixels, in the colours of the target.
fn resampled_stream(
    image: &SourceImage,
    crop: [u32; 4],
    size: [u16; 2],
    target: &PictureTarget,
) -> Result<Stream, WriteError> {
    let picture_error = |error| WriteError::Picture { sha256: image.sha256().to_owned(), error };
    let samples = image.decode().map_err(picture_error)?;
    let part = resample_crop(&samples, image.orientation(), crop, size)
        .ok_or("a crop beyond its picture".to_owned())?;
    // The whole picture may be large: it is released before the part is converted.
    drop(samples);
    let mut part = match target {
        PictureTarget::Press(press) => convert_to_inks(part, image, press)?,
        PictureTarget::Screen => convert_to_rgb(part),
    };
    let channels = part.channels;
    let mut dictionary = image_dictionary(size.map(u32::from));
    dictionary.set("ColorSpace", device_space(channels));
    dictionary.set("BitsPerComponent", 8);
    // As differences, photographs deflate a third better.
    replace_by_differences(&mut part.bytes, part.size[0] * channels, channels);
    let parms = predictor_parms(TIFF_PREDICTOR, channels, 8, size[0].into());
    dictionary.set("DecodeParms", parms);
    Ok(deflated_stream(dictionary, &part.bytes, CONTENT_DEFLATE_LEVEL))
}

/// Converts samples to the inks of a press, within its ink limit. Grey stays grey.
fn convert_to_inks(
    part: PixelSamples,
    image: &SourceImage,
    press: &PressPictures,
) -> Result<PixelSamples, WriteError> {
    let limit = (press.ink_limit.clamp(0, FOUR_FULL_INKS) * 255 / 1000) as u32;
    let bytes = match part.channels {
        // Grey is printed with black alone, whatever the profile.
        1 => return Ok(part),
        3 => {
            // A profile that is damaged or not one of RGB is ignored: the picture counts as sRGB.
            let profile =
                image.icc_profile().filter(|profile| is_profile_of(profile, ProfileSpace::Rgb));
            let link = profile.and_then(|profile| DeviceLink::between(Some(&profile), &press.icc));
            let link = link.or_else(|| DeviceLink::between(None, &press.icc));
            let link = link.ok_or("the profile of the press cannot be used".to_owned())?;
            let pixels = part.bytes.as_chunks::<3>().0;
            pixels.iter().flat_map(|rgb| limit_total_ink(link.inks_of(*rgb), limit)).collect()
        }
        _ => {
            let pixels = part.bytes.as_chunks::<4>().0;
            // CMYK keeps its values: its author separated it, and only the limit is enforced.
            pixels.iter().flat_map(|inks| limit_total_ink(*inks, limit)).collect()
        }
    };
    Ok(PixelSamples { channels: 4, bytes, ..part })
}

/// Converts samples to the colours of a screen. Grey and RGB stay as they are.
fn convert_to_rgb(part: PixelSamples) -> PixelSamples {
    if part.channels < 4 {
        return part;
    }
    let convert = |inks: &[u8; 4]| {
        inks_to_rgb(inks.map(|ink| f64::from(ink) / 255.0))
            .map(|share| (share * 255.0).round() as u8)
    };
    let bytes = part.bytes.as_chunks::<4>().0.iter().flat_map(convert).collect();
    PixelSamples { channels: 3, bytes, ..part }
}

/// Replaces each sample by its difference from the sample of the pixel before, row by row: the
/// TIFF predictor.
fn replace_by_differences(bytes: &mut [u8], row_bytes: usize, channels: usize) {
    for row in bytes.chunks_mut(row_bytes.max(1)) {
        // From the end, so that each sample is subtracted from the original before it.
        for k in (channels..row.len()).rev() {
            row[k] = row[k].wrapping_sub(row[k - channels]);
        }
    }
}

/// Predictor of TIFF: differences from the pixel before (ISO 32000-1 7.4.4.4).
const TIFF_PREDICTOR: i64 = 2;
/// Predictors of PNG: each row names its own (ISO 32000-1 7.4.4.4).
const PNG_PREDICTOR: i64 = 15;

/// Builds the parameters by which readers undo a predictor.
fn predictor_parms(predictor: i64, channels: usize, depth: u8, columns: i64) -> Dictionary {
    let mut parms = Dictionary::new();
    parms.set("Predictor", predictor);
    parms.set("Colors", channels as i64);
    parms.set("BitsPerComponent", i64::from(depth));
    parms.set("Columns", columns);
    parms
}

fn device_space(components: usize) -> Object {
    name_object(match components {
        1 => "DeviceGray",
        3 => "DeviceRGB",
        _ => "DeviceCMYK",
    })
}
