//! L19, L20: rules, labels, bylines.

use crate::editor::page::{EditorPage, Module, Rule};
use crate::editor::rules::{Fault, Place};

/// L19: a hairline of 0.25–0.35 pt.
pub(crate) const HAIRLINE: std::ops::RangeInclusive<f64> = 0.24..=0.40;
/// L19: "a row of white". The lead between em boxes counts; a tenth of a row is not seen.
pub(crate) const WHITE_ROW: f64 = 0.9;
/// L19: a rule shorter than this many rows inside an article is an ornament or part of a table.
pub(crate) const RULE_ROWS: f64 = 5.0;
/// L19: "heavier" above an advertisement and where copy hangs under another article's copy.
pub(crate) const HEAVY: f64 = 0.5;
/// L20: "the gap is a 字 more than inside a padded two-character name".
pub(crate) const NAME_GAP: f64 = 0.9;

/// L19. A house style may drop all rules: a missing hairline is a fault only where a row of white
/// is missing too. "Both" is a fault of the page where every cut has a rule and a row of white
/// between the modules, the air of the lower head not counted.
pub(crate) fn rules(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    for rule in &page.rules {
        let inside = page.articles().find(|module| parts_columns(page, module, rule));
        if let Some(module) = inside {
            let fault = Fault::new("L19", "between columns of one article", rule.area.height, 0.0);
            out.push(fault.of(&[&module.id]).at(Place::Area(rule.area)));
        }
    }
    let mut both = 0;
    let mut cuts = 0;
    for (upper, lower, white) in page.stacked() {
        let rule = between(page, upper, lower);
        let hangs = hangs(page, upper, lower);
        let ids = [upper.id.as_str(), lower.id.as_str()];
        let place = Place::Cells(lower.cells);
        let framed = upper.framed() || lower.framed();
        if !framed {
            cuts += 1;
            both += u32::from(rule.is_some() && white >= WHITE_ROW);
        }
        if let Some(rule) = rule {
            let thickness = rule.thickness();
            let heavy = thickness > *HAIRLINE.end();
            if thickness < *HAIRLINE.start() || (heavy && !hangs) {
                let fault = Fault::new("L19", "weight", thickness, *HAIRLINE.end());
                out.push(fault.of(&ids).at(Place::Area(rule.area)));
            } else if hangs && thickness < HEAVY {
                let fault = Fault::new("L19", "copy hangs under copy", thickness, HEAVY);
                out.push(fault.of(&ids).at(place));
            }
        } else if !framed && cut_white(page, lower, white) < WHITE_ROW {
            let figure = cut_white(page, lower, white);
            out.push(
                Fault::new("L19", "no rule and no white", figure, WHITE_ROW).of(&ids).at(place),
            );
        }
    }
    if cuts >= 2 && both == cuts {
        out.push(Fault::new("L19", "rule and white at every cut", f64::from(both), 0.0));
    }
    for advert in &page.adverts {
        let over = page.modules.iter().any(|module| {
            module.area.foot() <= advert.y + 1.0
                && advert.y - module.area.foot() < 3.0 * page.grid.pitch_pt
                && module.area.overlap_x(advert) > 0.0
        });
        let rule = page.rules.iter().filter(|rule| !rule.vertical()).find(|rule| {
            (rule.area.y - advert.y).abs() < 2.0 * page.grid.pitch_pt
                && rule.area.overlap_x(advert) > 0.8 * advert.width
        });
        let thickness = rule.map_or(0.0, Rule::thickness);
        if over && thickness < HEAVY {
            let fault = Fault::new("L19", "above an advertisement", thickness, HEAVY);
            out.push(fault.at(Place::Area(*advert)));
        }
    }
    out.extend(labels(page));
    out
}

/// L19: "labels for the banner and each `columnTitle`".
fn labels(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    if let Some(banner) = page.banner.as_ref().filter(|banner| !banner.drawn) {
        out.push(Fault::new("L19", "banner is no label", 0.0, 1.0).says(&banner.text));
    }
    for module in page.articles() {
        if let Some(label) = module.label.as_ref().filter(|label| !label.drawn) {
            let fault = Fault::new("L19", "columnTitle is no label", 0.0, 1.0).of(&[&module.id]);
            out.push(fault.at(Place::Cells(module.cells)).says(&label.text));
        }
    }
    out
}

/// True if a vertical rule stands between two columns of body of one article.
fn parts_columns(page: &EditorPage, module: &Module, rule: &Rule) -> bool {
    let area = rule.area;
    let long = area.height > RULE_ROWS * page.grid.pitch_pt;
    let at = area.x + area.width / 2.0;
    let beside = |side: &dyn Fn(f64, f64) -> bool| {
        module.body.iter().any(|body| {
            body.overlap_y(&area) > 0.5 * area.height && side(body.x + body.width / 2.0, at)
        })
    };
    let inside = at > module.area.x + 1.0 && at < module.area.right() - 1.0;
    rule.vertical() && long && inside && beside(&|x, at| x < at) && beside(&|x, at| x > at)
}

/// The horizontal rule between two modules, if there is one.
fn between<'a>(page: &'a EditorPage, upper: &Module, lower: &Module) -> Option<&'a Rule> {
    let common = upper.area.overlap_x(&lower.area);
    page.rules.iter().filter(|rule| !rule.vertical()).find(|rule| {
        rule.area.y > upper.area.foot() - 1.0
            && rule.area.y < lower.area.y + 1.0
            && rule.area.overlap_x(&upper.area).min(rule.area.overlap_x(&lower.area)) > 0.8 * common
    })
}

/// White of a cut in rows: between the modules, and above the head of the lower one. A rule takes
/// nothing of it.
fn cut_white(page: &EditorPage, lower: &Module, between: f64) -> f64 {
    let top = lower.body.iter().map(|body| body.y);
    let top = top.chain(lower.pictures.iter().map(|picture| picture.area.y));
    let top = top.chain(lower.head.iter().map(|head| head.area.y)).fold(f64::MAX, f64::min);
    between + (top - lower.area.y).max(0.0) / page.grid.pitch_pt
}

/// True if body of the lower module hangs at its top under body of the upper one.
fn hangs(page: &EditorPage, upper: &Module, lower: &Module) -> bool {
    let row = page.grid.pitch_pt;
    lower
        .body
        .iter()
        .filter(|body| body.y < lower.area.y + row)
        .any(|body| upper.body.iter().any(|above| above.overlap_x(body) > 0.5 * body.width))
        && lower.head.is_some()
}

/// L20. Forms: run in, own line without bullet, left, □, at the end of the text. The genre's form
/// is the house style's; what no form has is a bullet.
pub(crate) fn bylines(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    for module in page.articles() {
        let Some(byline) = &module.byline else { continue };
        let place = Place::Cells(module.cells);
        if byline.text.starts_with(['●', '■', '◆', '•', '·', '▲']) {
            let fault = Fault::new("L20", "bullet", 1.0, 0.0).of(&[&module.id]);
            out.push(fault.at(place.clone()).says(&byline.text));
        }
        let inside = byline.inside.iter().copied().fold(0.0, f64::max);
        let between = byline.between.iter().copied().fold(f64::MAX, f64::min);
        if between < inside + NAME_GAP {
            let fault = Fault::new("L20", "gap between names", between, inside + NAME_GAP);
            out.push(fault.of(&[&module.id]).at(place).says(&byline.text));
        }
    }
    out
}
