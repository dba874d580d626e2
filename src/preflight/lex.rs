//! Content streams as operators with their operands, nothing copied but strings and names.

use std::ops::Range;

/// What stands before an operator. Arrays and dictionaries are flat: their brackets are operands too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operand {
    Number(f64),
    /// Bytes in [`Lexer::bytes`].
    Name(u32, u32),
    /// Bytes in [`Lexer::bytes`].
    Text(u32, u32),
    Open,
    Close,
    OpenDict,
    CloseDict,
}

/// Reads a content stream operator by operator.
pub(crate) struct ContentLexer<'a> {
    all: &'a [u8],
    at: usize,
    /// The operands of the last operator.
    pub(crate) operands: Vec<Operand>,
    scratch: Vec<u8>,
}

/// Operands of one operator: a `TJ` of a whole page is far below.
const OPERANDS_MOST: usize = 1 << 18;

impl<'a> ContentLexer<'a> {
    pub(crate) fn new(all: &'a [u8]) -> Self {
        Self { all, at: 0, operands: Vec::new(), scratch: Vec::new() }
    }

    /// The bytes of a name or string.
    pub(crate) fn bytes(&self, start: u32, end: u32) -> &[u8] {
        self.scratch.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The next operator; its operands are in `operands`.
    pub(crate) fn next(&mut self) -> Option<&'a [u8]> {
        self.operands.clear();
        self.scratch.clear();
        loop {
            let byte = *self.all.get(self.at)?;
            let all = self.all;
            match byte {
                0 | 9 | 10 | 12 | 13 | 32 => self.at += 1,
                b'%' => self.at += all[self.at..].iter().take_while(|b| !is_line_end(**b)).count(),
                b'/' => self.name(),
                b'(' => self.literal(),
                b'<' if all.get(self.at + 1) == Some(&b'<') => self.bracket(Operand::OpenDict, 2),
                b'<' => self.hexadecimal(),
                b'>' => {
                    let double = all.get(self.at + 1) == Some(&b'>');
                    self.bracket(Operand::CloseDict, if double { 2 } else { 1 });
                }
                b'[' => self.bracket(Operand::Open, 1),
                b']' => self.bracket(Operand::Close, 1),
                b'{' | b'}' | b')' => self.at += 1,
                b'0'..=b'9' | b'+' | b'-' | b'.' => self.number(),
                _ => {
                    let word = self.word();
                    if !matches!(word, b"true" | b"false" | b"null") {
                        return Some(word);
                    }
                    self.push(Operand::Number(f64::from(u8::from(word == b"true"))));
                }
            }
        }
    }

    /// Passes over the data of an inline image, from behind `ID` to behind `EI`.
    pub(crate) fn skip_image(&mut self) {
        let rest = self.all.get(self.at..).unwrap_or_default();
        let ends =
            |window: &[u8]| is_space(window[0]) && &window[1..3] == b"EI" && (is_space(window[3]));
        let end = rest.windows(4).position(ends);
        let tail = rest.len() >= 3 && rest.ends_with(b"EI") && is_space(rest[rest.len() - 3]);
        self.at += match end {
            Some(end) => end + 3,
            None if tail => rest.len(),
            None => rest.len(),
        };
    }

    fn push(&mut self, operand: Operand) {
        if self.operands.len() < OPERANDS_MOST {
            self.operands.push(operand);
        }
    }

    fn bracket(&mut self, operand: Operand, width: usize) {
        self.push(operand);
        self.at += width;
    }

    fn word(&mut self) -> &'a [u8] {
        let rest = &self.all[self.at..];
        let length = rest.iter().take_while(|byte| is_regular(**byte)).count().max(1);
        self.at += length;
        &rest[..length]
    }

    fn number(&mut self) {
        let word = self.word();
        let (negative, digits) = match word {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let (mut value, mut scale) = (0.0, 0.0);
        for byte in digits {
            match byte {
                b'0'..=b'9' => {
                    value = value * 10.0 + f64::from(byte - b'0');
                    scale *= 10.0;
                }
                b'.' if scale == 0.0 => scale = 1.0,
                // `--5` and `1e5` are no numbers; readers make of them what stands before.
                _ => break,
            }
        }
        let value = if scale > 1.0 { value / scale } else { value };
        self.push(Operand::Number(if negative { -value } else { value }));
    }

    fn name(&mut self) {
        self.at += 1;
        let start = self.scratch.len();
        let rest = &self.all[self.at..];
        let length = rest.iter().take_while(|byte| is_regular(**byte)).count();
        let mut raw = &rest[..length];
        while let [byte, tail @ ..] = raw {
            let code = match tail {
                [high, low, ..] if *byte == b'#' => hex(*high).zip(hex(*low)),
                _ => None,
            };
            let (byte, width) = code.map_or((*byte, 1), |(high, low)| (high * 16 + low, 3));
            self.scratch.push(byte);
            raw = &raw[width..];
        }
        self.at += length;
        let span = self.span(start);
        self.push(Operand::Name(span.start, span.end));
    }

    fn hexadecimal(&mut self) {
        self.at += 1;
        let start = self.scratch.len();
        let mut half: Option<u8> = None;
        while let Some(byte) = self.all.get(self.at) {
            self.at += 1;
            if *byte == b'>' {
                break;
            }
            let Some(digit) = hex(*byte) else { continue };
            match half.take() {
                Some(high) => self.scratch.push(high * 16 + digit),
                None => half = Some(digit),
            }
        }
        // An odd last digit counts as if a zero followed.
        self.scratch.extend(half.map(|high| high * 16));
        let span = self.span(start);
        self.push(Operand::Text(span.start, span.end));
    }

    fn literal(&mut self) {
        self.at += 1;
        let start = self.scratch.len();
        let mut depth = 1;
        while let Some(byte) = self.all.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => {
                    self.escape();
                    continue;
                }
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
            self.scratch.push(*byte);
        }
        let span = self.span(start);
        self.push(Operand::Text(span.start, span.end));
    }

    /// What a backslash in a string stands for.
    fn escape(&mut self) {
        let Some(byte) = self.all.get(self.at) else { return };
        self.at += 1;
        let plain = match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.all.get(self.at) else { break };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                code.to_le_bytes()[0]
            }
            // A line that goes on.
            b'\r' => {
                self.at += usize::from(self.all.get(self.at) == Some(&b'\n'));
                return;
            }
            b'\n' => return,
            other => *other,
        };
        self.scratch.push(plain);
    }

    fn span(&self, start: usize) -> Range<u32> {
        // A stream is far shorter than four gigabytes.
        let at = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        at(start)..at(self.scratch.len())
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte)
        && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn hex(byte: u8) -> Option<u8> {
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

    /// Operators with their operands, written out.
    fn read(content: &[u8]) -> Vec<String> {
        let mut lexer = ContentLexer::new(content);
        let mut out = Vec::new();
        while let Some(operator) = lexer.next() {
            let mut line = String::new();
            for operand in &lexer.operands {
                line += &match operand {
                    Operand::Number(number) => format!("{number} "),
                    Operand::Name(from, to) => {
                        format!("/{} ", String::from_utf8_lossy(lexer.bytes(*from, *to)))
                    }
                    Operand::Text(from, to) => format!("{:?} ", lexer.bytes(*from, *to)),
                    other => format!("{other:?} "),
                };
            }
            out.push(line + &String::from_utf8_lossy(operator));
            if operator == b"ID" {
                lexer.skip_image();
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
                &["Open [0, 65, 64] -3 [97, 41, 65, 40, 98, 41] Close TJ"],
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
