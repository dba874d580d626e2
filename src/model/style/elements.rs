//! Styles of the parts of an article and of the furniture.

use crate::font::FontId;
use crate::model::style::step::DensityStep;
use crate::unit::{Abs, Em, TypeSize};

/// Style of one kind of text.
#[derive(Clone, Debug)]
pub struct TextStyle {
    /// Face.
    pub face: FontId,
    /// Size in percent of the body size. This is the width of a cell.
    pub size_percent: i64,
    /// Height in percent of the width: above 100 is condensed (长体), below is extended (扁体).
    pub height_percent: i64,
}

impl TextStyle {
    /// Size at a density step.
    pub fn size(&self, step: &DensityStep) -> TypeSize {
        let width = step.body.scale(self.size_percent, 100);
        TypeSize { width, height: width.scale(self.height_percent, 100) }
    }
}

/// Shape of a headline over several lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeadlineShape {
    /// Lines of similar length (对仗).
    #[default]
    Equal,
    /// No line longer than the one above it (上长下短), as far as sense allows.
    UpperLonger,
}

/// Style of heads.
#[derive(Clone, Debug)]
pub struct HeadStyle {
    /// Face of the lead's headline (主题).
    pub lead_face: FontId,
    /// Face of the other headlines.
    pub face: FontId,
    /// Face of kickers and column titles (引题, 栏目).
    pub kicker_face: FontId,
    /// Face of decks (副题).
    pub deck_face: FontId,
    /// Face of bylines (作者).
    pub byline_face: FontId,
    /// Mark before the byline, e.g. `●`.
    pub byline_mark: String,
    /// Mark before each point of a standfirst with several points, e.g. `■`.
    pub summary_mark: String,
    /// Allowed sizes of headlines, smallest first.
    pub ladder: Vec<Abs>,
    /// Largest and smallest headline size by width of the article.
    pub bands: Vec<SizeBand>,
    /// Shape of a headline over several lines.
    pub shape: HeadlineShape,
    /// Largest share of its width that a headline line may fill, in percent.
    pub fill_percent_max: i64,
    /// Narrowest setting of a headline that keeps its size (长体), in percent.
    pub condensed_percent_min: i64,
    /// Size of kicker and deck in percent of the headline.
    pub kicker_percent: i64,
    /// White around the parts of a head, in percent of the headline size.
    pub air_percent: i64,
    /// Rows by which the white of a head may shrink and grow.
    pub air_rows: [i64; 2],
    /// Space between the clauses of a head.
    pub clause_space: Em,
    /// Largest headline of an article other than the lead, in percent of the largest size of
    /// its band.
    pub other_largest_percent: i64,
    /// Smallest kicker and deck, in percent of the body size.
    pub minor_percent_min: i64,
    /// Largest deck of a horizontal head, in percent of the body size.
    pub deck_percent_max: i64,
    /// Column title of a horizontal head, in percent of the body size.
    pub column_title_percent: i64,
    /// Column title below a vertical head, in percent of the body size.
    pub vertical_column_title_percent: i64,
    /// Points of a standfirst, in percent of the body size.
    pub summary_percent: i64,
    /// Byline, in percent of the body size.
    pub byline_percent: i64,
    /// Column title over a group of briefs, in percent of the body size.
    pub group_title_percent: i64,
    /// Least white above and below the lines of a head together, in percent of the headline
    /// size.
    pub air_percent_min: i64,
    /// Least white between two lines of a head, in percent of their mean size.
    pub line_white_percent: i64,
}

/// Headline sizes from a certain width on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizeBand {
    /// Smallest width to which it applies, in percent of the type area.
    pub width_percent: i64,
    /// Largest size.
    pub largest: Abs,
    /// Smallest size.
    pub smallest: Abs,
}

/// Style of the furniture of a page.
#[derive(Clone, Debug)]
pub struct FurnitureStyle {
    /// Rows of the grid that the page head takes.
    pub head_rows: i64,
    /// Face of the date, staff and page lines.
    pub face: FontId,
    /// Size of the date, staff and page lines.
    pub text_size: Abs,
    /// Face of the section name.
    pub section_face: FontId,
    /// Size of the section name.
    pub section_size: Abs,
    /// Roles of the staff line, in order.
    pub staff_roles: [String; 3],
    /// Face of the banner.
    pub banner_face: FontId,
    /// Largest size of the banner.
    pub banner_size: Abs,
    /// Rows added to the height of the banner: least, most.
    pub banner_air_rows: [i64; 2],
    /// Depth of the banner with its white, in percent of its size.
    pub banner_depth_percent: i64,
    /// Thickness of the rule below the page head.
    pub head_rule: Abs,
    /// Thickness of the rules between articles.
    pub rule: Abs,
}

/// Thresholds for findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FindingLimits {
    /// Gaps wider than this are reported, in thousandths of an em.
    pub gap_milli: i64,
}
