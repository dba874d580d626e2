//! L16–L18: where the lines of a headline end.

use crate::editor::page::{EditorPage, Head, HeadLine, Module};
use crate::editor::rules::{Fault, Place};
use crate::editor::spans::spans;

/// L17: words that may not end a line, with the words of which they are the last character.
const NO_END: [(char, &str); 25] = [
    ('全', "安健齐保完周俱成"),
    ('前', "目日此提当之以面眼空门房年月天生跟向时点分号周"),
    ('副', "一正"),
    (
        '年',
        "今去明全青少周百多往近当新成老中历童丰早晚经常几每半来学十一二三四五六七八九零〇〇千两0123456789",
    ),
    ('总', "汇老"),
    ('非', "除并莫是南亚"),
    ('各', ""),
    ('该', "应"),
    ('也', ""),
    ('都', "首成古故京国帝"),
    ('要', "需主重纪首摘只紧必想"),
    ('将', "即干"),
    ('由', "自理缘经事"),
    ('应', "响供反适效对相回呼"),
    ('和', "共温饱缓总谐祥中讲平"),
    ('与', "参给赠"),
    ('的', "目"),
    ('在', "存现实所正内潜外旨"),
    ('为', "作成认行以因视变转人升更称列定化"),
    ('被', "棉植"),
    ('把', "火拖一"),
    ('对', "应面针相核绝结"),
    ('向', "方面走导转趋流投动志意双取一去风指"),
    ('从', "服跟自听"),
    ('以', "可所得加予难足用"),
];
/// L17: prepositions before which a line may well end.
const WELCOME: &str = "对在为与把被将是";
/// L17: a break after the subject is welcome. Verbs that begin the second line of many headlines
/// tell such a break; a verb that is missing here makes the check say more than it should.
const VERBS: [&str; 121] = [
    "完成",
    "新增",
    "走进",
    "走出",
    "用上",
    "办好",
    "撬动",
    "卖出",
    "卖到",
    "共建",
    "共享",
    "召开",
    "推出",
    "出台",
    "战胜",
    "取胜",
    "攻入",
    "开通",
    "开工",
    "开课",
    "开业",
    "启动",
    "启用",
    "增长",
    "下降",
    "达到",
    "突破",
    "超过",
    "实现",
    "建成",
    "建立",
    "建起",
    "修通",
    "连起",
    "迎来",
    "送上",
    "送进",
    "送到",
    "进村",
    "进城",
    "下乡",
    "下达",
    "拨付",
    "投入",
    "支持",
    "支撑",
    "推动",
    "推进",
    "促进",
    "带动",
    "助力",
    "服务",
    "守住",
    "守护",
    "保护",
    "保障",
    "保持",
    "发布",
    "公布",
    "通报",
    "印发",
    "施行",
    "实施",
    "落地",
    "落户",
    "落实",
    "签署",
    "签约",
    "合作",
    "参加",
    "参与",
    "举行",
    "举办",
    "举报",
    "见实效",
    "见成效",
    "有了",
    "有新",
    "写进",
    "写入",
    "列入",
    "纳入",
    "升至",
    "降至",
    "提升",
    "提高",
    "扩大",
    "压缩",
    "缩短",
    "让",
    "给",
    "要求",
    "强调",
    "指出",
    "呼吁",
    "获",
    "获得",
    "赢得",
    "夺冠",
    "夺得",
    "捐",
    "捐出",
    "治",
    "治理",
    "整治",
    "改造",
    "检验",
    "受益",
    "惠及",
    "点赞",
    "叫好",
    "搬进",
    "住进",
    "找到",
    "学会",
    "成为",
    "变成",
    "鼓了",
    "厚了",
    "吃上",
    "喝上",
];
/// L17: "one line first: 长体 to .80 and a step of size cost less than any break that costs".
pub(crate) const ONE_LINE_SCALE: f64 = 0.80;
/// A step of the ladder: the largest of the house style is 12 → 14 pt.
pub(crate) const ONE_STEP: f64 = 14.0 / 12.0;
/// A line fills at most this much of its span (the engine's .96; real lines reach .99).
pub(crate) const LINE_MOST: f64 = 0.96;
/// L18: a clause space is one 字 wide; a tenth and more less is seen beside a full one.
pub(crate) const CLAUSE: f64 = 0.85;
/// L18: a space at the end of a line shifts a centred line by half of it.
pub(crate) const SHIFT: f64 = 0.2;

/// A line end inside a headline.
pub(crate) struct Break {
    /// Characters before it, white space not counted.
    pub(crate) at: usize,
    pub(crate) before: String,
    pub(crate) after: String,
    /// True at a clause space.
    pub(crate) spaced: bool,
}

/// Line ends of a headline, the last one left out.
pub(crate) fn line_ends(head: &Head) -> Vec<Break> {
    let spaces = clause_places(&head.wording);
    let mut at = 0;
    let pair = |lines: &[HeadLine]| {
        let (before, after) = (lines[0].text(), lines[1].text());
        at += before.chars().filter(|c| !c.is_whitespace()).count();
        Break { at, before, after, spaced: spaces.contains(&at) }
    };
    head.lines.windows(2).map(pair).collect()
}

/// Clause spaces of a wording: characters before each, white space not counted.
fn clause_places(wording: &str) -> Vec<usize> {
    let mut out = Vec::new();
    let mut count = 0;
    for c in wording.trim().chars() {
        if c.is_whitespace() {
            out.push(count);
        } else {
            count += 1;
        }
    }
    out.dedup();
    out
}

fn fault(
    rule: &'static str,
    part: &'static str,
    module: &Module,
    head: &Head,
    one: &Break,
) -> Fault {
    let text = format!("{}|{}", one.before, one.after);
    let fault = Fault::new(rule, part, one.at as f64, 0.0).of(&[&module.id]);
    fault.at(Place::Area(head.area)).says(text)
}

/// L16. A line end at a clause space divides nothing: the desk put it there. Words are not tested,
/// having no dictionary here but the place nouns of `spans`.
pub(crate) fn never_inside(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    for (module, head) in page.all_heads() {
        let known = spans(&head.wording, &page.names);
        for one in line_ends(head).iter().filter(|one| !one.spaced) {
            let inside = known.iter().find(|(span, _)| span.start < one.at && one.at < span.end);
            if let Some((_, kind)) = inside {
                out.push(fault("L16", kind, module, head, one));
            }
        }
    }
    out
}

/// L17. Of the dear breaks those after the listed words are judged: title | name and verb | object
/// need classes of words. The middling ones are costs.
pub(crate) fn breaks(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    for (module, head) in page.all_heads() {
        let ends = line_ends(head);
        for one in ends.iter().filter(|one| !one.spaced && ends_badly(&one.before)) {
            out.push(fault("L17", "ends in a function word", module, head, one));
        }
        let costs = ends.iter().find(|one| !welcome(one));
        if let Some(one) = costs.filter(|_| !head.vertical && fits_one_line(head)) {
            out.push(fault("L17", "one line would do", module, head, one));
        }
    }
    out
}

/// True if a line ends in one of the listed characters as a word of its own.
pub(crate) fn ends_badly(line: &str) -> bool {
    let mut chars = line.chars().rev();
    let (Some(last), before) = (chars.next(), chars.next()) else { return false };
    let listed = NO_END.iter().find(|(c, _)| *c == last);
    listed.is_some_and(|(_, words)| !before.is_some_and(|c| words.contains(c)))
}

/// True for a break that costs nothing: at a clause space, after ： ，, before —— or a preposition,
/// or between halves of one length (a couplet, and breaks that only its lengths can tell).
fn welcome(one: &Break) -> bool {
    let mark =
        one.before.ends_with(['：', '，', '、', '；', '？', '！']) || one.after.starts_with("——");
    let before = one.after.chars().next().is_some_and(|c| WELCOME.contains(c))
        || VERBS.iter().any(|verb| one.after.starts_with(verb));
    let (a, b) = (one.before.chars().count(), one.after.chars().count());
    one.spaced || mark || before || a == b
}

/// True if a headline of several lines fits one line a step smaller, condensed to .80.
fn fits_one_line(head: &Head) -> bool {
    let chars: f64 = head.lines.iter().map(|line| line.area.width / (head.size * head.scale)).sum();
    chars * head.size / ONE_STEP * ONE_LINE_SCALE <= LINE_MOST * head.span_pt
}

/// L18. A space of one 字 is judged by the white between the two characters; in vertical heads as
/// well.
pub(crate) fn clause_spaces(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    for (module, head) in page.all_heads() {
        let places = clause_places(&head.wording);
        let length = head.wording.chars().filter(|c| !c.is_whitespace()).count();
        let mut start = 0;
        for line in &head.lines {
            let end = start + line.text().chars().filter(|c| !c.is_whitespace()).count();
            for (k, place) in places.iter().enumerate() {
                if *place <= start || *place >= end {
                    continue;
                }
                let before = if k == 0 { 0 } else { places[k - 1] };
                let after = places.get(k + 1).copied().unwrap_or(length);
                let place_of = Place::Area(line.area);
                if before < start || after > end {
                    let figure = (*place - start) as f64;
                    let fault = Fault::new("L18", "a clause is divided", figure, 0.0);
                    out.push(fault.of(&[&module.id]).at(place_of.clone()).says(line.text()));
                }
                let em = head.size * if head.vertical { 1.0 } else { head.scale };
                let gap = gap_at(line, *place - start).unwrap_or(em) / em;
                if gap < CLAUSE {
                    let fault = Fault::new("L18", "narrow space", gap, CLAUSE);
                    out.push(fault.of(&[&module.id]).at(place_of).says(line.text()));
                }
            }
            start = end;
        }
        if let Some(shift) = shifted(head).filter(|shift| *shift > SHIFT) {
            let fault = Fault::new("L18", "a space at a line's end", shift, SHIFT);
            out.push(fault.of(&[&module.id]).at(Place::Area(head.area)));
        }
    }
    out
}

/// White before the character `at` of a line, in pt.
fn gap_at(line: &HeadLine, at: usize) -> Option<f64> {
    let mut count = 0;
    for (k, spot) in line.spots.iter().enumerate() {
        if count == at && k > 0 {
            return Some(spot.start - line.spots[k - 1].end);
        }
        count += spot.text.chars().filter(|c| !c.is_whitespace()).count();
    }
    None
}

/// How far the middles of centred lines are apart, in ems. `None`: the lines are not centred, or
/// there is one. Marks with white in their cell move the ink, so lines that begin or end with one
/// are not compared.
fn shifted(head: &Head) -> Option<f64> {
    let marked = |line: &HeadLine| {
        let text = line.text();
        text.starts_with(['“', '《', '（', '—'])
            || text.ends_with(['”', '》', '）', '，', '：', '？', '！'])
    };
    let lines: Vec<&HeadLine> = head.lines.iter().filter(|line| !marked(line)).collect();
    let [first, rest @ ..] = &lines[..] else { return None };
    if head.vertical || rest.is_empty() {
        return None;
    }
    let left = rest.iter().all(|line| (line.area.x - first.area.x).abs() < 0.1 * head.size);
    if left {
        return None;
    }
    let middle = |line: &HeadLine| line.area.x + line.area.width / 2.0;
    let shifts = rest.iter().map(|line| (middle(line) - middle(first)).abs() / head.size);
    Some(shifts.fold(0.0, f64::max))
}
