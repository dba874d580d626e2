//! Requests of the layout desk on the page: each one is checked in the geometry and in the press
//! PDF.

mod boxes;
mod extreme_pages;
mod heads;
mod left_off;
mod locks;
mod pictures;
mod random;
mod rejected;

use std::collections::BTreeMap;

use banmian::proto::block::Content;
use banmian::proto::picture::Content::Data;
use banmian::proto::render_page_request::Source;
use banmian::proto::{
    Article, Block, FurnitureKind, Layout, Lock, Module, PageRecord, Picture, PictureBlock,
    Placement, PullQuote, Rect, Zone,
};

use crate::makeup::inspect::{clear, span, whole, within};
use crate::pictures::Sample;
use crate::reader::{self, Glyph, Page};
use crate::record;
use crate::support::{RenderedPage, bare_text};

/// A page of six articles.
const SIX: &str = "tests/fixtures/records/pages-6.json";

/// Returns its first articles, at a density step or, if `step` is empty, at the one that suits
/// them.
fn page(articles: usize, step: &str) -> PageRecord {
    let mut record = crate::support::record(SIX);
    record.articles.truncate(articles);
    for article in &mut record.articles {
        article.boxed = false;
    }
    record.layout = Some(Layout { density_step: step.to_owned(), ..Layout::default() });
    record
}

fn rendered(record: &PageRecord) -> RenderedPage {
    RenderedPage::render("a page with wishes", Source::Page(record.clone()), None)
}

/// Returns a grey picture that is lighter towards its foot.
fn picture(id: &str, [wide, high]: [u32; 2]) -> Picture {
    let shade = |y: u32| u8::try_from(60 + y * 150 / high).expect("a shade");
    let pixels: Vec<u8> = (0..wide * high).map(|at| shade(at / wide)).collect();
    let (colour, depth) = (png::ColorType::Grayscale, png::BitDepth::Eight);
    let sample = Sample { size: [wide, high], colour, depth, palette: &[], pixels: &pixels };
    Picture {
        id: id.to_owned(),
        content: Some(Data(sample.bytes())),
        caption: format!("图为示例社区的一角，编号{id}"),
        credit: "本报记者 张巳 摄".to_owned(),
        ..Picture::default()
    }
}

fn picture_block(id: &str) -> Block {
    Block { content: Some(Content::Picture(PictureBlock { picture_id: id.to_owned() })) }
}

fn quote(text: &str) -> Block {
    Block { content: Some(Content::PullQuote(PullQuote { text: text.to_owned() })) }
}

fn paragraph(text: &str) -> Block {
    let (text, spans) = (text.to_owned(), Vec::new());
    Block { content: Some(Content::Paragraph(banmian::proto::Paragraph { text, spans })) }
}

/// Returns a placement from first column, first row, columns and rows; `None` is left to the
/// make-up.
fn placement([column, row, columns, rows]: [Option<u32>; 4]) -> Placement {
    Placement { column, row, columns, rows }
}

fn lock(id: &str, place: [Option<u32>; 4]) -> Lock {
    let placement = Some(placement(place));
    Lock { article_id: id.to_owned(), placement, slot: String::new() }
}

/// Returns the layout requests of a page.
fn wishes(record: &mut PageRecord) -> &mut Layout {
    record.layout.get_or_insert_default()
}

/// Returns the module of an article or a lone picture.
fn module<'a>(sheet: &'a RenderedPage, id: &str) -> &'a Module {
    let mut modules = sheet.geometry().modules.iter();
    let found = modules.find(|module| module.article_id == id || module.picture_id == id);
    found.unwrap_or_else(|| panic!("{id} has a module"))
}

fn rect(module: &Module) -> Rect {
    module.rect.expect("a module has its rectangle")
}

/// Returns the place of a module: first column, first row, columns and rows.
fn place(module: &Module) -> [i64; 4] {
    let [column, row, right, end] = span(module);
    [column, row, right - column, end - row]
}

fn bottom(rect: &Rect) -> f64 {
    rect.y + rect.height
}

fn right(rect: &Rect) -> f64 {
    rect.x + rect.width
}

/// Returns the zones of a module, slightly shrunk: the numbers are rounded to four decimals.
fn zones(module: &Module) -> Vec<Rect> {
    const LESS: f64 = 0.0001;
    let rect = |zone: &Zone| {
        let (a, b) = (&zone.points[0], &zone.points[2]);
        let (width, height) = (b.x - a.x - 2.0 * LESS, b.y - a.y - 2.0 * LESS);
        Rect { x: a.x + LESS, y: a.y + LESS, width, height }
    };
    module.zone.iter().map(rect).collect()
}

/// Returns the messages of the findings with a code.
fn findings_with_code(sheet: &RenderedPage, code: &str) -> Vec<String> {
    let found = sheet.report.findings.iter().filter(|finding| finding.code == code);
    found.map(|finding| finding.message.as_ref().expect("words").zh.clone()).collect()
}

/// Feet of columns by their left edges, and the ids of the articles in them.
type Columns<'a> = (BTreeMap<i64, f64>, Vec<&'a str>);

/// Checks that everything is set and every foot is level to a row (a last line may be missing);
/// otherwise there must be a finding.
fn assert_full(sheet: &RenderedPage) {
    for fit in &sheet.geometry().fit {
        assert_eq!((fit.over_lines, fit.over_chars), (0, 0), "{fit:?}");
    }
    let pitch = sheet.geometry().grid.as_ref().expect("grid").pitch_pt;
    // Briefs of one group share their columns.
    let mut modules: BTreeMap<[i64; 4], Columns<'_>> = BTreeMap::new();
    for module in &sheet.geometry().modules {
        let (columns, ids) = modules.entry(place(module)).or_default();
        ids.push(&module.article_id);
        for body in &module.body_rects {
            let foot = columns.entry(whole(body.x)).or_default();
            *foot = bottom(body).max(*foot);
        }
    }
    for (columns, ids) in modules.into_values() {
        let feet = || columns.values().copied();
        let off = (feet().fold(0.0, f64::max) - feet().fold(f64::MAX, f64::min)) / pitch;
        let uneven = sheet.report.findings.iter().any(|finding| {
            finding.code == "BM-FEET-001"
                && finding.article_ids.iter().any(|id| ids.contains(&id.as_str()))
        });
        assert!(off < 1.1 || uneven, "{ids:?}: feet {off} rows apart");
    }
}

/// Checks what holds for every page: nothing overlaps or stands outside, no character is lost or
/// set twice.
fn assert_sound(sheet: &RenderedPage) {
    assert_apart(sheet);
    assert_inside(sheet);
    assert_kept(sheet);
}

/// Checks that no module leaves the type area, overlaps another, or runs over a reserved box.
fn assert_apart(sheet: &RenderedPage) {
    let geometry = sheet.geometry();
    let area = geometry.type_area.expect("type area");
    let boxes = geometry.furniture.iter().filter(|f| f.kind() == FurnitureKind::Reserved);
    let boxes: Vec<Rect> = boxes.map(|f| f.rect.expect("a box has its place")).collect();
    for (k, module) in geometry.modules.iter().enumerate() {
        let (module_rect, id) = (rect(module), &module.article_id);
        assert!(within(&module_rect, &area), "{id} leaves the type area");
        for other in &geometry.modules[k + 1..] {
            let parted = if module.placement == other.placement {
                // Briefs of one group: one may continue in the next column, beside another.
                zones(module).iter().all(|a| zones(other).iter().all(|b| clear(a, b)))
            } else {
                clear(&module_rect, &rect(other))
            };
            assert!(parted, "{id} and {} overlap", other.article_id);
        }
        for reserved in &boxes {
            assert!(clear(&module_rect, reserved), "{id} runs over a reserved box");
        }
    }
}

/// Checks that the parts of a module are inside it, and that no text stands over a picture.
fn assert_inside(sheet: &RenderedPage) {
    let modules = &sheet.geometry().modules;
    for module in modules {
        let (module_rect, id) = (rect(module), &module.article_id);
        let parts = module.headline_rect.iter().chain(&module.body_rects);
        for part in parts.chain(&module.picture_rects) {
            assert!(within(part, &module_rect), "{id}: {part:?} leaves its module {module_rect:?}");
        }
        for (k, shown) in module.picture_rects.iter().enumerate() {
            let others = &module.picture_rects[k + 1..];
            assert!(others.iter().all(|other| clear(shown, other)), "{id}: pictures overlap");
        }
    }
    let pdf = reader::read(&sheet.pdf);
    for glyph in pdf.pages[0].glyphs.iter().filter(|glyph| !glyph.turned) {
        let middle = [glyph.x + glyph.advance / 2.0, glyph.y - 0.35 * glyph.size];
        for shown in modules.iter().flat_map(|module| &module.picture_rects) {
            let inside = shown.x < middle[0]
                && middle[0] < right(shown)
                && shown.y < middle[1]
                && middle[1] < bottom(shown);
            assert!(!inside, "{:?} is set over a picture", glyph.text);
        }
    }
}

/// Checks that every character of the record is on the page or in the appendix, exactly once.
fn assert_kept(sheet: &RenderedPage) {
    let pages = reader::read(&sheet.pdf).pages;
    let record = sheet.as_set();
    let mut expected = record::furniture(&record).concat();
    let mut plain = record.clone();
    for article in &mut plain.articles {
        let copy = |block: &Block| {
            !matches!(block.content, Some(Content::Picture(_) | Content::PullQuote(_)))
        };
        article.body.retain(copy);
    }
    for (_, pieces) in record::in_order(&plain) {
        expected.extend(pieces.into_iter().map(|piece| piece.text));
    }
    for article in &record.articles {
        expected += &texts_beside_copy(article);
    }
    let artwork = |picture: &&Picture| {
        !record.reserved.iter().any(|reserved| reserved.picture_id == picture.id)
    };
    expected.extend(record.pictures.iter().filter(artwork).map(texts));
    expected += &appendix_labels(sheet, pages.len() - 1);
    let mut count: BTreeMap<char, i64> = BTreeMap::new();
    bare_text(&expected).chars().for_each(|c| *count.entry(c).or_default() += 1);
    for page in &pages {
        bare_text(&page.text()).chars().for_each(|c| *count.entry(c).or_default() -= 1);
    }
    count.retain(|_, count| *count != 0);
    assert!(count.is_empty(), "lost, or less than nothing: set more than once: {count:?}");
}

/// Returns caption and credit.
fn texts(picture: &Picture) -> String {
    format!("{}{}", picture.caption, picture.credit)
}

/// Returns the texts that an article prints beside its copy: pull quotes, texts of pictures, jump
/// lines.
fn texts_beside_copy(article: &Article) -> String {
    let mut out: String = article.pictures.iter().map(texts).collect();
    for block in &article.body {
        if let Some(Content::PullQuote(quote)) = &block.content {
            out += &quote.text;
        }
    }
    for (word, jump) in [("上接", &article.jump_from), ("下转", &article.jump_to)] {
        if let Some(jump) = jump {
            assert!(
                jump.page.starts_with('A'),
                "page numbers with letters are printed as they are"
            );
            out += &format!("（{word}{}版）", jump.page);
        }
    }
    out
}

/// Returns the appendix's own texts: its name on each page, and the title of each article that is
/// overset.
fn appendix_labels(sheet: &RenderedPage, pages: usize) -> String {
    let record = sheet.record();
    let mut out = "附页余稿".repeat(pages);
    let mut groups: Vec<&str> = Vec::new();
    for (article, fit) in record.articles.iter().zip(&sheet.geometry().fit) {
        let title = article.column_title.as_str();
        let like = |other: &&Article| {
            other.brief && other.pictures.is_empty() && other.column_title == title
        };
        let members: Vec<&str> =
            record.articles.iter().filter(like).map(|article| article.id.as_str()).collect();
        if fit.over_lines == 0 {
            continue;
        }
        if !on_page(sheet, &article.id) {
            // All of its texts follow, so the title has none of them; the members of a group share
            // the title.
            let grouped = like(&article) && members.len() > 1;
            let ids = if grouped { members.join("、") } else { article.id.clone() };
            if !grouped || members[0] == article.id {
                out += &format!("{ids}撤稿");
            }
            continue;
        }
        if !like(&article) || members.len() < 2 {
            out += &format!("{}{}", article.id, article.headline);
        } else if !groups.contains(&title) {
            out += &format!("{}{title}", members.join("、"));
            groups.push(title);
        }
    }
    let blocks = record.articles.iter().flat_map(|article| &article.body);
    let named = blocks.filter_map(|block| match &block.content {
        Some(Content::Picture(picture)) => Some(&picture.picture_id),
        _ => None,
    });
    let artwork = record.reserved.iter().map(|reserved| &reserved.picture_id);
    let used: Vec<&String> = named.chain(artwork).collect();
    for picture in record.pictures.iter().filter(|picture| !used.contains(&&picture.id)) {
        if !on_page(sheet, &picture.id) {
            out += &format!("{}撤稿", picture.id);
        }
    }
    out
}

/// True if an article or a lone picture has a module.
fn on_page(sheet: &RenderedPage, id: &str) -> bool {
    let mut modules = sheet.geometry().modules.iter();
    modules.any(|module| module.article_id == id || module.picture_id == id)
}

/// Returns the glyphs of a text that occurs on the page once.
fn glyphs<'a>(page: &'a Page, text: &str) -> Vec<&'a Glyph> {
    let has_ink =
        |glyph: &&Glyph| glyph.text.as_deref().is_some_and(|text| !bare_text(text).is_empty());
    let all: Vec<&Glyph> = page.glyphs.iter().filter(has_ink).collect();
    let mut starts = Vec::new();
    let mut set = String::new();
    for glyph in &all {
        starts.push(set.len());
        set += &bare_text(glyph.text.as_deref().unwrap_or_default());
    }
    let text = bare_text(text);
    let at = set.find(&text).unwrap_or_else(|| panic!("“{text}” is on the page"));
    assert_eq!(set.rfind(&text), Some(at), "“{text}” is on the page once");
    let range = starts.partition_point(|start| *start < at)
        ..starts.partition_point(|start| *start < at + text.len());
    all[range].to_vec()
}
