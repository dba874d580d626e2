//! R22–R42: widths of marks and gaps, and the vertical line (R99).

use crate::conformance::check::Expect;
use crate::conformance::check::Expect::{
    Edge, Filled, Free, Gap, HalfEnd, Last, Lines, Marks, One, Run, Stands, Start, Step, Vertical,
};
use crate::conformance::read_back::Style;

/// Every style.
const ALL: &[Style] = &Style::ALL;
const KAIMING: &[Style] = &[Style::Kaiming];
const FULL: &[Style] = &[Style::Full];
const HALF: &[Style] = &[Style::Half];
const WIDE: &[Style] = &[Style::Kaiming, Style::Full];

/// Rule, styles, measure and indent in thousandths of a 字, text, expectation.
pub(crate) type WidthCase = (&'static str, &'static [Style], i64, i64, &'static str, Expect);

/// Line edges.
pub(crate) const EDGES: &[WidthCase] = &[
    ("R22", ALL, 8000, 0, "一二三四五六七。八九十甲乙丙", HalfEnd(0, '。', 0.5 / 6.0)),
    ("R22", ALL, 8000, 0, "一二三四五六七，八九十甲乙丙", HalfEnd(0, '，', 0.5 / 6.0)),
    ("R22", ALL, 9000, 0, "一二三四五六七八”九十甲乙丙丁", HalfEnd(0, '”', 0.5 / 7.0)),
    ("R22", ALL, 11_500, 0, "甲乙丙丁戊己庚辛壬癸子；丑寅卯辰", HalfEnd(0, '；', 0.0)),
    ("R23", ALL, 5000, 0, "一二三四五“六七”八九", Start(1, "“", -0.5, 0.5)),
    ("R23", ALL, 5000, 0, "一二三四五《六七》八九", Start(1, "《", -0.5, 0.5)),
    ("R23", ALL, 5000, 0, "一二三四五（六七）八九", Start(1, "（", -0.5, 0.5)),
    ("R24", ALL, 8000, 2000, "一二三四五六七八九十", Start(0, "一", 2.0, 3.0)),
    ("R24", ALL, 13_000, 2000, "党的二十大举旗定向、凝聚力量", Start(0, "党", 2.0, 3.0)),
    ("R24", ALL, 6000, 2000, "2023年的第一场雪", Start(0, "2", 2.0, 2.5)),
    ("R25", ALL, 10_000, 2000, "“一二三四五”六七八九", Start(0, "“", 1.5, 2.5)),
    ("R25", ALL, 10_000, 2000, "《甲乙丙丁》戊己庚辛壬癸", Start(0, "《", 1.5, 2.5)),
    ("R25", ALL, 11_000, 2000, "（甲乙丙）丁戊己庚辛壬癸子丑", Start(0, "（", 1.5, 2.5)),
];

/// Marks between two Han characters, on a line with room.
pub(crate) const MARKS: &[WidthCase] = &[
    ("R26", KAIMING, 20_000, 0, "一，二", Step('一', '二', 1.5)),
    ("R26", KAIMING, 20_000, 0, "一。二", Step('一', '二', 2.0)),
    ("R26", KAIMING, 20_000, 0, "一！二", Step('一', '二', 2.0)),
    ("R26", KAIMING, 20_000, 0, "一？二", Step('一', '二', 2.0)),
    ("R26", KAIMING, 20_000, 0, "一、二", Step('一', '二', 1.5)),
    ("R26", KAIMING, 20_000, 0, "一；二", Step('一', '二', 1.5)),
    ("R26", KAIMING, 20_000, 0, "一：二", Step('一', '二', 1.5)),
    ("R26", KAIMING, 20_000, 0, "一“二", Step('一', '二', 1.5)),
    ("R26", KAIMING, 20_000, 0, "一》二", Step('一', '二', 1.5)),
    ("R27", FULL, 20_000, 0, "一”，二", Step('一', '二', 2.5)),
    ("R27", FULL, 20_000, 0, "一。”二", Step('一', '二', 2.5)),
    ("R27", FULL, 20_000, 0, "一）（二", Step('一', '二', 2.5)),
    ("R27", FULL, 20_000, 0, "一”。二", Step('一', '二', 2.5)),
    ("R27", FULL, 20_000, 0, "一：“二", Step('一', '二', 2.5)),
    ("R27", FULL, 20_000, 0, "一。“二", Step('一', '二', 2.5)),
    ("R27", FULL, 20_000, 0, "一《〈二", Step('一', '二', 2.5)),
    ("R27", FULL, 20_000, 0, "一）”二", Step('一', '二', 2.5)),
    ("R27", FULL, 20_000, 0, "一，二", Step('一', '二', 2.0)),
    ("R28", KAIMING, 20_000, 0, "一”，二", Step('一', '二', 2.0)),
    ("R28", KAIMING, 20_000, 0, "一。”二", Step('一', '二', 2.0)),
    ("R28", KAIMING, 20_000, 0, "一）（二", Step('一', '二', 2.0)),
    ("R28", KAIMING, 20_000, 0, "一：“二", Step('一', '二', 2.0)),
    ("R28", KAIMING, 20_000, 0, "一》《二", Step('一', '二', 2.0)),
    // Pairs beyond the four that the rule names.
    ("R28", KAIMING, 20_000, 0, "一”。二", Step('一', '二', 2.5)),
    ("R28", KAIMING, 20_000, 0, "一。“二", Step('一', '二', 2.5)),
    ("R28", KAIMING, 20_000, 0, "一《〈二", Step('一', '二', 2.0)),
    ("R28", KAIMING, 20_000, 0, "一）”二", Step('一', '二', 2.0)),
    ("R28", HALF, 20_000, 0, "一”，二", Step('一', '二', 2.0)),
    ("R28", HALF, 20_000, 0, "一”。二", Step('一', '二', 2.0)),
    ("R28", HALF, 20_000, 0, "一。“二", Step('一', '二', 2.0)),
    ("R28", HALF, 20_000, 0, "一，二", Step('一', '二', 1.5)),
    ("R29", ALL, 20_000, 0, "一？！二", Step('一', '二', 2.0)),
    ("R29", ALL, 20_000, 0, "一！！二", Step('一', '二', 2.0)),
    ("R29", WIDE, 20_000, 0, "一？！？二", Step('一', '二', 3.0)),
    ("R30", ALL, 20_000, 0, "一——二", Step('一', '二', 3.0)),
    ("R30", KAIMING, 20_000, 0, "甲——“乙”", Step('甲', '“', 3.0)),
    ("R30", ALL, 20_000, 0, "甲——乙——丙", Step('甲', '丙', 6.0)),
    ("R31", ALL, 20_000, 0, "一……二", Step('一', '二', 3.0)),
    ("R31", ALL, 20_000, 0, "甲…………乙", Step('甲', '乙', 5.0)),
    ("R31", ALL, 20_000, 0, "甲……乙……丙", Step('甲', '丙', 6.0)),
    ("R32", ALL, 20_000, 0, "一·二", Step('一', '二', 1.5)),
    ("R32", ALL, 20_000, 0, "约·翰·逊", Step('约', '逊', 3.0)),
    ("R32", ALL, 6500, 0, "一二三四五约·翰史密斯先生", Edge('·')),
    ("R33", ALL, 20_000, 0, "一/二", Step('一', '二', 1.5)),
    ("R33", ALL, 20_000, 0, "一～二", Step('一', '二', 2.0)),
    ("R33", ALL, 20_000, 0, "一—二", Step('一', '二', 2.0)),
    ("R33", ALL, 20_000, 0, "一–二", Step('一', '二', 1.5)),
];

/// Gaps that change when a line is filled, and their order.
pub(crate) const FILLS: &[WidthCase] = &[
    ("R35", FULL, 10_000, 0, PUSHED, Lines("一二，三四、五六七八九|十一二三")),
    ("R35", FULL, 10_000, 0, PUSHED, Marks(0, "，、", 0.5, 0.0)),
    (
        "R35",
        FULL,
        11_000,
        0,
        "甲乙（丙丁）戊己庚辛壬癸子丑寅",
        Lines("甲乙（丙丁）戊己庚辛壬癸|子丑寅"),
    ),
    // The pause mark inside gives up half a cell, so that the one at the end keeps its own.
    (
        "R35",
        FULL,
        10_000,
        0,
        "一二，三四五六七八九，十一二三",
        Lines("一二，三四五六七八九，|十一二三"),
    ),
    // 开明 has only the halves of sentence ends; if the line were stretched, the gaps would be
    // visible.
    ("R35", KAIMING, 8000, 0, "一二。三四五六七，八九十一", Lines("一二。三四五六七，|八九十一")),
    (
        "R35",
        KAIMING,
        9000,
        0,
        "甲乙！丙丁戊己庚辛、壬癸子丑",
        Lines("甲乙！丙丁戊己庚辛、|壬癸子丑"),
    ),
    ("R38", KAIMING, 13_000, 2000, GOLDEN, Marks(0, "、", 1.0, 0.0)),
    ("R38", KAIMING, 13_000, 2000, GOLDEN, Marks(1, "，", 1.0, 0.0)),
    ("R38", KAIMING, 13_000, 2000, GOLDEN, Marks(2, "、", 1.0, 0.0)),
    ("R38", KAIMING, 13_000, 2000, GOLDEN, HalfEnd(3, '、', 0.5 / 11.0)),
    ("R39", KAIMING, 10_500, 0, "一二，三四五，六七八九十甲乙", Marks(0, "，", 0.75, 0.0)),
    ("R39", KAIMING, 12_250, 0, "一二，三四五、六七八，九十甲乙", Marks(0, "，、", 0.75, 0.0)),
    ("R39", KAIMING, 11_500, 0, "一二“三四五”六七八九十甲乙丙", Marks(0, "“”", 0.75, 0.0)),
    ("R39", FULL, 10_500, 0, "一二，三四五，六七八九十甲乙丙", Marks(0, "，", 0.75, 0.0)),
    ("R39", FULL, 12_250, 0, "一二，三四五、六七八，九十甲乙", Marks(0, "，、", 0.75, 0.0)),
    ("R42", ALL, 17_000, 0, "行进中的学生方队", One),
    ("R42", ALL, 17_000, 0, "图为：会场一角。", One),
    ("R42", ALL, 17_000, 0, "张三　摄", One),
    // The last line of the paragraph is not justified.
    ("R41", ALL, 11_000, 0, "一二三四五六七八九十甲，乙丙丁，戊己。", Last),
    ("R37", ALL, 13_000, 2000, GOLDEN, Gap(0.12)),
    ("R37", ALL, 15_000, 2000, GOLDEN, Gap(0.12)),
    ("R37", ALL, 11_000, 0, "一二三四五六七八九十甲，乙丙丁戊己庚辛", Gap(0.12)),
    ("R37", ALL, 12_000, 0, "一二三四五六七八九十“甲乙”丙丁戊己庚辛", Gap(0.12)),
];

/// Line of the reference that is squeezed (R35).
const PUSHED: &str = "一二，三四、五六七八九十一二三";

/// Paragraph of the reference.
const GOLDEN: &str = "党的二十大举旗定向、凝聚力量，为新时代新征程党和国家事业发展、实现第二个百年奋斗目标指明了前进方向、提供了根本遵循。察右后旗将";

/// A line that is justified, a run on it that must not change, and the distance from its first to
/// its last glyph.
pub(crate) const STIFF: &[WidthCase] = &[
    ("R40", KAIMING, 8400, 0, "一二三2023四五六七八九十", Run("2023", Some(1.5))),
    ("R40", KAIMING, 8400, 0, "一二三四20.5万五六七八九十", Run("20.5", Some(1.5))),
    ("R40", KAIMING, 7400, 0, "一二三1～2四五六七八九十甲乙", Run("1～2", Some(1.5))),
    ("R40", KAIMING, 7400, 0, "甲乙丙丁京—沪戊己庚，辛壬癸子丑", Run("京—沪", Some(2.0))),
    // One stroke; letters have their own widths.
    ("R40", KAIMING, 7400, 0, "一二三四——五六七八九，十甲乙", Run("——", None)),
    ("R40", KAIMING, 8400, 0, "一二三四APP五六七八九十甲乙丙", Run("APP", None)),
];

/// Vertical lines.
pub(crate) const UPRIGHT: &[WidthCase] = &[
    ("R99", KAIMING, 20_000, 0, "“十四五”开局", Step('十', '四', 1.0)),
    ("R99", KAIMING, 20_000, 0, "“十四五”开局", Step('五', '开', 1.5)),
    ("R99", KAIMING, 20_000, 0, "“十四五”开局", Vertical("“”")),
    ("R99", KAIMING, 20_000, 0, "北京—上海（高铁）", Vertical("—（）")),
    ("R99", KAIMING, 20_000, 0, "一——二……三", Step('一', '二', 3.0)),
    ("R99", KAIMING, 20_000, 0, "在28日开幕", Stands("28", true)),
    ("R99", KAIMING, 20_000, 0, "在28日开幕", Step('在', '日', 2.0)),
    ("R99", KAIMING, 20_000, 0, "用APP的人", Step('A', 'P', 1.0)),
    ("R99", KAIMING, 20_000, 0, "到2023年底", Step('到', '年', 5.0)),
    ("R99", KAIMING, 20_000, 0, "收到offer的人", Stands("offer", false)),
    ("R99", KAIMING, 8000, 0, "一二三四五六七八。九十", Lines("一二三四五六七|八。九十")),
    ("R99", KAIMING, 6000, 0, "一二三四五（六七）八", Lines("一二三四五|（六七）八")),
];

/// Texts that are set at every measure from 8 to 30 字, for rules that apply to any line.
pub(crate) const ANY: &[&str] = &[
    "党的二十大举旗定向、凝聚力量，为新时代新征程党和国家事业发展、实现第二个百年奋斗目标指明了前进方向、提供了根本遵循。",
    "“老李，你这个血糖可得盯紧了，早饭后2小时还有11.3。”3月12日上午，东例社区的家庭医生说：“别忘了63%～68%这条线！”",
    "会议指出——2023年，全区APP用户达1,234,567人（比上年增长5.6%），其中COVID-19疫情期间新增的约占三成……",
];

/// Rule, the smallest measure at which the expectation applies, and the expectation of [`ANY`].
pub(crate) const ALWAYS: &[(&str, i64, Expect)] =
    &[("R36", 8, Filled), ("R37", 11, Free), ("R41", 8, Last)];
