//! Parsers for bylines, credits, datelines and dates in plain copy.

use std::ops::Range;

use crate::proto::{Byline, Credits, NamedCredit};
use crate::script::is_han;

/// Marks that may stand before a byline.
const BYLINE_MARKS: &str = "○□◎●■◇◆△▲";

/// Organisations with which a byline or a dateline may begin.
const AGENCIES: &[&str] =
    &["本报", "新华社", "人民日报", "中新社", "中国新闻社", "央视", "本刊", "本网"];

/// Roles in bylines, longest first.
const BYLINE_ROLES: &[&str] = &[
    "全媒体记者",
    "特约通讯员",
    "特约评论员",
    "特约记者",
    "见习记者",
    "实习记者",
    "实习生",
    "评论员",
    "通讯员",
    "记者",
    "作者",
    "文",
];

/// Surnames of one character, most frequent first. There are enough of them to tell a name from any
/// other word of two or three characters.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢\
姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍\
庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房\
滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣\
巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠\
豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战\
慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由";

/// Surnames of two characters.
const DOUBLE_SURNAMES: &[&str] = &[
    "欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "东方",
    "端木",
];

/// Returns true if `text` can be a person's name: two to four Han characters that begin with a
/// surname, or Han parts joined by ·.
pub(crate) fn is_name(text: &str) -> bool {
    let count = text.chars().count();
    // Names of other peoples have no surname to go by: only their form is checked.
    if text.contains('·') {
        return (3..=20).contains(&count)
            && text.split('·').all(|part| !part.is_empty() && part.chars().all(is_han));
    }
    if !(2..=4).contains(&count) || !text.chars().all(is_han) {
        return false;
    }
    let double = DOUBLE_SURNAMES.iter().any(|surname| text.starts_with(surname));
    let single = text.chars().next().is_some_and(|c| SURNAMES.contains(c));
    // A double surname with one character more at least; a single one with two at most.
    (double && count >= 3) || (single && count <= 3)
}

/// Parses a line as a byline. Returns `None` if it is not one.
pub(crate) fn parse_byline(line: &str) -> Option<Vec<Byline>> {
    let line = line.trim();
    // Marks of a sentence: no byline has them.
    if line.chars().count() > 40 || line.contains(['。', '，', '！', '？', '；']) {
        return None;
    }
    let bare = line.trim_start_matches(|c: char| BYLINE_MARKS.contains(c)).trim_start();
    let has_mark = bare.len() < line.len();
    // 张三 文/图: the author took the pictures too.
    let (bare, both) = ["文/图", "文／图", "图/文", "摄影报道"]
        .iter()
        .find_map(|tail| Some((bare.strip_suffix(tail)?.trim_end(), *tail)))
        .unwrap_or((bare, ""));
    let mut bylines: Vec<Byline> = Vec::new();
    let mut agency = String::new();
    let mut role = String::new();
    // A cue is anything but a name that says byline: a mark, an agency, a role.
    let mut has_cue = has_mark;
    for token in name_tokens(bare) {
        let mut rest = token.as_str();
        if let Some(found) = AGENCIES.iter().find(|agency| rest.starts_with(**agency)) {
            agency = (*found).to_owned();
            rest = &rest[found.len()..];
            has_cue = true;
        }
        if let Some(found) = BYLINE_ROLES.iter().find(|found| rest.starts_with(**found)) {
            let after = &rest[found.len()..];
            // 文 and 记者 may also begin a name or a phrase; then they are no role.
            if after.is_empty() || is_name(after) {
                if !role.is_empty() {
                    // 本报记者 张三 通讯员 李四: the second person does not belong to the agency.
                    agency.clear();
                }
                (*found).clone_into(&mut role);
                rest = after;
                has_cue = true;
            }
        }
        if rest.is_empty() {
            continue;
        }
        // After a byline mark any short word is taken for a name, surname or not.
        let short = (2..=4).contains(&rest.chars().count()) && rest.chars().all(is_han);
        let name = is_name(rest) || (has_mark && short);
        if !name {
            return None;
        }
        bylines.push(Byline {
            name: rest.to_owned(),
            role: format!("{agency}{role}"),
            affiliation: String::new(),
        });
    }
    // 本报评论员 signs without a name.
    if bylines.is_empty() && role.ends_with("评论员") {
        let name = format!("{agency}{role}");
        bylines.push(Byline { name, role: String::new(), affiliation: String::new() });
    }
    if let Some(last) = bylines.last_mut().filter(|_| !both.is_empty()) {
        last.name = format!("{} {both}", last.name);
        has_cue = true;
    }
    // Names alone make a byline only if they are few: a long list of names is copy.
    let enough = !bylines.is_empty() && (has_cue || bylines.len() <= 4);
    enough.then_some(bylines)
}

/// Splits a line of names at spaces, 、, colons and slashes. Two single characters with a space
/// between them are one name, spaced out to the width of three.
fn name_tokens(line: &str) -> Vec<String> {
    let split = |c: char| c.is_whitespace() || matches!(c, '、' | '：' | ':' | '/' | '／');
    let parts: Vec<&str> = line.split(split).filter(|part| !part.is_empty()).collect();
    let mut tokens: Vec<String> = Vec::new();
    let mut k = 0;
    while k < parts.len() {
        let single = |p: Option<&&str>| p.is_some_and(|p| p.chars().count() == 1);
        // 张　三: the space is there only to align names of two and three characters.
        if single(parts.get(k)) && single(parts.get(k + 1)) {
            tokens.push(format!("{}{}", parts[k], parts[k + 1]));
            k += 2;
        } else {
            tokens.push(parts[k].to_owned());
            k += 1;
        }
    }
    tokens
}

/// Part of the credits that the names of a role go to.
#[derive(Clone, Copy)]
enum CreditField {
    Editors,
    Proofreaders,
    LayoutDesigners,
    Others,
}

/// Roles of the staff line by the words that introduce them, each with the part of the credits that
/// its names go to.
const STAFF_ROLES: &[(&str, CreditField)] = &[
    ("责任编辑", CreditField::Editors),
    ("本版责编", CreditField::Editors),
    ("本版编辑", CreditField::Editors),
    ("本期编辑", CreditField::Editors),
    ("责编", CreditField::Editors),
    ("编辑", CreditField::Editors),
    ("责任校对", CreditField::Proofreaders),
    ("责校", CreditField::Proofreaders),
    ("校对", CreditField::Proofreaders),
    ("检校", CreditField::Proofreaders),
    ("版式设计", CreditField::LayoutDesigners),
    ("版面设计", CreditField::LayoutDesigners),
    ("版式", CreditField::LayoutDesigners),
    ("美编", CreditField::LayoutDesigners),
    ("组版", CreditField::LayoutDesigners),
    ("值班主任", CreditField::Others),
    ("值班总编", CreditField::Others),
    ("审核", CreditField::Others),
    ("签发", CreditField::Others),
    ("主编", CreditField::Others),
    ("电话", CreditField::Others),
    ("邮箱", CreditField::Others),
    ("E-mail", CreditField::Others),
    ("监制", CreditField::Others),
];

/// Parses a line of credits into `credits`. Returns false, with nothing changed, if the line is not
/// one.
pub(crate) fn parse_credits(line: &str, credits: &mut Credits) -> bool {
    // Collected first and stored at the end: a line that turns out to be none must change nothing.
    let mut found: Vec<(&str, CreditField, Vec<String>)> = Vec::new();
    for token in name_tokens(line) {
        let role = STAFF_ROLES.iter().find(|(role, _)| token.starts_with(role));
        let name = match role {
            Some((role, field)) => {
                found.push((role, *field, Vec::new()));
                token[role.len()..].to_owned()
            }
            None => token.clone(),
        };
        if name.is_empty() {
            continue;
        }
        match found.last_mut() {
            // A name before any role, or a long phrase after one, is copy and no credit.
            Some((_, _, names)) if name.chars().count() <= 12 => names.push(name),
            _ => return false,
        }
    }
    if found.is_empty() || found.iter().any(|(_, _, names)| names.is_empty()) {
        return false;
    }
    for (role, field, names) in found {
        match field {
            CreditField::Editors => credits.editors.extend(names),
            CreditField::Proofreaders => credits.proofreaders.extend(names),
            CreditField::LayoutDesigners => credits.layout_designers.extend(names),
            CreditField::Others => {
                credits.others.push(NamedCredit { title: role.to_owned(), names });
            }
        }
    }
    true
}

/// Returns the length in bytes of the dateline that begins `paragraph`, such as `本报讯（记者 张三）` or
/// `新华社北京10月28日电`. Zero if there is none.
pub(crate) fn dateline_len(paragraph: &str) -> usize {
    if let Some(inner) = paragraph.strip_prefix('【') {
        // Only if the dateline fills the brackets: 【…】 may hold a column title instead.
        let end = inner.find('】').filter(|end| dateline_len(&inner[..*end]) == *end);
        return end.map_or(0, |end| '【'.len_utf8() + end + '】'.len_utf8());
    }
    let bare = paragraph.strip_prefix('据').unwrap_or(paragraph);
    let skipped = paragraph.len() - bare.len();
    let Some(agency) = AGENCIES.iter().find(|agency| bare.starts_with(**agency)) else {
        return 0;
    };
    let mut end = None;
    // The place and the date are short; further on 电 and 讯 are ordinary words.
    for (at, c) in bare[agency.len()..].char_indices().take(20) {
        if matches!(c, '电' | '讯') {
            end = Some(agency.len() + at + c.len_utf8());
            break;
        }
        let inside = is_han(c) || c.is_numeric() || c.is_whitespace() || c == '·';
        // A mark, or a word that no place or date has: a sentence that begins with the name of a
        // paper.
        if !inside || "记者说的是在".contains(c) {
            break;
        }
    }
    let Some(end) = end else { return 0 };
    // Reporters in brackets belong to the dateline.
    let rest = &bare[end..];
    let open = rest.trim_start();
    let lead = rest.len() - open.len();
    // 者 and 员 are the ends of 记者 and 通讯员.
    let bracket =
        open.starts_with(['（', '(']) && open.chars().take(8).any(|c| c == '者' || c == '员');
    let close = open.char_indices().take(40).find(|(_, c)| matches!(c, '）' | ')'));
    let tail = match close {
        Some((at, c)) if bracket => lead + at + c.len_utf8(),
        _ => 0,
    };
    skipped + end + tail
}

/// Splits a dateline before 电 or 讯 into agency, place and date, and returns their byte ranges. The
/// line may break between them if it has to (R71).
pub(crate) fn dateline_parts(dateline: &str) -> Vec<Range<usize>> {
    let Some(end) = dateline.find(['电', '讯']).map(|at| at + '电'.len_utf8()) else {
        return Vec::new();
    };
    let open = dateline.len() - dateline.trim_start_matches(['据', '【']).len();
    let agency = AGENCIES.iter().find(|agency| dateline[open..].starts_with(**agency));
    // `min` keeps the ranges in order should the name of an agency contain 电 or 讯.
    let place = agency.map_or(0, |agency| open + agency.len()).min(end);
    let digit = dateline[place..end].find(|c: char| c.is_ascii_digit());
    let date = digit.map_or(end, |at| place + at);
    [0..place, place..date, date..end].into_iter().filter(|part| !part.is_empty()).collect()
}

/// Date in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundDate {
    /// Year, from 1900 to 2999.
    pub(crate) year: i32,
    /// Month as written: it may be none of the calendar.
    pub(crate) month: u8,
    /// Day as written: it may be none of the month.
    pub(crate) day: u8,
    /// Byte range of the date in the line.
    pub(crate) bytes: Range<usize>,
}

/// Finds the first date in a line.
pub(crate) fn find_date(line: &str) -> Option<FoundDate> {
    let digits = |text: &str, most: usize| -> (u32, usize) {
        let mut value = 0;
        let mut len = 0;
        for c in text.chars().take(most) {
            let Some(digit) = c.to_digit(10).or_else(|| full_width_digit(c)) else { break };
            value = value * 10 + digit;
            len += c.len_utf8();
        }
        (value, len)
    };
    for (start, _) in line.char_indices() {
        let text = &line[start..];
        // Tried from each character on; four digits without a separator after them are no year.
        let (year, len) = digits(text, 4);
        if !(1900..=2999).contains(&year) {
            continue;
        }
        let mut at = len;
        let mut parts = [0_u32; 2];
        let mut ok = true;
        // Chinese and numeric forms alike: each part follows its separator.
        for (part, separators) in parts.iter_mut().zip(["年-/.", "月-/."]) {
            let next = text[at..].chars().next();
            let Some(separator) = next.filter(|c| separators.contains(*c)) else {
                ok = false;
                break;
            };
            at += separator.len_utf8();
            let (value, len) = digits(&text[at..], 2);
            ok &= len > 0;
            *part = value;
            at += len;
        }
        if !ok {
            continue;
        }
        // 日 belongs to the date if it is there.
        at += text[at..].chars().next().filter(|c| *c == '日').map_or(0, char::len_utf8);
        let (month, day) = (u8::try_from(parts[0]).ok()?, u8::try_from(parts[1]).ok()?);
        let year = i32::try_from(year).ok()?;
        return Some(FoundDate { year, month, day, bytes: start..start + at });
    }
    None
}

fn full_width_digit(c: char) -> Option<u32> {
    matches!(c, '０'..='９').then(|| u32::from(c) - u32::from('０'))
}

#[cfg(test)]
mod tests {
    use super::{dateline_len, find_date, is_name, parse_byline, parse_credits};
    use crate::proto::Credits;

    #[test]
    fn names_are_told_from_words() {
        for (text, expected) in [
            ("张例", true),
            ("李示例", true),
            ("欧阳修文", true),
            ("阿卜杜拉·买买提", true),
            ("稻谷归仓", false),
            ("渠水入田", false),
            ("实现", false),
        ] {
            assert_eq!(is_name(text), expected, "{text}");
        }
    }

    #[test]
    fn bylines_are_read_by_the_grammar() {
        let read = |line| {
            parse_byline(line).map(|bylines| {
                bylines
                    .iter()
                    .map(|b| format!("{}{}", b.role, b.name))
                    .collect::<Vec<_>>()
                    .join("+")
            })
        };
        for (line, expected) in [
            ("张例", Some("张例")),
            ("□ 张三　李四", Some("张三+李四")),
            ("○张三", Some("张三")),
            ("本报记者 张三 通讯员 李四", Some("本报记者张三+通讯员李四")),
            ("新华社记者张三、李四", Some("新华社记者张三+新华社记者李四")),
            ("张　三", Some("张三")),
            ("作者：王五", Some("作者王五")),
            ("稻谷归仓 渠水入田", None),
            ("张三说，这很好", None),
            ("推动渠系改造高质量发展", None),
        ] {
            assert_eq!(read(line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn credits_datelines_and_dates() {
        let mut staff = Credits::default();
        assert!(parse_credits("责任编辑：张三 李四　校对：王五　版式：赵六", &mut staff));
        assert_eq!(staff.editors, ["张三", "李四"]);
        assert_eq!((staff.proofreaders.len(), staff.layout_designers.len()), (1, 1));
        assert!(!parse_credits("编辑部的故事讲了很久很久都没有讲完这一段", &mut staff));

        for (text, expected) in [
            ("本报讯（记者 张三）昨日", "本报讯（记者 张三）"),
            ("本报北京10月28日电 今天", "本报北京10月28日电"),
            ("据新华社北京10月28日电 今天", "据新华社北京10月28日电"),
            ("新华社北京3月14日电（记者张三）今天", "新华社北京3月14日电（记者张三）"),
            ("本报记者在会上说，电力", ""),
            ("今天下午", ""),
        ] {
            assert_eq!(&text[..dateline_len(text)], expected);
        }
        assert_eq!(
            find_date("２０２４年3月15日 星期五").map(|date| (date.year, date.month, date.day)),
            Some((2024, 3, 15))
        );
        assert_eq!(find_date("见2024-03-15刊").map(|date| date.bytes), Some(3..13));
        assert_eq!(find_date("2024年春"), None);
    }
}
