//! Operators of text: the glyphs that are shown, their ink and the characters that they stand for.

use std::rc::Rc;

use lopdf::Object;

use crate::finding::Bilingual;
use crate::preflight::area::PageArea;
use crate::preflight::check::PressCheck;
use crate::preflight::colour_space::ColourSpace;
use crate::preflight::file::decode_text_string;
use crate::preflight::font::PdfFont;
use crate::preflight::ink::{MarkCoverage, PaintedShape};
use crate::preflight::lexer::{ContentLexer, Operand};
use crate::preflight::matrix::PageMatrix;
use crate::preflight::painted::OUTSIDE_TOLERANCE_PT;
use crate::preflight::state::PaintUse;
use crate::preflight::walk::PageWalk;

/// Smallest size of text in colours, in points (R94).
const COLOURED_TEXT_MIN_PT: f64 = 9.0;
/// Smallest size of reversed text, in points (R94).
const REVERSED_TEXT_MIN_PT: f64 = 10.5;
/// Rounding of sizes, which are read as singles and multiplied.
const ROUNDING_PT: f64 = 0.01;
/// Top of the em box above the baseline, in ems.
const ASCENT: f64 = 0.88;
/// Foot of the em box above the baseline, in ems.
const DESCENT: f64 = -0.12;
/// Difference up to which an ink is the declared one: writers round to thousandths.
const INK_TOLERANCE: f32 = 0.0015;

impl PageWalk<'_> {
    /// Runs an operator if it is one of text.
    pub(crate) fn run_text_operator(&mut self, operator: &[u8], lexer: &ContentLexer<'_>) {
        let number = lexer.last_number();
        let state = &mut self.state;
        match operator {
            b"BT" => {
                (state.text_matrix, state.line_matrix) =
                    (PageMatrix::IDENTITY, PageMatrix::IDENTITY);
            }
            b"Tf" => self.select_font(lexer),
            b"Tz" => {
                let scale = number.map(|percent| percent / 100.0);
                state.horizontal_scale = scale.unwrap_or(state.horizontal_scale);
            }
            b"TL" => state.leading = number.unwrap_or(state.leading),
            b"Tc" => state.char_space = number.unwrap_or(state.char_space),
            b"Tw" => state.word_space = number.unwrap_or(state.word_space),
            b"Ts" => state.rise = number.unwrap_or(state.rise),
            b"Tr" => {
                #[expect(clippy::cast_possible_truncation, reason = "0 to 7; no other is any mode")]
                let mode = number.unwrap_or(0.0) as i64;
                state.render_mode = mode;
            }
            b"Tm" => {
                if let Some(matrix) = lexer.last_numbers::<6>() {
                    let matrix = PageMatrix(matrix);
                    (state.text_matrix, state.line_matrix) = (matrix, matrix);
                }
            }
            // `TD` also sets the leading to the distance.
            b"Td" | b"TD" => {
                if let Some([x, y]) = lexer.last_numbers::<2>() {
                    if operator == b"TD" {
                        state.leading = -y;
                    }
                    self.move_to_line(x, y);
                }
            }
            b"T*" => self.move_to_line(0.0, -self.state.leading),
            b"Tj" | b"TJ" => self.show_strings(lexer),
            b"'" | b"\"" => {
                // Only `"` has the two numbers; both move to the next line first.
                if let [Operand::Number(word), Operand::Number(char), ..] = lexer.operands[..] {
                    (state.word_space, state.char_space) = (word, char);
                }
                self.move_to_line(0.0, -self.state.leading);
                self.show_strings(lexer);
            }
            _ => {}
        }
    }

    /// Moves to a line that starts at a distance from the start of the current one.
    fn move_to_line(&mut self, x: f64, y: f64) {
        self.state.line_matrix = PageMatrix::translation(x, y).then(self.state.line_matrix);
        self.state.text_matrix = self.state.line_matrix;
    }

    /// Shows the strings among the operands.
    fn show_strings(&mut self, lexer: &ContentLexer<'_>) {
        let Some(font) = self.state.font.clone() else { return };
        // A number outside an array belongs to `"` and moves nothing.
        let is_array = lexer.operands.first() == Some(&Operand::OpenArray);
        let mut first_area: Option<PageArea> = None;
        for operand in &lexer.operands {
            match operand {
                Operand::Text(text) => {
                    if let Some(area) = self.show_string(&font, lexer.bytes(*text)) {
                        first_area.get_or_insert(area);
                    }
                }
                Operand::Number(thousandths) if is_array => {
                    self.move_pen(&font, -thousandths / 1000.0 * self.state.font_size);
                }
                _ => {}
            }
        }
        // Ink and size are the same for all strings of an operator.
        if let Some(area) = first_area {
            self.check_text(area);
        }
    }

    /// Moves the pen along the line of writing.
    fn move_pen(&mut self, font: &PdfFont, distance: f64) {
        let move_by = if font.is_vertical {
            PageMatrix::translation(0.0, distance)
        } else {
            PageMatrix::translation(distance * self.state.horizontal_scale, 0.0)
        };
        self.state.text_matrix = move_by.then(self.state.text_matrix);
    }

    /// Shows a string. Returns the area of its glyphs, or `None` if none is visible.
    fn show_string(&mut self, font: &Rc<PdfFont>, codes: &[u8]) -> Option<PageArea> {
        let state = &self.state;
        let size = state.font_size;
        // From the em square to the text space (ISO 32000-1 9.4.4).
        let em = PageMatrix([size * state.horizontal_scale, 0.0, 0.0, size, 0.0, state.rise]);
        let mut string_area: Option<PageArea> = None;
        for bytes in codes.chunks(font.code_bytes) {
            let code = bytes.iter().fold(0, |code, byte| code << 8 | u32::from(*byte));
            let width = font.width(code) / 1000.0;
            let matrix = em.then(self.state.text_matrix.then(self.state.matrix));
            // Vertical glyphs hang from the pen by the middle of their top.
            let (left, foot, right, head) = if font.is_vertical {
                (-0.5, -1.0, 0.5, 0.0)
            } else {
                (0.0, DESCENT, width, ASCENT)
            };
            let corners = [[left, foot], [right, foot], [right, head], [left, head]];
            let area = PageArea::around(&corners.map(|corner| matrix.apply(corner)));
            if font.is_identity && code == 0 {
                self.report(PressCheck::Notdef, &font.name, Some(area), || {
                    font.missing_glyph_message()
                });
            }
            // Invisible text counts as text too: it is what a search finds.
            self.record_text(font, code);
            if self.is_text_visible() {
                self.check_glyph_place(area, &font.name);
                string_area = Some(string_area.map_or(area, |string| string.union(area)));
            }
            // Word space applies to the code 32 of one byte only (ISO 32000-1 9.3.3).
            let is_space = font.code_bytes == 1 && code == 32;
            let word_space = if is_space { self.state.word_space } else { 0.0 };
            let advance = if font.is_vertical { -1.0 } else { width };
            self.move_pen(font, advance * size + self.state.char_space + word_space);
        }
        let area = string_area?;
        // One box for the whole string: a box for each glyph would measure nearly the same.
        let paint_use = self.text_paint_use();
        let paint = self.state.paint(paint_use).clone();
        self.add_mark(PaintedShape::Box(area), &paint, paint_use, MarkCoverage::Partial);
        Some(area)
    }

    /// True unless the text rendering mode is 3 or 7, which paint nothing.
    fn is_text_visible(&self) -> bool {
        !matches!(self.state.render_mode, 3 | 7)
    }

    /// Use of text by the rendering mode. Text that is filled and stroked counts as filled.
    fn text_paint_use(&self) -> PaintUse {
        if matches!(self.state.render_mode, 1 | 5) { PaintUse::Stroke } else { PaintUse::Fill }
    }

    /// Adds the text of a code to the text of the file.
    fn record_text(&mut self, font: &PdfFont, code: u32) {
        if self.has_actual_text.last() == Some(&true) {
            return;
        }
        match font.text(code) {
            Some(text) => self.totals.text.push_str(text),
            // Most fonts of one byte without a map are Latin.
            None if font.code_bytes == 1 => {
                self.totals.text.extend(char::from_u32(code).filter(|c| !c.is_control()));
            }
            None => self.totals.text.push(char::REPLACEMENT_CHARACTER),
        }
    }

    /// Checks the place of a glyph by its middle: the white half of a punctuation mark may stand
    /// outside.
    fn check_glyph_place(&mut self, area: PageArea, object: &str) {
        let middle = area.middle();
        if !middle.is_within(self.page.media, OUTSIDE_TOLERANCE_PT) {
            self.report(PressCheck::OffSheet, object, Some(area), || {
                Bilingual::new("文字超出纸张", "text outside the sheet")
            });
        } else if self.is_outside_type_area(middle) {
            self.report(PressCheck::OutsideArea, object, Some(area), || {
                Bilingual::new("文字在版心之外", "text outside the type area")
            });
        }
    }

    /// Checks ink, overprint and size of text.
    fn check_text(&mut self, area: PageArea) {
        let paint_use = self.text_paint_use();
        let paint = self.state.paint(paint_use).clone();
        self.check_paint(&paint, area, "");
        // The space is reported; inks of a foreign space are not known.
        if matches!(*paint.space, ColourSpace::Foreign { .. }) {
            return;
        }
        let inks = paint.inks;
        let is = |other: [f32; 4]| {
            inks.iter().zip(other).all(|(ink, other)| (ink - other).abs() < INK_TOLERANCE)
        };
        let is_black = is([0.0, 0.0, 0.0, 1.0]);
        let is_reversed = is([0.0; 4]);
        let is_declared = self
            .requirements
            .text_colours
            .iter()
            .any(|colour| is(colour.map(|ink| f32::from(ink) / 1000.0)));
        if !is_black && !is_reversed && !is_declared {
            let percent = inks.map(|ink| (ink * 100.0).round());
            self.report(PressCheck::TextInk, &format!("CMYK {percent:?}"), Some(area), || {
                Bilingual::new(
                    format!("文字颜色为 CMYK {percent:?}"),
                    format!("text in CMYK {percent:?}"),
                )
            });
        }
        if is_black && !self.state.overprints(&paint.space, paint_use) {
            self.report(PressCheck::NoOverprint, "", Some(area), || {
                Bilingual::new("黑字没有叠印", "black text does not overprint")
            });
        }
        let state = &self.state;
        let size = state.font_size * state.text_matrix.then(state.matrix).scale();
        let is_coloured = inks[..3].iter().any(|ink| *ink > 0.0);
        let min_size = if is_reversed { REVERSED_TEXT_MIN_PT } else { COLOURED_TEXT_MIN_PT };
        if (is_reversed || is_coloured) && size < min_size - ROUNDING_PT {
            self.report(PressCheck::SmallText, "", Some(area), || {
                let (zh, en) =
                    if is_reversed { ("反白", "reversed") } else { ("彩色", "coloured") };
                Bilingual::new(format!("{zh}字 {size:.1} pt"), format!("{en} text of {size:.1} pt"))
            });
        }
    }

    /// Begins marked content. `ActualText` replaces the text of all glyphs in it, and of all marked
    /// content inside.
    pub(crate) fn begin_marked_content(&mut self, lexer: &ContentLexer<'_>) {
        let is_replaced = self.has_actual_text.last() == Some(&true);
        let actual_text = if is_replaced { None } else { self.actual_text(lexer) };
        // Pushed in any case, because every `EMC` pops one.
        self.has_actual_text.push(is_replaced || actual_text.is_some());
        self.totals.text.extend(actual_text);
    }

    /// Returns the `ActualText` of marked content, from its property list or the resource that it
    /// names.
    fn actual_text(&self, lexer: &ContentLexer<'_>) -> Option<String> {
        let operands = &lexer.operands;
        if let [Operand::Name(_), Operand::Name(name)] = operands[..] {
            let properties = self.file.dict(self.resources?, "Properties")?;
            let name = std::str::from_utf8(lexer.bytes(name)).ok()?;
            let properties = self.file.dict(properties, name)?;
            return match self.file.entry(properties, "ActualText")? {
                Object::String(bytes, _) => Some(decode_text_string(bytes)),
                _ => None,
            };
        }
        // Operands are flat, so an inline dictionary is searched for the key and its value.
        operands.windows(2).find_map(|pair| match pair {
            [Operand::Name(key), Operand::Text(text)] if lexer.bytes(*key) == b"ActualText" => {
                Some(decode_text_string(lexer.bytes(*text)))
            }
            _ => None,
        })
    }
}
