//! Where everything stood on a page that comes back.

use crate::fit::ShapedItem;
use crate::makeup::{HeadPosition, PreviousPlacement};
use crate::model::{HouseStyle, LockSubject};
use crate::proto;
use crate::unit::Abs;

/// The step and the places of a geometry, item by item. What does not make sense in it counts as not standing
/// anywhere.
pub(crate) fn stood(
    geometry: Option<proto::PageGeometry>,
    style: &HouseStyle,
    ready: &[ShapedItem],
) -> (String, Vec<PreviousPlacement>) {
    let Some(geometry) = geometry.filter(|geometry| geometry.house_style == style.name) else {
        return (String::new(), Vec::new());
    };
    let pitch = geometry.grid.as_ref().map_or(0.0, |grid| grid.pitch_pt);
    let of = |subject: LockSubject, id: &str| {
        geometry.modules.iter().find(|module| match subject {
            LockSubject::Article(_) => module.article_id == id,
            LockSubject::Picture(_) => module.picture_id == id,
        })
    };
    let item = |ready: &ShapedItem| {
        // Members of a group have one place.
        let mut modules = ready.members.iter().map(|member| of(member.subject, &member.id));
        let first = modules.next()??;
        if modules.any(|module| module.is_none_or(|module| module.placement != first.placement)) {
            return None;
        }
        stand(first, &ready.id, pitch)
    };
    let known = geometry.modules.len();
    let members: usize = ready.iter().map(|item| item.members.len()).sum();
    // A page with other articles on it is another page.
    let stood = if known == members { ready.iter().filter_map(item).collect() } else { Vec::new() };
    (geometry.density_step, stood)
}

fn stand(module: &proto::Module, id: &str, pitch: f64) -> Option<PreviousPlacement> {
    let placement = module.placement.as_ref()?;
    let rect = module.rect.as_ref()?;
    let head = module.headline_rect.as_ref();
    let columns = i64::from(placement.columns?);
    // What stands lower than the module, at its left, is below the head.
    let lower = |body: &&proto::Rect| body.y > rect.y + pitch / 2.0;
    let span = module.body_rects.iter().take_while(lower).count();
    let span = i64::try_from(span).ok()?;
    let position = match proto::HeadPosition::try_from(module.head_position) {
        Ok(proto::HeadPosition::Left) => HeadPosition::Left(head_columns(module, columns)),
        Ok(proto::HeadPosition::Centred) => {
            let first = module.body_rects.iter().take_while(|body| !lower(body)).count();
            let first = i64::try_from(first).ok()?;
            HeadPosition::Centre(first, columns - first * 2)
        }
        Ok(proto::HeadPosition::Vertical) => HeadPosition::Upright(span.max(1)),
        _ => HeadPosition::Above,
    };
    let pt = |value: f64| Abs::from_pt(value).unwrap_or(Abs::ZERO);
    Some(PreviousPlacement {
        id: id.to_owned(),
        grid: [placement.column?, placement.row?, placement.columns?, placement.rows?]
            .map(i64::from),
        head_position: position,
        head: [pt(module.headline_size_pt), pt(head.map_or(0.0, |rect| rect.height))],
        picture_widths: module.picture_rects.iter().map(|rect| pt(rect.width)).collect(),
    })
}

/// The columns that a head at the left spans: those from the left whose middle lies left of twice the head's own.
fn head_columns(module: &proto::Module, columns: i64) -> i64 {
    let (Some(rect), Some(head)) = (&module.rect, &module.headline_rect) else { return columns };
    // A head stands in the middle of its columns.
    let middle = head.x + head.width / 2.0 - rect.x;
    let share = middle * 2.0 / rect.width.max(1.0);
    let exact = share * columns as f64;
    let off = |span: &i64| (*span as f64 - exact).abs();
    (1..columns).min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(1)
}
