//! Content streams as operators with their operands. Only strings and names are copied.

/// An operand. Arrays and dictionaries are flat: their brackets are operands too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operand {
    Number(f64),
    Name(OperandBytes),
    Text(OperandBytes),
    OpenArray,
    CloseArray,
    OpenDict,
    CloseDict,
}

/// Decoded bytes of a name or string; read them with [`ContentLexer::bytes`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct OperandBytes {
    start: u32,
    end: u32,
}

/// Reader of a content stream, operator by operator.
pub(crate) struct ContentLexer<'a> {
    content: &'a [u8],
    /// Offset of the next byte.
    position: usize,
    /// Operands of the last operator.
    pub(crate) operands: Vec<Operand>,
    /// Decoded names and strings of the last operator.
    scratch: Vec<u8>,
}

/// Largest number of operands of one operator; more are ignored. A `TJ` of a whole page has far
/// fewer.
const OPERANDS_MAX: usize = 1 << 18;

impl<'a> ContentLexer<'a> {
    pub(crate) fn new(content: &'a [u8]) -> Self {
        Self { content, position: 0, operands: Vec::new(), scratch: Vec::new() }
    }

    /// Returns the bytes of a name or string among the operands of the last operator.
    pub(crate) fn bytes(&self, operand: OperandBytes) -> &[u8] {
        self.scratch.get(operand.start as usize..operand.end as usize).unwrap_or_default()
    }

    /// Returns the last operand if it is a name.
    pub(crate) fn last_name(&self) -> Option<&[u8]> {
        match self.operands.last()? {
            Operand::Name(name) => Some(self.bytes(*name)),
            _ => None,
        }
    }

    /// Returns the last operand if it is a number.
    pub(crate) fn last_number(&self) -> Option<f64> {
        self.last_numbers::<1>().map(|[number]| number)
    }

    /// Returns the last `N` operands if all are numbers.
    pub(crate) fn last_numbers<const N: usize>(&self) -> Option<[f64; N]> {
        let start = self.operands.len().checked_sub(N)?;
        let mut numbers = [0.0; N];
        for (number, operand) in numbers.iter_mut().zip(&self.operands[start..]) {
            match operand {
                Operand::Number(value) => *number = *value,
                _ => return None,
            }
        }
        Some(numbers)
    }

    /// Reads up to the next operator and returns it; its operands are in `operands`. `None` at the
    /// end of the stream.
    pub(crate) fn next_operator(&mut self) -> Option<&'a [u8]> {
        self.operands.clear();
        self.scratch.clear();
        loop {
            // A copy of the reference, so that `self` stays free for the calls below.
            let content = self.content;
            let byte = *content.get(self.position)?;
            let next = content.get(self.position + 1);
            match byte {
                0 | 9 | 10 | 12 | 13 | 32 => self.position += 1,
                b'%' => {
                    let comment = content[self.position..].iter();
                    self.position += comment.take_while(|b| !is_line_end(**b)).count();
                }
                b'/' => self.read_name(),
                b'(' => self.read_literal_string(),
                // `<<` opens a dictionary, `<` alone a hexadecimal string.
                b'<' if next == Some(&b'<') => self.read_bracket(Operand::OpenDict, 2),
                b'<' => self.read_hex_string(),
                b'>' => {
                    let width = if next == Some(&b'>') { 2 } else { 1 };
                    self.read_bracket(Operand::CloseDict, width);
                }
                b'[' => self.read_bracket(Operand::OpenArray, 1),
                b']' => self.read_bracket(Operand::CloseArray, 1),
                // Stray: viewers skip them, and they would hold up the loop.
                b'{' | b'}' | b')' => self.position += 1,
                // A word that begins like a number is one, whatever follows.
                b'0'..=b'9' | b'+' | b'-' | b'.' => self.read_number(),
                _ => {
                    // At least one byte long, so the loop continues in any case.
                    let word = self.read_word();
                    if !matches!(word, b"true" | b"false" | b"null") {
                        return Some(word);
                    }
                    // Kept as a number: no check reads a boolean from a content stream.
                    self.push_operand(Operand::Number(f64::from(u8::from(word == b"true"))));
                }
            }
        }
    }

    /// Skips the data of an inline image, from behind `ID` to behind `EI`. Data without `EI`
    /// reaches to the end of the stream.
    pub(crate) fn skip_inline_image(&mut self) {
        let rest = self.content.get(self.position..).unwrap_or_default();
        // The data may contain these two letters: white space on both sides makes that unlikely.
        let is_end =
            |window: &[u8]| is_space(window[0]) && &window[1..3] == b"EI" && is_space(window[3]);
        self.position += match rest.windows(4).position(is_end) {
            Some(end) => end + 3,
            None => rest.len(),
        };
    }

    fn push_operand(&mut self, operand: Operand) {
        if self.operands.len() < OPERANDS_MAX {
            self.operands.push(operand);
        }
    }

    fn read_bracket(&mut self, operand: Operand, width: usize) {
        self.push_operand(operand);
        self.position += width;
    }

    fn read_word(&mut self) -> &'a [u8] {
        let rest = &self.content[self.position..];
        let length = rest.iter().take_while(|byte| is_regular(**byte)).count().max(1);
        self.position += length;
        &rest[..length]
    }

    fn read_number(&mut self) {
        let word = self.read_word();
        let (negative, digits) = match word {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        // `scale` is 0 before the decimal point.
        let (mut value, mut scale) = (0.0, 0.0);
        for byte in digits {
            match byte {
                b'0'..=b'9' => {
                    value = value * 10.0 + f64::from(byte - b'0');
                    // Zero stays zero before the point; after it the scale grows with each decimal.
                    scale *= 10.0;
                }
                b'.' if scale == 0.0 => scale = 1.0,
                // `--5` and `1e5` are no numbers. Viewers take the part before the fault.
                _ => break,
            }
        }
        let value = if scale > 1.0 { value / scale } else { value };
        self.push_operand(Operand::Number(if negative { -value } else { value }));
    }

    fn read_name(&mut self) {
        self.position += 1;
        let start = self.scratch.len();
        let rest = &self.content[self.position..];
        let length = rest.iter().take_while(|byte| is_regular(**byte)).count();
        let mut raw = &rest[..length];
        while let [byte, tail @ ..] = raw {
            // `#` and two hexadecimal digits stand for a byte.
            let code = match tail {
                [high, low, ..] if *byte == b'#' => hex_digit(*high).zip(hex_digit(*low)),
                _ => None,
            };
            let (byte, width) = code.map_or((*byte, 1), |(high, low)| (high * 16 + low, 3));
            self.scratch.push(byte);
            raw = &raw[width..];
        }
        self.position += length;
        let name = self.scratch_from(start);
        self.push_operand(Operand::Name(name));
    }

    fn read_hex_string(&mut self) {
        self.position += 1;
        let start = self.scratch.len();
        let mut first_digit: Option<u8> = None;
        while let Some(byte) = self.content.get(self.position) {
            self.position += 1;
            if *byte == b'>' {
                break;
            }
            // White space may stand anywhere between the digits.
            let Some(digit) = hex_digit(*byte) else { continue };
            match first_digit.take() {
                Some(high) => self.scratch.push(high * 16 + digit),
                None => first_digit = Some(digit),
            }
        }
        // An odd last digit counts as if a zero followed.
        self.scratch.extend(first_digit.map(|high| high * 16));
        let text = self.scratch_from(start);
        self.push_operand(Operand::Text(text));
    }

    fn read_literal_string(&mut self) {
        self.position += 1;
        let start = self.scratch.len();
        // Parentheses inside a string are part of it as long as they match.
        let mut depth = 1;
        while let Some(byte) = self.content.get(self.position) {
            self.position += 1;
            match byte {
                b'\\' => {
                    // An escaped parenthesis does not count for the depth.
                    self.read_escape();
                    continue;
                }
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            // Before the byte is stored: the closing parenthesis is no part of the string.
            if depth == 0 {
                break;
            }
            self.scratch.push(*byte);
        }
        let text = self.scratch_from(start);
        self.push_operand(Operand::Text(text));
    }

    /// Reads the rest of an escape sequence, after its backslash.
    fn read_escape(&mut self) {
        let Some(byte) = self.content.get(self.position) else { return };
        self.position += 1;
        let plain = match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.content.get(self.position) else { break };
                    code = code * 8 + u32::from(digit - b'0');
                    self.position += 1;
                }
                // Overflow of the largest codes is ignored (ISO 32000-1 7.3.4.2).
                code.to_le_bytes()[0]
            }
            // An escaped line end continues the string on the next line.
            b'\r' => {
                self.position += usize::from(self.content.get(self.position) == Some(&b'\n'));
                return;
            }
            b'\n' => return,
            other => *other,
        };
        self.scratch.push(plain);
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "all streams of a file together are far below four gigabytes"
    )]
    fn scratch_from(&self, start: usize) -> OperandBytes {
        OperandBytes { start: start as u32, end: self.scratch.len() as u32 }
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

/// True if a byte may be part of a name or operator.
fn is_regular(byte: u8) -> bool {
    !is_space(byte)
        && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{ContentLexer, Operand};

    /// Writes out operators with their operands.
    fn read(content: &[u8]) -> Vec<String> {
        let mut lexer = ContentLexer::new(content);
        let mut out = Vec::new();
        while let Some(operator) = lexer.next_operator() {
            let mut line = String::new();
            for operand in &lexer.operands {
                line += &match operand {
                    Operand::Number(number) => format!("{number} "),
                    Operand::Name(name) => {
                        format!("/{} ", String::from_utf8_lossy(lexer.bytes(*name)))
                    }
                    Operand::Text(text) => format!("{:?} ", lexer.bytes(*text)),
                    other => format!("{other:?} "),
                };
            }
            out.push(line + &String::from_utf8_lossy(operator));
            if operator == b"ID" {
                lexer.skip_inline_image();
            }
        }
        out
    }

    #[test]
    fn operators_come_with_their_operands() {
        for (content, expected) in [
            (&b"0 -.5 +1.25 re%x\nf*"[..], &["0 -0.5 1.25 re", "f*"][..]),
            (b"/A#20b gs", &["/A b gs"]),
            (
                b"[<0041 4> -3(a\\)\\101\\\n(b))]TJ",
                &["OpenArray [0, 65, 64] -3 [97, 41, 65, 40, 98, 41] CloseArray TJ"],
            ),
            (b"/Span<</ActualText(x)>>BDC", &["/Span OpenDict /ActualText [120] CloseDict BDC"]),
            (b"BI /W 1 ID \xff(EI x\nEI Q", &["BI", "/W 1 ID", "Q"]),
            (b"(never closed", &[]),
            (b"q <41", &["q"]),
            (b"true ri", &["1 ri"]),
        ] {
            assert_eq!(read(content), expected, "{}", String::from_utf8_lossy(content));
        }
    }
}
