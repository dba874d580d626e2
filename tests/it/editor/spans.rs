//! Spans of a headline that no line may divide (L16), found by patterns of their own: the engine's
//! words and classes are not asked.

use std::ops::Range;

/// Units that a number keeps, longer ones before those that begin them.
const UNITS: [&str; 86] = [
    "个百分点",
    "平方公里",
    "平方米",
    "立方米",
    "个乡镇",
    "个月",
    "小时",
    "分钟",
    "千瓦时",
    "千瓦",
    "兆瓦",
    "公里",
    "公顷",
    "公斤",
    "千克",
    "毫米",
    "厘米",
    "千米",
    "万元",
    "亿元",
    "人次",
    "周年",
    "年级",
    "个",
    "人",
    "名",
    "位",
    "家",
    "户",
    "套",
    "间",
    "所",
    "条",
    "座",
    "项",
    "件",
    "台",
    "辆",
    "艘",
    "场",
    "届",
    "期",
    "天",
    "岁",
    "倍",
    "成",
    "级",
    "层",
    "号",
    "路",
    "本",
    "册",
    "张",
    "支",
    "只",
    "头",
    "棵",
    "株",
    "片",
    "块",
    "种",
    "类",
    "门",
    "起",
    "宗",
    "批",
    "轮",
    "吨",
    "克",
    "升",
    "度",
    "元",
    "亩",
    "米",
    "步",
    "里",
    "次",
    "年",
    "月",
    "日",
    "时",
    "秒",
    "分",
    "处",
    "份",
    "篇",
];
/// Parts of a date or a time, and what may follow it.
const DATE: &str = "年月日号时点分秒";
const DATE_TAIL: &str = "起前后止";
/// What may stand before a number, and between its digits and its unit.
const BEFORE: &str = "近超第约零下逾";
const BETWEEN: &str = "万亿千百十余多几%％‰℃";
/// Units that before these characters belong to a word of their own: 期间, 成果.
const UNIT_NEXT: [(&str, &str); 8] = [
    ("期", "间"),
    ("成", "果立为长效员功就熟"),
    ("分", "析配享"),
    ("天", "然津"),
    ("种", "植子"),
    ("度", "假"),
    ("家", "园庭乡门"),
    ("人", "民才口"),
];
/// Suffixes of places (L16), and the words in which they are none: the character before them
/// makes a common noun or a pronoun.
const PLACE: &str = "省市县区旗";
const NO_PLACE: [&str; 48] = [
    "园区", "小区", "社区", "地区", "城区", "市区", "景区", "山区", "灾区", "校区", "片区", "新区",
    "辖区", "老区", "牧区", "库区", "郊区", "厂区", "特区", "专区", "县区", "城市", "都市", "门市",
    "上市", "超市", "楼市", "股市", "菜市", "集市", "夜市", "早市", "全市", "全县", "全区", "全省",
    "各市", "各县", "我市", "我县", "我省", "该市", "该县", "本市", "本县", "红旗", "国旗", "节省",
];
/// A suffix before one of these is the first character of another word: 市场, 区域, 省长.
const PLACE_NEXT: [(&str, char); 5] = [
    ("场民井容值面集长", '市'),
    ("域间别块分位长", '区'),
    ("电钱时心力略事去长级", '省'),
    ("域长级", '县'),
    ("下帜舰袍", '旗'),
];
/// Characters that end the word before a place: a place's name does not begin with them.
const NO_NAME: &str =
    "的在和与及为从到对向把被将是让有了着过们给由各全我本该这那于至以等并也都就又年月日";
/// Longest quotation that stays together, in 字.
const QUOTE: usize = 6;

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn is_number(c: char) -> bool {
    c.is_ascii_digit() || "零〇一二三四五六七八九十百千万两".contains(c)
}

/// Length of the number at the start of some characters: digits with their points, or Han numerals.
fn number(chars: &[char]) -> usize {
    let digits = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let mut end = 0;
    while digits(end)
        || (end > 0 && chars.get(end).is_some_and(|c| ".,".contains(*c)) && digits(end + 1))
    {
        end += 1;
    }
    if end == 0 {
        // 万, 千, 百 alone begin common words: 万家, 千年, 百姓.
        let first = chars.first().is_some_and(|c| is_number(*c) && !"百千万".contains(*c));
        if first {
            end = chars.iter().take_while(|c| is_number(**c)).count();
        }
    }
    end
}

/// The spans of a headline, in characters of its text without white space, each with its kind.
pub(crate) fn spans(headline: &str, names: &[String]) -> Vec<(Range<usize>, &'static str)> {
    let chars: Vec<char> = headline.chars().filter(|c| !c.is_whitespace()).collect();
    let mut out = Vec::new();
    for name in names.iter().filter(|name| name.chars().count() > 1) {
        let name: Vec<char> = name.chars().filter(|c| !c.is_whitespace()).collect();
        let starts = (0..chars.len()).filter(|start| chars[*start..].starts_with(&name));
        out.extend(starts.map(|start| (start..start + name.len(), "name")));
    }
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let found = [
            (date(rest), "date"),
            (score(rest), "score"),
            (amount(rest), "number"),
            (latin(rest), "Latin"),
        ];
        let longest = found.into_iter().max_by_key(|(length, _)| *length);
        match longest.filter(|(length, _)| *length > 1) {
            Some((length, kind)) => {
                let lead = at.checked_sub(1).filter(|k| BEFORE.contains(chars[*k]));
                let start = if kind == "number" { lead.unwrap_or(at) } else { at };
                out.push((start..at + length, kind));
                at += length;
            }
            None => at += 1,
        }
    }
    out.extend(quotes(&chars));
    out.extend(places(&chars));
    out
}

/// A date or a time: numbers with their parts, one after the other, with 起, 前, 后.
fn date(chars: &[char]) -> usize {
    let part = |at: usize| -> usize {
        let length = number(&chars[at.min(chars.len())..]);
        let unit = chars.get(at + length).is_some_and(|c| DATE.contains(*c));
        if length > 0 && unit { length + 1 } else { 0 }
    };
    let mut end = part(0);
    // 4月1日至5日, 3—5月.
    let joined = |at: usize| chars.get(at).is_some_and(|c| "至到—～".contains(*c));
    while end > 0 {
        let from = if joined(end) { end + 1 } else { end };
        let more = part(from);
        if more == 0 {
            break;
        }
        end = from + more;
    }
    if end > 0 && chars.get(end).is_some_and(|c| DATE_TAIL.contains(*c)) {
        // 3年前 is a date too; 日前 and 年后 keep their tail the same way.
        end += 1;
    }
    end
}

/// A score or a ratio: 3∶2, 78:65, 4比1.
fn score(chars: &[char]) -> usize {
    let first = number(chars);
    let sign = chars.get(first).is_some_and(|c| ":：∶比".contains(*c));
    if first == 0 || !sign {
        return 0;
    }
    let second = number(&chars[first + 1..]);
    // A Han number before a colon is the end of a clause more often than a score.
    let digits = chars[0].is_ascii_digit() || chars[first] == '比';
    if second > 0 && digits { first + 1 + second } else { 0 }
}

/// A number with its unit: 1.2万户, 28.4%, 三十年.
fn amount(chars: &[char]) -> usize {
    let mut end = number(chars);
    if end == 0 {
        return 0;
    }
    while chars.get(end).is_some_and(|c| BETWEEN.contains(*c)) {
        end += 1;
    }
    let rest: String = chars[end..].iter().take(4).collect();
    let unit = UNITS.iter().find(|unit| rest.starts_with(**unit)).filter(|unit| {
        let next = rest.chars().nth(unit.chars().count()).unwrap_or(' ');
        !UNIT_NEXT.iter().any(|(known, set)| known == *unit && set.contains(next))
    });
    end + unit.map_or(0, |unit| unit.chars().count())
}

/// A Latin token with its digits: 5G, PM2.5, X射线, 6号线.
fn latin(chars: &[char]) -> usize {
    let token = |c: &char| c.is_ascii_alphanumeric() || ".-+&".contains(*c);
    let end = chars.iter().take_while(|c| token(c)).count();
    let letters = chars[..end].iter().any(char::is_ascii_alphabetic);
    let tail: String = chars[end..].iter().take(2).collect();
    let tail = if ["射线", "号线"].contains(&tail.as_str()) { 2 } else { 0 };
    if letters || tail > 0 { end + if end > 0 { tail } else { 0 } } else { 0 }
}

/// “…” and 《…》 of six 字 or fewer, with their marks.
fn quotes(chars: &[char]) -> Vec<(Range<usize>, &'static str)> {
    let mut out = Vec::new();
    for (open, close) in [('“', '”'), ('《', '》')] {
        for start in (0..chars.len()).filter(|at| chars[*at] == open) {
            let length = chars[start..].iter().position(|c| *c == close);
            if let Some(length) = length.filter(|length| length - 1 <= QUOTE) {
                out.push((start..start + length + 1, "quotation"));
            }
        }
    }
    out
}

/// Names of places: two characters and their suffix. What is no name is left out: 小区, 市场.
fn places(chars: &[char]) -> Vec<(Range<usize>, &'static str)> {
    let mut out = Vec::new();
    for at in (1..chars.len()).filter(|at| PLACE.contains(chars[*at])) {
        let (suffix, before) = (chars[at], chars[at - 1]);
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        // 省长 is a title, 山西省长治市 two places.
        let named = next == '长' && chars.get(at + 3).is_some_and(|c| PLACE.contains(*c));
        let other = PLACE_NEXT.iter().any(|(set, of)| *of == suffix && set.contains(next));
        let other = other && !named;
        let pair: String = [before, suffix].iter().collect();
        if other || !is_han(before) || PLACE.contains(before) {
            continue;
        }
        if NO_PLACE.contains(&pair.as_str()) {
            out.push((at - 1..at + 1, "word"));
            continue;
        }
        if NO_NAME.contains(before) {
            continue;
        }
        let two = at >= 2
            && is_han(chars[at - 2])
            && !NO_NAME.contains(chars[at - 2])
            && !PLACE.contains(chars[at - 2])
            && !is_number(chars[at - 2]);
        out.push((at - if two { 2 } else { 1 }..at + 1, "place"));
    }
    out
}
