//! Cutting text into clusters: the pieces that lines are made of.

use std::ops::Range;

use crate::script::breaks::{LineBreak, break_between};
use crate::script::class::{CharClass, class_of, is_combining, is_han};
use crate::script::hyphen::hyphenation_points;
use crate::script::profile::CompositionProfile;

/// A piece of text that is set as one: a character with its combining marks, or a two-cell mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextCluster {
    /// Its class, by its neighbours.
    pub class: CharClass,
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// Whether a line may break after it.
    pub break_after: LineBreak,
    /// Whether it goes on the run of the cluster before it, with no gap between: a number, a word.
    pub continues_run: bool,
}

/// Cuts a paragraph into clusters and says where a line may break.
///
/// Quotes, dots and dashes mean different things in Chinese and in Latin; their class is taken from
/// what stands beside them, not from the character alone.
pub fn segment(text: &str, profile: &CompositionProfile) -> Vec<TextCluster> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut clusters: Vec<TextCluster> = Vec::with_capacity(chars.len());
    // The clusters of each web or mail address.
    let mut addresses: Vec<Range<usize>> = Vec::new();
    let mut i = 0;
    let mut address = 0..0;
    while i < chars.len() {
        if i >= address.end && chars[i].1.is_ascii() {
            address = i..i + address_length(&chars, i);
            if !address.is_empty() {
                addresses.push(clusters.len()..clusters.len() + address.len());
            }
        }
        let inside = address.contains(&i);
        let (class, count) =
            if inside { (CharClass::Latin, 1) } else { classify_cluster(&chars, i) };
        let mut end = i + count;
        while end < chars.len() && is_combining(chars[end].1) {
            end += 1;
        }
        let stop = chars.get(end).map_or(text.len(), |(at, _)| *at);
        let joined = clusters.last().is_some_and(|last: &TextCluster| {
            let token = |c| matches!(c, CharClass::Digit | CharClass::Latin);
            token(last.class) && token(class)
        });
        clusters.push(TextCluster {
            class,
            range: chars[i].0..stop,
            break_after: LineBreak::Free,
            continues_run: joined,
        });
        i = end;
    }
    for k in 1..clusters.len() {
        let (before, after) = (&clusters[k - 1], &clusters[k]);
        clusters[k - 1].break_after = if after.continues_run {
            LineBreak::Inseparable
        } else {
            let left = || &text[before.range.clone()];
            let verdict = if before.class == CharClass::Space && left() == "\u{a0}" {
                LineBreak::Inseparable
            } else {
                break_between(before.class, after.class, profile)
            };
            let soft = before.class == CharClass::Digit
                && starts_with_count_unit(&text[after.range.clone()])
                || after.class == CharClass::Digit && left() == "第";
            if verdict == LineBreak::Free && soft { LineBreak::Discouraged } else { verdict }
        };
    }
    for address in &addresses {
        // R20: an address breaks after its own marks, without a hyphen.
        for k in address.start + 1..address.end.min(clusters.len()) {
            let mark = |k: usize| ADDRESS_BREAK_MARKS.contains(&text[clusters[k].range.clone()]);
            if mark(k - 1) && !mark(k) {
                clusters[k - 1].break_after = LineBreak::Address;
            }
        }
    }
    mark_hyphen_breaks(text, &mut clusters, &addresses);
    clusters
}

/// Counts 字: Han characters and marks 1 each, a Latin word 1, a run of digits 1, spaces none.
pub fn count_characters(clusters: &[TextCluster]) -> usize {
    let mut last = CharClass::Space;
    let mut sum = 0;
    for cluster in clusters {
        let class = cluster.class;
        let goes_on = cluster.continues_run
            || class == last && matches!(class, CharClass::Digit | CharClass::Latin);
        sum += usize::from(class != CharClass::Space && !goes_on);
        last = class;
    }
    sum
}

/// R18: the places inside words where a hyphen may break them.
fn mark_hyphen_breaks(text: &str, clusters: &mut [TextCluster], addresses: &[Range<usize>]) {
    let mut addresses = addresses.iter().peekable();
    let mut start = 0;
    while start < clusters.len() {
        let mut end = start + 1;
        while end < clusters.len() && clusters[end].continues_run {
            end += 1;
        }
        while addresses.peek().is_some_and(|address| address.end <= start) {
            addresses.next();
        }
        let address = addresses.peek().is_some_and(|address| address.contains(&start));
        if clusters[start].class == CharClass::Latin && end - start > 1 && !address {
            let token = clusters[start].range.start..clusters[end - 1].range.end;
            let points = hyphenation_points(&text[token.clone()]);
            for cluster in &mut clusters[start..end - 1] {
                if points.contains(&(cluster.range.end - token.start)) {
                    cluster.break_after = LineBreak::Hyphen;
                }
            }
        }
        start = end;
    }
}

/// The web and mail addresses in a text: bytes of each.
pub fn find_addresses(text: &str) -> Vec<Range<usize>> {
    // Most texts have none, and no character that each one has.
    if !text.contains(['@', ':', 'w']) {
        return Vec::new();
    }
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut out = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        // An address is ASCII: as many bytes as characters.
        let long = address_length(&chars, i);
        if long > 0 {
            out.push(chars[i].0..chars[i].0 + long);
        }
        i += long.max(1);
    }
    out
}

/// The marks after which an address may break.
const ADDRESS_BREAK_MARKS: &str = "/?&=.-";

/// The length in characters of the web or mail address that starts at `i`, 0 if none does.
fn address_length(chars: &[(usize, char)], i: usize) -> usize {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&*+=%".contains(c);
    let starts = chars[i].1.is_ascii_alphanumeric() && (i == 0 || !fits(chars[i - 1].1));
    if !starts {
        return 0;
    }
    let run: String = chars[i..].iter().map(|(_, c)| *c).take_while(|c| fits(*c)).collect();
    let run = run.trim_end_matches(['.', ':', '!', '?']);
    let mail =
        run.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if run.contains("://") || run.starts_with("www.") || mail { run.len() } else { 0 }
}

/// What a number counts stays with it where it can (R17): dates and times, money, the great numerals,
/// measures, and the measure words that papers count with.
const COUNT_UNITS: &str = "年月日时点分秒号元角万亿千百个人名位次家户件项条种类场岁米里吨亩克升斤度倍成版期届层栋所座辆台套批份";

fn starts_with_count_unit(text: &str) -> bool {
    text.chars().next().is_some_and(|c| COUNT_UNITS.contains(c))
}

/// The class of the cluster that starts at `i` and how many characters it takes.
fn classify_cluster(chars: &[(usize, char)], i: usize) -> (CharClass, usize) {
    let at = |k: usize| chars.get(k).map(|(_, c)| *c);
    let c = chars[i].1;
    if is_han(c) {
        return (CharClass::Han, 1);
    }
    let next = at(i + 1);
    let previous = i.checked_sub(1).and_then(at);
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let unit = |c: Option<char>| c.is_some_and(|c| class_of(c) == CharClass::Postfix);
    let word = |c: Option<char>| {
        c.is_some_and(|c| matches!(class_of(c), CharClass::Latin | CharClass::Digit))
    };
    match c {
        '—' if next == Some('—') => (CharClass::Dash, 2),
        '…' | '⋯' if next == Some(c) => (CharClass::Ellipsis, 2),
        // Two marks share one cell (GB/T 15834-2011 5.1.2); a third starts a new one.
        '？' | '！' if matches!(next, Some('？' | '！')) => (CharClass::StopPair, 2),
        // Inside a number.
        '.' | ',' | ':' if digit(previous) && digit(next) => (CharClass::Digit, 1),
        '+' | '-' | '−' if digit(next) && !word(previous) && !unit(previous) => {
            (CharClass::Prefix, 1)
        }
        // Inside a word: COVID-19, don’t, AT&T.
        '-' | '\'' | '’' | '.' | '&' | '_' | '@' | '/' | '+' | ':' | '·'
            if word(previous) && word(next) && token_has_letter(chars, i) =>
        {
            (CharClass::Latin, 1)
        }
        '-' => (CharClass::Connector, 1),
        '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '}' => (CharClass::Closing, 1),
        '(' | '[' | '{' => (CharClass::Opening, 1),
        // A sign that belongs to what it follows: 稀土＋.
        '+' | '＋' if previous.is_some_and(|p| class_of(p) == CharClass::Han) => {
            (CharClass::Postfix, 1)
        }
        _ => (class_of(c), 1),
    }
}

/// Whether the token around position `i` has a letter beside it: a date `2023-10-29` has none.
fn token_has_letter(chars: &[(usize, char)], i: usize) -> bool {
    let token = |c: char| {
        matches!(class_of(c), CharClass::Latin | CharClass::Digit) || "-'’.&_@/+:".contains(c)
    };
    let letter = |c: &char| class_of(*c) == CharClass::Latin;
    // A token is short; the bound keeps a hostile run linear.
    const LOOK_AROUND_MAX: usize = 48;
    let before =
        chars[..i].iter().rev().take(LOOK_AROUND_MAX).map(|(_, c)| *c).take_while(|c| token(*c));
    let after =
        chars[i + 1..].iter().take(LOOK_AROUND_MAX).map(|(_, c)| *c).take_while(|c| token(*c));
    before.chain(after).any(|c| letter(&c))
}

#[cfg(test)]
mod tests {
    use super::segment;
    use crate::script::breaks::LineBreak;
    use crate::script::profile::CompositionProfile;

    /// The text with `|` where a line may break, `~` where it may but should not, `-` where it may with a
    /// hyphen.
    fn marked(text: &str) -> String {
        let mut out = String::new();
        let clusters = segment(text, &CompositionProfile::default());
        for (k, cluster) in clusters.iter().enumerate() {
            out.push_str(&text[cluster.range.clone()]);
            if k + 1 < clusters.len() {
                match cluster.break_after {
                    LineBreak::Free | LineBreak::Forced => out.push('|'),
                    LineBreak::Discouraged | LineBreak::Address => out.push('~'),
                    LineBreak::Hyphen => out.push('-'),
                    LineBreak::BetweenDatelineParts
                    | LineBreak::InsideDatelinePart
                    | LineBreak::Kinsoku
                    | LineBreak::Inseparable => {}
                }
            }
        }
        out
    }

    #[test]
    fn breaks_follow_the_rules() {
        for (rule, text, expected) in [
            ("R01", "六七八。九十", "六|七|八。|九|十"),
            ("R02", "三“四五”六", "三|“四|五”|六"),
            ("R03", "五（六七）八", "五|（六|七）|八"),
            ("R04", "六·罗塞蒂", "六·|罗|塞|蒂"),
            ("R05", "六63%～68%之间", "六|63%～|68%|之|间"),
            ("R05", "京—上海", "京—|上|海"),
            ("R05", "在4.2%-5.1%间", "在|4.2%-|5.1%|间"),
            ("R16", "为-2℃～1℃", "为|-2℃～|1℃"),
            ("R06", "四/五", "四/五"),
            ("R07", "四——五", "四|——|五"),
            ("R08", "四……五", "四……|五"),
            ("R10", "四——，六", "四|——，|六"),
            ("R10", "四“——五”", "四|“——|五”"),
            ("R12", "五1,234,567人", "五|1,234,567~人"),
            ("R13", "四50%五", "四|50%|五"),
            ("R14", "五℃六", "五℃|六"),
            ("R15", "四￥100元", "四|￥100~元"),
            ("R16", "“稀土＋”协", "“稀|土＋”|协"),
            ("R16", "约±5个", "约|±5~个"),
            ("R17", "10月29日会议", "10~月|29~日|会|议"),
            ("R17", "第20240315号令", "第~20240315~号|令"),
            ("R18", "在international上", "在|in-ter-na-tional|上"),
            ("R18", "用APP和don’t", "用|APP|和|don’t"),
            ("R18", "看high-quality的", "看|high--qual-ity|的"),
            ("R19", "六COVID-19疫", "六|COVID-19|疫"),
            ("R19", "型号iPhone15Pro与", "型|号|iPhone15Pro|与"),
            ("R20", "见http://a.cn/b-c?d=1。", "见|http://~a.~cn/~b-~c?~d=~1。"),
            ("R20", "见2024-03-15，", "见|2024-|03-|15，"),
            ("R21", "话。”“下", "话。”|“下"),
            ("R21", "《甲》《乙》", "《甲》|《乙》"),
            ("R29", "么？！是", "么？！|是"),
            ("R44", "统筹推进", "统|筹|推|进"),
        ] {
            assert_eq!(marked(text), expected, "{rule}");
        }
    }

    #[test]
    fn combining_marks_stay_on_their_base() {
        for text in ["e\u{301}甲", "\u{301}甲"] {
            assert_eq!(segment(text, &CompositionProfile::default()).len(), 2);
        }
    }
}
