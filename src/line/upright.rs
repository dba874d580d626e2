//! Lines from top to bottom (竖排): headlines at the side, short blocks.
//!
//! Han characters and marks stand upright in the forms that the face has for vertical lines; two or three
//! digits share a cell (纵中横); capitals and long figures stand one below the other; words lie on their
//! right side. GB/T 15834-2011 5.2, CLREQ `#vertical_writing_mode`.

#![expect(clippy::cast_possible_truncation, reason = "texts are far below 4 GiB by the limits")]

use crate::font::{FontSet, ShapedGlyph, ShapingMode, shape_text};
use crate::line::cells::{FULL, ParagraphShaping, unturned};
use crate::line::prepare::{
    CellGlyph, LineUnit, MissingGlyph, ParagraphText, PreparedParagraph, gap_after, totals,
};
use crate::script;
use crate::script::{
    CharClass, CompositionProfile, InkPosition, LineBreak, TextCluster, count_characters,
    ink_position, segment,
};
use crate::unit::Em;

/// How a cluster stands on a vertical line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UprightForm {
    /// In its vertical form.
    Upright,
    /// A letter or figure on a full cell.
    Lone,
    /// A part of a number whose digits share the cell of the first.
    Combined,
    /// On its right side.
    Turned,
}

/// So many digits share a cell.
const COMBINED_MOST: usize = 3;
/// Capitals up to so many stand one below the other: 一 abbreviation is read, not spelled, beyond.
const CAPITALS_MOST: usize = 4;
/// From the middle of the em box to the baseline.
const MIDDLE: Em = Em::milli(380);

/// Shapes a text for vertical lines. Spans other than faces are not set.
///
/// # Errors
/// The characters that no face has, each at its first place.
pub fn prepare_vertical(
    fonts: &FontSet,
    copy: ParagraphText<'_>,
    profile: &CompositionProfile,
) -> Result<PreparedParagraph, Vec<MissingGlyph>> {
    let folded: String = copy.text.chars().map(vertical_quote).collect();
    let mut clusters = segment(copy.text, profile);
    let characters = count_characters(&clusters);
    let stands = stands(copy.text, &clusters);
    for (cluster, stand) in clusters.iter_mut().zip(&stands) {
        let text = &copy.text[cluster.range.clone()];
        // These stand in the middle of their cell and give nothing (CLREQ, figure of vertical marks).
        if matches!(text, "：" | "；" | "！" | "？") {
            cluster.class = CharClass::StopPair;
        }
        if *stand == UprightForm::Lone {
            cluster.continues_run = false;
        }
    }
    let own = ParagraphText { text: &folded, ..copy };
    let shaping = ParagraphShaping { fonts, copy: &own, profile };
    let pieces = shaping.itemise(&clusters, |k, text| match stands[k] {
        UprightForm::Upright => ShapingMode::Upright,
        UprightForm::Lone => ShapingMode::FullWidth,
        UprightForm::Combined => ShapingMode::HalfWidth,
        UprightForm::Turned => shaping.setting(clusters[k].class, text),
    })?;
    let shaped = shape_text(fonts, &folded, &pieces);
    let (units, glyphs) = place_all(&shaping, &clusters, &stands, &shaped);
    Ok(PreparedParagraph {
        text: copy.text.to_owned(),
        totals: totals(&units),
        units,
        glyphs,
        hyphens: Vec::new(),
        readings: Vec::new(),
        opening: [Em::ZERO; 2],
        dateline: Em::ZERO,
        characters,
        vertical: true,
        squeezes: false,
    })
}

/// Quotes of vertical lines: ﹃﹄ outside, ﹁﹂ inside; the face turns the corner brackets into them. Each is as
/// many bytes as what it stands for, so places in the text stay what they are.
fn vertical_quote(c: char) -> char {
    match c {
        '“' => '『',
        '”' => '』',
        '‘' => '「',
        '’' => '」',
        other => other,
    }
}

fn stands(text: &str, clusters: &[TextCluster]) -> Vec<UprightForm> {
    let mut stands = Vec::with_capacity(clusters.len());
    let mut start = 0;
    while start < clusters.len() {
        let mut end = start + 1;
        while end < clusters.len() && clusters[end].continues_run {
            end += 1;
        }
        let token = &text[clusters[start].range.start..clusters[end - 1].range.end];
        let class = clusters[start].class;
        let stand = if class == CharClass::Digit && token.bytes().all(|b| b.is_ascii_digit()) {
            if token.len() <= COMBINED_MOST { UprightForm::Combined } else { UprightForm::Lone }
        } else if matches!(class, CharClass::Latin | CharClass::Digit) {
            let capitals = token.bytes().all(|b| b.is_ascii_uppercase());
            let short = token.len() <= CAPITALS_MOST;
            if capitals && short { UprightForm::Lone } else { UprightForm::Turned }
        } else if token.is_ascii() && token != " " {
            // % and the like stand after their number as Han would.
            UprightForm::Lone
        } else {
            UprightForm::Upright
        };
        stands.resize(end, stand);
        start = end;
    }
    stands
}

fn place_all(
    shaping: &ParagraphShaping<'_>,
    clusters: &[TextCluster],
    stands: &[UprightForm],
    shaped: &[ShapedGlyph],
) -> (Vec<LineUnit>, Vec<CellGlyph>) {
    let mut units: Vec<LineUnit> = Vec::with_capacity(clusters.len());
    let mut glyphs = Vec::with_capacity(shaped.len());
    let mut rest = shaped;
    let mut k = 0;
    while k < clusters.len() {
        let mut end = k + 1;
        while stands[k] == UprightForm::Combined
            && end < clusters.len()
            && clusters[end].continues_run
        {
            end += 1;
        }
        let range = clusters[k].range.start..clusters[end - 1].range.end;
        let count = rest.iter().take_while(|g| (g.cluster_start as usize) < range.end).count();
        let (own, others) = rest.split_at(count);
        rest = others;
        let first = glyphs.len() as u32;
        let cell = match stands[k] {
            UprightForm::Upright => upright(shaping, &clusters[k], own, &mut glyphs),
            UprightForm::Lone | UprightForm::Combined => combined(own, &mut glyphs),
            UprightForm::Turned => turned(shaping, &clusters[k], own, &mut glyphs),
        };
        let previous = k.checked_sub(1).map(|p| &clusters[p]);
        let last = &clusters[end - 1];
        units.push(LineUnit {
            class: clusters[k].class,
            cell_width: cell,
            gap: gap_after(previous, last, clusters.get(end), shaping.profile),
            after: if last.break_after == LineBreak::Hyphen {
                LineBreak::Inseparable
            } else {
                last.break_after
            },
            range: range.start as u32..range.end as u32,
            glyphs: first..glyphs.len() as u32,
            hyphen: None,
            hangs: false,
            dotted: false,
        });
        k = end;
    }
    (units, glyphs)
}

fn glyph(shaped: &ShapedGlyph, x: Em, y: Em) -> CellGlyph {
    CellGlyph { x, y, ..unturned(shaped) }
}

/// A vertical form in its cell: the pen stands at the top in the middle of the line.
fn upright(
    shaping: &ParagraphShaping<'_>,
    cluster: &TextCluster,
    own: &[ShapedGlyph],
    glyphs: &mut Vec<CellGlyph>,
) -> Em {
    let advance: Em = own.iter().map(|g| g.advance).sum();
    let text = &shaping.copy.text[cluster.range.clone()];
    // ？！ share a cell side by side, but stand one below the other here.
    let cell = if cluster.class == CharClass::StopPair {
        advance
    } else {
        script::cell_width(cluster.class, text, advance, shaping.profile)
    };
    let mut pen = match ink_position(cluster.class) {
        _ if cluster.class == CharClass::Space => Em::ZERO,
        InkPosition::Left => Em::ZERO,
        InkPosition::Right => cell - advance,
        InkPosition::Centre => (cell - advance) / 2,
    };
    if let ([only], true) = (own, cell < advance) {
        // R34: the ink stays inside the cell.
        let face = shaping.fonts.face(only.font);
        if let Some((bottom, top)) = face.ink_y_range(only.glyph) {
            let (start, end) = (-only.dy - top, -only.dy - bottom);
            pen = if end - start > cell {
                (cell - end - start) / 2
            } else {
                pen.min(cell - end).max(-start)
            };
        }
    }
    let step = (own.len() as i64).max(1);
    for shaped in own {
        glyphs.push(glyph(shaped, pen - shaped.dy, Em::HALF + shaped.dx));
        pen += if advance == cell { shaped.advance } else { cell / step };
    }
    cell
}

/// Letters or digits side by side in one cell, smaller where they are wider than it.
fn combined(own: &[ShapedGlyph], glyphs: &mut Vec<CellGlyph>) -> Em {
    let advance: Em = own.iter().map(|g| g.advance).sum();
    let full = i64::from(FULL);
    let scale = if advance > Em::ONE { full * Em::ONE.units() / advance.units() } else { full };
    let small = |length: Em| length.share(scale, full);
    let mut pen = (Em::ONE - small(advance)) / 2;
    for shaped in own {
        let place = glyph(shaped, Em::HALF + small(MIDDLE), pen + small(shaped.dx));
        glyphs.push(CellGlyph { scale_percent: scale as u16, ..place });
        pen += small(shaped.advance);
    }
    Em::ONE
}

/// A letter of a word that lies on its right side: its em box turned about its middle.
fn turned(
    shaping: &ParagraphShaping<'_>,
    cluster: &TextCluster,
    own: &[ShapedGlyph],
    glyphs: &mut Vec<CellGlyph>,
) -> Em {
    let advance: Em = own.iter().map(|g| g.advance).sum();
    let text = &shaping.copy.text[cluster.range.clone()];
    let cell = script::cell_width(cluster.class, text, advance, shaping.profile);
    let mut pen = (cell - advance) / 2;
    for shaped in own {
        let y = Em::HALF - MIDDLE + shaped.dy;
        glyphs.push(CellGlyph { is_turned: true, ..glyph(shaped, pen + shaped.dx, y) });
        pen += shaped.advance;
    }
    cell
}
