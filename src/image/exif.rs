//! EXIF: the orientation of a camera.

use crate::image::tiff_directory::TiffDirectory;

/// Transform from the stored to the displayed picture: rows and columns change places first, then
/// sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImageOrientation {
    /// True if rows become columns.
    pub swaps_axes: bool,
    /// True if left and right change sides.
    pub flips_x: bool,
    /// True if top and bottom change sides.
    pub flips_y: bool,
}

impl ImageOrientation {
    /// Returns the transform of an EXIF orientation, 1 to 8; no change for any other number.
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

    /// Maps a point of the stored picture to the displayed one. Coordinates are shares of width and
    /// height, y down.
    pub fn to_displayed(self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [x, y] = if self.swaps_axes { [y, x] } else { [x, y] };
        [if self.flips_x { 1.0 - x } else { x }, if self.flips_y { 1.0 - y } else { y }]
    }
}

/// Reads the orientation from the bytes after `Exif\0\0`. No change where it cannot be read: a
/// camera's data is a hint, not a rule.
pub(crate) fn read_orientation(tiff: &[u8]) -> ImageOrientation {
    orientation_number(tiff).map_or(ImageOrientation::default(), ImageOrientation::from_exif)
}

/// Reads the number of the orientation, 1 to 8 in a valid file.
fn orientation_number(tiff: &[u8]) -> Option<u16> {
    const ORIENTATION: u16 = 0x0112;
    u16::try_from(TiffDirectory::read_first(tiff)?.number(ORIENTATION)?).ok()
}

#[cfg(test)]
mod tests {
    use super::{ImageOrientation, read_orientation};

    #[test]
    fn corners_go_where_exif_puts_them() {
        // Sides on which the first stored row and column are displayed, by the standard.
        for (number, row, column) in [
            (1, "top", "left"),
            (2, "top", "right"),
            (3, "bottom", "right"),
            (4, "bottom", "left"),
            (5, "left", "top"),
            (6, "right", "top"),
            (7, "right", "bottom"),
            (8, "left", "bottom"),
        ] {
            let orientation = ImageOrientation::from_exif(number);
            let side = |[x, y]: [f64; 2]| match (x, y) {
                (0.0, 0.5) => "left",
                (1.0, 0.5) => "right",
                (0.5, 0.0) => "top",
                _ => "bottom",
            };
            assert_eq!(side(orientation.to_displayed([0.5, 0.0])), row, "{number}");
            assert_eq!(side(orientation.to_displayed([0.0, 0.5])), column, "{number}");
        }
    }

    #[test]
    fn both_byte_orders_are_read() {
        let little = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        assert_eq!(read_orientation(little), ImageOrientation::from_exif(6));
        assert_eq!(read_orientation(big), ImageOrientation::from_exif(6));
        for end in 0..22 {
            // Truncated, or pointing anywhere: no change, no panic.
            let mut cut = little[..end].to_vec();
            assert!(end >= 20 || read_orientation(&cut) == ImageOrientation::default(), "{end}");
            cut.iter_mut().skip(4).for_each(|byte| *byte = 0xff);
            assert_eq!(read_orientation(&cut), ImageOrientation::default());
        }
    }
}
