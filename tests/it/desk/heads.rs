//! Positions of headlines, the choice between their wordings, and other things in columns: quotes
//! and jump lines.

use banmian::proto::{HeadPosition, HeadlineVariant, JumpReference, PageRecord};

use super::{
    assert_full, assert_sound, findings_with_code, glyphs, lock, module, page, quote, rect,
    rendered, right, wishes,
};
use crate::makeup::inspect::OFF;
use crate::reader;
use crate::record;
use crate::support::{bare_text, check_each};

/// Returns a page whose second article is locked over this many columns, with its headline in the
/// requested position.
fn headed(position: HeadPosition, columns: u32) -> PageRecord {
    let mut record = page(5, "six");
    record.articles[1].head_position = position.into();
    wishes(&mut record).locks = vec![lock("a2", [None, None, Some(columns), None])];
    record
}

#[test]
fn heads_stand_where_they_are_requested() {
    use HeadPosition::{Above, Centred, Left, Unspecified, Vertical};
    let rows = [
        (Above, 2),
        (Above, 4),
        (Above, 6),
        (Centred, 4),
        (Centred, 5),
        (Centred, 6),
        (Left, 3),
        (Left, 4),
        (Left, 5),
        (Vertical, 3),
        (Vertical, 4),
        (Unspecified, 4),
    ];
    check_each(
        rows,
        |(position, columns)| format!("{position:?} over {columns}"),
        |(position, columns)| {
            let record = headed(*position, *columns);
            let sheet = rendered(&record);
            assert_sound(&sheet);
            assert_full(&sheet);
            let placed = module(&sheet, "a2");
            if *position != Unspecified {
                assert_eq!(placed.head_position(), *position);
            }
            let head = placed.headline_rect.expect("a headline");
            let top = rect(placed).y;
            let level = |body: &banmian::proto::Rect| (body.y - top).abs() < OFF;
            let first = placed.body_rects.first().expect("body");
            let last = placed.body_rects.last().expect("body");
            let foot = head.y + head.height;
            match position {
                Above => assert!(placed.body_rects.iter().all(|body| body.y > foot - OFF)),
                Centred => {
                    assert!(level(first) && level(last), "body at both sides: {placed:?}");
                    assert!(head.x > right(first) && right(&head) < last.x, "{head:?}");
                }
                Left => assert!(!level(first) && level(last), "{placed:?}"),
                Vertical => assert!(level(last) && right(&head) < last.x, "{placed:?}"),
                Unspecified => {}
            }
            if *position != Vertical {
                return;
            }
            let pdf = reader::read(&sheet.pdf);
            let set = glyphs(pdf.only(), &record.articles[1].headline);
            let size = placed.headline_size_pt;
            let mut lines = 1;
            for pair in set.windows(2) {
                if (pair[0].x - pair[1].x).abs() < 0.3 * size {
                    assert!(pair[1].y > pair[0].y + 0.4 * size, "it runs down");
                } else {
                    assert!(pair[1].x < pair[0].x, "the next line is at its left");
                    lines += 1;
                }
            }
            assert!(lines < set.len() / 2, "{lines} lines of {} characters", set.len());
            let all = bare_text(&pdf.only().text());
            let texts = record::article(&sheet.as_set().articles[1]);
            let texts: String = texts.into_iter().map(|piece| piece.text).collect();
            assert!(all.contains(&texts), "the copy reads in its order");
        },
    );
}

fn variant(headline: &str) -> HeadlineVariant {
    HeadlineVariant { headline: headline.to_owned(), ..HeadlineVariant::default() }
}

#[test]
fn a_better_wording_is_used_and_reported() {
    let long = "样例县在同一片土地上守护文脉与绿脉的长期实践正在带来一场看得见摸得着的深刻变化";
    let mut record = page(5, "six");
    record.articles[3].headline = long.to_owned();
    record.articles[3].kicker = String::new();
    record.articles[3].alternatives = vec![variant("文脉绿脉共生长")];
    wishes(&mut record).locks = vec![lock("a4", [None, None, Some(1), None])];
    let sheet = rendered(&record);
    assert_sound(&sheet);
    assert_eq!(module(&sheet, "a4").headline_variant, 1);
    let reported = findings_with_code(&sheet, "BM-HEAD-001");
    assert!(reported.len() == 1 && reported[0].contains("文脉绿脉共生长"), "{reported:?}");
    let pdf = reader::read(&sheet.pdf);
    assert_eq!(glyphs(pdf.only(), "文脉绿脉共生长").len(), 7);
    assert!(!bare_text(&pdf.only().text()).contains(long));

    // A wording that is only as good does not replace the article's own.
    let mut record = page(5, "six");
    let own_headline = record.articles[3].headline.clone();
    record.articles[3].alternatives = vec![variant(&own_headline.replace("为何", "何以"))];
    let sheet = rendered(&record);
    assert_eq!(module(&sheet, "a4").headline_variant, 0);
    assert!(findings_with_code(&sheet, "BM-HEAD-001").is_empty());
}

#[test]
fn a_pull_quote_is_drawn_once_and_does_not_count_as_copy() {
    let text = "便利与从容，要一步一步走出来";
    let plain = rendered(&page(5, "six"));
    let mut record = page(5, "six");
    record.articles[0].body.insert(4, quote(text));
    let sheet = rendered(&record);
    assert_sound(&sheet);
    let pdf = reader::read(&sheet.pdf);
    let grid = sheet.geometry().grid.as_ref().expect("grid");
    let set = glyphs(pdf.only(), text);
    assert!(set.iter().all(|glyph| glyph.size > 1.2 * grid.body_pt), "it is set large");
    let counted = |sheet: &crate::support::RenderedPage| sheet.geometry().fit[0].set_chars;
    assert_eq!(counted(&sheet), counted(&plain), "it repeats copy");
}

#[test]
fn jump_lines_stand_at_the_edges_of_their_columns() {
    let mut record = page(5, "six");
    let jump = |page: &str| Some(JumpReference { page: page.to_owned(), ..Default::default() });
    record.articles[0].jump_to = jump("A03");
    record.articles[1].jump_from = jump("A01");
    let sheet = rendered(&record);
    assert_sound(&sheet);
    assert_full(&sheet);
    let pdf = reader::read(&sheet.pdf);
    let grid = sheet.geometry().grid.as_ref().expect("grid");
    let onward = glyphs(pdf.only(), "（下转A03版）");
    let last = module(&sheet, "a1").body_rects.last().expect("body");
    let end = onward.last().expect("glyphs");
    let off = right(last) - end.x - end.advance;
    assert!(off.abs() < 0.6 * grid.body_pt, "flush right: {off}");
    let from = glyphs(pdf.only(), "（上接A01版）");
    let first = module(&sheet, "a2").body_rects[0];
    let off = from[0].x - first.x;
    assert!(off.abs() < 0.6 * grid.body_pt, "flush left: {off}");
    assert!(from[0].y - first.y < grid.pitch_pt, "on the first row");
}
