//! Text: which glyphs are shown in which ink, and what they stand for.

use std::rc::Rc;

use lopdf::Object;

use crate::finding::Bilingual;
use crate::preflight::file::text_string;
use crate::preflight::finding::PressCheck;
use crate::preflight::font::{PdfFont, notdef};
use crate::preflight::ink::PaintedShape;
use crate::preflight::lex::{ContentLexer, Operand};
use crate::preflight::path::{OUT_TOLERANCE, around, overprints, plates};
use crate::preflight::sheet::{PageArea, within};
use crate::preflight::walk::{
    PageMatrix, PageWalk, PaintColour, UNIT, number, numbers, place, times, zoom,
};

/// Least sizes in pt of text in colours and of reversed text (R94).
const COLOURED_LEAST: f64 = 9.0;
const REVERSED_LEAST: f64 = 10.5;
/// Sizes are read as singles and multiplied.
const ROUNDING: f64 = 0.01;
/// The em box of the faces above and below the baseline.
const ASCENT: f64 = 0.88;
const DESCENT: f64 = -0.12;
/// How far an ink may be from the one that is declared: writers round to thousandths.
const INK_TOLERANCE: f32 = 0.0015;

impl PageWalk<'_> {
    pub(crate) fn text_operator(&mut self, operator: &[u8], lexer: &ContentLexer<'_>) {
        let value = number(lexer);
        let state = &mut self.state;
        match operator {
            b"BT" => (state.text, state.line) = (UNIT, UNIT),
            b"Tf" => self.font_operator(lexer),
            b"Tz" => state.stretch = value.map_or(state.stretch, |percent| percent / 100.0),
            b"TL" => state.leading = value.unwrap_or(state.leading),
            b"Tc" => state.char_space = value.unwrap_or(state.char_space),
            b"Tw" => state.word_space = value.unwrap_or(state.word_space),
            b"Ts" => state.rise = value.unwrap_or(state.rise),
            b"Tr" => {
                #[expect(clippy::cast_possible_truncation, reason = "0 to 7; no other is any mode")]
                let mode = value.unwrap_or(0.0) as i64;
                state.mode = mode;
            }
            b"Tm" => {
                if let Some(matrix) = numbers::<6>(lexer) {
                    (state.text, state.line) = (matrix, matrix);
                }
            }
            b"Td" | b"TD" => {
                if let Some([x, y]) = numbers::<2>(lexer) {
                    if operator == b"TD" {
                        state.leading = -y;
                    }
                    self.next_line(x, y);
                }
            }
            b"T*" => self.next_line(0.0, -self.state.leading),
            b"Tj" | b"TJ" => self.show(lexer),
            b"'" | b"\"" => {
                if let [Operand::Number(word), Operand::Number(char), ..] = lexer.operands[..] {
                    (state.word_space, state.char_space) = (word, char);
                }
                self.next_line(0.0, -self.state.leading);
                self.show(lexer);
            }
            _ => {}
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.state.line = times([1.0, 0.0, 0.0, 1.0, x, y], self.state.line);
        self.state.text = self.state.line;
    }

    /// Shows the strings before an operator.
    fn show(&mut self, lexer: &ContentLexer<'_>) {
        let Some(font) = self.state.font.clone() else { return };
        let array = lexer.operands.first() == Some(&Operand::Open);
        let mut shown: Option<PageArea> = None;
        for operand in &lexer.operands {
            match operand {
                Operand::Text(from, to) => {
                    if let Some(area) = self.string(&font, lexer.bytes(*from, *to)) {
                        shown.get_or_insert(area);
                    }
                }
                Operand::Number(by) if array => self.advance(&font, -by / 1000.0 * self.state.size),
                _ => {}
            }
        }
        if let Some(area) = shown {
            self.check_text(area);
        }
    }

    /// Moves the pen, along the line of writing.
    fn advance(&mut self, font: &PdfFont, by: f64) {
        let by = if font.vertical { [0.0, by] } else { [by * self.state.stretch, 0.0] };
        self.state.text = times([1.0, 0.0, 0.0, 1.0, by[0], by[1]], self.state.text);
    }

    /// Shows a string; the area that it takes, if it is seen.
    fn string(&mut self, font: &Rc<PdfFont>, codes: &[u8]) -> Option<PageArea> {
        let state = &self.state;
        let size = state.size;
        let em: PageMatrix = [size * state.stretch, 0.0, 0.0, size, 0.0, state.rise];
        let mut all: Option<PageArea> = None;
        for bytes in codes.chunks(font.code_bytes) {
            let code = bytes.iter().fold(0, |code, byte| code << 8 | u32::from(*byte));
            let width = font.width(code) / 1000.0;
            let matrix = times(em, times(self.state.text, self.state.matrix));
            let (left, foot) = if font.vertical { (-0.5, -1.0) } else { (0.0, DESCENT) };
            let head = if font.vertical { 0.0 } else { ASCENT };
            let right = if font.vertical { 0.5 } else { width };
            let corners = [[left, foot], [right, foot], [right, head], [left, head]];
            let area = around(&corners.map(|corner| place(matrix, corner)));
            if font.identity && code == 0 {
                self.note(PressCheck::Notdef, &font.name, Some(area), || notdef(font));
            }
            self.speak(font, code);
            if self.is_seen() {
                self.check_glyph(area, &font.name);
                all = Some(all.map_or(area, |all| {
                    around(&[
                        [all[0], all[1]],
                        [all[2], all[3]],
                        [area[0], area[1]],
                        [area[2], area[3]],
                    ])
                }));
            }
            let space =
                if font.code_bytes == 1 && code == 32 { self.state.word_space } else { 0.0 };
            let along = if font.vertical { -1.0 } else { width };
            self.advance(font, along * size + self.state.char_space + space);
        }
        let area = all?;
        let paint = self.text_paint();
        let over = if self.is_stroked() { self.state.over_stroke } else { self.state.over_fill };
        let plates = plates(&paint, over, self.state.over_mode);
        self.mark(PaintedShape::Box(area), &paint, plates, true);
        Some(area)
    }

    /// Modes 3 and 7 show nothing.
    fn is_seen(&self) -> bool {
        !matches!(self.state.mode, 3 | 7)
    }

    fn is_stroked(&self) -> bool {
        matches!(self.state.mode, 1 | 5)
    }

    fn text_paint(&self) -> PaintColour {
        if self.is_stroked() { self.state.stroke.clone() } else { self.state.fill.clone() }
    }

    /// Adds what a code stands for to the text of the file.
    fn speak(&mut self, font: &PdfFont, code: u32) {
        if self.spoken.last() == Some(&true) {
            return;
        }
        match font.text(code) {
            Some(text) => self.gathered.text.push_str(text),
            // Fonts of single bytes without a map are Latin more often than not.
            None if font.code_bytes == 1 => {
                self.gathered.text.extend(char::from_u32(code).filter(|c| !c.is_control()));
            }
            None => self.gathered.text.push(char::REPLACEMENT_CHARACTER),
        }
    }

    /// A glyph belongs to the place of its middle: the white half of a mark may stand outside.
    fn check_glyph(&mut self, area: PageArea, object: &str) {
        let [x, y] = [(area[0] + area[2]) / 2.0, (area[1] + area[3]) / 2.0];
        let middle = [x, y, x, y];
        let holds = |area: PageArea| within(middle, area, OUT_TOLERANCE);
        if !holds(self.sheet.media) {
            self.note(PressCheck::OffSheet, object, Some(area), || {
                Bilingual::new("文字越出纸面", "text leaves the sheet")
            });
        } else if self.wanted.type_area.is_some() && self.is_outside(holds) {
            self.note(PressCheck::OutsideArea, object, Some(area), || {
                Bilingual::new("文字在版心之外", "text stands outside the type area")
            });
        }
    }

    /// Looks at the ink and size of text.
    fn check_text(&mut self, area: PageArea) {
        let paint = self.text_paint();
        self.check_paint(&paint, area, "");
        if matches!(*paint.space, crate::preflight::space::ColourSpace::Foreign(..)) {
            return;
        }
        let inks = paint.inks;
        let is = |other: [f32; 4]| {
            inks.iter().zip(other).all(|(ink, other)| (ink - other).abs() < INK_TOLERANCE)
        };
        let black = is([0.0, 0.0, 0.0, 1.0]);
        let reversed = is([0.0; 4]);
        let declared = self
            .wanted
            .text_colours
            .iter()
            .any(|colour| is(colour.map(|ink| f32::from(ink) / 1000.0)));
        let percent = inks.map(|ink| (ink * 100.0).round());
        if !black && !reversed && !declared {
            self.note(PressCheck::TextInk, &format!("CMYK {percent:?}"), Some(area), || {
                Bilingual::new(
                    format!("文字颜色为 CMYK {percent:?}"),
                    format!("text in CMYK {percent:?}"),
                )
            });
        }
        let state = &self.state;
        let over = if self.is_stroked() { state.over_stroke } else { state.over_fill };
        if black && !(over && overprints(&paint.space, state.over_mode)) {
            self.note(PressCheck::NoOverprint, "", Some(area), || {
                Bilingual::new("黑字没有叠印", "black text does not overprint")
            });
        }
        let state = &self.state;
        let size = state.size * zoom(times(state.text, state.matrix));
        let coloured = inks[..3].iter().any(|ink| *ink > 0.0);
        let least = if reversed { REVERSED_LEAST } else { COLOURED_LEAST };
        if (reversed || coloured) && size < least - ROUNDING {
            self.note(PressCheck::SmallText, "", Some(area), || {
                let (zh, en) =
                    if reversed { ("反白", "reversed") } else { ("彩色", "coloured") };
                Bilingual::new(format!("{zh}字 {size:.1} pt"), format!("{en} text of {size:.1} pt"))
            });
        }
    }

    /// Marked content begins; its text may be given with it.
    pub(crate) fn begin_marked(&mut self, lexer: &ContentLexer<'_>) {
        let within = self.spoken.last() == Some(&true);
        let given = if within { None } else { self.actual_text(lexer) };
        self.spoken.push(within || given.is_some());
        self.gathered.text.extend(given);
    }

    fn actual_text(&self, lexer: &ContentLexer<'_>) -> Option<String> {
        let operands = &lexer.operands;
        if let [Operand::Name(..), Operand::Name(from, to)] = operands[..] {
            let properties = self.file.dict(self.resources?, "Properties")?;
            let name = std::str::from_utf8(lexer.bytes(from, to)).ok()?;
            let properties = self.file.dict(properties, name)?;
            return match self.file.entry(properties, "ActualText")? {
                Object::String(bytes, _) => Some(text_string(bytes)),
                _ => None,
            };
        }
        operands.windows(2).find_map(|pair| match pair {
            [Operand::Name(from, to), Operand::Text(start, end)]
                if lexer.bytes(*from, *to) == b"ActualText" =>
            {
                Some(text_string(lexer.bytes(*start, *end)))
            }
            _ => None,
        })
    }
}
