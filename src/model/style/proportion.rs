//! Proportions inside modules and in the page head. All have defaults: a house style may leave
//! these tables out.

use serde::Deserialize;

/// Proportions inside a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModuleStyle {
    /// Share of the white above and below a head that goes below it, in percent.
    pub head_below_percent: i64,
    /// Share of a head's spare white beyond one row that goes between its lines, in percent.
    pub head_between_percent: i64,
    /// Limit on the white added between two lines of a head, in percent of the headline size.
    pub head_line_gap_most_percent: i64,
    /// Share of a vertical head's spare depth that goes above it, in percent.
    pub vertical_head_above_percent: i64,
    /// Distance of the rules from the text of a pull quote, in percent of its size.
    pub quote_rule_percent: i64,
}

/// Proportions of the page head (报眉).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageHeadStyle {
    /// Distance of the lower baseline from the rule under the page head, in percent of the text
    /// size.
    pub foot_percent: i64,
    /// Distance of the two baselines, in percent of the text size.
    pub pitch_percent: i64,
    /// Size of the paper's name, in percent of the size of the section.
    pub paper_percent: i64,
    /// Size of the page number, in percent of the text size.
    pub number_percent: i64,
    /// Limit on the length of a text at either end, in percent of the width of the type area.
    pub side_most_percent: i64,
}

/// The table `[module]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ModuleFile {
    head_below_percent: i64,
    head_between_percent: i64,
    head_line_gap_most_percent: i64,
    vertical_head_above_percent: i64,
    quote_rule_percent: i64,
}

impl Default for ModuleFile {
    fn default() -> Self {
        Self {
            head_below_percent: 54,
            head_between_percent: 26,
            head_line_gap_most_percent: 35,
            vertical_head_above_percent: 40,
            quote_rule_percent: 55,
        }
    }
}

impl ModuleFile {
    pub(crate) fn resolve(&self) -> Result<ModuleStyle, String> {
        Ok(ModuleStyle {
            head_below_percent: share(self.head_below_percent, "module.head_below_percent")?,
            head_between_percent: share(self.head_between_percent, "module.head_between_percent")?,
            head_line_gap_most_percent: ratio(
                self.head_line_gap_most_percent,
                "module.head_line_gap_most_percent",
            )?,
            vertical_head_above_percent: share(
                self.vertical_head_above_percent,
                "module.vertical_head_above_percent",
            )?,
            quote_rule_percent: ratio(self.quote_rule_percent, "module.quote_rule_percent")?,
        })
    }
}

/// The table `[page_head]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PageHeadFile {
    foot_percent: i64,
    pitch_percent: i64,
    paper_percent: i64,
    number_percent: i64,
    side_most_percent: i64,
}

impl Default for PageHeadFile {
    fn default() -> Self {
        Self {
            foot_percent: 70,
            pitch_percent: 155,
            paper_percent: 60,
            number_percent: 120,
            side_most_percent: 64,
        }
    }
}

impl PageHeadFile {
    pub(crate) fn resolve(&self) -> Result<PageHeadStyle, String> {
        Ok(PageHeadStyle {
            foot_percent: ratio(self.foot_percent, "page_head.foot_percent")?,
            pitch_percent: ratio(self.pitch_percent, "page_head.pitch_percent")?,
            paper_percent: ratio(self.paper_percent, "page_head.paper_percent")?,
            number_percent: ratio(self.number_percent, "page_head.number_percent")?,
            side_most_percent: share(self.side_most_percent, "page_head.side_most_percent")?,
        })
    }
}

/// Default of `furniture.banner_depth_percent`.
pub(crate) fn banner_depth_default() -> i64 {
    150
}

/// Checks that a percentage is from 0 to 100.
///
/// # Errors
/// A message with `name`.
fn share(percent: i64, name: &str) -> Result<i64, String> {
    checked(percent, 100, name)
}

/// Checks that the ratio of two lengths is from 0 to 400 percent: a larger one is a typing error.
///
/// # Errors
/// A message with `name`.
pub(crate) fn ratio(percent: i64, name: &str) -> Result<i64, String> {
    checked(percent, 400, name)
}

fn checked(percent: i64, most: i64, name: &str) -> Result<i64, String> {
    let in_range = (0..=most).contains(&percent);
    in_range
        .then_some(percent)
        .ok_or_else(|| format!("{name}: 应在 0 至 {most} 之间 / must be from 0 to {most}"))
}
