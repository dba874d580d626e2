//! The rules of editor.md, each a function from the page to its faults.
//!
//! editor.md gives most rules a cost. The check has two values only: a fault or none.
//! A fault begins where the rule itself says so, else where real pages (real-pages.md) stop; each
//! file says which reading it took.

use crate::editor::page::{Area, Cells, EditorPage};
use crate::editor::{air, contrast, furniture, hierarchy, sense, structure};

/// Where a fault is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    /// The page as a whole.
    Page,
    /// Columns and rows.
    Cells(Cells),
    /// A rectangle in pt.
    Area(Area),
}

/// A fault of the page.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// Rule of editor.md, such as `L01`.
    pub(crate) rule: &'static str,
    /// Which part of the rule is broken.
    pub(crate) part: &'static str,
    /// Ids of the articles or lone pictures concerned.
    pub(crate) articles: Vec<String>,
    pub(crate) place: Place,
    /// The figure that broke the rule, and its limit.
    pub(crate) figure: f64,
    pub(crate) limit: f64,
    /// Text concerned, such as the lines of a headline.
    pub(crate) text: String,
}

impl Fault {
    pub(crate) fn new(rule: &'static str, part: &'static str, figure: f64, limit: f64) -> Self {
        let (articles, text) = (Vec::new(), String::new());
        Self { rule, part, articles, place: Place::Page, figure, limit, text }
    }

    pub(crate) fn of(mut self, articles: &[&str]) -> Self {
        self.articles = articles.iter().map(|id| (*id).to_owned()).collect();
        self
    }

    pub(crate) fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    pub(crate) fn says(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rule, part, articles, place, figure, limit, text } = self;
        write!(f, "{rule} {part} {articles:?} {figure:.2} (limit {limit:.2}) {text}")?;
        match place {
            Place::Page => Ok(()),
            Place::Cells(cells) => write!(
                f,
                " columns {}–{} rows {}–{}",
                cells.column,
                cells.right(),
                cells.row,
                cells.foot()
            ),
            Place::Area(area) => {
                write!(f, " at {:.0},{:.0} {:.0}×{:.0} pt", area.x, area.y, area.width, area.height)
            }
        }
    }
}

/// A rule: its name, what it asks, its function.
pub(crate) type RuleRow = (&'static str, &'static str, fn(&EditorPage) -> Vec<Fault>);

/// All rules that a page can break by itself. L21 is about two pages.
pub(crate) const RULES: [RuleRow; 21] = [
    ("L01", "the lead dominates", hierarchy::lead_dominates),
    ("L02", "heads fill their span; presence follows weight", hierarchy::presence),
    ("L03", "places follow rank", hierarchy::places),
    ("L04", "pictures", hierarchy::pictures),
    ("L05", "sameGrade is kept", hierarchy::grades),
    ("L22", "block and strip", structure::halves),
    ("L06", "text beside a head is rare", structure::text_beside),
    ("L07", "no strips of one article", structure::strips),
    ("L08", "碰题", structure::tombstones),
    ("L09", "contrast", contrast::contrast),
    ("L10", "head air", air::head_air),
    ("L11", "short copy is gathered", air::gathered),
    ("L12", "a little too much copy", air::too_much),
    ("L13", "level feet", air::feet),
    ("L14", "verse stands together", contrast::verse),
    ("L15", "vertical heads", contrast::vertical),
    ("L16", "never inside", sense::never_inside),
    ("L17", "one line first; breaks by sense", sense::breaks),
    ("L18", "clause spaces", sense::clause_spaces),
    ("L19", "rules and labels", furniture::rules),
    ("L20", "bylines", furniture::bylines),
];

/// All faults of a page, by rule.
pub(crate) fn faults(page: &EditorPage) -> Vec<Fault> {
    RULES.iter().flat_map(|(_, _, check)| check(page)).collect()
}
