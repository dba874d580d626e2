//! Pictures: their resolution on the page, their colours, their inks.

use lopdf::{Dictionary, Object, Stream};

use crate::config::PREFLIGHT_PIXELS;
use crate::finding::Bilingual;
use crate::image::{ImageFormat, SourceImage};
use crate::preflight::file::PdfFile;
use crate::preflight::finding::PressCheck;
use crate::preflight::ink::{InkPixels, PaintedShape};
use crate::preflight::path::{around, levels, plates};
use crate::preflight::sheet::{PageArea, common, is_empty};
use crate::preflight::space::ColourSpace;
use crate::preflight::walk::{PageMatrix, PageWalk, PaintColour, place};

/// A picture of the file as its dictionary describes it.
struct PictureDict<'a> {
    stream: &'a Stream,
    size: [usize; 2],
    bits: usize,
    space: ColourSpace,
    decode: Option<Vec<f64>>,
}

impl PageWalk<'_> {
    pub(crate) fn image(&mut self, stream: &Stream, label: &str) {
        let matrix = self.state.matrix;
        let area =
            around(&[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]].map(|p| place(matrix, p)));
        if is_empty(common(area, self.state.clip)) {
            return;
        }
        let (file, dict) = (self.file, &stream.dict);
        let flag = |key: &str| file.entry(dict, key).and_then(|flag| flag.as_bool().ok());
        if flag("ImageMask") == Some(true) {
            let paint = self.state.fill.clone();
            let plates = plates(&paint, self.state.over_fill, self.state.over_mode);
            self.check_shape(&paint, area, label);
            self.mark(PaintedShape::Box(area), &paint, plates, true);
            return;
        }
        let Some(size) = size(file, dict) else {
            self.note(PressCheck::Damaged, label, Some(area), || {
                Bilingual::new("图片没有尺寸", "a picture without size")
            });
            return;
        };
        self.check_resolution(size, matrix, area, label);
        let space = file.entry(dict, "ColorSpace");
        let space = space
            .map_or(ColourSpace::Unknown, |space| ColourSpace::read(file, space, self.resources));
        let seen = common(area, self.state.clip);
        self.check_space(&space, label, seen);
        self.check_place(seen, label);
        let bits = file.number(dict, "BitsPerComponent").map_or(8, |bits| index(bits).unwrap_or(8));
        let decode = file.numbers(dict, "Decode");
        let source = PictureDict { stream, size, bits, space, decode };
        self.lay_down(&source, area, label);
    }

    /// Lays the inks of a picture down. A grey one counts as black all over, which it cannot exceed, and is spared
    /// the decoding.
    fn lay_down(&mut self, source: &PictureDict<'_>, area: PageArea, label: &str) {
        let black =
            PaintColour { space: std::rc::Rc::new(ColourSpace::Gray), inks: [0.0, 0.0, 0.0, 1.0] };
        if source.space.is_grey() {
            self.mark(PaintedShape::Box(area), &black, [true; 4], false);
            return;
        }
        if source.space.is_foreign() {
            // Told already; its inks are made by whoever converts it.
            return;
        }
        let inverse = inverse(self.state.matrix);
        match inverse.zip(pixels(self.file, source)) {
            Some((inverse, pixels)) => {
                let shape = PaintedShape::Picture { pixels, inverse, area };
                self.mark(shape, &black, [true; 4], false);
            }
            None => self.note(PressCheck::InkNotMeasured, label, Some(area), || {
                Bilingual::new("图片的墨量未测", "the ink of a picture is not measured")
            }),
        }
    }

    fn check_resolution(
        &mut self,
        size: [usize; 2],
        matrix: PageMatrix,
        area: PageArea,
        label: &str,
    ) {
        let side = |x: f64, y: f64| (x * x + y * y).sqrt();
        let sides = [side(matrix[0], matrix[1]), side(matrix[2], matrix[3])];
        let per_inch = |axis: usize| size[axis] as f64 * 72.0 / sides[axis].max(1e-6);
        let ppi = per_inch(0).min(per_inch(1));
        let known = self.gathered.ppi.entry(label.to_owned()).or_insert(ppi);
        *known = known.min(ppi);
        let Some(limits) = self.wanted.picture_resolution else { return };
        let check = if ppi < limits.error_below as f64 {
            PressCheck::CoarsePicture
        } else if ppi < limits.warning_below as f64 {
            PressCheck::SoftPicture
        } else if ppi > limits.reduce_above as f64 {
            PressCheck::FinePicture
        } else {
            return;
        };
        self.note(check, label, Some(area), || {
            Bilingual::new(
                format!("图片有效分辨率 {ppi:.0} ppi"),
                format!("a picture at {ppi:.0} ppi"),
            )
        });
    }
}

fn index(number: f64) -> Option<usize> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range")]
    (0.0..1e9).contains(&number).then_some(number as usize)
}

fn size(file: &PdfFile, dict: &Dictionary) -> Option<[usize; 2]> {
    let side = |key: &str| file.number(dict, key).and_then(index).filter(|side| *side > 0);
    Some([side("Width")?, side("Height")?])
}

fn inverse([a, b, c, d, e, f]: PageMatrix) -> Option<PageMatrix> {
    let det = a * d - b * c;
    if det == 0.0 || !det.is_finite() {
        return None;
    }
    Some([d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det])
}

/// The filters of a stream.
pub(crate) fn filters<'a>(file: &'a PdfFile, dict: &'a Dictionary) -> Vec<&'a [u8]> {
    match file.entry(dict, "Filter") {
        Some(Object::Name(name)) => vec![name],
        Some(Object::Array(names)) => {
            names.iter().filter_map(|name| file.get(name).as_name().ok()).collect()
        }
        _ => Vec::new(),
    }
}

/// The inks of a picture's pixels; nothing where they cannot be read.
fn pixels(file: &PdfFile, source: &PictureDict<'_>) -> Option<InkPixels> {
    let [width, height] = source.size;
    let count = width.checked_mul(height).filter(|count| *count <= PREFLIGHT_PIXELS)?;
    let channels = source.space.values();
    if channels == 0 {
        return None;
    }
    let (bits, samples) = match filters(file, &source.stream.dict)[..] {
        [b"DCTDecode"] => (8, jpeg(source, channels)?),
        [.., b"DCTDecode" | b"JPXDecode" | b"CCITTFaxDecode" | b"JBIG2Decode"] => return None,
        _ => (source.bits, file.content(source.stream).ok()?),
    };
    let row = (width.checked_mul(channels)?.checked_mul(bits)?).div_ceil(8);
    if !matches!(bits, 1 | 2 | 4 | 8 | 16) || samples.len() < row.checked_mul(height)? {
        return None;
    }
    let mut samples = samples;
    if bits == 8 && is_differences(file, source.stream) {
        summed(&mut samples, row, channels);
    }
    if source.space.inks(&[0.0, 1.0, 0.0, 1.0]) == [0.0, 1.0, 0.0, 1.0] && bits == 8 {
        // CMYK as it is, or turned round.
        let mut inks = samples;
        inks.truncate(count * 4);
        if source.decode.as_ref().is_some_and(|decode| decode.first() == Some(&1.0)) {
            inks.iter_mut().for_each(|ink| *ink = 255 - *ink);
        }
        return Some(InkPixels { size: source.size, inks });
    }
    Some(InkPixels { size: source.size, inks: converted(source, &samples, bits, row) })
}

/// Whether samples of 8 bits are differences from the pixel before (predictor 2, as TIFF has it).
fn is_differences(file: &PdfFile, stream: &Stream) -> bool {
    let parms = file.entry(&stream.dict, "DecodeParms").and_then(|parms| parms.as_dict().ok());
    parms
        .and_then(|parms| file.number(parms, "Predictor"))
        .is_some_and(|predictor| predictor == 2.0)
}

fn summed(samples: &mut [u8], row: usize, channels: usize) {
    for line in samples.chunks_mut(row.max(1)) {
        for k in channels..line.len() {
            line[k] = line[k].wrapping_add(line[k - channels]);
        }
    }
}

/// The samples of a JPEG as PDF reads them: whether 0 is full ink is left to `Decode`.
fn jpeg(source: &PictureDict<'_>, channels: usize) -> Option<Vec<u8>> {
    let image = SourceImage::read(source.stream.content.clone()).ok()?;
    let mut samples = image.decode().ok()?;
    if samples.channels != channels || samples.size != source.size {
        return None;
    }
    if matches!(image.format(), ImageFormat::Jpeg(jpeg) if jpeg.is_inverted()) {
        samples.bytes.iter_mut().for_each(|sample| *sample = 255 - *sample);
    }
    Some(samples.bytes)
}

fn converted(source: &PictureDict<'_>, samples: &[u8], bits: usize, row: usize) -> Vec<u8> {
    let [width, height] = source.size;
    let channels = source.space.values();
    let indexed = matches!(source.space, ColourSpace::Indexed(..));
    let most = ((1_u32 << bits.min(16)) - 1) as f32;
    let sample = |line: &[u8], at: usize| -> u32 {
        if bits == 16 {
            return u32::from(line[at * 2]) << 8 | u32::from(line[at * 2 + 1]);
        }
        let bit = at * bits;
        u32::from(line[bit / 8]) >> (8 - bits - bit % 8) & ((1 << bits) - 1)
    };
    let ends = |channel: usize| -> [f32; 2] {
        let given =
            source.decode.as_ref().and_then(|decode| decode.get(channel * 2..channel * 2 + 2));
        let default = [0.0, if indexed { f64::from(most) } else { 1.0 }];
        let ends = given.and_then(|ends| <[f64; 2]>::try_from(ends).ok()).unwrap_or(default);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a share of one, or a number of a colour"
        )]
        ends.map(|end| end as f32)
    };
    let ends: Vec<[f32; 2]> = (0..channels).map(ends).collect();
    let mut inks = Vec::with_capacity(width * height * 4);
    let mut values = vec![0.0; channels];
    for line in samples.chunks_exact(row).take(height) {
        for column in 0..width {
            for (channel, value) in values.iter_mut().enumerate() {
                let [low, high] = ends[channel];
                let share = sample(line, column * channels + channel) as f32 / most;
                *value = low + share * (high - low);
            }
            inks.extend(levels(source.space.inks(&values)));
        }
    }
    inks
}

#[cfg(test)]
mod tests {
    use super::inverse;
    use crate::preflight::walk::{place, times};

    #[test]
    fn an_inverse_takes_points_back() {
        let matrix = [3.0, 1.0, -2.0, 4.0, 10.0, 20.0];
        let back = inverse(matrix).expect("not flat");
        let [x, y] = place(times(matrix, back), [0.25, 0.75]);
        assert!((x - 0.25).abs() < 1e-9 && (y - 0.75).abs() < 1e-9);
        assert_eq!(inverse([1.0, 2.0, 2.0, 4.0, 0.0, 0.0]), None);
    }
}
