//! TIFFs, written as simply as the standard allows.

use std::io::Write as _;

/// A TIFF of one page.
#[derive(Clone)]
pub(crate) struct Tif {
    pub(crate) size: [u32; 2],
    /// True if the most significant byte of a number comes first.
    pub(crate) big: bool,
    pub(crate) photometric: u32,
    pub(crate) samples: u32,
    pub(crate) depth: u32,
    pub(crate) compression: u32,
    /// Kind of a sample beside the colours.
    pub(crate) extra: Option<u32>,
    /// Width and height of its tiles; `None`: strips of two rows.
    pub(crate) tile: Option<u32>,
    pub(crate) planes: bool,
    pub(crate) orientation: u32,
    pub(crate) profile: Vec<u8>,
    /// One byte per sample, even where samples are deeper.
    pub(crate) pixels: Vec<u8>,
}

impl Tif {
    /// Returns four quarters, 24 × 20 pixels, uncompressed, in strips.
    pub(crate) fn quarters<const N: usize>(photometric: u32, colours: [[u8; N]; 4]) -> Self {
        let size = [24, 20];
        let quarter = |x: u32, y: u32| usize::from(x >= 12) + 2 * usize::from(y >= 10);
        let places = (0..size[1]).flat_map(|y| (0..size[0]).map(move |x| (x, y)));
        Self {
            size,
            big: false,
            photometric,
            samples: u32::try_from(N).expect("few"),
            depth: 8,
            compression: 1,
            extra: None,
            tile: None,
            planes: false,
            orientation: 1,
            profile: Vec::new(),
            pixels: places.flat_map(|(x, y)| colours[quarter(x, y)]).collect(),
        }
    }

    fn number(&self, number: u32, width: usize) -> Vec<u8> {
        let bytes = number.to_be_bytes();
        let mut bytes = bytes[4 - width..].to_vec();
        if !self.big {
            bytes.reverse();
        }
        bytes
    }

    /// Packs some samples of a plane, or of all planes.
    fn packed(&self, samples: &[u8]) -> Vec<u8> {
        let raw: Vec<u8> = match self.depth {
            // The lower byte must not be visible.
            16 => samples
                .iter()
                .flat_map(|sample| self.number(u32::from(*sample) << 8 | 0x7f, 2))
                .collect(),
            _ => samples.to_vec(),
        };
        match self.compression {
            5 => lzw(&raw),
            8 => {
                let mut out =
                    flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
                out.write_all(&raw).expect("memory");
                out.finish().expect("memory")
            }
            32_773 => {
                let literal =
                    |run: &[u8]| [&[u8::try_from(run.len() - 1).expect("a run")], run].concat();
                raw.chunks(128).flat_map(literal).collect()
            }
            _ => raw,
        }
    }

    /// Returns the strips or tiles, plane by plane if the planes are separate.
    fn pieces(&self) -> Vec<Vec<u8>> {
        let all = self.samples as usize;
        let (planes, each) = if self.planes { (all, 1) } else { (1, all) };
        let [width, height] = self.size.map(|side| side as usize);
        let (wide, high) = self.tile.map_or((width, 2), |side| (side as usize, side as usize));
        let mut out = Vec::new();
        for plane in 0..planes {
            for (top, left) in (0..height)
                .step_by(high)
                .flat_map(|y| (0..width).step_by(wide).map(move |x| (y, x)))
            {
                // A strip ends where the picture does; a tile goes on.
                let bottom =
                    if self.tile.is_some() { top + high } else { (top + high).min(height) };
                let mut samples = Vec::new();
                for (y, x) in (top..bottom).flat_map(|y| (left..left + wide).map(move |x| (y, x))) {
                    let at = (y * width + x) * all + plane;
                    let inside = x < width && y < height;
                    samples
                        .extend((0..each).map(|k| if inside { self.pixels[at + k] } else { 77 }));
                }
                out.push(self.packed(&samples));
            }
        }
        out
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut out = if self.big { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
        let pieces = self.pieces();
        let (mut at, mut offsets) = (8, Vec::new());
        for piece in &pieces {
            offsets.push(at);
            at += u32::try_from(piece.len()).expect("small");
        }
        let counts =
            pieces.iter().map(|piece| u32::try_from(piece.len()).expect("small")).collect();
        // Field, bytes per number, numbers; a directory is in the order of its fields.
        let mut fields: Vec<(u32, usize, Vec<u32>)> = vec![
            (256, 4, vec![self.size[0]]),
            (257, 4, vec![self.size[1]]),
            (258, 2, vec![self.depth; self.samples as usize]),
            (259, 2, vec![self.compression]),
            (262, 2, vec![self.photometric]),
            (274, 2, vec![self.orientation]),
            (277, 2, vec![self.samples]),
            (284, 2, vec![1 + u32::from(self.planes)]),
        ];
        if let Some(side) = self.tile {
            fields.extend([(322, 4, vec![side]), (323, 4, vec![side])]);
            fields.extend([(324, 4, offsets), (325, 4, counts)]);
        } else {
            fields.extend([(273, 4, offsets), (278, 4, vec![2]), (279, 4, counts)]);
        }
        fields.extend(self.extra.map(|kind| (338, 2, vec![kind])));
        let profile: Vec<u32> = self.profile.iter().map(|byte| u32::from(*byte)).collect();
        fields.extend((!profile.is_empty()).then_some((34_675, 1, profile)));
        fields.sort_by_key(|(field, ..)| *field);
        out.extend(self.number(at, 4));
        out.extend(pieces.concat());
        // Values longer than four bytes come after the directory.
        let mut behind = at + 2 + 12 * u32::try_from(fields.len()).expect("few") + 4;
        let mut long = Vec::new();
        out.extend(self.number(u32::try_from(fields.len()).expect("few"), 2));
        for (field, width, numbers) in fields {
            let kind = match width {
                1 => 7,
                2 => 3,
                _ => 4,
            };
            let count = u32::try_from(numbers.len()).expect("few");
            out.extend(
                [self.number(field, 2), self.number(kind, 2), self.number(count, 4)].concat(),
            );
            let mut values: Vec<u8> =
                numbers.into_iter().flat_map(|number| self.number(number, width)).collect();
            if values.len() <= 4 {
                values.resize(4, 0);
                out.extend(values);
            } else {
                out.extend(self.number(behind, 4));
                behind += u32::try_from(values.len()).expect("small");
                long.extend(values);
            }
        }
        out.extend([0; 4]);
        out.extend(long);
        out
    }
}

/// LZW without a dictionary: codes of nine bits, cleared before they would need ten.
fn lzw(raw: &[u8]) -> Vec<u8> {
    let mut codes = Vec::new();
    for run in raw.chunks(200) {
        codes.push(256);
        codes.extend(run.iter().map(|byte| u32::from(*byte)));
    }
    codes.push(257);
    let bits: Vec<u8> = codes
        .into_iter()
        .flat_map(|code| (0..9).rev().map(move |bit| u8::from(code >> bit & 1 == 1)))
        .collect();
    bits.chunks(8)
        .map(|byte| (0..8).fold(0, |sum, k| sum << 1 | byte.get(k).unwrap_or(&0)))
        .collect()
}
