//! Reserved boxes, and overlaps between boxes and locks.

use crate::finding::{FindingCode, FindingPlace};
use crate::intake::checker::{RecordChecker, shorten_id};
use crate::intake::desk_requests::subject_id;
use crate::model::{LockPlace, PageCopy, ReservedArea, ReservedBox, ReservedKind};
use crate::proto;
use crate::unit::{Abs, GridRect, Rect};

impl RecordChecker<'_> {
    /// Reserved boxes of a page, each with the picture of the page that is its artwork.
    pub(crate) fn check_reserved(&mut self, boxes: &mut [proto::ReservedBox]) -> Vec<ReservedBox> {
        let most = self.context.limits.reserved;
        if !self.check_limit(&FindingPlace::of_field("reserved"), "reserved", boxes.len(), most) {
            return Vec::new();
        }
        let mut out = Vec::with_capacity(boxes.len());
        for (k, reserved) in boxes.iter_mut().enumerate() {
            let field = format!("reserved[{k}]");
            let proto::ReservedBox { id, kind, rect, picture_id, label, placement } = reserved;
            // Numbered from 1, as the desk counts.
            if id.is_empty() {
                *id = format!("r{}", k + 1);
            }
            self.claim_id(id, &FindingPlace::of_field(format!("{field}.id")));
            let kind = self.reserved_kind(*kind, FindingPlace::of_field(format!("{field}.kind")));
            let line = self.line_rules();
            let label = self
                .clean_text(label, &FindingPlace::of_field(format!("{field}.label")), line)
                .text;
            let named = FindingPlace::of_field(format!("{field}.pictureId"));
            let picture = self.claim_artwork(picture_id, &named);
            let Some(area) = self.reserved_area(*rect, *placement, &field) else { continue };
            out.push(ReservedBox { id: id.clone(), field, kind, area, picture, label });
        }
        out
    }

    fn reserved_kind(&mut self, kind: i32, place: FindingPlace) -> ReservedKind {
        match proto::ReservedKind::try_from(kind) {
            Ok(proto::ReservedKind::Advertisement) => ReservedKind::Advertisement,
            Ok(proto::ReservedKind::Unspecified | proto::ReservedKind::Box) => ReservedKind::Box,
            Ok(proto::ReservedKind::White) => ReservedKind::White,
            Err(_) => {
                self.report_unknown_enum(kind, place);
                ReservedKind::Box
            }
        }
    }

    /// Area of a box. Returns `None`, with an error, if it is not given properly.
    fn reserved_area(
        &mut self,
        rect: Option<proto::Rect>,
        placement: Option<proto::Placement>,
        field: &str,
    ) -> Option<ReservedArea> {
        match (rect, placement) {
            (Some(rect), None) => {
                self.check_rect(rect, &format!("{field}.rect")).map(ReservedArea::Lengths)
            }
            (None, Some(placement)) => {
                let place = FindingPlace::of_field(format!("{field}.placement"));
                let full = complete_placement(self.check_placement(placement, &place)?);
                if full.is_none() {
                    self.report_error(
                        FindingCode::BadValue,
                        place,
                        "预留框的 column、row、columns、rows 须全部给出",
                        "a reserved box needs column, row, columns and rows",
                    );
                }
                full.map(ReservedArea::Grid)
            }
            (Some(_), Some(_)) | (None, None) => {
                self.report_error(
                    FindingCode::BadValue,
                    FindingPlace::of_field(field),
                    "rect 与 placement 须给出且只给出一个",
                    "exactly one of rect and placement must be given",
                );
                None
            }
        }
    }

    fn check_rect(&mut self, rect: proto::Rect, field: &str) -> Option<Rect> {
        let proto::Rect { x, y, width, height } = rect;
        let mut length = |name: &str, value: f64, least: Abs, zh: &str, en: &str| {
            let read = Abs::from_pt(value).filter(|length| *length >= least);
            if read.is_none() {
                self.report_error(
                    FindingCode::BadValue,
                    FindingPlace::of_field(format!("{field}.{name}")),
                    format!("{name} 为 {value}，{zh}"),
                    format!("{name} is {value}; it {en}"),
                );
            }
            read
        };
        let mut edge = |name, value| {
            length(name, value, Abs::ZERO, "应为不小于 0 的长度", "must be a length of 0 or more")
        };
        let (x, y) = (edge("x", x), edge("y", y));
        let mut extent = |name, value| {
            length(name, value, Abs::raw(1), "应为大于 0 的长度", "must be a length greater than 0")
        };
        let (width, height) = (extent("width", width), extent("height", height));
        // All four are read before the first failure ends the function, so that each is reported.
        Some(Rect::new(x?, y?, width?, height?))
    }

    /// Reports boxes and locks that overlap. Lengths and grid places can be compared only in the
    /// make-up, which knows the density step; here each is compared with its own kind. If locks may
    /// be dropped, they are all left to the make-up: a lock that leaves the grid of the step
    /// obstructs nothing.
    pub(crate) fn check_overlaps(&mut self, page: &PageCopy) {
        let boxes = page.reserved.iter().map(|reserved| {
            let name = match reserved.area {
                ReservedArea::Lengths(_) => "rect",
                ReservedArea::Grid(_) => "placement",
            };
            let place = FindingPlace::of_field(format!("{}.{name}", reserved.field));
            (reserved.area, reserved.id.as_str(), place)
        });
        let refused = !self.context.drops_bad_locks;
        let locks = page.requests.locks.iter().filter(|_| refused).filter_map(|lock| {
            // A slot gets its place from the template, which is not read here.
            let LockPlace::Grid(values) = lock.place else { return None };
            let id = subject_id(page, lock.subject);
            let place = FindingPlace::of_field(lock.field.as_str()).in_article(id);
            Some((ReservedArea::Grid(complete_placement(values)?), id, place))
        });
        let taken: Vec<(ReservedArea, &str, FindingPlace)> = boxes.chain(locks).collect();
        for (k, (area, id, place)) in taken.iter().enumerate() {
            // Naming the first overlap is enough.
            let Some((_, first, _)) = taken[..k].iter().find(|other| areas_overlap(&other.0, area))
            else {
                continue;
            };
            let (first, id) = (shorten_id(first), shorten_id(id));
            self.report_error(
                FindingCode::BadValue,
                place.clone(),
                format!("“{first}”与“{id}”的位置重叠"),
                format!("the places of “{first}” and “{id}” overlap"),
            );
        }
    }
}

/// Place on the grid with all four values given; otherwise `None`.
fn complete_placement(values: [Option<i64>; 4]) -> Option<GridRect> {
    let [column, row, columns, rows] = values;
    Some(GridRect::new(column?, row?, columns?, rows?))
}

/// Returns true if two areas of the same kind share more than an edge.
fn areas_overlap(a: &ReservedArea, b: &ReservedArea) -> bool {
    match (a, b) {
        (ReservedArea::Lengths(a), ReservedArea::Lengths(b)) => a.overlaps(b),
        (ReservedArea::Grid(a), ReservedArea::Grid(b)) => a.overlaps(b),
        (ReservedArea::Lengths(_), ReservedArea::Grid(_))
        | (ReservedArea::Grid(_), ReservedArea::Lengths(_)) => false,
    }
}
