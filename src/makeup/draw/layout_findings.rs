//! Findings about a layout as a whole and about single modules.

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::fit::{HeadPart, ShapedItem};
use crate::makeup::charge::{LayoutCharge, LayoutFault};
use crate::makeup::draw::context::DrawContext;
use crate::makeup::head::meets_head_request;
use crate::makeup::placed::PlacedModule;

/// Returns the findings for the charges against a layout that readers of a proof should see, such
/// as tombstones (碰题) and cuts through the page.
pub(crate) fn layout_findings(context: &DrawContext<'_>, charges: &[LayoutCharge]) -> Vec<Finding> {
    let finding = |charge: &LayoutCharge| Some(charge_finding(context, charge, code_of(charge)?));
    charges.iter().filter_map(finding).collect()
}

/// Code of the finding for a charge; `None` if it has none.
fn code_of(charge: &LayoutCharge) -> Option<FindingCode> {
    match charge.fault {
        LayoutFault::Tombstone => Some(FindingCode::Tombstone),
        LayoutFault::MiddleCut => Some(FindingCode::MiddleCut),
        LayoutFault::Adjacent => Some(FindingCode::AdjacentArticles),
        LayoutFault::GradeDiffers => Some(FindingCode::UnequalGrade),
        LayoutFault::GutterThrough => Some(FindingCode::GutterThrough),
        LayoutFault::CrossheadsBeside => Some(FindingCode::AdjacentCrossheads),
        LayoutFault::ShortColumn => Some(FindingCode::ShortColumn),
        LayoutFault::UnderHead => Some(FindingCode::BodyUnderHead),
        LayoutFault::White => Some(FindingCode::EmptyRows),
        LayoutFault::SizeOrder if charge.items.len() > 1 => Some(FindingCode::HeadlineSizeOrder),
        // Reported for each article by `copyfit`, or no fault in itself.
        LayoutFault::SizeOrder
        | LayoutFault::HeadsBeside
        | LayoutFault::CutAcross
        | LayoutFault::HeadAir
        | LayoutFault::Moved
        | LayoutFault::UnevenFeet
        | LayoutFault::Overset
        | LayoutFault::LeftOff
        | LayoutFault::OwnForm => None,
    }
}

fn charge_finding(context: &DrawContext<'_>, charge: &LayoutCharge, code: FindingCode) -> Finding {
    let all_items = context.task.items;
    let items: Vec<&ShapedItem> =
        charge.items.iter().filter_map(|index| all_items.get(*index)).collect();
    // Cuts and gutters belong to no article and are placed on the page alone.
    let first_article = items.first().and_then(|item| Some((item, item.article_index()?)));
    let place = first_article.map_or_else(FindingPlace::default, |(item, index)| {
        FindingPlace::of_field(format!("articles[{index}]")).in_article(&item.members[0].id)
    });
    let ids = items.iter().flat_map(|item| &item.members).map(|member| member.id.clone());
    let place = place.between(ids.collect()).on_page(context.page_rect_of(charge.grid));
    Finding::new(code, place, charge.description(all_items)).with_rule(charge.fault.rule())
}

/// Returns the findings about choices in one module: an alternative headline, a head that does not
/// stand as requested, a picture over fewer columns than requested.
pub(crate) fn module_findings(
    context: &DrawContext<'_>,
    placed: &PlacedModule,
    item: &ShapedItem,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let rect = context.page_rect_of(placed.grid);
    let place = |field: String| FindingPlace::of_field(field).in_article(&item.id).on_page(rect);
    // Wording 0 is the article's own and needs no word.
    if let (Some(article), variant @ 1..) = (item.article_index(), placed.head.wording.variant) {
        let headline = placed.head.text(HeadPart::Headline, item);
        let headline = headline.map_or("", |text| text.paragraph.text());
        let message = Bilingual::new(
            format!("用备选标题 {variant}“{headline}”：排 {} 栏更合适", placed.grid.columns),
            format!(
                "alternative headline {variant} “{headline}” fits {} columns better",
                placed.grid.columns
            ),
        );
        let field = format!("articles[{article}].alternatives[{}]", variant - 1);
        findings.push(Finding::new(FindingCode::RewordedHeadline, place(field), message));
    }
    if !meets_head_request(item.head_request, placed.head_position) {
        let message = Bilingual::new(
            format!("“{}”的标题不在指定的位置", item.id),
            format!("the head of “{}” is not at the requested position", item.id),
        );
        let article = item.article_index();
        let field =
            article.map_or_else(String::new, |index| format!("articles[{index}].headPosition"));
        findings.push(Finding::new(FindingCode::HeadElsewhere, place(field), message));
    }
    let blocks = placed.picture_blocks.iter().map(|placed_block| {
        let block = &placed_block.block;
        (&item.pictures[block.picture], block.columns)
    });
    let in_body = item.pictures.iter().filter(|picture| picture.is_in_body);
    // A picture in the body is as wide as its column.
    for (picture, columns) in blocks.chain(in_body.map(|picture| (picture, 1))) {
        let Some(requested) = picture.requested_columns.filter(|requested| *requested > columns)
        else {
            continue;
        };
        let message = Bilingual::new(
            format!("图片“{}”要求 {requested} 栏，只排了 {columns} 栏", picture.id),
            format!("the picture “{}” is {columns} columns wide, not {requested}", picture.id),
        );
        let field = picture.field.clone();
        findings.push(Finding::new(FindingCode::NarrowedPicture, place(field), message));
    }
    findings
}
