//! Marks of vertical lines.

/// Returns the mark that stands for a quote on a vertical line: ﹃﹄ outside, ﹁﹂ inside. These are
/// the vertical forms of the corner brackets, which the font supplies. A replacement takes as many
/// bytes as the original. Other characters are returned as they are.
pub fn vertical_quote(c: char) -> char {
    match c {
        '“' => '『',
        '”' => '』',
        '‘' => '「',
        '’' => '」',
        other => other,
    }
}

/// True if a mark stands in the middle of its cell on a vertical line, and gives none of its white
/// (CLREQ, figure of vertical marks).
pub fn is_centred_on_vertical_line(text: &str) -> bool {
    matches!(text, "：" | "；" | "！" | "？")
}
