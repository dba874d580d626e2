//! Pictures as image objects, each once in a file however often it is shown.
//!
//! A JPEG goes in as it came. The pixels of a PNG do too where PDF reads them so; where it does not (alpha, 16 bits,
//! seven passes) they are decoded and deflated anew. Colours stay what they are in the file.

use lopdf::{Dictionary, Object, Stream, StringFormat};

use crate::image::{Form, Image, Jpeg, Png, PngColour};
use crate::output::Failure;
use crate::output::pdf::fonts::name;
use crate::output::pdf::{CONTENT_LEVEL, deflated};
use crate::page::{Item, Page, Picture};
use crate::unit::Abs;

/// The pictures of a file, in the order in which they are first shown.
pub(crate) struct Images<'a> {
    images: Vec<&'a Image>,
}

impl<'a> Images<'a> {
    /// Walks the pages once.
    pub(crate) fn collect(pages: &'a [Page]) -> Self {
        let mut images: Vec<&Image> = Vec::new();
        for item in pages.iter().flat_map(Page::items) {
            if let Item::Picture(picture) = item
                && !images.contains(&picture.image.as_ref())
            {
                images.push(&picture.image);
            }
        }
        Self { images }
    }

    /// The pictures and their names in the resources of the pages.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (String, &'a Image)> {
        self.images.iter().enumerate().map(|(index, image)| (resource(index), *image))
    }

    /// The name of a picture.
    pub(crate) fn name(&self, image: &Image) -> Option<String> {
        self.images.iter().position(|known| *known == image).map(resource)
    }
}

fn resource(index: usize) -> String {
    format!("BP{index}")
}

/// What takes the unit square that PDF draws a stored picture in to where its crop fills its place; `None` where
/// nothing is shown. The sheet is `height` high.
pub(crate) fn matrix(picture: &Picture, height: Abs) -> Option<[f64; 6]> {
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

/// A picture as an object of the file.
pub(crate) fn stream(image: &Image) -> Result<Stream, Failure> {
    let mut dictionary = Dictionary::new();
    dictionary.set("Type", name("XObject"));
    dictionary.set("Subtype", name("Image"));
    let [width, height] = image.stored().map(i64::from);
    dictionary.set("Width", width);
    dictionary.set("Height", height);
    match image.form() {
        Form::Jpeg(jpeg) => Ok(passed_jpeg(dictionary, jpeg, image)),
        Form::Png(png) => match components(png) {
            Some(components) => Ok(passed_png(dictionary, png, components, image)),
            None => decoded(dictionary, image),
        },
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
    let mut parms = Dictionary::new();
    parms.set("Predictor", 15);
    parms.set("Colors", components as i64);
    parms.set("BitsPerComponent", i64::from(png.depth));
    parms.set("Columns", i64::from(image.stored()[0]));
    dictionary.set("DecodeParms", parms);
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

fn decoded(mut dictionary: Dictionary, image: &Image) -> Result<Stream, Failure> {
    let told = |fault| Failure::Picture { sha256: image.sha256().to_owned(), fault };
    let samples = image.samples().map_err(told)?;
    dictionary.set("ColorSpace", space(samples.channels));
    dictionary.set("BitsPerComponent", 8);
    Ok(deflated(dictionary, &samples.bytes, CONTENT_LEVEL))
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
