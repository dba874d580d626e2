//! A finished page as the editor's check sees it: modules, heads, bodies, pictures and rules with
//! their places. `read` builds it from the geometry, the record and the press PDF; the tests of the
//! rules build it by hand. Nothing here comes from the engine's own judgement of the page.

/// Rounding in lengths, in pt.
pub(crate) const OFF: f64 = 0.05;

/// An upright rectangle in pt, origin at the top left of the trim, y down.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Area {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Area {
    /// The rectangle between two corners.
    pub(crate) fn between(x: f64, y: f64, right: f64, foot: f64) -> Self {
        Self { x, y, width: right - x, height: foot - y }
    }

    pub(crate) fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(crate) fn foot(&self) -> f64 {
        self.y + self.height
    }

    pub(crate) fn size(&self) -> f64 {
        self.width * self.height
    }

    /// True if the point lies inside, or within `by` pt of it.
    pub(crate) fn holds(&self, x: f64, y: f64, by: f64) -> bool {
        x > self.x - by && x < self.right() + by && y > self.y - by && y < self.foot() + by
    }

    /// Length in pt that both share from left to right; negative where a gap lies between them.
    pub(crate) fn overlap_x(&self, other: &Self) -> f64 {
        self.right().min(other.right()) - self.x.max(other.x)
    }

    /// Length in pt that both share from top to foot; negative where a gap lies between them.
    pub(crate) fn overlap_y(&self, other: &Self) -> f64 {
        self.foot().min(other.foot()) - self.y.max(other.y)
    }

    /// The smallest rectangle around both.
    pub(crate) fn with(&self, other: &Self) -> Self {
        Self::between(
            self.x.min(other.x),
            self.y.min(other.y),
            self.right().max(other.right()),
            self.foot().max(other.foot()),
        )
    }
}

/// A place on the grid in whole columns and rows, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cells {
    pub(crate) column: u32,
    pub(crate) row: u32,
    pub(crate) columns: u32,
    pub(crate) rows: u32,
}

impl Cells {
    /// One past the last column.
    pub(crate) fn right(self) -> u32 {
        self.column + self.columns
    }

    /// One past the last row.
    pub(crate) fn foot(self) -> u32 {
        self.row + self.rows
    }

    /// Rows that both occupy.
    pub(crate) fn common_rows(self, other: Self) -> u32 {
        self.foot().min(other.foot()).saturating_sub(self.row.max(other.row))
    }

    /// Columns that both occupy.
    pub(crate) fn common_columns(self, other: Self) -> u32 {
        self.right().min(other.right()).saturating_sub(self.column.max(other.column))
    }
}

/// The grid of the page.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageGrid {
    /// C, basic columns.
    pub(crate) columns: u32,
    /// R, rows of the type area.
    pub(crate) rows: u32,
    /// First row that is open to articles: below page head and banner.
    pub(crate) top: u32,
    pub(crate) chars_per_column: u32,
    pub(crate) body_pt: f64,
    pub(crate) pitch_pt: f64,
    pub(crate) gutter_pt: f64,
    pub(crate) area: Area,
}

impl PageGrid {
    /// Width of a basic column in pt.
    pub(crate) fn column_pt(&self) -> f64 {
        f64::from(self.chars_per_column) * self.body_pt
    }

    /// Width of some columns with the gutters between them, in pt.
    pub(crate) fn width(&self, columns: u32) -> f64 {
        f64::from(columns) * (self.column_pt() + self.gutter_pt) - self.gutter_pt
    }

    /// Left edge of a column.
    pub(crate) fn left(&self, column: u32) -> f64 {
        self.area.x + f64::from(column) * (self.column_pt() + self.gutter_pt)
    }

    /// Top edge of a row.
    pub(crate) fn row_top(&self, row: u32) -> f64 {
        self.area.y + f64::from(row) * self.pitch_pt
    }

    /// Rows that are open to articles.
    pub(crate) fn field_rows(&self) -> u32 {
        self.rows - self.top
    }

    /// The rectangle of some cells. Its foot is that of the last row's em boxes.
    pub(crate) fn area_of(&self, cells: Cells) -> Area {
        let foot = self.row_top(cells.foot()) - (self.pitch_pt - self.body_pt);
        let left = self.left(cells.column);
        let top = self.row_top(cells.row);
        Area { x: left, y: top, width: self.width(cells.columns), height: foot - top }
    }

    /// A foot in pt, in rows from the top of the type area. The foot of a column lies a row's lead
    /// above the next row.
    pub(crate) fn foot_row(&self, y: f64) -> f64 {
        (y + self.pitch_pt - self.body_pt - self.area.y) / self.pitch_pt
    }

    /// Index of the basic column that contains `x`, if `x` lies in one.
    pub(crate) fn column_at(&self, x: f64) -> Option<u32> {
        (0..self.columns).find(|column| {
            let left = self.left(*column);
            x > left - OFF && x < left + self.column_pt() + OFF
        })
    }
}

/// Kind of a module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    News,
    /// An article under a name without a role, and without a dateline.
    Feature,
    /// More than half of its blocks are verse.
    Verse,
    Brief,
    /// A picture that belongs to no article.
    LonePicture,
}

/// One character of a headline with the place of its em box along its line, in pt: x of a
/// horizontal line, y of a vertical one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spot {
    pub(crate) text: String,
    pub(crate) start: f64,
    pub(crate) end: f64,
}

/// One line of a headline as printed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct HeadLine {
    pub(crate) spots: Vec<Spot>,
    /// Em boxes of the line.
    pub(crate) area: Area,
}

impl HeadLine {
    pub(crate) fn text(&self) -> String {
        self.spots.iter().map(|spot| spot.text.as_str()).collect()
    }
}

/// The head of an article, as printed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Head {
    /// From column title or kicker to the byline: the em boxes of all that is set above the body.
    pub(crate) area: Area,
    pub(crate) lines: Vec<HeadLine>,
    /// Size of the headline in pt: height of its em.
    pub(crate) size: f64,
    /// Width of the em over its height, 1 where the type is not condensed (长体).
    pub(crate) scale: f64,
    /// Columns that the head spans: those of the module that neither body nor picture enters
    /// beside it.
    pub(crate) span: u32,
    /// Width of the span in pt; less than that of the columns in a box.
    pub(crate) span_pt: f64,
    pub(crate) vertical: bool,
    /// Name of the face of the headline.
    pub(crate) face: String,
    /// The headline as the record has it, with its clause spaces.
    pub(crate) wording: String,
    pub(crate) kicker: bool,
    pub(crate) deck: bool,
    /// True if kicker or deck are set vertically.
    pub(crate) upright_aside: bool,
    /// Columns of body that stand beside the head.
    pub(crate) beside: u32,
}

impl Head {
    /// Length of the longest line in pt.
    pub(crate) fn longest(&self) -> f64 {
        let length =
            |line: &HeadLine| if self.vertical { line.area.height } else { line.area.width };
        self.lines.iter().map(length).fold(0.0, f64::max)
    }

    /// Widest line over the width of the span.
    pub(crate) fn fill(&self) -> f64 {
        self.longest() / self.span_pt
    }

    /// √(size × span), editor.md.
    pub(crate) fn presence(&self) -> f64 {
        (self.size * f64::from(self.span)).sqrt()
    }
}

/// A picture as printed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Picture {
    pub(crate) area: Area,
    /// Lower edge of its caption in pt; of the picture itself if it has none.
    pub(crate) foot: f64,
    /// Width and height in pixels. `None`: not known.
    pub(crate) pixels: Option<[u32; 2]>,
    /// Least resolution that the record accepts. 0: none is named.
    pub(crate) min_ppi: u32,
}

/// A column title or a banner as printed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Label {
    pub(crate) text: String,
    /// True if it is drawn as a label: reversed, on a tint, boxed, or much larger than the body.
    pub(crate) drawn: bool,
}

/// A byline of its own line as printed.
#[derive(Clone, Debug, Default)]
pub(crate) struct BylineSet {
    pub(crate) text: String,
    /// Gaps inside two-character names, in ems.
    pub(crate) inside: Vec<f64>,
    /// Gaps between two names, in ems.
    pub(crate) between: Vec<f64>,
}

/// A line of verse as printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VerseLine {
    pub(crate) stanza: usize,
    /// Basic column that it stands in.
    pub(crate) column: u32,
}

/// An article or a lone picture on the page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Module {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) weight: u32,
    /// 1 for the lead. 0: a lone picture.
    pub(crate) rank: usize,
    pub(crate) cells: Cells,
    pub(crate) area: Area,
    pub(crate) head: Option<Head>,
    /// Columns of body copy.
    pub(crate) body: Vec<Area>,
    pub(crate) pictures: Vec<Picture>,
    pub(crate) boxed: bool,
    pub(crate) tinted: bool,
    pub(crate) label: Option<Label>,
    pub(crate) byline: Option<BylineSet>,
    /// Tops of its crossheads, in pt.
    pub(crate) crossheads: Vec<f64>,
    pub(crate) verse: Vec<VerseLine>,
    /// True if the desk pinned it.
    pub(crate) locked: bool,
    /// True if the record asks for the place of its head.
    pub(crate) head_asked: bool,
    /// 字 that did not fit.
    pub(crate) over: u32,
    /// Heads inside it: those of the briefs of a group.
    pub(crate) minor: Vec<Head>,
}

impl Module {
    pub(crate) fn is_article(&self) -> bool {
        self.kind != Kind::LonePicture
    }

    pub(crate) fn framed(&self) -> bool {
        self.boxed || self.tinted
    }

    /// Foot of each of its columns in rows, by basic column: the lowest body or picture there.
    pub(crate) fn feet(&self, grid: &PageGrid) -> Vec<(u32, f64)> {
        // The block of a picture and its caption takes whole rows.
        let block = |picture: &Picture| (picture.area, (grid.foot_row(picture.foot) - 0.05).ceil());
        let bodies = self.body.iter().map(|body| (*body, grid.foot_row(body.foot())));
        let parts: Vec<(Area, f64)> = bodies.chain(self.pictures.iter().map(block)).collect();
        let foot = |column: u32| {
            let (left, half) = (grid.left(column), grid.column_pt() / 2.0);
            let own = Area { x: left, y: 0.0, width: grid.column_pt(), height: 1.0 };
            let feet = parts.iter().filter(|(part, _)| part.overlap_x(&own) > half);
            let foot = feet.map(|(_, foot)| *foot).fold(f64::MIN, f64::max);
            (foot > f64::MIN).then_some((column, foot))
        };
        (self.cells.column..self.cells.right()).filter_map(foot).collect()
    }

    /// Top of the body or the picture below the head, in pt. `None`: there is none.
    pub(crate) fn body_top(&self) -> Option<f64> {
        let head = self.head.as_ref()?;
        let parts = self.body.iter().chain(self.pictures.iter().map(|picture| &picture.area));
        let below = parts.filter(|part| {
            let under = part.y > head.area.y + head.area.height / 2.0;
            part.overlap_x(&head.area) > OFF && under && !head.vertical
        });
        let top = below.map(|part| part.y).fold(f64::MAX, f64::min);
        (top < f64::MAX).then_some(top)
    }
}

/// A rule as drawn: a thin filled rectangle that is no frame of a module.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub(crate) area: Area,
}

impl Rule {
    pub(crate) fn vertical(&self) -> bool {
        self.area.height > self.area.width
    }

    pub(crate) fn thickness(&self) -> f64 {
        self.area.height.min(self.area.width)
    }
}

/// A proposed cut that makes an over-full page fit.
#[derive(Clone, Debug)]
pub(crate) struct Cut {
    pub(crate) article: String,
    pub(crate) chars: u32,
}

/// An article that found no place on the page.
#[derive(Clone, Debug)]
pub(crate) struct LeftOut {
    pub(crate) id: String,
    pub(crate) weight: u32,
    pub(crate) chars: u32,
}

/// The page.
#[derive(Clone, Debug, Default)]
pub(crate) struct EditorPage {
    pub(crate) grid: PageGrid,
    /// The articles in the order of the record, then the lone pictures.
    pub(crate) modules: Vec<Module>,
    pub(crate) rules: Vec<Rule>,
    /// Areas of advertisements.
    pub(crate) adverts: Vec<Area>,
    /// Other areas that articles keep out of.
    pub(crate) reserved: Vec<Area>,
    pub(crate) banner: Option<Label>,
    /// Groups of articles of one grade, by id.
    pub(crate) same_grade: Vec<Vec<String>>,
    /// Names that no line of a headline may divide.
    pub(crate) names: Vec<String>,
    pub(crate) left_out: Vec<LeftOut>,
    /// 字 of all articles.
    pub(crate) chars: u32,
    /// The report's list of cuts. `None`: there is none.
    pub(crate) cuts: Option<Vec<Cut>>,
    /// Number that the page's advice names: 字 that would fill it. `None`: it advises nothing.
    pub(crate) advice_short: Option<u32>,
    /// Articles whose uneven feet the report admits.
    pub(crate) feet_told: Vec<String>,
}

impl EditorPage {
    /// The article of rank 1.
    pub(crate) fn lead(&self) -> Option<&Module> {
        self.modules.iter().find(|module| module.rank == 1)
    }

    pub(crate) fn module(&self, id: &str) -> Option<&Module> {
        self.modules.iter().find(|module| module.id == id)
    }

    pub(crate) fn articles(&self) -> impl Iterator<Item = &Module> {
        self.modules.iter().filter(|module| module.is_article())
    }

    /// Articles with a head of their own, with that head.
    pub(crate) fn heads(&self) -> impl Iterator<Item = (&Module, &Head)> {
        self.articles().filter_map(|module| module.head.as_ref().map(|head| (module, head)))
    }

    /// All heads, those of the briefs of a group too.
    pub(crate) fn all_heads(&self) -> impl Iterator<Item = (&Module, &Head)> {
        self.articles().flat_map(|module| {
            module.head.iter().chain(&module.minor).map(move |head| (module, head))
        })
    }

    /// True if both belong to one group of `sameGrade`.
    pub(crate) fn one_grade(&self, a: &str, b: &str) -> bool {
        let has = |group: &Vec<String>, id: &str| group.iter().any(|member| member == id);
        self.same_grade.iter().any(|group| has(group, a) && has(group, b))
    }

    /// Pairs of modules side by side with the common edge in one gutter: left one, right one.
    pub(crate) fn neighbours(&self) -> impl Iterator<Item = (&Module, &Module)> {
        self.modules.iter().flat_map(move |left| {
            let beside = move |right: &&Module| {
                left.cells.right() == right.cells.column && left.cells.common_rows(right.cells) > 0
            };
            self.modules.iter().filter(beside).map(move |right| (left, right))
        })
    }

    /// Modules directly below one another: upper one, lower one, rows of white between their rects.
    pub(crate) fn stacked(&self) -> impl Iterator<Item = (&Module, &Module, f64)> {
        self.modules.iter().flat_map(move |lower| {
            let above = move |upper: &&Module| {
                upper.cells.common_columns(lower.cells) > 0 && upper.cells.foot() <= lower.cells.row
            };
            let near = self
                .modules
                .iter()
                .filter(above)
                .map(|upper| upper.cells.foot())
                .max()
                .unwrap_or(u32::MAX);
            let next = move |upper: &&Module| above(upper) && upper.cells.foot() + 2 >= near;
            self.modules.iter().filter(next).map(move |upper| {
                let white = (lower.area.y - upper.area.foot()) / self.grid.pitch_pt;
                (upper, lower, white)
            })
        })
    }

    /// White above the head of a module in pt: to the rule or the lower edge of what stands above.
    pub(crate) fn white_above(&self, module: &Module, head: &Head) -> f64 {
        let own = module.area.y + if module.framed() { self.grid.pitch_pt } else { 0.0 };
        let above = self
            .modules
            .iter()
            .filter(|other| other.id != module.id)
            .filter(|other| other.area.overlap_x(&head.area) > OFF)
            .map(|other| other.area.foot())
            .filter(|foot| *foot < head.area.y + OFF);
        let rules = self
            .rules
            .iter()
            .filter(|rule| !rule.vertical() && rule.area.overlap_x(&head.area) > 0.0)
            .map(|rule| rule.area.foot())
            .filter(|foot| *foot < head.area.y + OFF);
        let above = above.chain(rules);
        let edge = if module.framed() {
            own
        } else {
            above.fold(self.grid.row_top(self.grid.top), f64::max)
        };
        (head.area.y - edge).max(0.0)
    }
}
