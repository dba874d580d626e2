//! Tables of a font file, or of one face in a collection.

/// Entry of a table directory.
struct TableRecord<'a> {
    tag: &'a [u8],
    bytes: &'a [u8],
}

/// Finds a table of a face. `None` if the face lacks it or the file is damaged.
pub(crate) fn find_table<'a>(file: &'a [u8], index: u32, tag: &[u8; 4]) -> Option<&'a [u8]> {
    let records = table_records(file, index)?;
    records.into_iter().find(|record| record.tag == tag).map(|record| record.bytes)
}

/// Builds a file of one face with those of its tables that `keeps` accepts, unchanged and in the
/// order that OpenType requires. `None` if the file is damaged or no table is left.
pub(crate) fn extract_face(
    file: &[u8],
    index: u32,
    keeps: impl Fn(&[u8]) -> bool,
) -> Option<Vec<u8>> {
    let mut records = table_records(file, index)?;
    records.retain(|record| keeps(record.tag));
    records.sort_by_key(|record| record.tag);
    let count = u16::try_from(records.len()).ok()?;
    // The header holds the directory's search range, entry selector and range shift.
    let power = count.checked_ilog2()?;
    let range = 16_u16.checked_mul(1 << power)?;
    let mut out = file.get(directory_offset(file, index)?..)?.get(..4)?.to_vec();
    for number in [count, range, u16::try_from(power).ok()?, count.checked_mul(16)? - range] {
        out.extend(number.to_be_bytes());
    }
    // Tables follow the directory, each at a multiple of four bytes.
    let mut offset = out.len() + 16 * records.len();
    for TableRecord { tag, bytes } in &records {
        out.extend_from_slice(tag);
        let length = u32::try_from(bytes.len()).ok()?;
        for number in [checksum(bytes), u32::try_from(offset).ok()?, length] {
            out.extend(number.to_be_bytes());
        }
        offset += bytes.len().next_multiple_of(4);
    }
    for record in &records {
        out.extend_from_slice(record.bytes);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    Some(out)
}

/// Offset of a face's table directory in the file.
fn directory_offset(file: &[u8], index: u32) -> Option<usize> {
    if !file.starts_with(b"ttcf") {
        // A file that is no collection holds one face.
        return (index == 0).then_some(0);
    }
    // A collection lists the offsets of its faces from byte 12.
    let entry = usize::try_from(index).ok()?.checked_mul(4)?.checked_add(12)?;
    usize::try_from(u32_at(file, entry)?).ok()
}

/// Reads the table directory of a face.
fn table_records(file: &[u8], index: u32) -> Option<Vec<TableRecord<'_>>> {
    let directory = file.get(directory_offset(file, index)?..)?;
    let count = usize::from(u16_at(directory, 4)?);
    let mut records = Vec::with_capacity(count);
    for k in 0..count {
        let entry = directory.get(12 + 16 * k..28 + 16 * k)?;
        let start = usize::try_from(u32_at(entry, 8)?).ok()?;
        let length = usize::try_from(u32_at(entry, 12)?).ok()?;
        let bytes = file.get(start..start.checked_add(length)?)?;
        records.push(TableRecord { tag: &entry[..4], bytes });
    }
    Some(records)
}

/// Sum of a table's big-endian words, the last one padded with zeros.
fn checksum(table: &[u8]) -> u32 {
    table.chunks(4).fold(0, |sum: u32, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(offset..offset.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(offset..offset.checked_add(4)?)?.try_into().ok()?))
}
