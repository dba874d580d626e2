//! Reader of numbers in headers.

use crate::image::error::ImageError;

/// Reader of big-endian numbers that checks the end of the bytes.
#[derive(Clone, Copy)]
pub(crate) struct ByteReader<'a> {
    /// Bytes not read yet.
    pub(crate) rest: &'a [u8],
}

impl<'a> ByteReader<'a> {
    /// Takes the next `count` bytes. Like the numbers below, [`ImageError::Truncated`] if the bytes
    /// end before.
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], ImageError> {
        let (head, rest) = self.rest.split_at_checked(count).ok_or(ImageError::Truncated)?;
        self.rest = rest;
        Ok(head)
    }

    /// Reads a byte.
    pub(crate) fn byte(&mut self) -> Result<u8, ImageError> {
        self.take(1).map(|bytes| bytes[0])
    }

    /// Reads a number of two bytes.
    pub(crate) fn u16(&mut self) -> Result<u16, ImageError> {
        self.take(2).map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    /// Reads a number of four bytes.
    pub(crate) fn u32(&mut self) -> Result<u32, ImageError> {
        self.take(4).map(|bytes| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }
}
