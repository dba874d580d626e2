//! Shaping a paragraph once, for use at any measure.

#![expect(clippy::cast_possible_truncation, reason = "texts are far below 4 GiB by the limits")]

use std::ops::Range;

use crate::font::{FontId, Fonts, GlyphId, Piece, Setting, Shaped, shape};
use crate::script;
use crate::script::{Break, Class, Cluster, Gap, Give, Ink, Profile, gap_between, ink_of, segment};
use crate::unit::Em;

/// Copy to be set: text and the faces it asks for.
#[derive(Clone, Copy, Debug)]
pub struct Copy<'a> {
    /// One paragraph, normalised.
    pub text: &'a str,
    /// The face of everything that no range below names.
    pub face: FontId,
    /// Other faces by bytes of the text, in order, not overlapping.
    pub ranges: &'a [(Range<usize>, FontId)],
}

/// A character that no face has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The character.
    pub c: char,
    /// Its byte in the text.
    pub at: usize,
}

/// A glyph in the cell of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph {
    /// The face.
    pub font: FontId,
    /// The glyph.
    pub id: GlyphId,
    /// Where it is drawn, from the left edge of the cell.
    pub x: Em,
    /// How far above the baseline.
    pub y: Em,
    /// Its byte in the text: its characters go on to the next glyph's or the unit's end.
    pub at: u32,
}

/// A piece of a line: a cell with its glyphs, and the gap after it.
#[derive(Clone, Debug)]
pub struct Unit {
    /// What it is.
    pub class: Class,
    /// The width of its cell, which never changes.
    pub cell: Em,
    /// The white after it, unless a line ends there.
    pub gap: Gap,
    /// Whether a line may end after it.
    pub after: Break,
    /// Its bytes in the text.
    pub range: Range<u32>,
    /// Its glyphs in [`Prepared::glyphs`].
    pub glyphs: Range<u32>,
}

/// Running sums over the units before one: any line is the difference of two.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Totals {
    /// Cells and natural gaps.
    pub(crate) natural: Em,
    /// How far gaps may shrink, by kind.
    pub(crate) shrink: [Em; Give::COUNT],
    /// How far gaps may stretch in their own step, by kind.
    pub(crate) stretch: [Em; Give::COUNT],
    /// Gaps that take part in the even stretch.
    pub(crate) even: i64,
    /// What is no mark and no space: a last line needs more than one (R43).
    pub(crate) chars: i64,
    /// All that gaps may shrink, and stretch in their own steps.
    pub(crate) give: [Em; 2],
}

/// A paragraph shaped once; lines of any measure are cut from it.
#[derive(Clone, Debug)]
pub struct Prepared {
    text: String,
    units: Vec<Unit>,
    glyphs: Vec<Glyph>,
    totals: Vec<Totals>,
}

impl Prepared {
    /// The text it was prepared from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its units.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// Its glyphs, in the order of the units.
    pub fn glyphs(&self) -> &[Glyph] {
        &self.glyphs
    }

    /// The width of units `range` on a line of their own, before justification.
    pub fn natural(&self, range: Range<usize>) -> Em {
        self.widths(range)[1]
    }

    /// The least, the natural and the most width of a line, before the even stretch.
    pub(crate) fn widths(&self, range: Range<usize>) -> [Em; 3] {
        if range.is_empty() {
            return [Em::ZERO; 3];
        }
        let (a, b) = (&self.totals[range.start], &self.totals[range.end]);
        let last = &self.units[range.end - 1].gap;
        let natural = b.natural - a.natural - last.natural;
        let [shrink, stretch] = [0, 1].map(|k| b.give[k] - a.give[k]);
        let least = natural - shrink + (last.natural - last.least);
        [least, natural, natural + stretch - (last.most - last.natural)]
    }

    /// The sums over a line of units `range`, without the gap at its end.
    pub(crate) fn span(&self, range: &Range<usize>) -> Totals {
        if range.is_empty() {
            return Totals::default();
        }
        let (a, b) = (&self.totals[range.start], &self.totals[range.end]);
        let last = &self.units[range.end - 1].gap;
        let mut span = Totals {
            natural: b.natural - a.natural - last.natural,
            shrink: [Em::ZERO; Give::COUNT],
            stretch: [Em::ZERO; Give::COUNT],
            even: b.even - a.even - i64::from(last.even),
            chars: b.chars - a.chars,
            give: [Em::ZERO; 2],
        };
        for k in 0..Give::COUNT {
            span.shrink[k] = b.shrink[k] - a.shrink[k];
            span.stretch[k] = b.stretch[k] - a.stretch[k];
        }
        if let Some(k) = last.give.index() {
            span.shrink[k] -= last.natural - last.least;
            span.stretch[k] -= last.most - last.natural;
        }
        span
    }
}

/// Shapes a paragraph.
///
/// # Errors
/// The characters that no face has, each at its first place.
pub fn prepare(fonts: &Fonts, copy: Copy<'_>, profile: &Profile) -> Result<Prepared, Vec<Missing>> {
    let clusters = segment(copy.text);
    let pieces = itemise(fonts, &copy, &clusters)?;
    let shaped = shape(fonts, copy.text, &pieces);
    let mut units = Vec::with_capacity(clusters.len());
    let mut glyphs = Vec::with_capacity(shaped.len());
    let mut rest = shaped.as_slice();
    for (k, cluster) in clusters.iter().enumerate() {
        let count = rest.iter().take_while(|g| (g.at as usize) < cluster.range.end).count();
        let (own, others) = rest.split_at(count);
        rest = others;
        let first = glyphs.len() as u32;
        let cell = place(fonts, cluster, copy.text, own, profile, &mut glyphs);
        let previous = k.checked_sub(1).map(|p| &clusters[p]);
        units.push(Unit {
            class: cluster.class,
            cell,
            gap: gap_after(previous, cluster, clusters.get(k + 1), profile),
            after: cluster.after,
            range: cluster.range.start as u32..cluster.range.end as u32,
            glyphs: first..glyphs.len() as u32,
        });
    }
    let totals = totals(&units);
    Ok(Prepared { text: copy.text.to_owned(), units, glyphs, totals })
}

fn gap_after(
    previous: Option<&Cluster>,
    cluster: &Cluster,
    next: Option<&Cluster>,
    profile: &Profile,
) -> Gap {
    match next {
        None => Gap::NONE,
        Some(next) if next.joined => Gap::NONE,
        Some(next) if cluster.class == Class::Space => {
            profile.space(previous.map_or(Class::Han, |c| c.class), next.class)
        }
        Some(next) => gap_between(cluster.class, next.class, profile),
    }
}

fn totals(units: &[Unit]) -> Vec<Totals> {
    let mut totals = Vec::with_capacity(units.len() + 1);
    let mut sum = Totals::default();
    totals.push(sum);
    for unit in units {
        let gap = &unit.gap;
        sum.natural += unit.cell + gap.natural;
        if let Some(k) = gap.give.index() {
            sum.shrink[k] += gap.natural - gap.least;
            sum.stretch[k] += gap.most - gap.natural;
            sum.give[0] += gap.natural - gap.least;
            sum.give[1] += gap.most - gap.natural;
        }
        sum.even += i64::from(gap.even);
        sum.chars += i64::from(matches!(
            unit.class,
            Class::Han | Class::Digit | Class::Latin | Class::Symbol
        ));
        totals.push(sum);
    }
    totals
}

/// Cuts the text into pieces of one face and setting.
fn itemise(
    fonts: &Fonts,
    copy: &Copy<'_>,
    clusters: &[Cluster],
) -> Result<Vec<Piece>, Vec<Missing>> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut missing: Vec<Missing> = Vec::new();
    let mut ranges = copy.ranges.iter().peekable();
    for cluster in clusters {
        while ranges.peek().is_some_and(|(range, _)| range.end <= cluster.range.start) {
            ranges.next();
        }
        let wanted = match ranges.peek() {
            Some((range, face)) if range.contains(&cluster.range.start) => *face,
            _ => copy.face,
        };
        let text = &copy.text[cluster.range.clone()];
        // A base and its marks come from one face.
        let Some(font) = fonts.pick(wanted, text, cluster.class) else {
            let alone = |c: char| fonts.pick(wanted, c.encode_utf8(&mut [0; 4]), cluster.class);
            // A mark that no face has with its base is what is missing.
            let (at, c) = text
                .char_indices()
                .find(|(_, c)| alone(*c).is_none())
                .or_else(|| text.char_indices().next_back())
                .unwrap_or((0, '\u{fffd}'));
            if !missing.iter().any(|m| m.c == c) {
                missing.push(Missing { c, at: cluster.range.start + at });
            }
            continue;
        };
        let setting = setting_of(cluster.class, text);
        match pieces.last_mut() {
            Some(last)
                // Each —— is a ligature of its own, however many stand in a row.
                if cluster.class != Class::Dash
                    && last.font == font
                    && last.setting == setting
                    && last.range.end == cluster.range.start =>
            {
                last.range.end = cluster.range.end;
            }
            _ => pieces.push(Piece { range: cluster.range.clone(), font, setting }),
        }
    }
    if missing.is_empty() { Ok(pieces) } else { Err(missing) }
}

fn setting_of(class: Class, text: &str) -> Setting {
    if script::is_half_width(class, text) {
        Setting::HalfWidth
    } else if class == Class::Latin || text.is_ascii() {
        Setting::Latin
    } else if class == Class::Connector {
        Setting::FullWidth
    } else {
        Setting::Han
    }
}

/// Puts the glyphs of a cluster into its cell and gives the cell's width.
fn place(
    fonts: &Fonts,
    cluster: &Cluster,
    text: &str,
    own: &[Shaped],
    profile: &Profile,
    glyphs: &mut Vec<Glyph>,
) -> Em {
    let advance: Em = own.iter().map(|g| g.advance).sum();
    let text = &text[cluster.range.clone()];
    let cell = script::cell_of(cluster.class, text, advance, profile);
    // The pen of each glyph from the left edge of the cell.
    let mut pen = match (ink_of(cluster.class), own) {
        _ if cluster.class == Class::Space => Em::ZERO,
        // Latin marks and empty clusters keep what the shaper says.
        _ if text.is_ascii() => (cell - advance) / 2,
        (Ink::Left, [glyph]) => shift(fonts, glyph, Em::ZERO, cell),
        (Ink::Right, [glyph]) => shift(fonts, glyph, cell - glyph.advance, cell),
        _ => (cell - advance) / 2,
    };
    let step = (own.len() as i64).max(1);
    for glyph in own {
        glyphs.push(Glyph {
            font: glyph.font,
            id: glyph.glyph,
            x: pen + glyph.dx,
            y: glyph.dy,
            at: glyph.at,
        });
        // ？！ and …… share their cell evenly; a word keeps its own advances.
        pen += if advance == cell { glyph.advance } else { cell / step };
    }
    cell
}

/// Where a mark is drawn so that its ink stays inside its cell: its usual place, moved no further
/// than needed. Faces whose marks reach beyond half a cell are moved, never clipped (R34).
fn shift(fonts: &Fonts, glyph: &Shaped, usual: Em, cell: Em) -> Em {
    let Some((left, right)) = fonts.face(glyph.font).ink(glyph.glyph) else {
        return usual;
    };
    if right - left > cell {
        return (cell - right - left) / 2;
    }
    usual.min(cell - right).max(-left)
}
