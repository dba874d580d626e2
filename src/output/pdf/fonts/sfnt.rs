//! The tables of a font file, one face of a collection among them.

/// The place of a table in its file.
struct TableRecord<'a> {
    tag: &'a [u8],
    bytes: &'a [u8],
}

/// A table of a face.
pub(crate) fn table<'a>(file: &'a [u8], index: u32, tag: &[u8; 4]) -> Option<&'a [u8]> {
    rows(file, index)?.into_iter().find(|row| row.tag == tag).map(|row| row.bytes)
}

/// A face as a file of its own: the tables wanted, as they are, in the order that OpenType asks for.
pub(crate) fn alone(file: &[u8], index: u32, wanted: impl Fn(&[u8]) -> bool) -> Option<Vec<u8>> {
    let mut rows = rows(file, index)?;
    rows.retain(|row| wanted(row.tag));
    rows.sort_by_key(|row| row.tag);
    let count = u16::try_from(rows.len()).ok()?;
    let power = count.checked_ilog2()?;
    let range = 16_u16.checked_mul(1 << power)?;
    let mut out = file.get(start(file, index)?..)?.get(..4)?.to_vec();
    for number in [count, range, u16::try_from(power).ok()?, count.checked_mul(16)? - range] {
        out.extend(number.to_be_bytes());
    }
    let mut at = out.len() + 16 * rows.len();
    for row in &rows {
        out.extend_from_slice(row.tag);
        for number in
            [sum(row.bytes), u32::try_from(at).ok()?, u32::try_from(row.bytes.len()).ok()?]
        {
            out.extend(number.to_be_bytes());
        }
        at += row.bytes.len().next_multiple_of(4);
    }
    for row in &rows {
        out.extend_from_slice(row.bytes);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    Some(out)
}

/// Where the directory of a face starts.
fn start(file: &[u8], index: u32) -> Option<usize> {
    if !file.starts_with(b"ttcf") {
        return (index == 0).then_some(0);
    }
    let at = usize::try_from(index).ok()?.checked_mul(4)?.checked_add(12)?;
    usize::try_from(u32_at(file, at)?).ok()
}

fn rows(file: &[u8], index: u32) -> Option<Vec<TableRecord<'_>>> {
    let directory = file.get(start(file, index)?..)?;
    let count = usize::from(u16_at(directory, 4)?);
    let mut rows = Vec::with_capacity(count);
    for k in 0..count {
        let row = directory.get(12 + 16 * k..28 + 16 * k)?;
        let start = usize::try_from(u32_at(row, 8)?).ok()?;
        let length = usize::try_from(u32_at(row, 12)?).ok()?;
        rows.push(TableRecord {
            tag: &row[..4],
            bytes: file.get(start..start.checked_add(length)?)?,
        });
    }
    Some(rows)
}

fn sum(table: &[u8]) -> u32 {
    table.chunks(4).fold(0, |sum: u32, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}
