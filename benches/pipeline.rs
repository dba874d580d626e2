//! Times of each stage on the seed page, and of whole pages in a warm process.
//!
//! `cargo bench` prints them. docs/measure/performance.md has the measured times and says how to
//! read them.

use banmian::config::RequestLimits;
use banmian::engine::Engine;
use banmian::fit::{
    ArticleRole, Leading, ShapingContext, compose_body, shape_article, shape_items,
};
use banmian::font::FontSet;
use banmian::intake::{CheckContext, NormaliseSwitches, normalise_and_check, read_record};
use banmian::line::{ParagraphText, PreparedParagraph, break_into_lines, prepare};
use banmian::makeup::{HaltSignal, MakeupTask, SearchSurvey, make_up};
use banmian::model::{HouseStyle, PageCopy, broadsheet};
use banmian::output::{pdf, preview, svg};
use banmian::page::Page;
use banmian::preflight;
use banmian::proto::render_page_request::Source;
use banmian::proto::{
    MeasureArticleRequest, Output, PageRecord, PlanPageRequest, RenderPageRequest,
    plan_page_request,
};
use banmian::script::CompositionProfile;
use banmian::unit::Em;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

const SEED: &[u8] = include_bytes!("../seeds/20231029.json");

struct Seed {
    fonts: FontSet,
    style: HouseStyle,
    record: PageRecord,
}

impl Seed {
    fn new() -> Self {
        let fonts = FontSet::embedded().expect("fonts");
        let style = broadsheet(&fonts).expect("style");
        Self { fonts, style, record: read_record(SEED).expect("seed") }
    }

    fn shaping(&self) -> ShapingContext<'_> {
        ShapingContext {
            fonts: &self.fonts,
            style: &self.style,
            names: &[],
            leading: Leading::Open,
        }
    }

    fn copy(&self) -> PageCopy {
        let limits = RequestLimits::default();
        let switches = NormaliseSwitches::resolve(None, None);
        let context = CheckContext {
            fonts: &self.fonts,
            limits: &limits,
            switches: &switches,
            staff_roles: &self.style.furniture.staff_roles,
            pictures: &banmian::image::PictureSupply::default(),
            drops_bad_locks: false,
        };
        normalise_and_check(&mut self.record.clone(), &context).expect("copy").value
    }

    fn paragraphs(&self) -> Vec<String> {
        let copy = self.copy();
        let texts = copy.articles.iter().flat_map(|a| &a.body).flat_map(|block| block.texts());
        texts.map(|text| text.text.clone()).collect()
    }

    fn prepared(&self, paragraphs: &[String]) -> Vec<PreparedParagraph> {
        let face = self.fonts.find_role("song").expect("song");
        let profile = CompositionProfile::default();
        let prepare_text = |text: &String| {
            let text = ParagraphText { text, face, spans: &[] };
            prepare(&self.fonts, text, &profile).expect("glyphs")
        };
        paragraphs.iter().map(prepare_text).collect()
    }

    fn pages(&self) -> Vec<Page> {
        let copy = self.copy();
        let items = shape_items(&copy, &self.shaping()).expect("glyphs");
        let task = MakeupTask {
            copy: &copy,
            items: &items,
            style: &self.style,
            fonts: &self.fonts,
            previous: &[],
            halt: HaltSignal::NEVER,
        };
        let step = self.style.step("theory").expect("theory");
        make_up(&task, step, 1).expect("page").swap_remove(0).pages
    }
}

#[divan::bench]
fn intake(bencher: Bencher<'_, '_>) {
    let seed = Seed::new();
    bencher.bench(|| black_box(seed.copy()));
}

#[divan::bench]
fn shape(bencher: Bencher<'_, '_>) {
    let seed = Seed::new();
    let paragraphs = seed.paragraphs();
    bencher.bench(|| black_box(seed.prepared(&paragraphs)));
}

#[divan::bench(args = [13, 17, 21])]
fn lines(bencher: Bencher<'_, '_>, chars: i64) {
    let seed = Seed::new();
    let prepared = seed.prepared(&seed.paragraphs());
    bencher.bench(|| {
        prepared.iter().map(|p| break_into_lines(p, Em::zi(chars), Em::zi(2)).len()).sum::<usize>()
    });
}

/// Breaks one paragraph of `chars` 字. The time should grow in proportion to the length.
#[divan::bench(args = [1_000, 10_000, 100_000])]
fn long_paragraph(bencher: Bencher<'_, '_>, chars: usize) {
    let seed = Seed::new();
    let copy: String = seed.paragraphs().concat();
    let text: String = copy.chars().cycle().take(chars).collect();
    let prepared = seed.prepared(&[text]).swap_remove(0);
    bencher.bench(|| break_into_lines(&prepared, Em::zi(13), Em::zi(2)).len());
}

#[divan::bench]
fn compose_article(bencher: Bencher<'_, '_>) {
    let seed = Seed::new();
    let copy = seed.copy();
    let item =
        shape_article(&copy.articles[0], 0, &seed.shaping(), ArticleRole::Lead).expect("glyphs");
    let step = seed.style.step("theory").expect("theory");
    bencher.bench(|| black_box(compose_body(&item, &seed.style, step, step.chars, 6)));
}

#[divan::bench]
fn makeup(bencher: Bencher<'_, '_>) {
    let seed = Seed::new();
    bencher.bench(|| black_box(seed.pages()));
}

#[divan::bench]
fn press_pdf(bencher: Bencher<'_, '_>) {
    let seed = Seed::new();
    let pages = seed.pages();
    let meta = pdf::PdfMetadata {
        timestamp: "2023-10-29T00:00:00+08:00".to_owned(),
        ..pdf::PdfMetadata::default()
    };
    let order = pdf::PdfOrder::new(pdf::PdfKind::X1a, meta);
    bencher.bench(|| pdf::write(&pages, &seed.fonts, &order).expect("pdf").len());
}

#[divan::bench]
fn preview_100_dpi(bencher: Bencher<'_, '_>) {
    let seed = Seed::new();
    let pages = seed.pages();
    bencher.bench(|| preview::png(&pages[0], &seed.fonts, 100).expect("png").len());
}

#[divan::bench]
fn preview_svg(bencher: Bencher<'_, '_>) {
    let seed = Seed::new();
    let pages = seed.pages();
    bencher.bench(|| svg::write(&pages[0], &seed.fonts).expect("svg").len());
}

/// Reads the press PDF back, as every render does.
#[divan::bench]
fn preflight(bencher: Bencher<'_, '_>) {
    let seed = Seed::new();
    let pages = seed.pages();
    let meta = pdf::PdfMetadata {
        timestamp: "2023-10-29T00:00:00+08:00".to_owned(),
        ..pdf::PdfMetadata::default()
    };
    let order = pdf::PdfOrder::new(pdf::PdfKind::X1a, meta);
    let bytes = pdf::write(&pages, &seed.fonts, &order).expect("pdf");
    let requirements = preflight::PressRequirements {
        ink_limit: Some(seed.style.press.ink_max_milli),
        picture_resolution: Some(seed.style.press.ppi),
        trim_size: Some(seed.style.trim),
        type_area: Some(seed.style.type_area),
        expected_text: Some(pages.iter().flat_map(Page::runs).map(|run| &*run.text).collect()),
        ..preflight::PressRequirements::default()
    };
    bencher.bench(|| preflight::check(&bytes, &requirements).findings.len());
}

/// Renders the whole page, from the record to the press PDF.
#[divan::bench]
fn page_warm(bencher: Bencher<'_, '_>) {
    let engine = Engine::new(RequestLimits::default(), &[]).expect("engine");
    let record = read_record(SEED).expect("seed");
    let request = RenderPageRequest {
        source: Some(Source::Page(record)),
        outputs: vec![Output::PressPdf.into()],
        ..RenderPageRequest::default()
    };
    bencher.bench(|| engine.render(request.clone(), &()).expect("page").artifacts.expect("fits"));
}

/// Renders a page of eight articles. The make-up chooses the density step.
#[divan::bench]
fn page_warm_eight_articles(bencher: Bencher<'_, '_>) {
    let engine = Engine::new(RequestLimits::default(), &[]).expect("engine");
    let record =
        read_record(include_bytes!("../tests/fixtures/records/pages-8.json")).expect("record");
    let request = RenderPageRequest {
        source: Some(Source::Page(record)),
        outputs: vec![Output::PressPdf.into()],
        ..RenderPageRequest::default()
    };
    bencher.bench(|| engine.render(request.clone(), &()).expect("page").artifacts.expect("fits"));
}

/// Returns an invented record with this number of articles.
fn made_up_record(articles: usize) -> PageRecord {
    let json: &[u8] = match articles {
        6 => include_bytes!("../tests/fixtures/made-up/articles-6.json"),
        10 => include_bytes!("../tests/fixtures/made-up/articles-10.json"),
        _ => include_bytes!("../tests/fixtures/made-up/articles-20.json"),
    };
    read_record(json).expect("record")
}

/// Plans a page. The make-up chooses the density step.
#[divan::bench(args = [6, 10, 20])]
fn plan(bencher: Bencher<'_, '_>, articles: usize) {
    let engine = Engine::new(RequestLimits::default(), &[]).expect("engine");
    let request = PlanPageRequest {
        source: Some(plan_page_request::Source::Page(made_up_record(articles))),
        ..PlanPageRequest::default()
    };
    bencher.bench(|| engine.plan(request.clone(), &()).expect("plan").search_nodes);
}

/// Searches for layouts, without shaping and drawing.
#[divan::bench(args = [6, 10, 20])]
fn search(bencher: Bencher<'_, '_>, articles: usize) {
    let seed = Seed { record: made_up_record(articles), ..Seed::new() };
    let copy = seed.copy();
    let items = shape_items(&copy, &seed.shaping()).expect("glyphs");
    let task = MakeupTask {
        copy: &copy,
        items: &items,
        style: &seed.style,
        fonts: &seed.fonts,
        previous: &[],
        halt: HaltSignal::NEVER,
    };
    let step = seed.style.step("six").expect("six");
    let survey = SearchSurvey::new(&task, step).expect("page");
    bencher.bench(|| survey.count_pairs().expect("not halted"));
}

/// Measures an article of 2 443 字 over every number of columns.
#[divan::bench]
fn measure_article(bencher: Bencher<'_, '_>) {
    let engine = Engine::new(RequestLimits::default(), &[]).expect("engine");
    let request = MeasureArticleRequest {
        article: Seed::new().record.articles.into_iter().next(),
        density_step: "news".to_owned(),
        ..MeasureArticleRequest::default()
    };
    bencher.bench(|| engine.measure(request.clone(), &()).expect("measure").measures.len());
}
