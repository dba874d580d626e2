//! Areas that articles keep out of, and whether what is pinned to the page leaves room for itself.

use crate::diag::{Code, Place};
use crate::intake::check::{Check, shown};
use crate::intake::wishes::id_of;
use crate::model::{Area, LockPlace, PageCopy, Reserved, ReservedKind};
use crate::proto;
use crate::unit::{Abs, Rect, cells_meet};

impl Check<'_> {
    /// The reserved boxes of a page, with the pictures of the page that are their artwork.
    pub(crate) fn reserved(&mut self, boxes: &mut [proto::ReservedBox]) -> Vec<Reserved> {
        let most = self.context.limits.reserved;
        if !self.limit(&Place::field("reserved"), "reserved", boxes.len(), most) {
            return Vec::new();
        }
        let mut out = Vec::with_capacity(boxes.len());
        for (k, reserved) in boxes.iter_mut().enumerate() {
            let field = format!("reserved[{k}]");
            let proto::ReservedBox { id, kind, rect, picture_id, label, placement } = reserved;
            if id.is_empty() {
                *id = format!("r{}", k + 1);
            }
            self.id(id, &Place::field(format!("{field}.id")));
            let kind = self.reserved_kind(*kind, Place::field(format!("{field}.kind")));
            let line = self.line();
            let label = self.text(label, &Place::field(format!("{field}.label")), line).text;
            let named = Place::field(format!("{field}.pictureId"));
            let picture = self.artwork(picture_id, &named);
            let Some(area) = self.area(*rect, *placement, &field) else { continue };
            out.push(Reserved { id: id.clone(), field, kind, area, picture, label });
        }
        out
    }

    fn reserved_kind(&mut self, kind: i32, place: Place) -> ReservedKind {
        match proto::ReservedKind::try_from(kind) {
            Ok(proto::ReservedKind::Advertisement) => ReservedKind::Advertisement,
            Ok(proto::ReservedKind::Unspecified | proto::ReservedKind::Box) => ReservedKind::Box,
            Ok(proto::ReservedKind::White) => ReservedKind::White,
            Err(_) => {
                self.unknown_value(kind, place);
                ReservedKind::Box
            }
        }
    }

    /// Where a box is, `None` with an error if that cannot be told.
    fn area(
        &mut self,
        rect: Option<proto::Rect>,
        placement: Option<proto::Placement>,
        field: &str,
    ) -> Option<Area> {
        match (rect, placement) {
            (Some(rect), None) => self.rect(rect, &format!("{field}.rect")).map(Area::Lengths),
            (None, Some(placement)) => {
                let place = Place::field(format!("{field}.placement"));
                let full = full(self.placement(placement, &place)?);
                if full.is_none() {
                    self.error(
                        Code::BadValue,
                        place,
                        "预留框的 column、row、columns、rows 须全部给出",
                        "a reserved box needs column, row, columns and rows",
                    );
                }
                full.map(Area::Grid)
            }
            (Some(_), Some(_)) | (None, None) => {
                self.error(
                    Code::BadValue,
                    Place::field(field),
                    "rect 与 placement 须给出且只给出一个",
                    "exactly one of rect and placement is to be given",
                );
                None
            }
        }
    }

    fn rect(&mut self, rect: proto::Rect, field: &str) -> Option<Rect> {
        let proto::Rect { x, y, width, height } = rect;
        let mut length = |name: &str, value: f64, least: Abs, zh: &str, en: &str| {
            let read = Abs::from_pt(value).filter(|length| *length >= least);
            if read.is_none() {
                self.error(
                    Code::BadValue,
                    Place::field(format!("{field}.{name}")),
                    format!("{name} 为 {value}，{zh}"),
                    format!("{name} is {value}; {en}"),
                );
            }
            read
        };
        let mut edge = |name, value| {
            length(name, value, Abs::ZERO, "应为不小于 0 的长度", "it is no less than 0")
        };
        let (x, y) = (edge("x", x), edge("y", y));
        let mut extent = |name, value| {
            length(name, value, Abs::raw(1), "应为大于 0 的长度", "it is more than 0")
        };
        let (width, height) = (extent("width", width), extent("height", height));
        Some(Rect::new(x?, y?, width?, height?))
    }

    /// Refuses boxes and locks that overlap. Lengths and the grid meet only in the make-up, which knows
    /// the step; here each is held against its own kind. Where locks may be dropped all of them are left to
    /// the make-up: a lock that leaves the grid of the step is in nobody's way.
    pub(crate) fn apart(&mut self, page: &PageCopy) {
        let boxes = page.reserved.iter().map(|reserved| {
            let name = match reserved.area {
                Area::Lengths(_) => "rect",
                Area::Grid(_) => "placement",
            };
            let place = Place::field(format!("{}.{name}", reserved.field));
            (reserved.area, reserved.id.as_str(), place)
        });
        let refused = !self.context.drop_locks;
        let locks = page.wishes.locks.iter().filter(|_| refused).filter_map(|lock| {
            let LockPlace::Grid(values) = lock.place else { return None };
            let id = id_of(page, lock.subject);
            let place = Place::field(lock.field.as_str()).in_article(id);
            Some((Area::Grid(full(values)?), id, place))
        });
        let taken: Vec<(Area, &str, Place)> = boxes.chain(locks).collect();
        for (k, (area, id, place)) in taken.iter().enumerate() {
            // The first that is in the way is enough to say what is wrong.
            let Some((_, first, _)) = taken[..k].iter().find(|other| meet(&other.0, area)) else {
                continue;
            };
            let (first, id) = (shown(first), shown(id));
            self.error(
                Code::BadValue,
                place.clone(),
                format!("“{first}”与“{id}”的位置重叠"),
                format!("the places of “{first}” and “{id}” overlap"),
            );
        }
    }
}

/// A place on the grid of which nothing is left to the make-up.
fn full(values: [Option<i64>; 4]) -> Option<[i64; 4]> {
    let [column, row, columns, rows] = values;
    Some([column?, row?, columns?, rows?])
}

/// Whether two areas of one kind share more than an edge.
fn meet(a: &Area, b: &Area) -> bool {
    match (a, b) {
        (Area::Lengths(a), Area::Lengths(b)) => a.overlaps(b),
        (Area::Grid(a), Area::Grid(b)) => cells_meet(*a, *b),
        (Area::Lengths(_), Area::Grid(_)) | (Area::Grid(_), Area::Lengths(_)) => false,
    }
}
