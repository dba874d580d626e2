//! R45, R46, R55, R70 and R71: rules that need a page. They are read from the PDF alone.

use banmian::proto::block::Content;
use banmian::proto::render_page_request::Source;
use banmian::proto::{Article, Block, Byline, Crosshead, Layout, PageRecord, Paragraph};

use crate::conformance::{Column, Outcome};
use crate::pdf::sets;
use crate::reader::{self, Glyph};
use crate::record::Role;
use crate::support::{FIXTURES, RenderedPage, sheet};

/// A density step whose columns are 13 字 wide, as the examples of the reference need.
const STEP: &str = "news";

/// A crosshead and its lines; none has fewer than four 字 on its last line.
const CROSSHEADS: &[(&str, &str)] = &[
    (
        "坚持为民服务宗旨意识，在保障和改善民生上务实功、动真章",
        "坚持为民服务宗旨意识，|在保障和改善民生上|务实功、动真章",
    ),
    ("聚焦群众急难愁盼问题，办好民生实事", "聚焦群众急难愁盼问题，|办好民生实事"),
    ("以党建为引领，夯实基层治理的根基", "以党建为引领，|夯实基层治理的根基"),
];

/// Names, and the distance from their first character to their last, in 字.
const NAMES: &[(&str, f64)] = &[("崔勇", 2.0), ("刘悦", 2.0), ("吴云霞", 2.0), ("欧阳修文", 3.0)];

/// Datelines of up to 10.4 字: at 13 字 and an indent of two they fit a line.
const DATELINES: &[&str] = &["新华社北京10月28日电", "新华社上海3月5日电", "本报成都10月28日讯"];

/// Adds the cases.
pub(crate) fn add(outcome: &mut Outcome) {
    for path in FIXTURES {
        let found = check_grid(sheet(path));
        let [pitch, grid] = found;
        outcome.add("R45", Column::Pdf, path, pitch);
        outcome.add("R46", Column::Pdf, path, grid);
    }
    for (crosshead, expected) in CROSSHEADS {
        outcome.add("R55", Column::Pdf, crosshead, check_crosshead(crosshead, expected));
    }
    for (name, expected) in NAMES {
        outcome.add("R70", Column::Pdf, name, check_name(name, *expected));
    }
    for dateline in DATELINES {
        outcome.add("R71", Column::Pdf, dateline, check_dateline(dateline));
    }
}

/// R45 and R46: each body line is one pitch below the last in its column, and all are on one grid.
fn check_grid(sheet: &RenderedPage) -> [Result<(), String>; 2] {
    let pdf = reader::read(&sheet.pdf);
    let pitch = sheet.geometry().grid.as_ref().expect("grid").pitch_pt;
    let (mut steps, mut rows) = (Ok(()), Ok(()));
    let mut first: Option<f64> = None;
    for set in sets(&sheet.as_set(), pdf.only()) {
        if !matches!(set.role, Role::Paragraph | Role::Aside) {
            continue;
        }
        let starts: Vec<&Glyph> = set.lines.iter().map(|line| line[0]).collect();
        for pair in starts.windows(2).filter(|pair| pair[1].y > pair[0].y) {
            let step = pair[1].y - pair[0].y;
            // A longer distance down is a jump from the foot of one column to the middle of the
            // next.
            let next = (pair[1].x - pair[0].x).abs() < 4.0 * pair[0].size;
            if next && (step - pitch).abs() > 0.01 {
                steps = Err(format!("a step of {step:.3} pt, not {pitch:.3}"));
            }
        }
        for glyph in starts {
            let row = (glyph.y - *first.get_or_insert(glyph.y)) / pitch;
            let off = (row - row.round()) * pitch;
            if off.abs() > 0.05 {
                rows = Err(format!("{:?} is {off:.3} pt off the grid", glyph.text));
            }
        }
    }
    [steps, rows]
}

/// Returns copy that fills a column.
fn paragraph(text: &str) -> Block {
    let text = text.to_owned();
    Block { content: Some(Content::Paragraph(Paragraph { text, spans: Vec::new() })) }
}

const COPY: &str =
    "区里把群众的小事当作大事来办，一件一件列出清单，谁来办、何时办、办到什么程度都写得明明白白。";

fn rendered(article: Article) -> RenderedPage {
    let article = Article { headline: "把小事办好".to_owned(), ..article };
    let layout = Layout { density_step: STEP.to_owned(), ..Layout::default() };
    let record =
        PageRecord { articles: vec![article], layout: Some(layout), ..PageRecord::default() };
    RenderedPage::render("a page of a rule", Source::Page(record), None)
}

/// R55: checks the lines of a crosshead.
fn check_crosshead(text: &str, expected: &str) -> Result<(), String> {
    let crosshead = Crosshead { text: text.to_owned() };
    let body = vec![
        paragraph(COPY),
        Block { content: Some(Content::Crosshead(crosshead)) },
        paragraph(COPY),
    ];
    let sheet = rendered(Article { body, ..Article::default() });
    let chars = sheet.geometry().grid.as_ref().expect("grid").chars_per_column;
    if chars != 13 {
        return Err(format!("columns of {chars} 字"));
    }
    let pdf = reader::read(&sheet.pdf);
    let sets = sets(&sheet.as_set(), pdf.only());
    let set = sets.iter().find(|set| set.role == Role::Crosshead).ok_or("no crosshead")?;
    let line = |line: &Vec<&Glyph>| line.iter().filter_map(|g| g.text.clone()).collect::<String>();
    let got = set.lines.iter().map(line).collect::<Vec<_>>().join("|");
    if got == expected { Ok(()) } else { Err(got) }
}

/// R70: a name of two characters is spread over three.
fn check_name(name: &str, expected: f64) -> Result<(), String> {
    let byline = Byline { name: name.to_owned(), ..Byline::default() };
    let article =
        Article { bylines: vec![byline], body: vec![paragraph(COPY)], ..Article::default() };
    let sheet = rendered(article);
    let pdf = reader::read(&sheet.pdf);
    let glyphs: Vec<&Glyph> = (pdf.only().glyphs.iter())
        .filter(|g| g.text.as_deref().is_some_and(|text| !text.trim().is_empty()))
        .collect();
    let chars: Vec<String> = name.chars().map(String::from).collect();
    let same = |run: &&[&Glyph]| {
        run.iter().zip(&chars).all(|(glyph, c)| glyph.text.as_deref() == Some(c.as_str()))
    };
    let run = glyphs.windows(chars.len()).find(same).ok_or("the name is not on the page")?;
    let step = (run[run.len() - 1].x - run[0].x) / run[0].wide;
    let right = (step - expected).abs() < 0.01;
    if right { Ok(()) } else { Err(format!("{step:.3} 字 from the first to the last")) }
}

/// R71: a dateline that fits a line is not broken, and is set in a bold face.
fn check_dateline(dateline: &str) -> Result<(), String> {
    let article = Article {
        dateline: dateline.to_owned(),
        body: vec![paragraph(COPY)],
        ..Article::default()
    };
    let sheet = rendered(article);
    let pdf = reader::read(&sheet.pdf);
    let page = pdf.only();
    let sets = sets(&sheet.as_set(), page);
    let set = sets.iter().find(|set| set.role == Role::Paragraph).ok_or("no paragraph")?;
    let line = set.lines.first().ok_or("no line")?;
    let text: String = line.iter().filter_map(|g| g.text.as_deref()).collect();
    if !text.starts_with(dateline) {
        return Err(format!("the first line is {text}"));
    }
    let inside = &line[..dateline.chars().count()];
    let light = inside.iter().find(|g| {
        let base = &page.fonts[&g.font].base;
        !base.contains("Bold") && !base.contains("Black")
    });
    match light {
        None => Ok(()),
        Some(glyph) => Err(format!("{} is in {}", text, page.fonts[&glyph.font].base)),
    }
}
