//! Layout of the previous round, read from its geometry.

use crate::fit::ShapedItem;
use crate::makeup::{HeadPosition, PreviousPlacement};
use crate::model::{DensityStep, HouseStyle, LockSubject};
use crate::proto;
use crate::unit::{Abs, GridRect};

/// Layout of a page in the previous round.
#[derive(Default)]
pub(crate) struct PreviousPage {
    /// Name of its density step; empty if there was no previous round.
    pub(crate) step: String,
    /// Places of the items that were on it.
    placements: Vec<PreviousPlacement>,
}

impl PreviousPage {
    /// Reads the layout of a page, item by item. Parts that make no sense are ignored, as if the
    /// item had not been on the page.
    pub(crate) fn read(
        geometry: Option<proto::PageGeometry>,
        style: &HouseStyle,
        items: &[ShapedItem],
    ) -> Self {
        // Another house style has another grid.
        let Some(geometry) = geometry.filter(|geometry| geometry.house_style == style.name) else {
            return Self::default();
        };
        let member_count: usize = items.iter().map(|item| item.members.len()).sum();
        // A page with other articles on it is another page.
        let placements = if geometry.modules.len() == member_count {
            items.iter().filter_map(|item| item_placement(&geometry, item)).collect()
        } else {
            Vec::new()
        };
        Self { step: geometry.density_step, placements }
    }

    /// Places on the grid of a step. Empty for any other step than that of the previous round, for
    /// its grid is another one.
    pub(crate) fn placements_at(&self, step: &DensityStep) -> &[PreviousPlacement] {
        if self.step == step.name { &self.placements } else { &[] }
    }
}

/// Place of an item. `None` if its members did not share one.
fn item_placement(geometry: &proto::PageGeometry, item: &ShapedItem) -> Option<PreviousPlacement> {
    let module_of = |subject: LockSubject, id: &str| {
        geometry.modules.iter().find(|module| match subject {
            LockSubject::Article(_) => module.article_id == id,
            LockSubject::Picture(_) => module.picture_id == id,
        })
    };
    let mut modules = item.members.iter().map(|member| module_of(member.subject, &member.id));
    let first = modules.next()??;
    // Briefs that stood together then may be apart now, and the other way round.
    if modules.any(|module| module.is_none_or(|module| module.placement != first.placement)) {
        return None;
    }
    let pitch_pt = geometry.grid.as_ref().map_or(0.0, |grid| grid.pitch_pt);
    let placement = module_placement(first, &item.id, pitch_pt)?;
    let body_drop = placement.body_drop.filter(|_| item.members.len() == 1);
    Some(PreviousPlacement { body_drop, ..placement })
}

/// Place of a module with its head and pictures. `None` if the geometry lacks a part of it.
fn module_placement(module: &proto::Module, id: &str, pitch_pt: f64) -> Option<PreviousPlacement> {
    let placement = module.placement.as_ref()?;
    let rect = module.rect.as_ref()?;
    let head = module.headline_rect.as_ref();
    let columns = i64::from(placement.columns?);
    // Columns that start lower than the module are below its head.
    // Half a row of tolerance: the coordinates of the geometry are rounded.
    let is_below_head = |body: &&proto::Rect| body.y > rect.y + pitch_pt / 2.0;
    let head_columns = module.body_rects.iter().take_while(is_below_head).count();
    let head_columns = i64::try_from(head_columns).ok()?;
    let position = match proto::HeadPosition::try_from(module.head_position) {
        Ok(proto::HeadPosition::Left) => HeadPosition::Left(left_head_columns(module, columns)),
        // Columns beside the head start with the module. As many stand on its other side.
        Ok(proto::HeadPosition::Centred) => {
            let beside = module.body_rects.iter().take_while(|body| !is_below_head(body)).count();
            let beside = i64::try_from(beside).ok()?;
            HeadPosition::Centre(beside, columns - beside * 2)
        }
        Ok(proto::HeadPosition::Vertical) => HeadPosition::Upright(head_columns.max(1)),
        _ => HeadPosition::Above,
    };
    let pt = |value: f64| Abs::from_pt(value).unwrap_or(Abs::ZERO);
    Some(PreviousPlacement {
        id: id.to_owned(),
        grid: GridRect {
            column: placement.column?.into(),
            row: placement.row?.into(),
            columns: placement.columns?.into(),
            rows: placement.rows?.into(),
        },
        head_position: position,
        headline_size: pt(module.headline_size_pt),
        head_height: pt(head.map_or(0.0, |rect| rect.height)),
        body_drop: module.body_rects.first().map(|body| pt(body.y - rect.y)),
        picture_widths: module.picture_rects.iter().map(|rect| pt(rect.width)).collect(),
    })
}

/// Number of columns that a head on the left spans. The head stands in the middle of its columns,
/// so twice its middle is their width; the nearest whole number of columns is taken.
fn left_head_columns(module: &proto::Module, columns: i64) -> i64 {
    let (Some(rect), Some(head)) = (&module.rect, &module.headline_rect) else { return columns };
    let middle = head.x + head.width / 2.0 - rect.x;
    let share = middle * 2.0 / rect.width.max(1.0);
    let exact = share * columns as f64;
    let deviation = |span: &i64| (*span as f64 - exact).abs();
    // At least one column stands beside such a head.
    (1..columns).min_by(|a, b| deviation(a).total_cmp(&deviation(b))).unwrap_or(1)
}
