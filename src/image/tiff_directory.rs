//! The first directory of a TIFF, which EXIF is too: numbered fields of numbers.

use std::ops::Range;

/// The fields of a directory, where they stand in the file.
#[derive(Clone, Copy)]
pub(crate) struct TiffDirectory<'a> {
    bytes: &'a [u8],
    little: bool,
    /// Where the first field is, and how many there are.
    start: usize,
    count: usize,
}

/// Bytes of a field: number, kind, count, value or where it is.
const FIELD: usize = 12;

impl<'a> TiffDirectory<'a> {
    /// The first directory; `None` where there is none within the bytes.
    pub(crate) fn first(bytes: &'a [u8]) -> Option<Self> {
        let little = match bytes.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        let mut directory = Self { bytes, little, start: 0, count: 0 };
        let at = directory.size_at(4)?;
        directory.count = usize::try_from(directory.at(at, 2)?).ok()?;
        directory.start = at.checked_add(2)?;
        Some(directory)
    }

    /// The unsigned number of so many bytes at a place.
    fn at(&self, at: usize, width: usize) -> Option<u32> {
        let bytes = self.bytes.get(at..at.checked_add(width)?)?;
        let join = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
        Some(if self.little {
            bytes.iter().rev().fold(0, join)
        } else {
            bytes.iter().fold(0, join)
        })
    }

    fn size_at(&self, at: usize) -> Option<usize> {
        usize::try_from(self.at(at, 4)?).ok()
    }

    /// Where the values of a field are, and how many bytes each has; `None` if it is not there or not within the file.
    fn values(&self, field: u16) -> Option<(Range<usize>, usize)> {
        let at = (0..self.count)
            .map_while(|k| self.start.checked_add(k.checked_mul(FIELD)?))
            .take_while(|at| at.saturating_add(FIELD) <= self.bytes.len())
            .find(|at| self.at(*at, 2) == Some(u32::from(field)))?;
        // Bytes, shorts, longs, undefined: no other kind is asked for.
        let width = match self.at(at + 2, 2)? {
            1 | 7 => 1,
            3 => 2,
            4 => 4,
            _ => return None,
        };
        let length = self.size_at(at + 4)?.checked_mul(width)?;
        let start = if length <= 4 { at + 8 } else { self.size_at(at + 8)? };
        let range = start..start.checked_add(length)?;
        self.bytes.get(range.clone())?;
        Some((range, width))
    }

    /// The bytes of a field.
    pub(crate) fn range(&self, field: u16) -> Option<Range<usize>> {
        self.values(field).map(|(range, _)| range)
    }

    /// The numbers of a field, none if it is not there.
    pub(crate) fn numbers(self, field: u16) -> impl Iterator<Item = u32> {
        let (range, width) = self.values(field).unwrap_or((0..0, 1));
        range.step_by(width).filter_map(move |at| self.at(at, width))
    }

    /// The first number of a field.
    pub(crate) fn number(&self, field: u16) -> Option<u32> {
        self.numbers(field).next()
    }
}
