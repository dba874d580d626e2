//! The rules of the line by number (R01–R44), each with the examples of the reference and more.
//!
//! The short examples test where lines break; gaps are muted there, as the head of the reference's
//! section (a) asks. R23 and R24, with R45 and R46, are measured again on finished pages in `pdf.rs`.

use banmian::line::{Copy, Line, Prepared, prepare, set};
use banmian::script::Profile;
use banmian::unit::Em;

use crate::support::engine;

/// A paragraph set in the song face and the default profile. Lengths are in thousandths of a 字.
struct Paragraph {
    text: Prepared,
    lines: Vec<Line>,
    measure: Em,
}

/// A glyph's text with its place on the line, in 字.
type Spot = (String, f64);

impl Paragraph {
    fn new(text: &str, measure: i64, indent: i64) -> Self {
        let song = engine().fonts().role("song").expect("song");
        let copy = Copy { text, face: song, spans: &[] };
        let text = prepare(engine().fonts(), copy, &Profile::default()).expect("glyphs for all");
        let measure = Em::milli(measure);
        let lines = set(&text, measure, Em::milli(indent));
        Self { text, lines, measure }
    }

    /// The texts of the lines.
    fn texts(&self) -> Vec<&str> {
        self.lines.iter().map(|line| &self.text.text()[line.range(&self.text)]).collect()
    }

    /// Where the glyphs of line `k` stand.
    fn spots(&self, k: usize) -> Vec<Spot> {
        let mut spots = Vec::new();
        self.lines[k].place(&self.text, |placed| {
            let text = &self.text.text()[placed.text.0 as usize..placed.text.1 as usize];
            spots.push((text.to_owned(), placed.x.to_f64()));
        });
        spots
    }

    /// The line that holds a run whole, and how far its last glyph is from its first, in 字.
    fn run(&self, run: &str) -> Option<(usize, f64)> {
        (0..self.lines.len()).find_map(|k| {
            let spots = self.spots(k);
            let start = self.texts()[k].find(run)?;
            let mut at = 0;
            let mut places = Vec::new();
            for (text, x) in spots {
                if (start..start + run.len()).contains(&at) {
                    places.push(x);
                }
                at += text.len();
            }
            Some((k, places.last()? - places.first()?))
        })
    }

    /// The steps from each character of line `k` to the next, in 字, for those where both satisfy `test`.
    fn steps(&self, k: usize, test: impl Fn(char) -> bool) -> Vec<f64> {
        let both = |pair: &&[Spot]| pair.iter().all(|(text, _)| text.chars().all(&test));
        let spots = self.spots(k);
        spots.windows(2).filter(both).map(|pair| pair[1].1 - pair[0].1).collect()
    }
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// What is expected of a paragraph.
enum Expect {
    /// Its first lines, as far as given; `|` ends a line.
    Lines(&'static str),
    /// Its last lines.
    Ends(&'static str),
    /// No line starts with any of these.
    NeverStarts(&'static str),
    /// No line ends with any of these.
    NeverEnds(&'static str),
    /// Each of these, parted by spaces, stands whole on some line.
    Whole(&'static str),
}
use Expect::{Ends, Lines, NeverEnds, NeverStarts, Whole};

/// Rule, measure in thousandths of a 字, text, what is expected. No indent.
const BREAKS: &[(&str, i64, &str, Expect)] = &[
    ("R01", 8000, "一二三四五六七八。九十", Lines("一二三四五六七|八。九十")),
    ("R01", 8000, "一二三四五六七八，九十", Lines("一二三四五六七|八，九十")),
    ("R01", 6000, "一二三四五六！七八九十甲乙；丙丁戊", NeverStarts("！；")),
    ("R02", 5000, "一二三“四五”六", NeverStarts("”")),
    ("R02", 6000, "甲乙丙丁《戊己》庚辛壬癸", NeverStarts("》")),
    ("R02", 7000, "一二三四（五六七）八九十", NeverStarts("）")),
    ("R03", 6000, "一二三四五（六七）八", Lines("一二三四五|（六七）八")),
    ("R03", 6000, "一二三四五《六七》八", Lines("一二三四五|《六七》八")),
    ("R03", 5000, "一二三四“五六七”八九十“甲”", NeverEnds("“")),
    ("R04", 7000, "噫一二三四五六·罗塞蒂还有", Lines("噫一二三四五|六·罗塞蒂还有")),
    ("R04", 5000, "一二三约翰·史密斯来", NeverStarts("·")),
    ("R04", 5500, "一二三约翰·史密斯来", Lines("一二三约翰·|史密斯来")),
    ("R05", 9000, "一二三四五六63%～68%之间", Lines("一二三四五六63%～|68%之间")),
    ("R05", 5000, "一二三四京—沪高铁", Lines("一二三四|京—沪高铁")),
    ("R05", 5000, "一二三四3～5个月内", NeverStarts("～")),
    ("R06", 5000, "一二三四/五六七八九", Lines("一二三|四/五六七")),
    ("R06", 5000, "一二三四五/六七八九", NeverStarts("/")),
    ("R06", 4500, "一二三四/五六七八九", NeverEnds("/")),
    ("R07", 5000, "一二三四——五六七", Lines("一二三四|——五六七")),
    ("R07", 7000, "一二三四五六——七八九十", Whole("——")),
    ("R07", 4000, "一二三——四五六——七", Whole("——")),
    ("R08", 5000, "一二三四……五六七八", Lines("一二三|四……五六")),
    ("R08", 7000, "一二三四五六……七八九十", Whole("……")),
    ("R08", 6000, "一二三四五……六七八九", Whole("……")),
    ("R09", 5000, "一二三四五……六七", Lines("一二三四|五……六七")),
    ("R09", 6000, "一二三四五……六七八九", NeverStarts("…")),
    ("R09", 4000, "一二三四……五六七八九十", NeverStarts("…")),
    ("R10", 6000, "一二三四——，六七八九", NeverStarts("，")),
    ("R10", 6000, "一二三四“——五六”七八", NeverEnds("“")),
    ("R10", 6000, "一二三“四五——”六七八", NeverStarts("”")),
    ("R11", 5000, "一二三四五——六七八", Lines("一二三四五|——六七八")),
    ("R12", 7000, "一二三四五1,234,567人", Lines("一二三四五|1,234,567人")),
    ("R12", 5000, "一二三四20240315五六", Whole("20240315")),
    ("R12", 5000, "一二三四3.1416五六", Whole("3.1416")),
    ("R13", 5600, "一二三四50%五六", Lines("一二三四50%|五六")),
    ("R13", 5000, "一二三四5‰五六七", Whole("5‰")),
    ("R13", 5000, "一二三四37℃五六七", Whole("37℃")),
    ("R14", 5000, "一二三四五℃六", Lines("一二三四|五℃六")),
    ("R15", 5000, "一二三四￥100元", Whole("￥100")),
    ("R16", 6000, "一二三四“稀土＋”协同创新", Whole("土＋”")),
    // The reference sets “下一句话很 on line 2, which would leave 长 alone against R43.
    ("R21", 6000, "上一句话。”“下一句话很长", Lines("上一句话。”")),
    ("R21", 5000, "《一二三》《四五六》七", Lines("《一二三》|《四五六》七")),
    ("R21", 5000, "（甲乙丙）（丁戊己）庚辛", Lines("（甲乙丙）|（丁戊己）")),
    ("R43", 10000, "一二三四五六七八九十一二三四五六七八九十一。", Ends("八九|十一。")),
    ("R43", 8000, "一二三四五六七八九", Lines("一二三四五六七|八九")),
    ("R43", 13000, "一二三四五六七八九十甲乙丙丁。", Lines("一二三四五六七八九十甲乙|丙丁。")),
    // A word of the dictionary is cut where the line is full: Chinese body is never word-broken.
    ("R44", 5000, "我们的社会主义现代化", Lines("我们的社会|主义现代化")),
    ("R44", 7000, "全面建设社会主义现代化国家", Lines("全面建设社会主|义现代化国家")),
    ("R44", 5000, "统筹推进乡村振兴工作", Lines("统筹推进乡|村振兴工作")),
];

#[test]
fn lines_break_where_the_rules_allow() {
    let mut faults = Vec::new();
    for (rule, measure, text, expect) in BREAKS {
        let paragraph = Paragraph::new(text, *measure, 0);
        let lines = paragraph.texts();
        let got = lines.join("|");
        let inner = lines.len() - 1;
        let mut fault = |what: String| faults.push(format!("{rule} at {measure}: {what}: {got}"));
        if lines.concat() != *text {
            fault("the text is not kept".to_owned());
        }
        match expect {
            Lines(first) => {
                let rest = got.strip_prefix(first);
                if rest.is_none_or(|rest| !rest.is_empty() && !rest.starts_with('|')) {
                    fault(format!("expected {first}"));
                }
            }
            Ends(last) => {
                if !got.ends_with(last) {
                    fault(format!("expected {last} at the end"));
                }
            }
            NeverStarts(marks) => {
                if lines[1..].iter().any(|line| line.starts_with(|c| marks.contains(c))) {
                    fault(format!("a line starts with one of {marks}"));
                }
            }
            NeverEnds(marks) => {
                if lines[..inner].iter().any(|line| line.ends_with(|c| marks.contains(c))) {
                    fault(format!("a line ends with one of {marks}"));
                }
            }
            Whole(runs) => {
                let split = |run: &&str| !lines.iter().any(|line| line.contains(*run));
                if let Some(run) = runs.split(' ').find(split) {
                    fault(format!("{run} is split"));
                }
            }
        }
        if lines.len() < 2 {
            fault("nothing breaks, so nothing is tested".to_owned());
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Texts that are set at every measure for the rules that hold of any line.
const ANY: &[&str] = &[
    "党的二十大举旗定向、凝聚力量，为新时代新征程党和国家事业发展、实现第二个百年奋斗目标指明了前进方向、提供了根本遵循。",
    "“老李，你这个血糖可得盯紧了，早饭后2小时还有11.3。”3月12日上午，东例社区的家庭医生说：“别忘了63%～68%这条线！”",
    "会议指出——2023年，全区APP用户达1,234,567人（比上年增长5.6%），其中COVID-19疫情期间新增的约占三成……",
];

#[test]
fn every_line_but_the_last_ends_on_the_measure_and_no_gap_shrinks() {
    for text in ANY {
        for measure in 8..=30 {
            let paragraph = Paragraph::new(text, measure * 1000, 2000);
            let last = paragraph.lines.len() - 1;
            for (k, line) in paragraph.lines.iter().enumerate() {
                let (shown, width) = (paragraph.texts()[k], line.width(&paragraph.text));
                // R36: a Han character never comes nearer to the next than its own cell.
                for step in paragraph.steps(k, is_han) {
                    assert!(step >= 0.999, "R36 at {measure}: {step} in {shown}");
                }
                if k < last {
                    assert_eq!(width, paragraph.measure, "{measure}: {shown}");
                } else {
                    // R41: the last line is as the characters are.
                    let natural = line.start + paragraph.text.natural(line.units.clone());
                    let squeezed = natural > paragraph.measure;
                    assert!(squeezed || width == natural, "R41 at {measure}: {shown}");
                    assert!(width <= paragraph.measure, "R41 at {measure}: {shown}");
                    for step in paragraph.steps(k, is_han) {
                        assert!((step - 1.0).abs() < 1e-6, "R41 at {measure}: {step} in {shown}");
                    }
                }
            }
        }
    }
}

#[test]
fn r22_marks_at_line_ends_take_half_a_cell() {
    // Rule text, measure, the white between the Han of line 1 in 字.
    for (text, measure, gap) in [
        ("一二三四五六七。八九十甲乙丙", 8, 0.5 / 6.0),
        ("一二三四五六七，八九十甲乙丙", 8, 0.5 / 6.0),
        ("一二三四五六七八”九十甲乙丙丁", 9, 0.5 / 7.0),
    ] {
        let paragraph = Paragraph::new(text, measure * 1000, 0);
        let spots = paragraph.spots(0);
        let (mark, x) = spots.last().expect("a glyph");
        assert!("。，”".contains(mark.as_str()), "R22 {text}: line 1 ends with {mark}");
        // Its half cell ends on the measure, so its glyph starts half a 字 before.
        assert!((x - (measure as f64 - 0.5)).abs() < 0.02, "R22 {text}: {mark} at {x}");
        for step in paragraph.steps(0, is_han) {
            assert!((step - 1.0 - gap).abs() < 1e-3, "R22 {text}: a step of {step}");
        }
    }
}

#[test]
fn r23_r24_line_starts() {
    // Text, measure, indent, line: where its first glyph is drawn, its text, where the next one is.
    for (rule, text, measure, indent, line, first, second) in [
        ("R23", "一二三四五“六七”八九", 5, 0, 1, ("“", -0.5), 0.5),
        ("R23", "一二三四五《六七》八九", 5, 0, 1, ("《", -0.5), 0.5),
        ("R23", "一二三四五（六七）八九", 5, 0, 1, ("（", -0.5), 0.5),
        ("R24", "一二三四五六七八九十", 8, 2, 0, ("一", 2.0), 3.0),
        ("R24", "党的二十大举旗定向、凝聚力量", 13, 2, 0, ("党", 2.0), 3.0),
        ("R24", "2023年的第一场雪", 6, 2, 0, ("2", 2.0), 2.5),
        ("R25", "“一二三四五”六七八九", 10, 2, 0, ("“", 1.5), 2.5),
    ] {
        let spots = Paragraph::new(text, measure * 1000, indent * 1000).spots(line);
        assert_eq!(spots[0].0, first.0, "{rule} {text}");
        assert!((spots[0].1 - first.1).abs() <= 0.02, "{rule} {text}: starts at {}", spots[0].1);
        // A stretched line moves the second glyph, but never to the left.
        assert!(spots[1].1 >= second - 0.02, "{rule} {text}: goes on at {}", spots[1].1);
        assert!(spots[1].1 <= second + 0.35, "{rule} {text}: goes on at {}", spots[1].1);
    }
}

#[test]
fn r40_numbers_words_and_long_marks_never_stretch() {
    // A line that has to give, the run on it that must not, and from the first of its glyphs to the last.
    for (text, measure, run, expected) in [
        ("一二三2023四五六七八九十", 8400, "2023", Some(1.5)),
        ("一二三四20.5万五六七八九十", 8400, "20.5", Some(1.5)),
        ("一二三1～2四五六七八九十甲乙", 7400, "1～2", Some(1.5)),
        ("甲乙丙丁京—沪戊己庚，辛壬癸子丑", 7400, "京—沪", Some(2.0)),
        // One stroke; letters have their own widths.
        ("一二三四——五六七八九，十甲乙", 7400, "——", None),
        ("一二三四APP五六七八九十甲乙丙", 8400, "APP", None),
    ] {
        let (_, natural) = Paragraph::new(text, 100_000, 0).run(run).expect("it is in the text");
        let paragraph = Paragraph::new(text, measure, 0);
        let (k, set) = paragraph.run(run).unwrap_or_else(|| panic!("R40 {text}: {run} is split"));
        let expected = expected.unwrap_or(natural);
        assert!((set - expected).abs() < 1e-6, "R40 {text}: {run} is {set}, not {expected}");
        assert!(
            (natural - expected).abs() < 1e-6,
            "R40 {text}: {run} is {natural}, not {expected}"
        );
        // The line did have to give, or nothing was tested.
        let line = &paragraph.lines[k];
        let gave = paragraph.text.natural(line.units.clone()) < paragraph.measure && !line.last;
        assert!(gave, "R40 {text}: {:?}", paragraph.texts());
    }
}

#[test]
fn r42_a_block_of_one_line_is_not_stretched() {
    for text in ["行进中的学生方队", "图为：会场一角。", "张三　摄"] {
        let paragraph = Paragraph::new(text, 17_000, 0);
        assert_eq!(paragraph.lines.len(), 1, "R42 {text}");
        let line = &paragraph.lines[0];
        assert_eq!(
            line.width(&paragraph.text),
            paragraph.text.natural(line.units.clone()),
            "R42 {text}"
        );
        for step in paragraph.steps(0, is_han) {
            assert!((step - 1.0).abs() < 1e-6, "R42 {text}: {step}");
        }
    }
}
