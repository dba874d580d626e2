//! EXIF: which way up a camera was held.

use crate::image::tiff_directory::TiffDirectory;

/// How a picture is turned from what is stored to what is seen: rows and columns change places first, then sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImageOrientation {
    /// Rows become columns.
    pub swaps_axes: bool,
    /// Left and right change sides.
    pub flips_x: bool,
    /// Top and bottom change sides.
    pub flips_y: bool,
}

impl ImageOrientation {
    /// The turn of an EXIF orientation, 1 to 8; none for any other number.
    pub fn from_exif(orientation: u16) -> Self {
        let (swaps_axes, flips_x, flips_y) = match orientation {
            2 => (false, true, false),
            3 => (false, true, true),
            4 => (false, false, true),
            5 => (true, false, false),
            6 => (true, true, false),
            7 => (true, true, true),
            8 => (true, false, true),
            _ => (false, false, false),
        };
        Self { swaps_axes, flips_x, flips_y }
    }

    /// Where a point of the stored picture is seen; both as shares of width and height, y down.
    pub fn to_displayed(self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [x, y] = if self.swaps_axes { [y, x] } else { [x, y] };
        [if self.flips_x { 1.0 - x } else { x }, if self.flips_y { 1.0 - y } else { y }]
    }
}

/// The turn by what follows `Exif\0\0`; none where it cannot be read: a camera's word is a hint, not a rule.
pub(crate) fn read_orientation(tiff: &[u8]) -> ImageOrientation {
    orientation(tiff).map_or(ImageOrientation::default(), ImageOrientation::from_exif)
}

fn orientation(tiff: &[u8]) -> Option<u16> {
    const ORIENTATION: u16 = 0x0112;
    u16::try_from(TiffDirectory::first(tiff)?.number(ORIENTATION)?).ok()
}

#[cfg(test)]
mod tests {
    use super::{ImageOrientation, read_orientation};

    #[test]
    fn corners_go_where_exif_puts_them() {
        // Where the first row and the first column of what is stored are seen, by the standard.
        for (orientation, row, column) in [
            (1, "top", "left"),
            (2, "top", "right"),
            (3, "bottom", "right"),
            (4, "bottom", "left"),
            (5, "left", "top"),
            (6, "right", "top"),
            (7, "right", "bottom"),
            (8, "left", "bottom"),
        ] {
            let turn = ImageOrientation::from_exif(orientation);
            let side = |[x, y]: [f64; 2]| match (x, y) {
                (0.0, 0.5) => "left",
                (1.0, 0.5) => "right",
                (0.5, 0.0) => "top",
                _ => "bottom",
            };
            assert_eq!(side(turn.to_displayed([0.5, 0.0])), row, "{orientation}");
            assert_eq!(side(turn.to_displayed([0.0, 0.5])), column, "{orientation}");
        }
    }

    #[test]
    fn both_byte_orders_are_read() {
        let little = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        assert_eq!(read_orientation(little), ImageOrientation::from_exif(6));
        assert_eq!(read_orientation(big), ImageOrientation::from_exif(6));
        for end in 0..22 {
            // Cut short, or pointing anywhere: no turn, no panic.
            let mut cut = little[..end].to_vec();
            assert!(end >= 20 || read_orientation(&cut) == ImageOrientation::default(), "{end}");
            cut.iter_mut().skip(4).for_each(|byte| *byte = 0xff);
            assert_eq!(read_orientation(&cut), ImageOrientation::default());
        }
    }
}
