//! Operators of paths: building, filling, stroking and clipping.

use crate::preflight::area::PageArea;
use crate::preflight::ink::{FillRule, MarkCoverage, PaintedMark, PaintedShape};
use crate::preflight::lexer::ContentLexer;
use crate::preflight::paint_path::{is_upright_rectangle, stroke_corners};
use crate::preflight::state::{PaintColour, PaintUse, ink_levels};
use crate::preflight::walk::PageWalk;

/// End of a subpath that is stroked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SubpathEnd {
    Open,
    /// A line leads back to the start.
    Closed,
}

impl PageWalk<'_> {
    /// Runs an operator if it is one of paths; returns true if it was.
    pub(crate) fn run_path_operator(&mut self, operator: &[u8], lexer: &ContentLexer<'_>) -> bool {
        match operator {
            b"m" => {
                if let Some(point) = lexer.last_numbers::<2>() {
                    self.path.begin_subpath();
                    self.line_to(point);
                }
            }
            b"l" => {
                if let Some(point) = lexer.last_numbers::<2>() {
                    self.line_to(point);
                }
            }
            b"c" => {
                if let Some([a, b, c, d, x, y]) = lexer.last_numbers::<6>() {
                    self.curve_to([a, b], [c, d], [x, y]);
                }
            }
            // The first handle of `v` is the current point. The second one in its place gives
            // nearly the same curve.
            b"v" => {
                if let Some([c, d, x, y]) = lexer.last_numbers::<4>() {
                    self.curve_to([c, d], [c, d], [x, y]);
                }
            }
            b"y" => {
                if let Some([a, b, x, y]) = lexer.last_numbers::<4>() {
                    self.curve_to([a, b], [x, y], [x, y]);
                }
            }
            b"re" => {
                if let Some([x, y, width, height]) = lexer.last_numbers::<4>() {
                    self.path.begin_subpath();
                    for corner in [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
                    {
                        self.line_to(corner);
                    }
                }
            }
            // Subpaths count as closed when they are filled, and `s` closes them by itself.
            b"h" => {}
            // Clipping takes effect with the painting operator that ends the path.
            b"W" | b"W*" => self.path.is_clip = true,
            b"n" => self.end_path(),
            b"f" | b"F" | b"f*" => {
                self.fill_path(fill_rule(operator));
                self.end_path();
            }
            b"S" => {
                self.stroke_path(SubpathEnd::Open);
                self.end_path();
            }
            b"s" => {
                self.stroke_path(SubpathEnd::Closed);
                self.end_path();
            }
            // Filled first, stroked on top.
            b"B" | b"B*" | b"b" | b"b*" => {
                self.fill_path(fill_rule(operator));
                let is_closed = operator.starts_with(b"b");
                self.stroke_path(if is_closed { SubpathEnd::Closed } else { SubpathEnd::Open });
                self.end_path();
            }
            _ => return false,
        }
        true
    }

    fn line_to(&mut self, point: [f64; 2]) {
        self.path.line_to(self.state.matrix.apply(point));
    }

    fn curve_to(&mut self, first: [f64; 2], second: [f64; 2], end: [f64; 2]) {
        let [first, second, end] = [first, second, end].map(|point| self.state.matrix.apply(point));
        self.path.curve_to(first, second, end);
    }

    /// Ends the path. If it clips, nothing is painted outside it from here on.
    fn end_path(&mut self) {
        if self.path.is_clip {
            // A clip that is no rectangle becomes the rectangle around it, which hides nothing that
            // is printed.
            self.state.clip = self.state.clip.intersection(self.path.area());
        }
        self.path.clear();
    }

    /// Clips what follows to a rectangle, given by two corners in the current space.
    pub(crate) fn clip_to_rectangle(&mut self, numbers: &[f64]) {
        if let [a, b, c, d] = numbers[..] {
            let corners = [[a, b], [c, b], [c, d], [a, d]];
            let corners = corners.map(|corner| self.state.matrix.apply(corner));
            self.state.clip = self.state.clip.intersection(PageArea::around(&corners));
        }
    }

    fn fill_path(&mut self, rule: FillRule) {
        let paint = self.state.fill.clone();
        let subpaths = self.path.subpaths();
        // Rectangles are measured as boxes, which is faster, where the rule makes no difference.
        let is_boxes = (subpaths.len() == 1 || rule == FillRule::NonZero)
            && subpaths
                .iter()
                .all(|subpath| is_upright_rectangle(&self.path.points()[subpath.clone()]));
        for subpath in &subpaths {
            let points = &self.path.points()[subpath.clone()];
            let area = PageArea::around(points);
            // A point has no area.
            if points.len() < 2 {
                continue;
            }
            // Most programs draw rules as filled rectangles.
            if is_upright_rectangle(points) {
                self.check_rule(&paint, area.width().min(area.height()), area);
            }
            self.check_shape(&paint, area, "");
            if is_boxes {
                let shape = PaintedShape::Box(area);
                self.add_mark(shape, &paint, PaintUse::Fill, MarkCoverage::Whole);
            }
        }
        if !is_boxes && !subpaths.is_empty() {
            let points = self.path.points().to_vec();
            let shape = PaintedShape::Outline { points, subpaths, rule };
            self.add_mark(shape, &paint, PaintUse::Fill, MarkCoverage::Whole);
        }
    }

    fn stroke_path(&mut self, end: SubpathEnd) {
        let paint = self.state.stroke.clone();
        let width = self.state.line_width * self.state.matrix.scale();
        for subpath in self.path.subpaths() {
            let mut points = self.path.points()[subpath].to_vec();
            if points.len() < 2 {
                continue;
            }
            // Four corners of a rectangle come from `re`, which closes its subpath.
            if end == SubpathEnd::Closed || points.len() == 4 && is_upright_rectangle(&points) {
                points.push(points[0]);
            }
            let half = width / 2.0;
            let inner = PageArea::around(&points);
            let area = PageArea::new(
                inner.left - half,
                inner.bottom - half,
                inner.right + half,
                inner.top + half,
            );
            self.check_rule(&paint, width, area);
            self.check_shape(&paint, area, "");
            for pair in points.windows(2) {
                // A hairline has no width in the file but prints as thin as the device can.
                if let Some(corners) = stroke_corners(pair[0], pair[1], half.max(0.01)) {
                    let shape = if is_upright_rectangle(&corners) {
                        PaintedShape::Box(PageArea::around(&corners))
                    } else {
                        PaintedShape::Outline {
                            points: corners.to_vec(),
                            subpaths: std::iter::once(0..4).collect(),
                            rule: FillRule::NonZero,
                        }
                    };
                    self.add_mark(shape, &paint, PaintUse::Stroke, MarkCoverage::Whole);
                }
            }
        }
    }

    /// Keeps a painted shape for the measurement of ink.
    pub(crate) fn add_mark(
        &mut self,
        shape: PaintedShape,
        paint: &PaintColour,
        paint_use: PaintUse,
        coverage: MarkCoverage,
    ) {
        let changed_plates = self.state.changed_plates(paint, paint_use);
        self.marks.push(PaintedMark {
            shape,
            clip: self.state.clip,
            inks: ink_levels(paint.inks),
            changed_plates,
            coverage,
        });
    }
}

fn fill_rule(operator: &[u8]) -> FillRule {
    if operator.ends_with(b"*") { FillRule::EvenOdd } else { FillRule::NonZero }
}
