//! L16–L18.

use super::build::{head, title};
use super::{Case, finds, passes};
use crate::editor::page::EditorPage;
use crate::editor::sense::ends_badly;
use crate::editor::spans::spans;
use crate::support::check_each;

/// The second article with a headline of its own, `|` at its line ends.
fn a2(page: &mut EditorPage, wording: &str) {
    title(page, "a2", 32.0, wording);
}

/// Makes the clause space of a head half a 字 wide.
fn narrow(page: &mut EditorPage, id: &str, place: usize) {
    let head = head(page, id);
    let by = 0.4 * head.size;
    for spot in head.lines[0].spots.iter_mut().skip(place) {
        (spot.start, spot.end) = (spot.start - by, spot.end - by);
    }
}

pub(crate) const CASES: &[Case] = &[
    // L16
    finds("L16", "date", "inside a date", |p| a2(p, "老旧小区改造2026年|3月1日起施行新的标准")),
    finds("L16", "date", "before 零时", |p| a2(p, "公交新线路4月1日|零时起正式开通运营")),
    finds("L16", "number", "between a number and its unit", |p| {
        a2(p, "演示区全年新增就业3.2|万人超额完成任务");
    }),
    finds("L16", "number", "inside 百分点", |p| {
        a2(p, "老旧小区改造满意度升6.8个百|分点居全省第一");
    }),
    finds("L16", "score", "inside a score", |p| a2(p, "样例县男篮主场3∶|2险胜客队晋级")),
    finds("L16", "quotation", "inside a short quotation", |p| {
        a2(p, "政务大厅新设“办不|成事”窗口受欢迎");
    }),
    finds("L16", "place", "before the suffix of a place", |p| {
        a2(p, "湿地保护经验在样例|县推广开来见实效");
    }),
    finds("L16", "place", "an unknown flag", |p| a2(p, "冷链仓库建到达茂|旗牧民家门口见实效")),
    finds("L16", "name", "a name of the record", |p| {
        p.names.push("郑十一".to_owned());
        a2(p, "老支书郑十|一和他的七本账");
    }),
    finds("L16", "Latin", "inside a token", |p| a2(p, "村民家门口用上了PM2|.5监测仪器")),
    finds("L16", "word", "inside 小区", |p| a2(p, "演示区完成老旧小|区改造一百多个")),
    passes("L16", "before a place", |p| a2(p, "湿地保护经验在|样例县推广开来见实效")),
    passes("L16", "after a place", |p| a2(p, "湿地保护经验走出示例市|各地推广开来")),
    passes("L16", "a clause space is the desk's", |p| {
        a2(p, "新政2026年3月 |1日起施行新的标准");
    }),
    passes("L16", "inside a long quotation", |p| {
        a2(p, "他说“这条渠是几代人|一锹一锹挖出来的”");
    }),
    passes("L16", "市场 is no place", |p| a2(p, "走进东例农贸|市场看账本里的变化")),
    passes("L16", "between a date and the rest", |p| a2(p, "2026年3月1日起|公交新线路开通")),
    // L17
    finds("L17", "ends in a function word", "a line ends in 的", |p| {
        a2(p, "演示区把群众关心的|老旧小区改造办好了");
    }),
    finds("L17", "ends in a function word", "a line ends in 将", |p| {
        a2(p, "演示区明年将|改造老旧小区一百多个");
    }),
    finds("L17", "one line would do", "uneven halves of a short head", |p| {
        a2(p, "演示区完成老旧|小区改造惠及居民");
    }),
    finds("L17", "one line would do", "a stub of two 字", |p| {
        a2(p, "演示区完成老旧小区改造惠及|居民");
    }),
    passes("L17", "应 is the end of 响应", |p| {
        a2(p, "样例县群众积极响应|全县七个乡镇都行动");
    }),
    passes("L17", "a couplet at its space", |p| a2(p, "传统产业挑大梁 |新兴产业成势头")),
    passes("L17", "after a colon", |p| a2(p, "一条渠的账：|看样例县怎样修水利")),
    passes("L17", "halves of one length", |p| a2(p, "传统产业挑大梁|新兴产业成势头")),
    passes("L17", "too long for one line", |p| {
        a2(p, "演示区完成一百一十二个老旧小区改造任务|惠及居民三万余户群众满意度大幅提升");
    }),
    passes("L17", "after the subject", |p| a2(p, "演示区与示范旗|共建社区书房基地")),
    passes("L17", "a time ends in 前", |p| a2(p, "明年1月1日零时前|完成12公里管网改造")),
    // L18
    finds("L18", "a clause is divided", "the second clause runs on", |p| {
        a2(p, "集体家底厚了 农民|腰包也鼓起来了");
    }),
    finds("L18", "a clause is divided", "the first clause begins a line before", |p| {
        a2(p, "集体的家底|厚了 农民腰包鼓了");
    }),
    finds("L18", "narrow space", "half a 字 of white", |p| narrow(p, "a4", 13)),
    finds("L18", "a space at a line's end", "a centred line is off", |p| {
        a2(p, "集体的家底更厚了|农民腰包鼓了");
        let area = &mut head(p, "a2").lines[0].area;
        area.x -= 16.0;
    }),
    passes("L18", "the space ends its line", |p| a2(p, "集体家底厚了 |农民腰包鼓了")),
    passes("L18", "both clauses on one line", |_| {}),
    passes("L18", "three clauses, two on the first line", |p| {
        a2(p, "家底厚了 田块大了 |农民腰包鼓了");
    }),
    passes("L18", "a mark at a line's end moves its ink", |p| {
        a2(p, "集体的家底更厚了，|农民腰包鼓了");
        let area = &mut head(p, "a2").lines[0].area;
        area.x -= 16.0;
    }),
];

/// Headlines with places where `|` divides something (first) and where it does not (second).
const SPANS: [(&str, &str); 15] = [
    ("4月|1日零时起", "4月1日零时起|施行"),
    ("3月1日|至5日", "3月1日至5日|举行"),
    ("增长28.|4%", "增长|28.4%"),
    ("改造一百一十|二个", "改造|一百一十二个"),
    ("4比|1取胜", "主场|4比1取胜"),
    ("跑出“加|速度”", "跑出|“加速度”"),
    ("样|例县推进", "样例县|推进"),
    ("呼伦贝|尔市", "进京|呼伦贝尔市"),
    ("X|射线检查", "用X射线|检查"),
    ("6号|线开通", "地铁|6号线开通"),
    ("近|3万户", "惠及|近3万户"),
    ("老旧小|区", "老旧|小区"),
    ("山西|省长治市", "山西省|长治市"),
    ("三|十年", "扎根|三十年"),
    ("十四|五期间", "十四五|期间"),
];

#[test]
fn spans_are_found_both_ways() {
    let divided = |marked: &str| {
        let at = marked.chars().position(|c| c == '|').expect("a mark");
        let found = spans(&marked.replace('|', ""), &[]);
        found.iter().any(|(span, _)| span.start < at && at < span.end)
    };
    check_each(
        SPANS,
        |(inside, _)| (*inside).to_owned(),
        |(inside, outside)| {
            assert!(divided(inside), "{inside}");
            assert!(!divided(outside), "{outside}");
        },
    );
}

#[test]
fn function_words_are_words_of_their_own() {
    for (bad, good) in [
        ("群众关心的", "达到目的"),
        ("样例县和", "温和"),
        ("明年将", "即将"),
        ("问题应", "响应"),
        ("工作总", "汇总"),
        ("样例县向", "方向"),
        ("新年度全", "更安全"),
        ("全市各", "全市"),
    ] {
        assert!(ends_badly(bad), "{bad}");
        assert!(!ends_badly(good), "{good}");
    }
}
