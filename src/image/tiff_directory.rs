//! First directory of a TIFF file, which is also the format of EXIF: numbered fields of numbers.

use std::ops::Range;

/// Fields of a directory, read in place from the file.
#[derive(Clone, Copy)]
pub(crate) struct TiffDirectory<'a> {
    bytes: &'a [u8],
    is_little_endian: bool,
    /// Offset of the first field in the file.
    fields_start: usize,
    field_count: usize,
}

/// Bytes of a field: number, type, count, and the value or its offset.
const FIELD_BYTES: usize = 12;

impl<'a> TiffDirectory<'a> {
    /// Reads the first directory. `None` if there is none within the bytes.
    pub(crate) fn read_first(bytes: &'a [u8]) -> Option<Self> {
        let is_little_endian = match bytes.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        let mut directory = Self { bytes, is_little_endian, fields_start: 0, field_count: 0 };
        let start = directory.offset_at(4)?;
        directory.field_count = usize::try_from(directory.number_at(start, 2)?).ok()?;
        directory.fields_start = start.checked_add(2)?;
        Some(directory)
    }

    /// Reads an unsigned number of `width` bytes in the byte order of the file. `None` beyond its
    /// end.
    fn number_at(&self, offset: usize, width: usize) -> Option<u32> {
        let bytes = self.bytes.get(offset..offset.checked_add(width)?)?;
        let append = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
        Some(if self.is_little_endian {
            bytes.iter().rev().fold(0, append)
        } else {
            bytes.iter().fold(0, append)
        })
    }

    /// Reads an offset of four bytes.
    fn offset_at(&self, offset: usize) -> Option<usize> {
        usize::try_from(self.number_at(offset, 4)?).ok()
    }

    /// Returns the byte range of a field's values and the width of one value. `None` if the field
    /// is missing, of another type, or not within the file.
    fn value_range(&self, field: u16) -> Option<(Range<usize>, usize)> {
        let entry = (0..self.field_count)
            // Checked arithmetic throughout: all offsets come from the file.
            .map_while(|k| self.fields_start.checked_add(k.checked_mul(FIELD_BYTES)?))
            .take_while(|offset| offset.saturating_add(FIELD_BYTES) <= self.bytes.len())
            .find(|offset| self.number_at(*offset, 2) == Some(u32::from(field)))?;
        // Bytes, shorts, longs, undefined: the only types of the fields read here.
        let width = match self.number_at(entry + 2, 2)? {
            1 | 7 => 1,
            3 => 2,
            4 => 4,
            _ => return None,
        };
        let length = self.offset_at(entry + 4)?.checked_mul(width)?;
        // Values of up to four bytes are stored in the entry itself.
        let start = if length <= 4 { entry + 8 } else { self.offset_at(entry + 8)? };
        let range = start..start.checked_add(length)?;
        // Checked once here, so that no caller reads beyond the file.
        self.bytes.get(range.clone())?;
        Some((range, width))
    }

    /// Returns the byte range of a field. `None` if it is missing.
    pub(crate) fn field_range(&self, field: u16) -> Option<Range<usize>> {
        self.value_range(field).map(|(range, _)| range)
    }

    /// Returns the numbers of a field, none if it is missing.
    pub(crate) fn numbers(self, field: u16) -> impl Iterator<Item = u32> {
        let (range, width) = self.value_range(field).unwrap_or((0..0, 1));
        range.step_by(width).filter_map(move |offset| self.number_at(offset, width))
    }

    /// Returns the first number of a field. `None` if it is missing.
    pub(crate) fn number(&self, field: u16) -> Option<u32> {
        self.numbers(field).next()
    }
}
