//! Segmentation of text into clusters, the units from which lines are built.

use std::ops::Range;

use crate::script::breaks::{LineBreak, break_between};
use crate::script::class::{CharClass, class_of, is_combining, is_han};
use crate::script::hyphen::hyphenation_points;
use crate::script::profile::CompositionProfile;

/// Text that is set as one unit: a character with its combining marks, or a two-cell mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextCluster {
    /// Class, refined by the neighbours.
    pub class: CharClass,
    /// Byte range in the text.
    pub range: Range<usize>,
    /// Verdict on a line break after the cluster.
    pub break_after: LineBreak,
    /// True if the cluster continues the run of the cluster before it (a number or a word), with no
    /// gap between them.
    pub continues_run: bool,
}

/// Divides a paragraph into clusters and decides where a line may break.
///
/// Quotes, dots and dashes mean different things in Chinese and in Latin text; their class follows
/// from the characters beside them, not from the character alone.
pub fn segment(text: &str, profile: &CompositionProfile) -> Vec<TextCluster> {
    let (mut clusters, addresses) = divide(text);
    // The order matters: the class table first, then the exceptions inside addresses and words,
    // which overwrite its verdicts.
    decide_breaks(text, &mut clusters, profile);
    mark_address_breaks(text, &mut clusters, &addresses);
    mark_hyphen_breaks(text, &mut clusters, &addresses);
    clusters
}

/// Divides a text into clusters without verdicts, and returns the range of clusters of each web or
/// mail address.
///
/// One pass: each character is looked at with a bounded number of neighbours, and an address is
/// searched for only where a run of its characters begins. So the work is linear in the length of
/// the text.
fn divide(text: &str) -> (Vec<TextCluster>, Vec<Range<usize>>) {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut clusters: Vec<TextCluster> = Vec::with_capacity(chars.len());
    let mut addresses: Vec<Range<usize>> = Vec::new();
    let mut i = 0;
    // Characters of the address that starts at or before `i`.
    let mut address = 0..0;
    while i < chars.len() {
        // No address starts inside another one, so nothing is searched before `address.end`.
        if i >= address.end && chars[i].1.is_ascii() {
            address = i..i + address_length(&chars, i);
            if !address.is_empty() {
                // All of an address is ASCII without combining marks: one cluster a character.
                addresses.push(clusters.len()..clusters.len() + address.len());
            }
        }
        // An address is set like one Latin word.
        let (class, count) =
            if address.contains(&i) { (CharClass::Latin, 1) } else { classify_cluster(&chars, i) };
        let mut end = i + count;
        // A mark goes with its base, whatever the class of the base.
        while end < chars.len() && is_combining(chars[end].1) {
            end += 1;
        }
        let end_offset = chars.get(end).map_or(text.len(), |(offset, _)| *offset);
        let is_token = |class| matches!(class, CharClass::Digit | CharClass::Latin);
        let previous = clusters.last();
        let continues_run =
            is_token(class) && previous.is_some_and(|cluster| is_token(cluster.class));
        clusters.push(TextCluster {
            class,
            range: chars[i].0..end_offset,
            break_after: LineBreak::Free,
            continues_run,
        });
        i = end;
    }
    (clusters, addresses)
}

/// Decides on the break between each two neighbours by their classes.
fn decide_breaks(text: &str, clusters: &mut [TextCluster], profile: &CompositionProfile) {
    for k in 1..clusters.len() {
        let (before, after) = (&clusters[k - 1], &clusters[k]);
        if after.continues_run {
            // `mark_hyphen_breaks` and `mark_address_breaks` lift some of these afterwards.
            clusters[k - 1].break_after = LineBreak::Inseparable;
            continue;
        }
        let text_before = || &text[before.range.clone()];
        // U+00A0 is a space that forbids the break after it.
        let verdict = if before.class == CharClass::Space && text_before() == "\u{a0}" {
            LineBreak::Inseparable
        } else {
            break_between(before.class, after.class, profile)
        };
        // R17: a number stays with the unit it counts, and 第 with its number.
        let is_discouraged = before.class == CharClass::Digit
            && starts_with_count_unit(&text[after.range.clone()])
            || after.class == CharClass::Digit && text_before() == "第";
        // A break that is forbidden anyway stays forbidden.
        clusters[k - 1].break_after = if verdict == LineBreak::Free && is_discouraged {
            LineBreak::Discouraged
        } else {
            verdict
        };
    }
}

/// Marks the places inside addresses where a line may break: after a mark of the address, without a
/// hyphen (R20).
fn mark_address_breaks(text: &str, clusters: &mut [TextCluster], addresses: &[Range<usize>]) {
    for address in addresses {
        for k in address.start + 1..address.end.min(clusters.len()) {
            let is_mark = |k: usize| ADDRESS_BREAK_MARKS.contains(&text[clusters[k].range.clone()]);
            // After the last mark of a group, so that // stays whole.
            if is_mark(k - 1) && !is_mark(k) {
                clusters[k - 1].break_after = LineBreak::Address;
            }
        }
    }
}

/// Counts 字: Han characters and marks 1 each, a Latin word 1, a run of digits 1, spaces none.
pub fn count_characters(clusters: &[TextCluster]) -> usize {
    let mut previous = CharClass::Space;
    let mut count = 0;
    for cluster in clusters {
        let class = cluster.class;
        let continues = cluster.continues_run
            || class == previous && matches!(class, CharClass::Digit | CharClass::Latin);
        count += usize::from(class != CharClass::Space && !continues);
        previous = class;
    }
    count
}

/// Marks the places inside words where a hyphen may break them (R18).
fn mark_hyphen_breaks(text: &str, clusters: &mut [TextCluster], addresses: &[Range<usize>]) {
    let mut addresses = addresses.iter().peekable();
    let mut start = 0;
    while start < clusters.len() {
        let mut end = start + 1;
        while end < clusters.len() && clusters[end].continues_run {
            end += 1;
        }
        // Addresses and runs are both in text order, so one pass over each is enough.
        while addresses.peek().is_some_and(|address| address.end <= start) {
            addresses.next();
        }
        // An address breaks after its marks only: a hyphen would become part of it (R20).
        let is_address = addresses.peek().is_some_and(|address| address.contains(&start));
        if clusters[start].class == CharClass::Latin && end - start > 1 && !is_address {
            let token = clusters[start].range.start..clusters[end - 1].range.end;
            let points = hyphenation_points(&text[token.clone()]);
            // The break after the last letter belongs to `decide_breaks`, not to the word.
            for cluster in &mut clusters[start..end - 1] {
                if points.contains(&(cluster.range.end - token.start)) {
                    cluster.break_after = LineBreak::Hyphen;
                }
            }
        }
        start = end;
    }
}

/// Returns the byte range of each web or mail address in a text.
pub fn find_addresses(text: &str) -> Vec<Range<usize>> {
    // Most texts have no address, and none of the characters that every address has one of.
    if !text.contains(['@', ':', 'w']) {
        return Vec::new();
    }
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut addresses = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        // An address is ASCII, so it has as many bytes as characters.
        let length = address_length(&chars, i);
        if length > 0 {
            addresses.push(chars[i].0..chars[i].0 + length);
        }
        i += length.max(1);
    }
    addresses
}

/// Marks after which an address may break.
const ADDRESS_BREAK_MARKS: &str = "/?&=.-";

/// Returns the length in characters of the web or mail address that starts at `i`, 0 if none does.
fn address_length(chars: &[(usize, char)], i: usize) -> usize {
    let may_occur = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&*+=%".contains(c);
    // Only at the start of a run of such characters: otherwise each suffix would be tried, and long
    // runs would take quadratic time.
    let may_start = chars[i].1.is_ascii_alphanumeric() && (i == 0 || !may_occur(chars[i - 1].1));
    if !may_start {
        return 0;
    }
    let run: String = chars[i..].iter().map(|(_, c)| *c).take_while(|c| may_occur(*c)).collect();
    // Punctuation of the sentence that follows the address.
    let run = run.trim_end_matches(['.', ':', '!', '?']);
    // A host without a point is no mail address but an @ in copy.
    let is_mail =
        run.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if run.contains("://") || run.starts_with("www.") || is_mail { run.len() } else { 0 }
}

/// Characters that stay with the number before them where possible (R17): dates and times, money,
/// the great numerals, measures, and the measure words that papers count with.
const COUNT_UNITS: &str = "年月日时点分秒号元角万亿千百个人名位次家户件项条种类场岁米里吨亩克升斤度倍成版期届层栋所座辆台套批份";

/// True if a text begins with such a character.
fn starts_with_count_unit(text: &str) -> bool {
    text.chars().next().is_some_and(|c| COUNT_UNITS.contains(c))
}

/// Returns the class of the cluster that starts at `i` and its length in characters.
fn classify_cluster(chars: &[(usize, char)], i: usize) -> (CharClass, usize) {
    let char_at = |k: usize| chars.get(k).map(|(_, c)| *c);
    let c = chars[i].1;
    // Han has no neighbours that change it, and most characters are Han.
    if is_han(c) {
        return (CharClass::Han, 1);
    }
    let next = char_at(i + 1);
    let previous = i.checked_sub(1).and_then(char_at);
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let is_unit = |c: Option<char>| c.is_some_and(|c| class_of(c) == CharClass::Postfix);
    let is_word = |c: Option<char>| {
        c.is_some_and(|c| matches!(class_of(c), CharClass::Latin | CharClass::Digit))
    };
    match c {
        // One dash alone is 一字线, a connector; two are 破折号 and set as one stroke.
        '—' if next == Some('—') => (CharClass::Dash, 2),
        // Both halves must have one form, or they would not line up.
        '…' | '⋯' if next == Some(c) => (CharClass::Ellipsis, 2),
        // Two marks share one cell (GB/T 15834-2011 5.1.2); a third starts a new cell.
        '？' | '！' if matches!(next, Some('？' | '！')) => (CharClass::StopPair, 2),
        // Inside a number.
        '.' | ',' | ':' if is_digit(previous) && is_digit(next) => (CharClass::Digit, 1),
        // The sign of a number, and not a connector between two.
        '+' | '-' | '−' if is_digit(next) && !is_word(previous) && !is_unit(previous) => {
            (CharClass::Prefix, 1)
        }
        // Inside a word: COVID-19, don’t, AT&T.
        '-' | '\'' | '’' | '.' | '&' | '_' | '@' | '/' | '+' | ':' | '·'
            if is_word(previous) && is_word(next) && token_has_letter(chars, i) =>
        {
            (CharClass::Latin, 1)
        }
        '-' => (CharClass::Connector, 1),
        // Any other ASCII mark is set like its Chinese counterpart.
        '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '}' => (CharClass::Closing, 1),
        '(' | '[' | '{' => (CharClass::Opening, 1),
        // A sign that belongs to the word before it: 稀土＋.
        '+' | '＋' if previous.is_some_and(|p| class_of(p) == CharClass::Han) => {
            (CharClass::Postfix, 1)
        }
        // The class table decides on all marks whose meaning does not depend on their neighbours.
        _ => (class_of(c), 1),
    }
}

/// True if the token around position `i` has a letter: a date such as `2023-10-29` has none.
fn token_has_letter(chars: &[(usize, char)], i: usize) -> bool {
    let is_in_token = |c: char| {
        matches!(class_of(c), CharClass::Latin | CharClass::Digit) || "-'’.&_@/+:".contains(c)
    };
    let is_letter = |c: char| class_of(c) == CharClass::Latin;
    // A token is short. The bound keeps the cost linear on hostile input.
    const LOOK_AROUND_MAX: usize = 48;
    let before = chars[..i]
        .iter()
        .rev()
        .take(LOOK_AROUND_MAX)
        .map(|(_, c)| *c)
        .take_while(|c| is_in_token(*c));
    let after = chars[i + 1..]
        .iter()
        .take(LOOK_AROUND_MAX)
        .map(|(_, c)| *c)
        .take_while(|c| is_in_token(*c));
    before.chain(after).any(is_letter)
}

#[cfg(test)]
mod tests {
    use super::segment;
    use crate::script::breaks::LineBreak;
    use crate::script::profile::CompositionProfile;

    /// Returns the text with `|` where a line may break, `~` where a break is discouraged, and `-`
    /// where it needs a hyphen.
    fn marked(text: &str) -> String {
        let mut marked = String::new();
        let clusters = segment(text, &CompositionProfile::default());
        for (k, cluster) in clusters.iter().enumerate() {
            marked.push_str(&text[cluster.range.clone()]);
            if k + 1 < clusters.len() {
                match cluster.break_after {
                    LineBreak::Free | LineBreak::Forced => marked.push('|'),
                    LineBreak::Discouraged | LineBreak::Address => marked.push('~'),
                    LineBreak::Hyphen => marked.push('-'),
                    LineBreak::BetweenDatelineParts
                    | LineBreak::InsideDatelinePart
                    | LineBreak::Kinsoku
                    | LineBreak::Inseparable => {}
                }
            }
        }
        marked
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
