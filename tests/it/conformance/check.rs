//! One check for lines as the library returns them and as a PDF shows them.

use crate::conformance::fault_free::{WIDE, fault_free_lines};
use crate::conformance::read_back::{PlacedGlyph, Row, Setting};

/// Expectation for a paragraph.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expect {
    /// First lines of the paragraph, as many as are listed; `|` ends a line.
    Lines(&'static str),
    /// Last lines of the paragraph.
    Ends(&'static str),
    /// No line starts with any of these characters.
    NeverStarts(&'static str),
    /// No line ends with any of these characters.
    NeverEnds(&'static str),
    /// This text is not split between lines.
    Whole(&'static str),
    /// No line runs over its measure, which is checked for every paragraph, and there is more than
    /// one.
    Within,
    /// Line number, mark, gap: the line ends with the mark, whose half cell ends on the measure,
    /// and the gap between its Han characters is this, in em.
    HalfEnd(usize, char, f64),
    /// A line ends with the mark, whose full cell ends on the measure.
    Edge(char),
    /// Line number, text, x of the first glyph, x of the second: the line starts with the text at
    /// these places; a stretched line may move the second glyph slightly to the right.
    Start(usize, &'static str, f64, f64),
    /// Distance from one character to the other, in em.
    Step(char, char, f64),
    /// Line number, marks, width, gap: each of these marks inside the line has this width, and the
    /// gap between its Han characters is this, in em.
    Marks(usize, &'static str, f64, f64),
    /// Distance from the first to the last glyph of this run on a justified line, in em; `None`:
    /// equal to that on a line that is not justified.
    Run(&'static str, Option<f64>),
    /// The paragraph is one line that is not justified.
    One,
    /// The last line is not justified.
    Last,
    /// Every line but the last ends on the measure, and no two Han characters are nearer than a
    /// cell.
    Filled,
    /// No gap between Han characters or digits is wider than this, in em.
    Gap(f64),
    /// No gap between Han characters is a fault, if the paragraph can be set without one.
    Free,
    /// On a vertical line, the characters of this run are upright at one height (true) or rotated
    /// (false).
    Stands(&'static str, bool),
    /// On a vertical line, these characters are drawn with other glyphs than on a horizontal one.
    Vertical(&'static str),
}

/// Closing marks and sentence marks: their ink is on the left of a full cell.
pub(crate) const INK_LEFT: &str = "，。、：；？！”’）》〉」』】〕］｝";
/// Opening marks: their ink is on the right of a full cell.
pub(crate) const INK_RIGHT: &str = "“‘（《〈「『【〔［｛";

pub(crate) fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

impl PlacedGlyph {
    pub(crate) fn is_han(&self) -> bool {
        self.text.chars().all(is_han) && !self.text.is_empty()
    }

    /// Right edge of the cell that holds the glyph's ink; for a mark this is half a cell.
    pub(crate) fn right(&self) -> f64 {
        let full = (self.advance - 1.0).abs() < 0.01;
        match self.first() {
            c if full && INK_LEFT.contains(c) => self.x + 0.5,
            // Drawn in the middle of half a cell.
            '·' => self.x + self.advance / 2.0 + 0.25,
            _ => self.x + self.advance,
        }
    }
}

impl Row {
    /// Distances between neighbouring Han characters.
    pub(crate) fn steps(&self) -> Vec<f64> {
        let both = |pair: &&[PlacedGlyph]| pair.iter().all(PlacedGlyph::is_han);
        self.0.windows(2).filter(both).map(|pair| pair[1].x - pair[0].x).collect()
    }

    /// Gaps between neighbouring Han characters or digits that have cells of their own.
    pub(crate) fn whites(&self) -> impl Iterator<Item = f64> + '_ {
        let cell = |spot: &PlacedGlyph| match spot.first() {
            c if is_han(c) => Some(1.0),
            c if c.is_ascii_digit() => Some(0.5),
            _ => None,
        };
        let white = move |pair: &[PlacedGlyph]| {
            cell(&pair[1])?;
            Some(pair[1].x - pair[0].x - cell(&pair[0])?)
        };
        self.0.windows(2).filter_map(white)
    }

    /// Widest gap of the line.
    pub(crate) fn widest(&self) -> f64 {
        self.whites().fold(0.0, f64::max)
    }

    /// Returns the glyphs of a run, if the line contains all of it.
    fn run(&self, run: &str) -> Option<&[PlacedGlyph]> {
        let text: String = self.0.iter().map(|spot| spot.text.as_str()).collect();
        let start = text.find(run)?;
        let mut at = 0;
        let inside = |spot: &PlacedGlyph| {
            let here = at;
            at += spot.text.len();
            (start..start + run.len()).contains(&here)
        };
        let inside: Vec<bool> = self.0.iter().map(inside).collect();
        let first = inside.iter().position(|inside| *inside)?;
        let count = inside[first..].iter().take_while(|inside| **inside).count();
        Some(&self.0[first..first + count])
    }

    /// Right edge of the last glyph's ink cell: on the measure if the line is filled.
    pub(crate) fn end(&self) -> f64 {
        // A space that was dropped at the end of the line has no ink.
        let inked =
            |spot: &&PlacedGlyph| !spot.text.trim().is_empty() || spot.text.contains('\u{ad}');
        self.0.iter().rev().find(inked).map_or(0.0, PlacedGlyph::right)
    }
}

/// Returns the tolerance for the end of a line: the face may move marks within their cells, and a
/// letter is kerned to the next one even where the line ends between them.
pub(crate) fn line_end_tolerance(line: &str) -> f64 {
    if line.ends_with(|c: char| c.is_ascii_graphic()) { 0.05 } else { 0.03 }
}

/// A paragraph to check, from one of the two sources.
pub(crate) struct CheckedParagraph<'a> {
    pub(crate) setting: &'a Setting,
    pub(crate) rows: &'a [Row],
    /// Tolerance for lengths: the PDF rounds them.
    pub(crate) off: f64,
}

type Verdict = Result<(), String>;

fn demand(holds: bool, what: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(what()) }
}

impl CheckedParagraph<'_> {
    pub(crate) fn texts(&self) -> Vec<String> {
        self.rows.iter().map(Row::text).collect()
    }

    /// Checks what every paragraph must keep: its text, and no line over its measure.
    pub(crate) fn check_text_and_measure(&self) -> Verdict {
        let (got, text) = (self.texts().concat(), self.setting.text.text());
        let bare_text =
            |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
        demand(bare_text(&got) == bare_text(text), || format!("the text became {got}"))?;
        if self.setting.text.is_vertical() {
            return Ok(());
        }
        for row in self.rows {
            let (over, text) = (row.end() - self.setting.measure, row.text());
            demand(over < line_end_tolerance(&text), || format!("{text} runs over by {over:.3}"))?;
        }
        Ok(())
    }

    /// Checks an expectation. The error says what was found instead.
    pub(crate) fn check(&self, expect: &Expect) -> Verdict {
        match *expect {
            Expect::Lines(_)
            | Expect::Ends(_)
            | Expect::NeverStarts(_)
            | Expect::NeverEnds(_)
            | Expect::Whole(_)
            | Expect::Within => self.check_breaks(expect),
            Expect::HalfEnd(line, mark, gap) => self.check_half_end(line, mark, gap),
            Expect::Edge(mark) => self.check_edge(mark),
            Expect::Start(line, first, x, second) => self.check_start(line, first, x, second),
            Expect::Step(from, to, expected) => self.check_step(from, to, expected),
            Expect::Marks(line, marks, width, gap) => self.check_marks(line, marks, width, gap),
            Expect::Run(run, expected) => self.check_unchanged_run(run, expected),
            Expect::One => {
                demand(self.rows.len() == 1, || "it takes more than a line".to_owned())?;
                self.check_last()
            }
            Expect::Last => self.check_last(),
            Expect::Filled => self.check_filled(),
            Expect::Gap(most) => {
                let gap = self.rows.iter().map(Row::widest).fold(0.0, f64::max);
                demand(gap <= most + self.off, || format!("a gap of {gap:.3} em"))
            }
            Expect::Free => {
                let wide = |row: &Row| row.widest() > WIDE + self.off;
                if !self.rows.iter().any(wide) {
                    return Ok(());
                }
                fault_free_lines(self.setting)
                    .map_or(Ok(()), |other| Err(format!("not set as {other}")))
            }
            Expect::Stands(run, upright) => self.check_orientation(run, upright),
            // Checked over the whole sheet, where the horizontal glyphs are known.
            Expect::Vertical(_) => Ok(()),
        }
    }

    fn check_breaks(&self, expect: &Expect) -> Verdict {
        let lines = self.texts();
        let (got, inner) = (lines.join("|"), lines.len() - 1);
        demand(inner > 0, || "nothing breaks, so nothing is tested".to_owned())?;
        match expect {
            Expect::Lines(first) => {
                let rest = got.strip_prefix(first);
                let whole = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('|'));
                demand(whole, || format!("expected {first}"))
            }
            Expect::Ends(last) => {
                demand(got.ends_with(last), || format!("expected {last} at the end"))
            }
            Expect::NeverStarts(marks) => {
                let bad = lines[1..].iter().any(|line| line.starts_with(|c| marks.contains(c)));
                demand(!bad, || format!("a line starts with one of {marks}"))
            }
            Expect::NeverEnds(marks) => {
                let bad = lines[..inner].iter().any(|line| line.ends_with(|c| marks.contains(c)));
                demand(!bad, || format!("a line ends with one of {marks}"))
            }
            Expect::Whole(run) => {
                demand(lines.iter().any(|line| line.contains(*run)), || format!("{run} is split"))
            }
            Expect::Within
            | Expect::HalfEnd(..)
            | Expect::Edge(_)
            | Expect::Start(..)
            | Expect::Step(..)
            | Expect::Marks(..)
            | Expect::Run(..)
            | Expect::One
            | Expect::Last
            | Expect::Filled
            | Expect::Gap(_)
            | Expect::Free
            | Expect::Stands(..)
            | Expect::Vertical(_) => Ok(()),
        }
    }

    fn row_at(&self, line: usize) -> Result<&Row, String> {
        self.rows.get(line).ok_or_else(|| format!("there is no line {}", line + 1))
    }

    fn check_half_end(&self, line: usize, mark: char, gap: f64) -> Verdict {
        let row = self.row_at(line)?;
        let last = row.0.last().ok_or("an empty line")?;
        demand(last.first() == mark, || format!("line {} ends with {}", line + 1, last.text))?;
        let off = last.x - (self.setting.measure - 0.5);
        demand(off.abs() < 0.02, || format!("{mark} is {off:.3} em off its half cell"))?;
        let steps = row.steps();
        let wrong = steps.iter().find(|step| (**step - 1.0 - gap).abs() > self.off);
        demand(wrong.is_none(), || format!("a Han step of {:.4}", wrong.unwrap_or(&0.0)))
    }

    fn check_edge(&self, mark: char) -> Verdict {
        let ends = |row: &&Row| row.0.last().is_some_and(|spot| spot.first() == mark);
        let row = self.rows.iter().find(ends).ok_or_else(|| format!("no line ends with {mark}"))?;
        let off = row.end() - self.setting.measure;
        demand(off.abs() < 0.02, || format!("{mark} ends {off:.3} em off the measure"))
    }

    fn check_start(&self, line: usize, first: &str, x: f64, second: f64) -> Verdict {
        let row = &self.row_at(line)?.0;
        let [one, two, ..] = row.as_slice() else { return Err("a line of one glyph".to_owned()) };
        demand(one.text == first, || format!("line {} starts with {}", line + 1, one.text))?;
        demand((one.x - x).abs() <= 0.02, || format!("{first} starts at {:.3}", one.x))?;
        // A stretched line moves the second glyph, but never to the left.
        let near = (second - 0.02..second + 0.35).contains(&two.x);
        demand(near, || format!("the line goes on at {:.3}", two.x))
    }

    fn check_step(&self, from: char, to: char, expected: f64) -> Verdict {
        let spots = || self.rows.iter().flat_map(|row| &row.0);
        let at = |c| spots().find(|spot| spot.first() == c).ok_or_else(|| format!("no {c}"));
        let (a, b) = (at(from)?, at(to)?);
        // An opening mark draws its ink in the right half of its full cell.
        let trim = if INK_RIGHT.contains(to) { b.advance - 0.5 } else { 0.0 };
        let step = b.x + trim - a.x;
        demand((step - expected).abs() <= self.off, || format!("{from} to {to} is {step:.4}"))
    }

    fn check_marks(&self, line: usize, marks: &str, width: f64, gap: f64) -> Verdict {
        let row = self.row_at(line)?;
        let mut checked = 0;
        for three in row.0.windows(3).filter(|three| marks.contains(three[1].first())) {
            let took = three[2].x - three[0].x - 1.0;
            checked += 1;
            let right = (took - width).abs() <= self.off;
            demand(right, || format!("{} takes {took:.4}", three[1].text))?;
        }
        demand(checked > 0, || format!("no {marks} inside {}", row.text()))?;
        let wrong = row.steps().into_iter().find(|step| (step - 1.0 - gap).abs() > self.off);
        demand(wrong.is_none(), || format!("a Han step of {:.4}", wrong.unwrap_or(0.0)))
    }

    fn check_unchanged_run(&self, run: &str, expected: Option<f64>) -> Verdict {
        let length = |spots: &[PlacedGlyph]| spots[spots.len() - 1].x - spots[0].x;
        let found = |row: &Row| row.run(run).map(length);
        let at = self.rows.iter().position(|row| row.run(run).is_some());
        let at = at.ok_or_else(|| format!("{run} is split"))?;
        let got = found(&self.rows[at]).ok_or("it was just there")?;
        let wide = banmian::line::break_into_lines(
            &self.setting.text,
            banmian::unit::Em::zi(100),
            banmian::unit::Em::ZERO,
        );
        let mut loose = Row::default();
        wide[0].place_glyphs(&self.setting.text, |placed| {
            let std::ops::Range { start, end } = placed.text_bytes;
            loose.0.push(PlacedGlyph {
                text: self.setting.text.text()[start as usize..end as usize].to_owned(),
                x: placed.x.to_f64(),
                across: 0.0,
                advance: 0.0,
                turned: false,
                shape: 0,
                glyph: None,
            });
        });
        let natural = found(&loose).ok_or("a wide line holds all")?;
        let expected = expected.unwrap_or(natural);
        demand((natural - expected).abs() < 1e-6, || format!("{run} is {natural:.4} by itself"))?;
        demand((got - expected).abs() <= self.off, || format!("{run} is {got:.4}"))?;
        // The line must have been justified, or nothing was tested.
        let line = &self.setting.lines[at];
        let room =
            self.setting.text.natural_width(line.units.clone()).to_f64() < self.setting.measure;
        demand(room && !line.is_last, || "the line has nothing to give".to_owned())
    }

    fn check_last(&self) -> Verdict {
        let row = &self.rows[self.rows.len() - 1];
        let wrong = row.steps().into_iter().find(|step| (step - 1.0).abs() > self.off);
        demand(wrong.is_none(), || format!("a Han step of {:.4}", wrong.unwrap_or(0.0)))?;
        let line = &self.setting.lines[self.rows.len() - 1];
        let natural = line.start_x + self.setting.text.natural_width(line.units.clone());
        let width = line.width(&self.setting.text);
        let exact = width == natural || natural > self.setting.full;
        demand(exact, || format!("it is {width:?} wide, not {natural:?}"))?;
        let expected = natural.to_f64().min(self.setting.measure);
        let end = row.end();
        demand((end - expected).abs() < line_end_tolerance(&row.text()), || {
            format!("it ends at {end:.3}, not {expected:.3}")
        })
    }

    fn check_filled(&self) -> Verdict {
        let last = self.rows.len() - 1;
        for (k, row) in self.rows.iter().enumerate() {
            let least = row.steps().into_iter().fold(1.0, f64::min);
            demand(least >= 1.0 - self.off, || format!("Han {least:.4} apart in {}", row.text()))?;
            let (end, text) = (row.end(), row.text());
            let full = k == last || (end - self.setting.measure).abs() < line_end_tolerance(&text);
            demand(full, || format!("{text} ends at {end:.3}"))?;
            // Exact to the last unit, before anything is drawn.
            let width = self.setting.lines[k].width(&self.setting.text);
            let exact = k == last || width == self.setting.full;
            demand(exact, || format!("{text} is {width:?} wide"))?;
        }
        Ok(())
    }

    fn check_orientation(&self, run: &str, upright: bool) -> Verdict {
        let spots = self.rows.iter().find_map(|row| row.run(run)).ok_or("it is not there")?;
        let turned = spots.iter().all(|spot| spot.turned);
        if !upright {
            return demand(turned, || format!("{run} is not turned"));
        }
        demand(!turned, || format!("{run} is turned"))?;
        let away = spots.iter().map(|spot| (spot.x - spots[0].x).abs()).fold(0.0, f64::max);
        demand(away < 0.01, || format!("{run} is spread over {away:.3} em"))?;
        let end = spots[spots.len() - 1].across + spots[spots.len() - 1].advance;
        let inside = spots[0].across > -0.02 && end < 1.02;
        demand(inside, || format!("{run} reaches from {:.3} to {end:.3}", spots[0].across))
    }
}

/// True if the rule forbids a line to end with `before` where the next one is `after`. Written from
/// the reference, not from the tables of the program.
pub(crate) fn forbidden(rule: &str, before: &str, after: &str) -> bool {
    let digit = |c: char| c.is_ascii_digit();
    let token = |c: char| c.is_ascii_alphanumeric();
    let (ends, starts) = (
        |marks: &str| before.ends_with(|c| marks.contains(c)),
        |marks: &str| after.starts_with(|c| marks.contains(c)),
    );
    match rule {
        "R01" => starts("。．，、：；！？"),
        "R02" => starts("”’）》〉」』】〕〗］｝"),
        "R03" => ends("“‘（《〈「『【〔〖［｛"),
        "R04" => starts("·‧・•"),
        "R05" => starts("～–‑") || after.starts_with('—') && !after.starts_with("——"),
        "R06" => starts("/") || ends("/") && !before.is_ascii() && !address(before),
        "R07" => ends("—") && starts("—"),
        "R08" => ends("…") && starts("…") && !before.ends_with("……"),
        "R09" => starts("…") && !ends("…"),
        "R10" => ends("“‘（") && starts("—") || ends("—") && starts("，。”’）"),
        "R12" => before.ends_with(digit) && starts("0123456789,.") || number(before, after),
        "R13" => before.ends_with(digit) && starts("%‰℃°"),
        "R14" => starts("%％‰℃℉°"),
        "R15" => ends("￥¥$€£") && after.starts_with(digit),
        "R16" => ends("±＋+−") && after.starts_with(digit) || starts("＋+"),
        "R17" => before.ends_with(digit) && starts("年月日元万亿人个版"),
        "R19" => before.ends_with(token) && after.starts_with(token),
        _ => false,
    }
}

/// True if a decimal point or comma inside a number ends the line.
fn number(before: &str, after: &str) -> bool {
    let head = before.trim_end_matches([',', '.']);
    let digit = |c: char| c.is_ascii_digit();
    head.len() < before.len() && head.ends_with(digit) && after.starts_with(digit)
}

/// True if a line ends inside a web or mail address, which has its own breaks (R20).
pub(crate) fn address(line: &str) -> bool {
    let start = line
        .rfind(|c: char| !c.is_ascii_graphic())
        .map_or(0, |at| at + line[at..].chars().next().map_or(0, char::len_utf8));
    let tail = &line[start..];
    tail.contains("://") || tail.contains("www.") || tail.contains('@')
}
