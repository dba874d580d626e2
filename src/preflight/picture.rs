//! Pictures: their resolution on the page, their colours and their inks.

use lopdf::{Dictionary, Stream};

use crate::config::PREFLIGHT_PIXELS_MAX;
use crate::finding::Bilingual;
use crate::image::{ImageFormat, SourceImage};
use crate::preflight::area::PageArea;
use crate::preflight::check::PressCheck;
use crate::preflight::colour_space::ColourSpace;
use crate::preflight::file::PdfFile;
use crate::preflight::filters::stream_filters;
use crate::preflight::ink::{InkPixels, MarkCoverage, PaintedShape};
use crate::preflight::state::{PaintColour, PaintUse, ink_levels};
use crate::preflight::walk::PageWalk;

/// A picture as its dictionary describes it.
struct PictureDict<'a> {
    stream: &'a Stream,
    /// Width and height in pixels.
    size: [usize; 2],
    bits_per_sample: usize,
    space: ColourSpace,
    /// Values of the smallest and largest sample of each component; `None` if they are the usual
    /// ones.
    decode: Option<Vec<f64>>,
}

/// Samples of a picture, row by row, each row padded to whole bytes.
struct PictureSamples {
    bytes: Vec<u8>,
    bits_per_sample: usize,
    row_bytes: usize,
}

impl PageWalk<'_> {
    /// Checks a picture that is drawn into the unit square, and keeps its inks.
    pub(crate) fn draw_image(&mut self, stream: &Stream, label: &str) {
        let matrix = self.state.matrix;
        let unit_square = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
        let area = PageArea::around(&unit_square.map(|corner| matrix.apply(corner)));
        let visible = area.intersection(self.state.clip);
        // Outside the clip nothing is printed, and nothing needs to be checked.
        if visible.is_empty() {
            return;
        }
        let (file, dict) = (self.file, &stream.dict);
        let is_mask = file.entry(dict, "ImageMask").and_then(|flag| flag.as_bool().ok());
        if is_mask == Some(true) {
            // A stencil mask is painted in the fill colour.
            let paint = self.state.fill.clone();
            self.check_shape(&paint, area, label);
            let shape = PaintedShape::Box(area);
            self.add_mark(shape, &paint, PaintUse::Fill, MarkCoverage::Partial);
            return;
        }
        let Some(size) = picture_size(file, dict) else {
            self.report(PressCheck::Damaged, label, Some(area), || {
                Bilingual::new("图片没有尺寸", "a picture without size")
            });
            return;
        };
        self.check_resolution(size, area, label);
        let space = file
            .entry(dict, "ColorSpace")
            .map_or(ColourSpace::Unknown, |space| ColourSpace::read(file, space, self.resources));
        self.check_colour_space(&space, label, visible);
        self.check_place(visible, label);
        let bits_per_sample =
            file.number(dict, "BitsPerComponent").map_or(8, |bits| to_index(bits).unwrap_or(8));
        let decode = file.numbers(dict, "Decode");
        let picture = PictureDict { stream, size, bits_per_sample, space, decode };
        self.add_picture_mark(&picture, area, label);
    }

    /// Keeps the inks of a picture. A grey picture counts as black all over, an upper bound that
    /// spares decoding it.
    fn add_picture_mark(&mut self, picture: &PictureDict<'_>, area: PageArea, label: &str) {
        if picture.space.is_black_only() {
            self.add_knockout_mark(PaintedShape::Box(area));
            return;
        }
        if picture.space.is_foreign() {
            // The space is reported. Its inks depend on a conversion that is made elsewhere.
            return;
        }
        let inverse = self.state.matrix.inverse();
        match inverse.zip(ink_pixels(self.file, picture)) {
            Some((inverse, pixels)) => {
                self.add_knockout_mark(PaintedShape::Picture { pixels, inverse, area });
            }
            None => self.report(PressCheck::InkNotMeasured, label, Some(area), || {
                Bilingual::new("图片的墨量未测", "the ink of a picture is not measured")
            }),
        }
    }

    /// Keeps a shape that replaces the ink on all plates, in black or in inks of its own. Device
    /// grey never overprints.
    fn add_knockout_mark(&mut self, shape: PaintedShape) {
        self.add_mark(shape, &PaintColour::black(), PaintUse::Fill, MarkCoverage::Whole);
    }

    /// Checks the effective resolution of a picture (R92), the lower one of both directions.
    fn check_resolution(&mut self, size: [usize; 2], area: PageArea, label: &str) {
        let sides = self.state.matrix.sides();
        let ppi_along = |axis: usize| size[axis] as f64 * 72.0 / sides[axis].max(1e-6);
        let ppi = ppi_along(0).min(ppi_along(1));
        // A picture may be placed at several sizes: the coarsest one counts.
        let least_ppi = self.totals.least_ppi.entry(label.to_owned()).or_insert(ppi);
        *least_ppi = least_ppi.min(ppi);
        let Some(limits) = self.requirements.picture_resolution else { return };
        let check = if ppi < limits.error_below as f64 {
            PressCheck::CoarsePicture
        } else if ppi < limits.warning_below as f64 {
            PressCheck::SoftPicture
        } else if ppi > limits.reduce_above as f64 {
            PressCheck::FinePicture
        } else {
            return;
        };
        self.report(check, label, Some(area), || {
            Bilingual::new(
                format!("图片有效分辨率 {ppi:.0} ppi"),
                format!("a picture at {ppi:.0} ppi"),
            )
        });
    }
}

fn to_index(number: f64) -> Option<usize> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range")]
    (0.0..1e9).contains(&number).then_some(number as usize)
}

/// Width and height of a picture in pixels. `None` if one is missing or zero.
fn picture_size(file: &PdfFile, dict: &Dictionary) -> Option<[usize; 2]> {
    let side = |key: &str| file.number(dict, key).and_then(to_index).filter(|side| *side > 0);
    Some([side("Width")?, side("Height")?])
}

/// Decodes a picture to inks. `None` if it is too large, damaged, or in a filter that is not
/// implemented.
fn ink_pixels(file: &PdfFile, picture: &PictureDict<'_>) -> Option<InkPixels> {
    let [width, height] = picture.size;
    // Checked before decoding, which takes memory for every pixel.
    let count = width.checked_mul(height).filter(|count| *count <= PREFLIGHT_PIXELS_MAX)?;
    let samples = read_samples(file, picture)?;
    // A space that passes these inks through unchanged is CMYK itself.
    let identity = [0.0, 1.0, 0.0, 1.0];
    if samples.bits_per_sample == 8 && picture.space.inks(&identity) == identity {
        // CMYK of 8 bits needs no conversion: it is stored as it is, or inverted.
        let mut inks = samples.bytes;
        inks.truncate(count * 4);
        if picture.decode.as_ref().is_some_and(|decode| decode.first() == Some(&1.0)) {
            inks.iter_mut().for_each(|ink| *ink = 255 - *ink);
        }
        return Some(InkPixels { size: picture.size, inks });
    }
    Some(InkPixels { size: picture.size, inks: convert_samples(picture, &samples) })
}

/// Decodes the samples of a picture. `None` if they are damaged, too few, or in a filter that is
/// not implemented.
fn read_samples(file: &PdfFile, picture: &PictureDict<'_>) -> Option<PictureSamples> {
    let [width, height] = picture.size;
    let channels = picture.space.component_count();
    if channels == 0 {
        return None;
    }
    let (bits_per_sample, mut bytes) = match stream_filters(file, &picture.stream.dict)[..] {
        // A JPEG brings its own depth.
        [b"DCTDecode"] => (8, jpeg_samples(picture, channels)?),
        // Not decoded here: the ink is reported as not measured instead of being guessed.
        [.., b"DCTDecode" | b"JPXDecode" | b"CCITTFaxDecode" | b"JBIG2Decode"] => return None,
        _ => (picture.bits_per_sample, file.stream_content(picture.stream).ok()?),
    };
    let row_bytes = (width.checked_mul(channels)?.checked_mul(bits_per_sample)?).div_ceil(8);
    // Too few bytes would make the loops over rows read beyond the end.
    let is_valid_depth = matches!(bits_per_sample, 1 | 2 | 4 | 8 | 16);
    if !is_valid_depth || bytes.len() < row_bytes.checked_mul(height)? {
        return None;
    }
    if bits_per_sample == 8 && has_tiff_predictor(file, picture.stream) {
        undo_differences(&mut bytes, row_bytes, channels);
    }
    Some(PictureSamples { bytes, bits_per_sample, row_bytes })
}

/// True if samples are differences from the pixel before: predictor 2, that of TIFF. lopdf undoes
/// those of PNG only.
fn has_tiff_predictor(file: &PdfFile, stream: &Stream) -> bool {
    let parms = file.entry(&stream.dict, "DecodeParms").and_then(|parms| parms.as_dict().ok());
    parms
        .and_then(|parms| file.number(parms, "Predictor"))
        .is_some_and(|predictor| predictor == 2.0)
}

fn undo_differences(samples: &mut [u8], row_bytes: usize, channels: usize) {
    for row in samples.chunks_mut(row_bytes.max(1)) {
        for k in channels..row.len() {
            row[k] = row[k].wrapping_add(row[k - channels]);
        }
    }
}

/// Decodes the samples of a JPEG as PDF reads them: whether 0 is full ink is left to `Decode`.
fn jpeg_samples(picture: &PictureDict<'_>, channels: usize) -> Option<Vec<u8>> {
    let image = SourceImage::read(picture.stream.content.clone()).ok()?;
    let mut samples = image.decode().ok()?;
    if samples.channels != channels || samples.size != picture.size {
        return None;
    }
    // The decoder inverts the samples that Adobe's programs store inverted; PDF does not.
    if matches!(image.format(), ImageFormat::Jpeg(jpeg) if jpeg.is_inverted()) {
        samples.bytes.iter_mut().for_each(|sample| *sample = 255 - *sample);
    }
    Some(samples.bytes)
}

/// Converts samples to inks through `Decode` and the colour space.
fn convert_samples(picture: &PictureDict<'_>, samples: &PictureSamples) -> Vec<u8> {
    let [width, height] = picture.size;
    let channels = picture.space.component_count();
    let bits = samples.bits_per_sample;
    let is_indexed = matches!(picture.space, ColourSpace::Indexed { .. });
    let max_sample = ((1_u32 << bits.min(16)) - 1) as f32;
    let sample_at = |row: &[u8], index: usize| -> u32 {
        if bits == 16 {
            // The high byte comes first.
            return u32::from(row[index * 2]) << 8 | u32::from(row[index * 2 + 1]);
        }
        let bit = index * bits;
        // Samples of less than a byte are packed from the highest bit on.
        u32::from(row[bit / 8]) >> (8 - bits - bit % 8) & ((1 << bits) - 1)
    };
    // Values of the smallest and largest sample of a component.
    let range_of = |channel: usize| -> [f32; 2] {
        let decode = picture.decode.as_ref();
        let given = decode.and_then(|decode| decode.get(channel * 2..channel * 2 + 2));
        // By default an index is not scaled.
        let default = [0.0, if is_indexed { f64::from(max_sample) } else { 1.0 }];
        let range = given.and_then(|range| <[f64; 2]>::try_from(range).ok()).unwrap_or(default);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a share of one, or the index of a colour"
        )]
        range.map(|end| end as f32)
    };
    let ranges: Vec<[f32; 2]> = (0..channels).map(range_of).collect();
    let mut inks = Vec::with_capacity(width * height * 4);
    let mut colour = vec![0.0; channels];
    for row in samples.bytes.chunks_exact(samples.row_bytes).take(height) {
        for column in 0..width {
            for (channel, component) in colour.iter_mut().enumerate() {
                let [low, high] = ranges[channel];
                let share = sample_at(row, column * channels + channel) as f32 / max_sample;
                *component = low + share * (high - low);
            }
            inks.extend(ink_levels(picture.space.inks(&colour)));
        }
    }
    inks
}
