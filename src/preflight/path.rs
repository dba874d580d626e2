//! Paths: what is filled and stroked, and whether it will hold on newsprint.

use std::ops::Range;

use crate::finding::Bilingual;
use crate::preflight::finding::PressCheck;
use crate::preflight::ink::{PaintedMark, PaintedShape};
use crate::preflight::lex::ContentLexer;
use crate::preflight::sheet::{PageArea, common, is_empty, within};
use crate::preflight::space::ColourSpace;
use crate::preflight::walk::{PageWalk, PaintColour, numbers, place, zoom};

/// Pieces that a curve is flattened into.
const CURVE_PIECES: u32 = 8;
/// Points of a path: what an outline map has.
const POINTS_MOST: usize = 2_000_000;
/// The thinnest rule that holds, in pt (coldset newsprint; typography notes §7).
const RULE_LEAST: f64 = 0.25;
/// The thinnest rule of several inks that stands in register, in pt.
const COLOUR_RULE_LEAST: f64 = 0.5;
/// Writers round to hundredths of a point.
const ROUNDING: f64 = 0.005;
/// How far something may stand out before it is told, in pt.
pub(crate) const OUT_TOLERANCE: f64 = 1.0;

/// The path in work, in points of the page.
#[derive(Default)]
pub(crate) struct PaintPath {
    points: Vec<[f64; 2]>,
    /// Where its subpaths start.
    starts: Vec<usize>,
    /// Whether it is to cut what follows.
    clips: bool,
}

impl PaintPath {
    fn parts(&self) -> Vec<Range<usize>> {
        let ends = self.starts.iter().skip(1).copied().chain([self.points.len()]);
        self.starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
    }

    fn push(&mut self, point: [f64; 2]) {
        if self.points.len() < POINTS_MOST {
            self.points.push(point);
        }
    }
}

/// The smallest area around points.
pub(crate) fn around(points: &[[f64; 2]]) -> PageArea {
    points.iter().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |area, [x, y]| {
        [area[0].min(*x), area[1].min(*y), area[2].max(*x), area[3].max(*y)]
    })
}

/// Whether points are the corners of an upright rectangle.
fn is_box(points: &[[f64; 2]]) -> bool {
    let corners = match points {
        [a, .., z] if points.len() == 5 && a == z => &points[..4],
        _ => points,
    };
    let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
    let [a, b, c, d] = corners else { return false };
    let across = near(a[1], b[1]) && near(b[0], c[0]) && near(c[1], d[1]) && near(d[0], a[0]);
    let down = near(a[0], b[0]) && near(b[1], c[1]) && near(c[0], d[0]) && near(d[1], a[1]);
    across || down
}

/// Which plates a colour changes: overprinting leaves those alone that it has no ink for.
pub(crate) fn plates(paint: &PaintColour, over: bool, mode: bool) -> [bool; 4] {
    if over && overprints(&paint.space, mode) { paint.inks.map(|ink| ink > 0.0) } else { [true; 4] }
}

/// Whether a space, set to overprint, leaves plates alone: grey is laid down on all four (ISO 32000-1, 8.6.7).
pub(crate) fn overprints(space: &ColourSpace, mode: bool) -> bool {
    match space {
        ColourSpace::Cmyk => mode,
        ColourSpace::Inks(_) | ColourSpace::Spot(..) => true,
        _ => false,
    }
}

/// Inks of 0 to 1 as levels.
pub(crate) fn levels(inks: [f32; 4]) -> [u8; 4] {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
    inks.map(|ink| (ink.clamp(0.0, 1.0) * 255.0).round() as u8)
}

impl PageWalk<'_> {
    /// The operators of paths; whether it was one.
    pub(crate) fn path_operator(&mut self, operator: &[u8], lexer: &ContentLexer<'_>) -> bool {
        match operator {
            b"m" => {
                if let Some(point) = numbers::<2>(lexer) {
                    self.path.starts.push(self.path.points.len());
                    self.to(point);
                }
            }
            b"l" => {
                if let Some(point) = numbers::<2>(lexer) {
                    self.to(point);
                }
            }
            b"c" => {
                if let Some([a, b, c, d, x, y]) = numbers::<6>(lexer) {
                    self.curve([a, b], [c, d], [x, y]);
                }
            }
            // The first handle stands on the point before it: nearly the same curve.
            b"v" => {
                if let Some([c, d, x, y]) = numbers::<4>(lexer) {
                    self.curve([c, d], [c, d], [x, y]);
                }
            }
            b"y" => {
                if let Some([a, b, x, y]) = numbers::<4>(lexer) {
                    self.curve([a, b], [x, y], [x, y]);
                }
            }
            b"re" => {
                if let Some([x, y, width, height]) = numbers::<4>(lexer) {
                    self.path.starts.push(self.path.points.len());
                    for corner in [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
                    {
                        self.to(corner);
                    }
                }
            }
            b"h" => {}
            b"W" | b"W*" => self.path.clips = true,
            b"n" => self.end(),
            b"f" | b"F" | b"f*" => {
                self.fill(operator == b"f*");
                self.end();
            }
            b"S" | b"s" => {
                self.stroke(operator == b"s");
                self.end();
            }
            b"B" | b"B*" | b"b" | b"b*" => {
                self.fill(operator.ends_with(b"*"));
                self.stroke(operator.starts_with(b"b"));
                self.end();
            }
            _ => return false,
        }
        true
    }

    fn to(&mut self, point: [f64; 2]) {
        if self.path.starts.is_empty() {
            self.path.starts.push(0);
        }
        self.path.push(place(self.state.matrix, point));
    }

    fn curve(&mut self, a: [f64; 2], b: [f64; 2], end: [f64; 2]) {
        let Some(start) = self.path.points.last().copied() else { return };
        let [a, b, end] = [a, b, end].map(|point| place(self.state.matrix, point));
        for piece in 1..=CURVE_PIECES {
            let t = f64::from(piece) / f64::from(CURVE_PIECES);
            let s = 1.0 - t;
            let at = |k: usize| {
                s * s * s * start[k]
                    + 3.0 * s * s * t * a[k]
                    + 3.0 * s * t * t * b[k]
                    + t * t * t * end[k]
            };
            self.path.push([at(0), at(1)]);
        }
    }

    /// Ends the path; from here on nothing is painted outside it if it clips.
    fn end(&mut self) {
        if self.path.clips {
            // Of a clip that is no rectangle the rectangle around it: never too small.
            self.state.clip = common(self.state.clip, around(&self.path.points));
        }
        self.path.points.clear();
        self.path.starts.clear();
        self.path.clips = false;
    }

    /// Cuts what follows to an area in the space of now.
    pub(crate) fn clip_to(&mut self, numbers: &[f64]) {
        if let [a, b, c, d] = numbers[..] {
            let corners = [[a, b], [c, b], [c, d], [a, d]];
            let corners = corners.map(|corner| place(self.state.matrix, corner));
            self.state.clip = common(self.state.clip, around(&corners));
        }
    }

    fn fill(&mut self, even_odd: bool) {
        let paint = self.state.fill.clone();
        let plates = plates(&paint, self.state.over_fill, self.state.over_mode);
        let parts = self.path.parts();
        let boxes = (parts.len() == 1 || !even_odd)
            && parts.iter().all(|part| is_box(&self.path.points[part.clone()]));
        for part in &parts {
            let points = &self.path.points[part.clone()];
            let area = around(points);
            if points.len() < 2 {
                continue;
            }
            if is_box(points) {
                let thickness = (area[2] - area[0]).min(area[3] - area[1]);
                self.check_rule(&paint, thickness, area);
            }
            self.check_shape(&paint, area, "");
            if boxes {
                self.mark(PaintedShape::Box(area), &paint, plates, false);
            }
        }
        if !boxes && !parts.is_empty() {
            let points = self.path.points.clone();
            self.mark(PaintedShape::Outline { points, parts, even_odd }, &paint, plates, false);
        }
    }

    fn stroke(&mut self, close: bool) {
        let paint = self.state.stroke.clone();
        let plates = plates(&paint, self.state.over_stroke, self.state.over_mode);
        let width = self.state.line_width * zoom(self.state.matrix);
        for part in self.path.parts() {
            let mut points = self.path.points[part].to_vec();
            if points.len() < 2 {
                continue;
            }
            if close || points.len() == 4 && is_box(&points) {
                points.push(points[0]);
            }
            let [left, bottom, right, top] = around(&points);
            let half = width / 2.0;
            let area = [left - half, bottom - half, right + half, top + half];
            self.check_rule(&paint, width, area);
            self.check_shape(&paint, area, "");
            for pair in points.windows(2) {
                if let Some(bar) = bar(pair[0], pair[1], half.max(0.01)) {
                    let (points, parts) = (bar.to_vec(), std::iter::once(0..4).collect());
                    let shape = PaintedShape::Outline { points, parts, even_odd: false };
                    let shape = if is_box(&bar) { PaintedShape::Box(around(&bar)) } else { shape };
                    self.mark(shape, &paint, plates, false);
                }
            }
        }
    }

    /// Keeps what is painted for the plates.
    pub(crate) fn mark(
        &mut self,
        shape: PaintedShape,
        paint: &PaintColour,
        plates: [bool; 4],
        sparse: bool,
    ) {
        let (clip, inks) = (self.state.clip, levels(paint.inks));
        self.marks.push(PaintedMark { shape, clip, inks, plates, sparse });
    }

    /// Looks at a colour that is painted with.
    pub(crate) fn check_paint(&mut self, paint: &PaintColour, area: PageArea, object: &str) {
        let seen = common(area, self.state.clip);
        if is_empty(seen) {
            return;
        }
        self.check_space(&paint.space, object, seen);
        let registration = paint.inks.iter().all(|ink| *ink > 0.999);
        let on_page = !is_empty(common(seen, self.sheet.trim));
        if registration && on_page && !matches!(*paint.space, ColourSpace::Foreign(..)) {
            self.note(PressCheck::Registration, object, Some(seen), || {
                Bilingual::new("版面上用了套版色（四色满版）", "registration colour on the page")
            });
        }
    }

    /// Looks at a shape that is painted: its colour, and whether it stands where it may.
    pub(crate) fn check_shape(&mut self, paint: &PaintColour, area: PageArea, object: &str) {
        self.check_paint(paint, area, object);
        if paint.inks.iter().any(|ink| *ink > 0.0) {
            self.check_place(common(area, self.state.clip), object);
        }
    }

    /// Whether something painted stands where it may.
    pub(crate) fn check_place(&mut self, area: PageArea, object: &str) {
        if is_empty(area) {
            return;
        }
        if !within(area, self.sheet.media, OUT_TOLERANCE) {
            self.note(PressCheck::OffSheet, object, Some(area), || {
                Bilingual::new("越出纸面", "it leaves the sheet")
            });
        } else if self.is_outside(|allowed| within(area, allowed, OUT_TOLERANCE)) {
            self.note(PressCheck::OutsideArea, object, Some(area), || {
                Bilingual::new("在版心之外", "it stands outside the type area")
            });
        }
    }

    /// Whether the first page has a type area and neither it nor any furniture holds something.
    pub(crate) fn is_outside(&self, holds: impl Fn(PageArea) -> bool) -> bool {
        let Some(area) = &self.wanted.type_area else { return false };
        let mut allowed = std::iter::once(area).chain(&self.wanted.furniture);
        self.sheet.number == 1 && !allowed.any(|rect| holds(self.sheet.area(rect)))
    }

    fn check_rule(&mut self, paint: &PaintColour, thickness: f64, area: PageArea) {
        let inks = paint.inks.iter().filter(|ink| **ink > 0.0).count();
        if inks > 0 && thickness < RULE_LEAST - ROUNDING {
            self.note(PressCheck::ThinRule, "", Some(area), || {
                Bilingual::new(
                    format!("线粗 {thickness:.2} pt"),
                    format!("a rule of {thickness:.2} pt"),
                )
            });
        } else if inks > 1 && thickness < COLOUR_RULE_LEAST - ROUNDING {
            self.note(PressCheck::ThinColourRule, "", Some(area), || {
                Bilingual::new(
                    format!("{inks} 色线粗 {thickness:.2} pt"),
                    format!("a rule of {thickness:.2} pt in {inks} inks"),
                )
            });
        }
    }
}

/// The corners of a straight stroke.
fn bar(a: [f64; 2], b: [f64; 2], half: f64) -> Option<[[f64; 2]; 4]> {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length = (dx * dx + dy * dy).sqrt();
    if length == 0.0 {
        return None;
    }
    let (nx, ny) = (-dy / length * half, dx / length * half);
    Some([
        [a[0] + nx, a[1] + ny],
        [b[0] + nx, b[1] + ny],
        [b[0] - nx, b[1] - ny],
        [a[0] - nx, a[1] - ny],
    ])
}
