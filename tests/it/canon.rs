//! Canonical texts of a page's report and of a PDF, for the goldens: the lines that differ show
//! what moved.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use banmian::proto;
use lopdf::{Dictionary, Object};

use crate::reader::{Pdf, number, resolved, string};

fn rect(rect: Option<&proto::Rect>) -> String {
    let rect = rect.copied().unwrap_or_default();
    format!("{:.2},{:.2} {:.2}×{:.2}", rect.x, rect.y, rect.width, rect.height)
}

/// Returns geometry and report as text, one fact a line.
pub(crate) fn page(report: &proto::RenderReport) -> String {
    let page = report.geometry.as_ref().expect("geometry");
    let grid = page.grid.as_ref().expect("grid");
    let mut out = format!(
        "page {:.2}×{:.2} {}/{} {}\narea {}\ngrid {} × {} 字 of {} on {}, gutter {:.2}, {} rows from {:.2}\n",
        page.width_pt,
        page.height_pt,
        page.house_style,
        page.density_step,
        page.layout_hash,
        rect(page.type_area.as_ref()),
        grid.columns,
        grid.chars_per_column,
        grid.body_pt,
        grid.pitch_pt,
        grid.gutter_pt,
        grid.rows,
        grid.first_baseline_pt,
    );
    let _ = writeln!(out, "filled {:.4}, {} rows white", page.utilisation, page.white_rows);
    page.modules.iter().for_each(|module| self::module(&mut out, module));
    for fit in &page.fit {
        let _ = writeln!(
            out,
            "fit {}: {} of {} lines, over {} lines {} 字, under {}, {} 字 set, air {}: {}",
            fit.article_id,
            fit.set_lines,
            fit.capacity_lines,
            fit.over_lines,
            fit.over_chars,
            fit.under_lines,
            fit.set_chars,
            fit.air_rows,
            fit.advice.as_ref().map(|advice| advice.zh.as_str()).unwrap_or_default(),
        );
    }
    for piece in &page.furniture {
        let _ = writeln!(
            out,
            "{} {} {}",
            piece.kind().as_str_name(),
            rect(piece.rect.as_ref()),
            piece.text
        );
    }
    copy_facts(&mut out, report);
    out
}

fn module(out: &mut String, module: &proto::Module) {
    let at = module.placement.as_ref().expect("placement");
    let grid = [at.column, at.row, at.columns, at.rows].map(Option::unwrap_or_default);
    let (id, place) = (&module.article_id, rect(module.rect.as_ref()));
    let _ = writeln!(out, "module {id} at {grid:?}: {place}");
    let size = module.headline_size_pt;
    let _ = writeln!(out, "  head {} headline {size} pt", rect(module.headline_rect.as_ref()));
    for body in &module.body_rects {
        let _ = writeln!(out, "  body {}", rect(Some(body)));
    }
}

/// Writes the report's facts about the copy and its lines.
fn copy_facts(out: &mut String, report: &proto::RenderReport) {
    for article in &report.articles {
        let (paragraphs, crossheads) = (article.paragraphs, article.crossheads);
        let _ = writeln!(
            out,
            "article {} {} 字, {paragraphs} ¶, {crossheads} crossheads, {:?}",
            article.article_id, article.characters, article.authors
        );
    }
    let lines = report.line_quality.as_ref().expect("quality");
    let (count, gap) = (lines.lines, lines.worst_gap_em);
    let _ = writeln!(
        out,
        "lines {count}, worst gap {gap:.3} in {}: {}",
        lines.worst_gap_article_id, lines.worst_gap_text
    );
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &report.findings {
        *codes.entry(&finding.code).or_default() += 1;
    }
    for (code, count) in codes {
        let _ = writeln!(out, "told {code} × {count}");
    }
}

/// Returns the structure of a PDF without the bytes of its streams.
pub(crate) fn pdf(pdf: &Pdf) -> String {
    let document = &pdf.document;
    let mut out = format!("version {}\n", document.version);
    write_dictionary(&mut out, pdf, "catalog", document.catalog().expect("catalog"));
    let info = document.trailer.get(b"Info").map(|info| resolved(document, info));
    write_dictionary(&mut out, pdf, "info", info.and_then(Object::as_dict).expect("info"));
    for (page, id) in pdf.pages.iter().zip(document.get_pages().values()) {
        write_dictionary(&mut out, pdf, "page", document.get_dictionary(*id).expect("page"));
        for (name, font) in &page.fonts {
            let (base, map) = (font.base.split_once('+').expect("a subset").1, font.unicode.len());
            let what = [&font.subtype, &font.encoding, &font.descendant, &font.files.join(" ")];
            let _ = writeln!(out, "  font {name} {base} {what:?} {map} texts");
        }
        let _ = writeln!(
            out,
            "  operators {}",
            page.operators.iter().cloned().collect::<Vec<_>>().join(" ")
        );
        let inks: BTreeSet<String> =
            page.glyphs.iter().map(|g| format!("{:?} {}", g.ink, g.over)).collect();
        let _ = writeln!(
            out,
            "  {} glyphs, {} fills, ink {inks:?}",
            page.glyphs.len(),
            page.fills.len()
        );
    }
    for object in document.objects.values() {
        let Ok(dictionary) = object.as_dict() else { continue };
        if dictionary.has(b"OPM") {
            write_dictionary(&mut out, pdf, "state", dictionary);
        }
    }
    out
}

/// Writes a dictionary in the order of its keys; references are replaced by the kind of their
/// object.
fn write_dictionary(out: &mut String, pdf: &Pdf, what: &str, dictionary: &Dictionary) {
    let _ = writeln!(out, "{what}");
    let sorted: BTreeMap<String, &Object> =
        dictionary.iter().map(|(k, v)| (string(k), v)).collect();
    for (key, value) in sorted {
        // page.txt already has the hash.
        let value = if key.ends_with("Hash") { "…".to_owned() } else { object_text(pdf, value) };
        let _ = writeln!(out, "  {key} {value}");
    }
}

fn object_text(pdf: &Pdf, object: &Object) -> String {
    match object {
        Object::Name(name) => format!("/{}", string(name)),
        Object::String(bytes, _) => {
            lopdf::decode_text_string(object).unwrap_or_else(|_| string(bytes))
        }
        Object::Integer(_) | Object::Real(_) => format!("{:.2}", number(object)),
        Object::Boolean(value) => value.to_string(),
        Object::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(|item| object_text(pdf, item)).collect::<Vec<_>>().join(" ")
            )
        }
        Object::Reference(_) => {
            let object = resolved(&pdf.document, object);
            match (object.as_stream(), object.as_dict()) {
                (Ok(stream), _) => {
                    format!("stream {}", object_text(pdf, &Object::Dictionary(stream.dict.clone())))
                }
                (_, Ok(_)) => "dictionary".to_owned(),
                _ => object_text(pdf, object),
            }
        }
        Object::Dictionary(dictionary) => {
            let keys: BTreeSet<String> = dictionary.iter().map(|(key, _)| string(key)).collect();
            format!("{keys:?}")
        }
        Object::Null | Object::Stream(_) => format!("{object:?}"),
    }
}
