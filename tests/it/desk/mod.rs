//! What the layout desk asks for, on the page: every wish is looked for in the geometry and in the press PDF.

mod boxes;
mod grave;
mod heads;
mod left;
mod locks;
mod pictures;
mod random;
mod refused;

use std::collections::BTreeMap;

use banmian::proto::block::Content;
use banmian::proto::picture::Content::Data;
use banmian::proto::render_page_request::Source;
use banmian::proto::{
    Article, Block, FurnitureKind, Layout, Lock, Module, PageRecord, Picture, PictureBlock,
    Placement, PullQuote, Rect, Zone,
};

use crate::makeup::look::{clear, span, whole, within};
use crate::pictures::Sample;
use crate::reader::{self, Glyph, Page};
use crate::record;
use crate::support::{Sheet, bare};

/// A page of six articles.
const SIX: &str = "tests/fixtures/records/pages-6.json";

/// The first articles of it, at a step or at that which suits them.
fn page(articles: usize, step: &str) -> PageRecord {
    let mut record = crate::support::record(SIX);
    record.articles.truncate(articles);
    for article in &mut record.articles {
        article.boxed = false;
    }
    record.layout = Some(Layout { density_step: step.to_owned(), ..Layout::default() });
    record
}

fn rendered(record: &PageRecord) -> Sheet {
    Sheet::of("a page with wishes", Source::Page(record.clone()), None)
}

/// A grey picture, lighter to its foot.
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

/// First column, first row, columns and rows; what is `None` is left to the make-up.
fn placement([column, row, columns, rows]: [Option<u32>; 4]) -> Placement {
    Placement { column, row, columns, rows }
}

fn lock(id: &str, place: [Option<u32>; 4]) -> Lock {
    let placement = Some(placement(place));
    Lock { article_id: id.to_owned(), placement, slot: String::new() }
}

/// The wishes of a page.
fn wishes(record: &mut PageRecord) -> &mut Layout {
    record.layout.get_or_insert_default()
}

/// The module of an article or a lone picture.
fn module<'a>(sheet: &'a Sheet, id: &str) -> &'a Module {
    let mut modules = sheet.geometry().modules.iter();
    let found = modules.find(|module| module.article_id == id || module.picture_id == id);
    found.unwrap_or_else(|| panic!("{id} has a module"))
}

fn rect(module: &Module) -> Rect {
    module.rect.expect("a module has its rectangle")
}

/// Where a module stands, as a placement in full.
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

/// Its hot zones; the numbers have four decimals of the sheet, so that they are made a little smaller.
fn zones(module: &Module) -> Vec<Rect> {
    const LESS: f64 = 0.0001;
    let rect = |zone: &Zone| {
        let (a, b) = (&zone.points[0], &zone.points[2]);
        let (width, height) = (b.x - a.x - 2.0 * LESS, b.y - a.y - 2.0 * LESS);
        Rect { x: a.x + LESS, y: a.y + LESS, width, height }
    };
    module.zone.iter().map(rect).collect()
}

/// The findings with a code, by what they say.
fn told(sheet: &Sheet, code: &str) -> Vec<String> {
    let found = sheet.report.findings.iter().filter(|finding| finding.code == code);
    found.map(|finding| finding.message.as_ref().expect("words").zh.clone()).collect()
}

/// The feet of columns by their left edges, and whose they are.
type Columns<'a> = (BTreeMap<i64, f64>, Vec<&'a str>);

/// Whether everything is set, and every foot is level: to a row, for a last line may be missing; else it is told.
fn assert_full(sheet: &Sheet) {
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

/// What no page may have: things that overlap or stand outside, a character lost or set twice.
fn assert_sound(sheet: &Sheet) {
    assert_apart(sheet);
    assert_inside(sheet);
    assert_kept(sheet);
}

/// No module leaves the type area, overlaps another, or runs over a reserved box.
fn assert_apart(sheet: &Sheet) {
    let geometry = sheet.geometry();
    let area = geometry.type_area.expect("type area");
    let boxes = geometry.furniture.iter().filter(|f| f.kind() == FurnitureKind::Reserved);
    let boxes: Vec<Rect> = boxes.map(|f| f.rect.expect("a box has its place")).collect();
    for (k, module) in geometry.modules.iter().enumerate() {
        let (own, id) = (rect(module), &module.article_id);
        assert!(within(&own, &area), "{id} leaves the type area");
        for other in &geometry.modules[k + 1..] {
            let parted = if module.placement == other.placement {
                // Briefs of one group: one may go on in the next column, beside another.
                zones(module).iter().all(|a| zones(other).iter().all(|b| clear(a, b)))
            } else {
                clear(&own, &rect(other))
            };
            assert!(parted, "{id} and {} overlap", other.article_id);
        }
        for reserved in &boxes {
            assert!(clear(&own, reserved), "{id} runs over a reserved box");
        }
    }
}

/// What a module has is in it, and no text stands over a picture.
fn assert_inside(sheet: &Sheet) {
    let modules = &sheet.geometry().modules;
    for module in modules {
        let (own, id) = (rect(module), &module.article_id);
        let parts = module.headline_rect.iter().chain(&module.body_rects);
        for part in parts.chain(&module.picture_rects) {
            assert!(within(part, &own), "{id}: {part:?} leaves its module {own:?}");
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

/// Every character of the record is on the page or the appendix, once.
fn assert_kept(sheet: &Sheet) {
    let pages = reader::read(&sheet.pdf).pages;
    let record = sheet.as_set();
    let mut wanted = record::furniture(&record).concat();
    let mut plain = record.clone();
    for article in &mut plain.articles {
        let copy = |block: &Block| {
            !matches!(block.content, Some(Content::Picture(_) | Content::PullQuote(_)))
        };
        article.body.retain(copy);
    }
    for (_, pieces) in record::in_order(&plain) {
        wanted.extend(pieces.into_iter().map(|piece| piece.text));
    }
    for article in &record.articles {
        wanted += &beside(article);
    }
    let artwork = |picture: &&Picture| {
        !record.reserved.iter().any(|reserved| reserved.picture_id == picture.id)
    };
    wanted.extend(record.pictures.iter().filter(artwork).map(texts));
    wanted += &labels(sheet, pages.len() - 1);
    let mut count: BTreeMap<char, i64> = BTreeMap::new();
    bare(&wanted).chars().for_each(|c| *count.entry(c).or_default() += 1);
    for page in &pages {
        bare(&page.text()).chars().for_each(|c| *count.entry(c).or_default() -= 1);
    }
    count.retain(|_, count| *count != 0);
    assert!(count.is_empty(), "lost, or less than nothing: set more than once: {count:?}");
}

/// Caption and credit.
fn texts(picture: &Picture) -> String {
    format!("{}{}", picture.caption, picture.credit)
}

/// What an article prints beside its copy: pull quotes, the texts of pictures, jump lines.
fn beside(article: &Article) -> String {
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

/// What the appendix says of itself: its name on each page, and who what is over belongs to.
fn labels(sheet: &Sheet, pages: usize) -> String {
    let record = sheet.record();
    let mut out = "附页溢文".repeat(pages);
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
            // All its texts follow, so that the title has none of them; the members of a group share it.
            let grouped = like(&article) && members.len() > 1;
            let ids = if grouped { members.join("、") } else { article.id.clone() };
            if !grouped || members[0] == article.id {
                out += &format!("{ids}未上版");
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
            out += &format!("{}未上版", picture.id);
        }
    }
    out
}

/// Whether an article or a lone picture has a module.
fn on_page(sheet: &Sheet, id: &str) -> bool {
    let mut modules = sheet.geometry().modules.iter();
    modules.any(|module| module.article_id == id || module.picture_id == id)
}

/// The glyphs of a text that stands on the page once.
fn glyphs<'a>(page: &'a Page, text: &str) -> Vec<&'a Glyph> {
    let own = |glyph: &&Glyph| glyph.text.as_deref().is_some_and(|text| !bare(text).is_empty());
    let all: Vec<&Glyph> = page.glyphs.iter().filter(own).collect();
    let mut starts = Vec::new();
    let mut set = String::new();
    for glyph in &all {
        starts.push(set.len());
        set += &bare(glyph.text.as_deref().unwrap_or_default());
    }
    let text = bare(text);
    let at = set.find(&text).unwrap_or_else(|| panic!("“{text}” is on the page"));
    assert_eq!(set.rfind(&text), Some(at), "“{text}” is on the page once");
    let range = starts.partition_point(|start| *start < at)
        ..starts.partition_point(|start| *start < at + text.len());
    all[range].to_vec()
}
