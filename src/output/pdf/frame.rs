//! Page coordinates as PDF coordinates.

use lopdf::Object;

use crate::output::pdf::objects::real_in_points;
use crate::unit::{Abs, Point, Rect};

/// Place of the trim on the media of a page.
///
/// The display list measures from the top left corner of the trim, y down. PDF measures from the
/// bottom left corner of the media, y up.
#[derive(Clone, Copy)]
pub(crate) struct SheetFrame {
    /// From the left edge of the media to the trim.
    pub(crate) left: Abs,
    /// From the foot of the media to the top of the trim.
    pub(crate) top: Abs,
}

impl SheetFrame {
    /// Builds the frame of a page whose trim is `height` high and `trim_offset` away from all edges
    /// of the media.
    pub(crate) fn new(height: Abs, trim_offset: Abs) -> Self {
        Self { left: trim_offset, top: height + trim_offset }
    }

    /// Converts a rectangle: left, bottom, right and top in points.
    pub(crate) fn rect_object(&self, rect: &Rect) -> Object {
        let Self { left, top } = self;
        let edges = [*left + rect.x, *top - rect.bottom(), *left + rect.right(), *top - rect.y];
        Object::Array(edges.map(real_in_points).to_vec())
    }

    /// Converts a point: x and y in points.
    pub(crate) fn point_objects(&self, point: Point) -> [Object; 2] {
        [real_in_points(self.left + point.x), real_in_points(self.top - point.y)]
    }
}
