//! R30, R31 and R34: positions of the ink, from the outlines of the faces.
//!
//! The outline of a glyph comes from the face; the position of the glyph comes from the library or
//! from the PDF, as in the other tests.

use banmian::font::OutlineSink;

use crate::conformance::check::is_han;
use crate::conformance::read_back::{ParagraphSpec, PlacedGlyph, Row, Setting, Style, role};
use crate::support::engine;

/// Faces of the built-in house style.
pub(crate) const FACES: [&str; 6] = ["song", "song-bold", "hei", "hei-bold", "kai", "fang"];

/// Tolerance for ink beyond its cell, and for the distance of the dots of …… from the middle, in
/// em.
const OVER: f64 = 0.02;
const CENTRE_OFF: f64 = 0.08;
/// Depth of the em box below the baseline, in em.
const BELOW: f64 = 0.12;

/// Every mark between Han characters, and marks in a row; the measure brings some to line edges.
const MARKED: &str = "一，二。三、四：五；六？七！八“九”十‘甲’乙（丙）丁《戊》己〈庚〉辛「壬」癸『子』丑【寅】卯〔辰〕巳［午］未·申～酉–戌—亥/一——二……三。”四”，五）（六：“七》《八”。九";
/// Two marks in one cell.
const JOINED: &str = "一？！二！！三四五六七八九十甲乙？！丙";

/// A case: rule, face, style, paragraph.
pub(crate) struct InkCase {
    pub(crate) rule: &'static str,
    pub(crate) face: &'static str,
    pub(crate) spec: ParagraphSpec<'static>,
}

pub(crate) fn ink_cases() -> Vec<InkCase> {
    let mut out = Vec::new();
    for face in FACES {
        for style in Style::ALL {
            for (rule, text, measure) in [
                ("R30", "一——二", 20_000),
                ("R31", "一……二", 20_000),
                ("R34", MARKED, 13_000),
                ("R34", JOINED, 13_000),
            ] {
                let spec = ParagraphSpec {
                    face: role(face),
                    ..ParagraphSpec::song(text, style, measure, 0)
                };
                out.push(InkCase { rule, face, spec });
            }
        }
    }
    out
}

/// Ink of an outline: left and right edge of each contour, and its bottom and top, in em.
#[derive(Default)]
struct Ink {
    parts: Vec<[f64; 4]>,
    per_em: f64,
}

impl Ink {
    fn point(&mut self, x: f32, y: f32) {
        let (x, y) = (f64::from(x) / self.per_em, f64::from(y) / self.per_em);
        if let Some(part) = self.parts.last_mut() {
            *part = [part[0].min(x), part[1].max(x), part[2].min(y), part[3].max(y)];
        }
    }
}

impl OutlineSink for Ink {
    fn move_to(&mut self, x: f32, y: f32) {
        let far = f64::INFINITY;
        self.parts.push([far, -far, far, -far]);
        self.point(x, y);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.point(x, y);
    }
    fn quad_to(&mut self, _: f32, _: f32, x: f32, y: f32) {
        self.point(x, y);
    }
    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, x: f32, y: f32) {
        self.point(x, y);
    }
    fn close(&mut self) {}
}

/// Returns the contours of the glyphs of a row in place: index of the glyph, then left, right,
/// bottom and top.
fn contours(library_row: &Row, row: &Row) -> Vec<(usize, [f64; 4])> {
    let mut out = Vec::new();
    for (k, (spot, library_glyph)) in row.0.iter().zip(&library_row.0).enumerate() {
        let Some((font, glyph)) = library_glyph.glyph else { continue };
        let face = engine().fonts().face(font);
        let mut ink = Ink { per_em: f64::from(face.units_per_em()), ..Ink::default() };
        assert!(face.draw_outline(glyph, &mut ink), "{} has an outline", spot.text);
        let place = |part: [f64; 4]| [part[0] + spot.x, part[1] + spot.x, part[2], part[3]];
        out.extend(ink.parts.into_iter().map(|part| (k, place(part))));
    }
    out
}

/// Checks the rows of one source.
pub(crate) fn check(rule: &str, setting: &Setting, rows: &[Row]) -> Result<(), String> {
    for (library_row, row) in setting.library_rows.iter().zip(rows) {
        let parts = contours(library_row, row);
        match rule {
            "R30" => check_joined(row, &parts)?,
            "R31" => check_centred(row, &parts)?,
            _ => check_inside(row, &parts, setting.measure)?,
        }
    }
    Ok(())
}

/// R30: the stroke has no gap and covers most of its two cells.
fn check_joined(row: &Row, parts: &[(usize, [f64; 4])]) -> Result<(), String> {
    let mut dash: Vec<[f64; 4]> =
        parts.iter().filter(|(k, _)| row.0[*k].text.contains('—')).map(|(_, part)| *part).collect();
    dash.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let start = dash.first().ok_or("no stroke")?[0];
    let mut end = start;
    for part in &dash {
        if part[0] > end + 0.001 {
            return Err(format!("white from {end:.3} to {:.3}", part[0]));
        }
        end = end.max(part[1]);
    }
    let inside = start >= 1.0 - OVER && end <= 3.0 + OVER;
    if inside && end - start > 1.6 { Ok(()) } else { Err(format!("ink {start:.3} to {end:.3}")) }
}

/// R31: the dots stand in the middle of the em box.
fn check_centred(row: &Row, parts: &[(usize, [f64; 4])]) -> Result<(), String> {
    let dots: Vec<&[f64; 4]> =
        parts.iter().filter(|(k, _)| row.0[*k].first() == '…').map(|(_, part)| part).collect();
    if dots.len() != 6 {
        return Err(format!("{} dots", dots.len()));
    }
    for dot in dots {
        let middle = (dot[2] + dot[3]) / 2.0 + BELOW;
        if (middle - 0.5).abs() > CENTRE_OFF {
            return Err(format!("a dot at {middle:.3} of the em box"));
        }
    }
    Ok(())
}

/// R34: marks between two Han characters, or between a Han character and an edge of the line, draw
/// their ink between those cells and none over the next cell.
fn check_inside(row: &Row, parts: &[(usize, [f64; 4])], measure: f64) -> Result<(), String> {
    let han = |spot: &PlacedGlyph| spot.text.chars().all(is_han);
    let ink = |k: usize| {
        let glyph_parts = parts.iter().filter(|(at, _)| *at == k).map(|(_, part)| part);
        glyph_parts
            .fold((f64::INFINITY, f64::NEG_INFINITY), |ink, p| (ink.0.min(p[0]), ink.1.max(p[1])))
    };
    for k in (0..row.0.len()).filter(|k| !han(&row.0[*k])) {
        let (left, right) = ink(k);
        let before = row.0[..k].iter().rev().find(|spot| han(spot));
        let after = row.0[k + 1..].iter().find(|spot| han(spot));
        let (start, end) = (before.map_or(0.0, |b| b.x + 1.0), after.map_or(measure, |a| a.x));
        if left < start - OVER || right > end + OVER {
            let (text, line) = (&row.0[k].text, row.text());
            return Err(format!(
                "{text}: ink {left:.3} to {right:.3}, cell {start:.3} to {end:.3}: {line}"
            ));
        }
        if k + 1 < row.0.len() && !han(&row.0[k + 1]) {
            let (next, _) = ink(k + 1);
            if right > next + OVER {
                let pair = format!("{}{}", row.0[k].text, row.0[k + 1].text);
                return Err(format!("{pair}: ink to {right:.3} meets ink from {next:.3}"));
            }
        }
    }
    Ok(())
}
