//! Lengths of the lines of a head, and the space that a vertical head takes.

use crate::fit::head::{ArticleHead, HeadLine, HeadPart};
use crate::fit::shaped::{ShapedItem, ShapedText};
use crate::unit::Abs;

/// Heights of the two parts of a vertical head, one above the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerticalHeadDepths {
    /// Length of the longest line that runs down.
    pub down: Abs,
    /// Height of the lines that run across below, with the white around them.
    pub across: Abs,
}

impl ArticleHead {
    /// Returns the text of a part; `None` if the head has no such part.
    pub fn text<'a>(&self, part: HeadPart, item: &'a ShapedItem) -> Option<&'a ShapedText> {
        item.head_text(self.wording, part)
    }

    /// Length of one of its lines.
    pub fn line_length(&self, line: &HeadLine, item: &ShapedItem) -> Abs {
        let text = self.text(line.part, item);
        text.map_or(Abs::ZERO, |text| line.line.width(&text.paragraph).at(line.size.width))
    }

    /// Width of the head: of its widest line, or of all lines that run down.
    pub fn width(&self, item: &ShapedItem) -> Abs {
        if self.wording.is_vertical {
            return self.vertical_width(item);
        }
        self.longest(self.lines.iter(), item)
    }

    /// Width of a vertical head: the lines that run down with the white between them, or the lines
    /// across below them if those are wider.
    fn vertical_width(&self, item: &ShapedItem) -> Abs {
        let down: Vec<Abs> = self.lines_down().map(|line| line.size.width).collect();
        let gaps: Abs = down.windows(2).map(|pair| self.white_between(pair[0], pair[1])).sum();
        (down.into_iter().sum::<Abs>() + gaps).max(self.longest(self.lines_across(), item))
    }

    /// Heights of the parts of a vertical head.
    pub fn vertical_depths(&self, item: &ShapedItem) -> VerticalHeadDepths {
        let height_with_white = |line: &HeadLine| {
            let height = line.size.height;
            height + self.white_between(height, height) * 2
        };
        VerticalHeadDepths {
            down: self.longest(self.lines_down(), item),
            across: self.lines_across().map(height_with_white).sum(),
        }
    }

    /// Lines of a vertical head that run from top to bottom, from the right.
    pub fn lines_down(&self) -> impl Iterator<Item = &HeadLine> {
        self.lines.iter().filter(|line| line.part.runs_down())
    }

    /// Lines of a vertical head that run across below the others, from the top.
    pub fn lines_across(&self) -> impl Iterator<Item = &HeadLine> {
        self.lines.iter().filter(|line| !line.part.runs_down())
    }

    /// Length of the longest of some lines; zero if there are none.
    fn longest<'a>(&self, lines: impl Iterator<Item = &'a HeadLine>, item: &ShapedItem) -> Abs {
        lines.map(|line| self.line_length(line, item)).max().unwrap_or(Abs::ZERO)
    }
}
