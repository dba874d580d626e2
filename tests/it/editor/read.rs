//! Builds the page that the check sees from a report's geometry, the record and the press PDF.

use banmian::proto::block::Content;
use banmian::proto::{self, Article, PageRecord, RenderReport, ReservedKind};

use crate::editor::glyphs::{TextLine, lines};
use crate::editor::page::{
    Area, BylineSet, Cells, EditorPage, Head, Kind, Label, LeftOut, Module, PageGrid, Picture,
    Rule, VerseLine,
};
use crate::editor::parts::{RULE_MOST, byline, frames, head_line, on_edge, own_edge, span};
use crate::editor::picture::pixels;
use crate::reader::{self, Glyph};
use crate::support::bare_text;

/// Type of a banner that is a label by its size alone, over the size of the body.
const BANNER_SIZE: f64 = 2.0;

/// Reads a rendered page.
pub(crate) fn page(record: &PageRecord, report: &RenderReport, pdf: &[u8]) -> EditorPage {
    let read = reader::read(pdf);
    let sheet = &read.pages[0];
    let geometry = report.geometry.as_ref().expect("a report has its geometry");
    let glyphs: Vec<&Glyph> = sheet
        .glyphs
        .iter()
        .filter(|glyph| !bare_text(glyph.text.as_deref().unwrap_or("")).is_empty())
        .collect();
    let faces = |glyph: &Glyph| face(&sheet.fonts[&glyph.font].base);
    let mut grid = grid(geometry);
    let mut page = EditorPage::default();
    for module in &geometry.modules {
        let article = record.articles.iter().find(|article| article.id == module.article_id);
        let area = area(module.rect.as_ref());
        let own: Vec<&Glyph> = glyphs
            .iter()
            .copied()
            .filter(|glyph| {
                area.holds(glyph.x + glyph.advance / 2.0, glyph.y - 0.3 * glyph.size, 1.0)
            })
            .collect();
        let set = SetModule { record, article, module, area, lines: lines(&own) };
        page.modules.push(set.module(&grid, &sheet.fills, &faces));
    }
    for module in &mut page.modules {
        let fit = geometry.fit.iter().find(|fit| fit.article_id == module.id);
        module.over = fit.map_or(0, |fit| fit.over_chars);
    }
    ranks(&mut page.modules, record);
    page.modules = grouped(std::mem::take(&mut page.modules));
    grid.top = first_row(&page.modules, geometry, &grid);
    for fill in &sheet.fills {
        let [x, y, width, height] = fill.rect;
        let area = Area { x, y, width, height };
        let thin = width.min(height) < RULE_MOST && width.max(height) > 2.0 * grid.body_pt;
        let frame = page.modules.iter().any(|module| module.boxed && on_edge(&area, &module.area));
        if thin && !frame && area.y > grid.row_top(grid.top) - grid.pitch_pt {
            page.rules.push(Rule { area });
        }
    }
    furniture(&mut page, (record, geometry), &glyphs, grid.body_pt);
    page.grid = grid;
    let layout = record.layout.clone().unwrap_or_default();
    page.same_grade = layout.same_grade.into_iter().map(|group| group.article_ids).collect();
    page.names = layout.protected_names;
    let names = record.articles.iter().flat_map(|article| &article.bylines);
    page.names.extend(names.map(|byline| byline.name.clone()));
    page.chars = report.articles.iter().map(|article| article.characters).sum();
    page.left_out = left_out(record, geometry);
    page.advice_short = geometry.advice.as_ref().and_then(|advice| short(&advice.zh));
    page.feet_told = geometry
        .findings
        .iter()
        .filter(|finding| finding.code.starts_with("BM-FEET"))
        .flat_map(|finding| finding.article_ids.iter().cloned())
        .collect();
    page
}

/// Banner, advertisements and other reserved boxes.
fn furniture(
    page: &mut EditorPage,
    (record, geometry): (&PageRecord, &proto::PageGeometry),
    glyphs: &[&Glyph],
    body_pt: f64,
) {
    for item in &geometry.furniture {
        let own = area(item.rect.as_ref());
        if item.kind() == proto::FurnitureKind::Banner {
            let inside = glyphs.iter().filter(|glyph| own.holds(glyph.x, glyph.y, 1.0));
            let size = inside.map(|glyph| glyph.size).fold(0.0, f64::max);
            let drawn = size > BANNER_SIZE * body_pt;
            page.banner = Some(Label { text: item.text.clone(), drawn });
        } else if item.kind() == proto::FurnitureKind::Reserved {
            let kind = record.reserved.iter().find(|reserved| reserved.id == item.id);
            let advert = kind.is_some_and(|r| r.kind() == ReservedKind::Advertisement);
            if advert { &mut page.adverts } else { &mut page.reserved }.push(own);
        }
    }
}

/// The number of an advice to add copy; `None` for other advice.
fn short(advice: &str) -> Option<u32> {
    if !["补", "加", "缺", "空", "填"].iter().any(|word| advice.contains(word)) {
        return None;
    }
    let digits = advice.chars().skip_while(|c| !c.is_ascii_digit());
    digits.take_while(char::is_ascii_digit).collect::<String>().parse().ok()
}

fn area(rect: Option<&proto::Rect>) -> Area {
    rect.map_or(Area::default(), |r| Area { x: r.x, y: r.y, width: r.width, height: r.height })
}

fn grid(geometry: &proto::PageGeometry) -> PageGrid {
    let grid = geometry.grid.as_ref().expect("a grid");
    PageGrid {
        columns: grid.columns,
        rows: grid.rows,
        top: 0,
        chars_per_column: grid.chars_per_column,
        body_pt: grid.body_pt,
        pitch_pt: grid.pitch_pt,
        gutter_pt: grid.gutter_pt,
        area: area(geometry.type_area.as_ref()),
    }
}

/// Briefs of one group share a module: one of them takes its place, with all bodies; their heads
/// are crossheads of the group.
fn grouped(modules: Vec<Module>) -> Vec<Module> {
    let mut out: Vec<Module> = Vec::new();
    for mut module in modules {
        let brief = module.kind == Kind::Brief;
        let shared =
            |other: &&mut Module| brief && other.kind == Kind::Brief && other.cells == module.cells;
        let Some(group) = out.iter_mut().find(shared) else {
            out.push(module);
            continue;
        };
        group.minor.extend(group.head.take());
        group.minor.extend(module.head.take());
        group.body.append(&mut module.body);
        group.pictures.append(&mut module.pictures);
        group.area = group.area.with(&module.area);
        group.weight = group.weight.max(module.weight);
        group.rank = group.rank.min(module.rank);
        group.over += module.over;
    }
    out
}

/// First row of any module or reserved box.
#[expect(clippy::cast_possible_truncation, reason = "rows of a page")]
fn first_row(modules: &[Module], geometry: &proto::PageGeometry, grid: &PageGrid) -> u32 {
    let boxes =
        geometry.furniture.iter().filter(|item| item.kind() == proto::FurnitureKind::Reserved);
    let rows = boxes.map(|item| {
        let top = area(item.rect.as_ref()).y - grid.area.y;
        (top / grid.pitch_pt).round().max(0.0) as u32
    });
    modules.iter().map(|module| module.cells.row).chain(rows).min().unwrap_or(0)
}

/// Ranks the articles by weight, then by order in the record; those off the page count too.
fn ranks(modules: &mut [Module], record: &PageRecord) {
    let mut order: Vec<&Article> = record.articles.iter().collect();
    order.sort_by_key(|article| std::cmp::Reverse(article.weight));
    for module in modules {
        let at = order.iter().position(|article| article.id == module.id);
        module.rank = at.map_or(0, |at| at + 1);
    }
}

fn left_out(record: &PageRecord, geometry: &proto::PageGeometry) -> Vec<LeftOut> {
    let placed = |id: &str| geometry.modules.iter().any(|module| module.article_id == id);
    let fit = |id: &str| geometry.fit.iter().find(|fit| fit.article_id == id);
    let absent = record.articles.iter().filter(|article| !placed(&article.id));
    absent
        .map(|article| LeftOut {
            id: article.id.clone(),
            weight: article.weight,
            chars: fit(&article.id).map_or(0, |fit| fit.over_chars),
        })
        .collect()
}

/// Name of a face without the tag of its subset.
fn face(base: &str) -> String {
    base.split_once('+').map_or(base, |(_, name)| name).to_owned()
}

/// A module of the geometry with what is printed in it.
struct SetModule<'a> {
    record: &'a PageRecord,
    article: Option<&'a Article>,
    module: &'a proto::Module,
    area: Area,
    lines: Vec<TextLine<'a>>,
}

impl SetModule<'_> {
    fn module(
        &self,
        grid: &PageGrid,
        fills: &[reader::Filled],
        faces: &dyn Fn(&Glyph) -> String,
    ) -> Module {
        let placed = self.module.placement.as_ref().expect("a module has its place");
        let of = |value: Option<u32>| value.expect("all four are set");
        let cells = Cells {
            column: of(placed.column),
            row: of(placed.row),
            columns: of(placed.columns),
            rows: of(placed.rows),
        };
        let (boxed, tinted) = frames(&self.area, fills);
        let body: Vec<Area> = self.module.body_rects.iter().map(|r| area(Some(r))).collect();
        let mut out = Module {
            id: self.module.article_id.clone(),
            kind: Kind::LonePicture,
            cells,
            area: self.area,
            body,
            pictures: self.pictures(),
            boxed,
            tinted,
            ..Module::default()
        };
        let layout = self.record.layout.as_ref();
        let locks = || layout.iter().flat_map(|layout| &layout.locks);
        let Some(article) = self.article else {
            out.id.clone_from(&self.module.picture_id);
            out.locked = locks().any(|lock| lock.article_id == out.id);
            return out;
        };
        out.kind = kind(article);
        out.weight = article.weight;
        out.locked =
            article.placement.is_some() || locks().any(|lock| lock.article_id == article.id);
        out.head_asked = article.head_position != 0;
        out.label = self.label(article, fills, grid);
        out.byline = self.byline(article);
        out.crossheads = self.crossheads(article);
        out.verse = self.verse(article, grid);
        out.head = self.head(article, &out, grid, faces);
        out
    }

    fn pictures(&self) -> Vec<Picture> {
        let own = self.article.map(|article| article.pictures.as_slice()).unwrap_or_default();
        let all = || own.iter().chain(&self.record.pictures);
        let ids = self.module.picture_ids.iter().chain([&self.module.picture_id]);
        let rects = self.module.picture_rects.iter();
        rects
            .zip(ids)
            .map(|(rect, id)| {
                let source = all().find(|picture| picture.id == *id);
                let own = area(Some(rect));
                Picture {
                    area: own,
                    foot: self.caption_foot(&own),
                    pixels: source.and_then(pixels),
                    min_ppi: source.map_or(0, |picture| picture.min_ppi),
                }
            })
            .collect()
    }

    /// Lower edge of a picture with its caption: lines below it, one close under the other, until
    /// a body begins.
    fn caption_foot(&self, picture: &Area) -> f64 {
        let bodies: Vec<Area> = self.module.body_rects.iter().map(|r| area(Some(r))).collect();
        let under =
            |own: &Area| own.overlap_x(picture) > 0.5 * own.width && own.y > picture.foot() - 1.0;
        let in_body = |own: &Area| {
            let (x, y) = (own.x + own.width / 2.0, own.y + own.height / 2.0);
            bodies.iter().any(|body| body.holds(x, y, 0.0))
        };
        let mut lines: Vec<Area> = self.lines.iter().map(TextLine::area).collect();
        lines.retain(|own| under(own) && !in_body(own));
        lines.sort_by(|a, b| a.y.total_cmp(&b.y));
        let mut foot = picture.foot();
        for line in lines {
            if line.y < foot + 1.2 * line.height {
                foot = foot.max(line.foot());
            }
        }
        foot
    }

    /// Headline as the record has it, in the wording that was set.
    fn wording(&self, article: &Article) -> String {
        let variant = self.module.headline_variant as usize;
        match article.alternatives.get(variant.wrapping_sub(1)) {
            Some(chosen) if variant > 0 => chosen.headline.clone(),
            _ => article.headline.clone(),
        }
    }

    fn head(
        &self,
        article: &Article,
        out: &Module,
        grid: &PageGrid,
        faces: &dyn Fn(&Glyph) -> String,
    ) -> Option<Head> {
        let rect = area(Some(self.module.headline_rect.as_ref()?));
        let size = self.module.headline_size_pt;
        let inside = |line: &&TextLine<'_>| {
            let own = line.area();
            rect.holds(own.x + own.width / 2.0, own.y + own.height / 2.0, 1.0)
        };
        let wording = self.wording(article);
        let known = bare_text(&wording);
        let all: Vec<&TextLine<'_>> = self.lines.iter().filter(inside).collect();
        let headline: Vec<&TextLine<'_>> = all
            .iter()
            .copied()
            .filter(|line| (line.size() - size).abs() < 0.1 && known.contains(&line.text()))
            .collect();
        let first = headline.first()?.glyphs[0];
        let turned = headline.iter().flat_map(|line| &line.glyphs).find(|glyph| !glyph.turned);
        let upright = turned.unwrap_or(&first);
        let vertical = headline.iter().any(|line| line.vertical);
        let area = all.iter().map(|line| line.area()).reduce(|a, b| a.with(&b))?;
        let aside = |text: &str| {
            let text = bare_text(text);
            let part = |line: &&&TextLine<'_>| {
                line.glyphs.len() > 1 && text.contains(line.text().as_str()) && line.vertical
            };
            !text.is_empty() && all.iter().any(|line| part(&line))
        };
        let (span, span_pt, beside) = span(out, &area, grid, vertical);
        Some(Head {
            area,
            lines: headline.iter().map(|line| head_line(line)).collect(),
            size,
            scale: upright.wide / upright.size,
            span,
            span_pt,
            vertical,
            face: faces(first),
            wording,
            kicker: !article.kicker.is_empty(),
            deck: !article.deck.is_empty(),
            upright_aside: aside(&article.kicker) || aside(&article.deck),
            beside,
        })
    }

    fn label(&self, article: &Article, fills: &[reader::Filled], grid: &PageGrid) -> Option<Label> {
        let text = bare_text(&article.column_title);
        if text.is_empty() {
            return None;
        }
        let Some(line) = self.lines.iter().find(|line| line.text() == text) else {
            return Some(Label { text, drawn: false });
        };
        let own = line.area();
        let behind = fills.iter().any(|fill| {
            let [x, y, width, height] = fill.rect;
            let shape = Area { x, y, width, height };
            height > 0.8 * line.size()
                && height < 4.0 * line.size()
                && shape.holds(own.x + own.width / 2.0, own.y + own.height / 2.0, 0.0)
        });
        let edges = fills.iter().filter(|fill| {
            let [x, y, width, height] = fill.rect;
            let shape = Area { x, y, width, height };
            width.min(height) < RULE_MOST && on_edge(&shape, &own_edge(&own, grid.body_pt))
        });
        Some(Label { text, drawn: behind || edges.count() >= 3 })
    }

    fn byline(&self, article: &Article) -> Option<BylineSet> {
        let first = article.bylines.first()?;
        let line = self.lines.iter().find(|line| {
            let text = line.text();
            let short = text.chars().count() < 60;
            short && text.contains(&first.name) && !line.vertical
        })?;
        Some(byline(line, article))
    }

    fn crossheads(&self, article: &Article) -> Vec<f64> {
        let texts: Vec<String> = article
            .body
            .iter()
            .filter_map(|block| {
                let Some(Content::Crosshead(crosshead)) = &block.content else { return None };
                Some(bare_text(&crosshead.text))
            })
            .collect();
        let starts = |line: &&TextLine<'_>| {
            let text = line.text();
            texts.iter().any(|known| known.starts_with(&text))
        };
        self.lines.iter().filter(starts).map(|line| line.area().y).collect()
    }

    fn verse(&self, article: &Article, grid: &PageGrid) -> Vec<VerseLine> {
        let mut out = Vec::new();
        let mut rest = self.lines.iter();
        let mut stanza = 0;
        for block in &article.body {
            let Some(Content::Verse(verse)) = &block.content else { continue };
            for text in verse.lines.iter().map(|line| bare_text(line)) {
                if text.is_empty() {
                    stanza += 1;
                    continue;
                }
                let found = rest.find(|line| {
                    let set = line.text();
                    text.starts_with(&set) && grid.body_pt * 1.6 > line.size()
                });
                if let Some(line) = found
                    && let Some(column) = grid.column_at(line.area().x)
                {
                    out.push(VerseLine { stanza, column });
                }
            }
            stanza += 1;
        }
        out
    }
}

fn kind(article: &Article) -> Kind {
    let verse = |block: &&proto::Block| matches!(block.content, Some(Content::Verse(_)));
    let roles = || article.bylines.iter().all(|byline| byline.role.is_empty());
    if article.brief {
        Kind::Brief
    } else if article.body.iter().filter(verse).count() * 2 > article.body.len() {
        Kind::Verse
    } else if article.dateline.is_empty() && !article.bylines.is_empty() && roles() {
        Kind::Feature
    } else {
        Kind::News
    }
}
