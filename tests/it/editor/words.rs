//! Words of the made-up pages: sentences of the fixtures, and templates of headlines, kickers, decks
//! and verse: grammatical, with dates, numbers, scores, quotations, and names of people and places
//! that do not exist.

use crate::editor::random::Random;
use crate::record::count;

/// Words by class. A template names a class in braces.
const CLASSES: [(&str, &[&str]); 15] = [
    (
        "place",
        &["样例县", "示例市", "模拟县", "范例县", "演示区", "例城市", "样川县", "范水区", "示范旗"],
    ),
    ("town", &["东例镇", "西样乡", "南范村", "北示村", "例河镇", "样坪乡"]),
    ("name", &["张三", "李四", "王五", "赵六", "孙八", "周九", "何寅", "吕卯", "施辰", "郑十一"]),
    ("title", &["工程师", "党支部书记", "校长", "护士长", "合作社理事长", "乡村医生"]),
    ("n", &["3", "7", "12", "28", "46", "120", "318", "1.2万", "5.6万", "九"]),
    ("c", &["3", "7", "12", "28", "46", "120", "318"]),
    ("pct", &["4.2%", "9.2%", "12%", "28.4%", "31.5%", "6.8个百分点"]),
    ("date", &["4月1日", "9月3日", "10月28日", "2026年3月1日", "明年1月1日零时", "11月20日"]),
    ("score", &["3∶2", "2∶1", "78∶65", "4比1"]),
    ("quote", &["“智变”", "“绿色账”", "“加速度”", "“办不成事”", "“一件事”", "“最后一米”"]),
    ("latin", &["5G", "AI", "APP", "LED"]),
    (
        "thing",
        &["设施番茄", "老旧小区改造", "社区书房", "高标准农田", "储能电站", "冷链物流", "碎陶修复"],
    ),
    ("work", &["民生实事", "县乡医疗一体化", "政务服务改革", "湿地保护", "职业教育", "夜间公交"]),
    ("people", &["村民", "市民", "社区居民", "志愿者", "养殖户", "退休教师", "技术员"]),
    ("month", &["一季度", "前10个月", "上半年", "今年以来", "十四五期间"]),
];

/// Headlines of one clause, 8–24 字.
const SINGLE: [&str; 34] = [
    "{place}{work}见实效",
    "{people}家门口用上{latin}服务",
    "{place}{c}个{thing}项目开工",
    "{place}推出{quote}窗口",
    "{people}{name}：把手艺传下去",
    "{place}{month}用电量增长{pct}",
    "{thing}走进{town}",
    "{date}{place}新公交线路开通",
    "{name}与他的{c}本值班日记",
    "{place}男篮{score}战胜{place}队",
    "{town}的{thing}卖出了好价钱",
    "{place}下达{c}万元支持{thing}",
    "{thing}撬动大产业",
    "{town}迎来白鹤",
    "{place}为{people}办好{c}件实事",
    "{work}写进{place}新规划",
    "{n}名{people}完成技能培训",
    "{place}{month}新增就业{n}人",
    "从{town}到{place}：一条渠的五年账",
    "{people}为何点赞{quote}",
    "{place}将{thing}列入年度清单",
    "{place}对{c}处隐患挂牌整治",
    "{title}{name}的一天",
    "{latin}让{thing}少跑{c}公里",
    "{place}{work}满意度升至{pct}",
    "村里分红那一天",
    "三百片碎陶的重逢",
    "木偶戏里有新声",
    "{place}夜校为{people}开课",
    "{date}前完成{c}公里管网改造",
    "{place}与{place}共建{thing}基地",
    "{town}把荒坡变成果园",
    "{place}召开{work}推进会",
    "{thing}检验标准{date}施行",
];

/// Headlines of two clauses with a space between them, 12–30 字.
const COUPLETS: [&str; 16] = [
    "传统产业挑大梁 新兴产业成势头",
    "集体家底厚了 农民腰包鼓了",
    "看病不出镇 片子替人跑",
    "一克新材料 十年磨一剑",
    "{place}{thing}扩面 {people}受益{n}人",
    "{work}提速 {place}群众满意",
    "服务跑出{quote} 园区算起{quote}",
    "水要算着用 菜要挑着卖",
    "{town}修通产业路 {people}办起合作社",
    "书房里的灯 戏台上的光",
    "{place}出台新规 {date}起施行",
    "{thing}下乡 {latin}进村",
    "一条渠连起{town} {n}户{people}吃上活水",
    "人勤春来早 田间科技忙",
    "{place}队{score}取胜 {name}攻入制胜一球",
    "守住一片湿地 留下一城清风",
];

/// Long headlines, 25–51 字.
const LONG: [&str; 7] = [
    "{place}{month}完成{c}个{thing}项目 惠及{people}{n}户 满意度达到{pct}",
    "{place}召开{work}工作会议 要求各乡镇{date}前逐项对账销号",
    "从{town}的一条渠到{place}的一座老戏台：用五年时间一笔笔算清七本发展账",
    "{place}县乡村三级联动推进{work} 基层诊疗量占比超过六成",
    "{place}与{place}签署{thing}合作协议 {date}起共享检验结果和冷链仓库",
    "{title}{name}扎根{town}三十年 把{c}名徒弟送上{thing}生产一线",
    "{place}发布{work}白皮书 {month}办理事项{c}件 平均用时压缩{pct}",
];

/// Kickers, 6–22 字.
const KICKERS: [&str; 12] = [
    "优化营商环境在行动",
    "走进政务服务大厅",
    "完整社区建设观察",
    "调研行·制造业当家",
    "{place}连续五年将{work}列为一号工程",
    "{place}全年规模以上工业增加值增长{pct}",
    "学习贯彻全会精神·一线见闻",
    "本报记者蹲点{town}",
    "{month}民生账本",
    "以高质量发展为依托",
    "政府补贴{c}万元",
    "{date}起",
];

/// Decks, 8–24 字.
const DECKS: [&str; 8] = [
    "——{place}{work}走访记",
    "——{c}项任务完成率达到{pct}",
    "——来自{town}的蹲点调查",
    "——春季农业生产一线见闻",
    "{name}等{c}名{people}受到表扬",
    "——记{place}{title}{name}",
    "——设施农业园区一日",
    "——基于三条产业链的调查与思考",
];

/// Column titles (栏题).
pub(crate) const COLUMNS: [&str; 8] = [
    "城市笔记",
    "身边故事",
    "深度调查",
    "民生观察",
    "新闻速览",
    "热线回音",
    "文化走笔",
    "经济纵横",
];

/// Halves of lines of verse, five and seven 字.
const FIVE: [&str; 10] = [
    "渠水绕村来",
    "田埂有人声",
    "灯火照书台",
    "旧窑添新火",
    "白鹤落浅滩",
    "春泥留足印",
    "炊烟过小桥",
    "老树又抽枝",
    "山路接星光",
    "归鸟入晴川",
];
const SEVEN: [&str; 10] = [
    "一渠清水过东例",
    "两岸新苗到眼前",
    "老匠低头修碎瓦",
    "少年提笔写晴天",
    "村头鼓响人初聚",
    "场上灯明戏正圆",
    "莫道山深春到晚",
    "满坡果树已争先",
    "小桥流水寻常事",
    "都在农家账本边",
];

/// Titles of verse.
const VERSES: [&str; 8] = [
    "渠水谣",
    "灯下书房",
    "戏台小记",
    "春到南范村",
    "白鹤归来",
    "村头听鼓",
    "老匠人",
    "田埂上的星光",
];

/// A word of a class.
fn word(random: &mut Random, class: &str) -> &'static str {
    let found = CLASSES.iter().find(|(name, _)| *name == class);
    let (_, words) = found.unwrap_or_else(|| panic!("no class {class}"));
    words[random.below(words.len())]
}

/// Fills a template. Neighbouring places of one template differ.
pub(crate) fn fill(random: &mut Random, template: &str) -> String {
    let mut out = String::new();
    let mut used: Vec<&str> = Vec::new();
    for (k, part) in template.split(['{', '}']).enumerate() {
        if k % 2 == 0 {
            out += part;
            continue;
        }
        let mut chosen = word(random, part);
        while used.contains(&chosen) {
            chosen = word(random, part);
        }
        used.push(chosen);
        out += chosen;
    }
    out
}

/// A headline: most of one clause, a third a couplet, a few long ones. A brief's is short.
pub(crate) fn headline(random: &mut Random, brief: bool, lead: bool) -> String {
    let long = if lead { 12 } else { 6 };
    let pick = random.below(100);
    let set: &[&str] = if brief || pick >= 34 + long {
        &SINGLE
    } else if pick >= long {
        &COUPLETS
    } else {
        &LONG
    };
    let template = set[random.below(set.len())];
    let text = fill(random, template);
    // A lead has something to say.
    if lead && text.chars().count() < 8 { headline(random, brief, lead) } else { text }
}

pub(crate) fn kicker(random: &mut Random) -> String {
    let template = KICKERS[random.below(KICKERS.len())];
    fill(random, template)
}

pub(crate) fn deck(random: &mut Random) -> String {
    let template = DECKS[random.below(DECKS.len())];
    fill(random, template)
}

pub(crate) fn verse_title(random: &mut Random) -> String {
    VERSES[random.below(VERSES.len())].to_owned()
}

/// Stanzas of four lines of one length, with an empty line between them.
pub(crate) fn verse(random: &mut Random, stanzas: usize) -> Vec<String> {
    let pool: &[&str] = if random.chance(50) { &FIVE } else { &SEVEN };
    let mut out: Vec<String> = Vec::new();
    for stanza in 0..stanzas {
        if stanza > 0 {
            out.push(String::new());
        }
        let start = random.below(pool.len());
        for line in 0..4 {
            let mark = if line % 2 == 0 { '，' } else { '。' };
            out.push(format!("{}{mark}", pool[(start + line) % pool.len()]));
        }
    }
    out
}

/// Names of people and places in a headline, for `protectedNames`.
pub(crate) fn names_in(text: &str) -> Vec<String> {
    let named = CLASSES.iter().filter(|(class, _)| ["name", "place", "town"].contains(class));
    let words = named.flat_map(|(_, words)| words.iter());
    words.filter(|word| text.contains(**word)).map(|word| (*word).to_owned()).collect()
}

/// Sentences of a paragraph that can stand alone: closed pairs of marks, nothing to normalise.
pub(crate) fn sentences(paragraph: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut sentence = String::new();
    let mut chars = paragraph.chars().peekable();
    while let Some(c) = chars.next() {
        sentence.push(c);
        let closes = chars.peek().is_some_and(|next| "”’）》".contains(*next));
        let stop = "。！？".contains(c)
            || ("”’".contains(c)
                && sentence.chars().rev().nth(1).is_some_and(|c| "。！？".contains(c)));
        if stop && !closes {
            out.push(std::mem::take(&mut sentence));
        }
    }
    let paired = |text: &str| {
        ["“”", "‘’", "（）", "《》"].iter().all(|pair| {
            let mut marks = pair.chars().map(|mark| text.chars().filter(|c| *c == mark).count());
            marks.next() == marks.next()
        })
    };
    let clean = |text: &str| {
        let wide = |c: char| ('\u{ff10}'..='\u{ff5a}').contains(&c) && c.is_alphanumeric();
        !text.chars().any(|c| "\"',;:?!()".contains(c) || c.is_whitespace() || wide(c))
    };
    out.retain(|text| (10..=140).contains(&count(text)) && paired(text) && clean(text));
    out
}
