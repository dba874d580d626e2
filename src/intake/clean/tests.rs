use super::{CleaningPass, SourceChar, SpaceMeaning, clean, is_clean};
use crate::finding::FindingPlace;
use crate::intake::switches::NormaliseSwitches;
use crate::proto::Normalise;

fn cleaned(text: &str, spaces: SpaceMeaning) -> String {
    let switches = NormaliseSwitches::resolve(None, None);
    let once = clean(text, spaces, &switches, &FindingPlace::default());
    let twice = clean(&once.text, spaces, &switches, &FindingPlace::default());
    assert_eq!(once.text, twice.text, "cleaning what is clean changes nothing");
    assert!(twice.notes.is_empty(), "{:?}", twice.notes);
    assert_eq!(once.notes.is_empty(), once.text == text);
    once.text
}

#[test]
fn copy_is_normalised_by_the_rules() {
    for (rule, text, expected) in [
        ("R80", "\"他说'好'\"", "“他说‘好’”"),
        ("R80", "don't", "don’t"),
        ("R80", "“已经‘弯’了”", "“已经‘弯’了”"),
        ("R81", "中医(蒙医)医院", "中医（蒙医）医院"),
        ("R81", "推进(PPP)模式", "推进（PPP）模式"),
        ("R81", "size (large) only", "size (large) only"),
        ("R81", "他说:好,走;来!吗?", "他说：好，走；来！吗？"),
        ("R81", "1,234和10:30", "1,234和10:30"),
        ("R81", "完成.", "完成。"),
        ("R81", "“稀土+”协同", "“稀土＋”协同"),
        ("R81", "中心+驿站", "中心＋驿站"),
        ("R82", "　　党的", "党的"),
        ("R82", "cafe\u{301}", "café"),
        ("R82", "字( (", "字（（"),
        ("R81", "说\"数字\",走", "说“数字”，走"),
        ("R82", "党 的\t二十大\u{200b}报告", "党的二十大报告"),
        ("R82", "用 New  York 的", "用New York的"),
        ("R83", "２０２３年ＡＰＰ增５０％", "2023年APP增50%"),
        ("R83", "３．５和Ａ－１", "3.5和A-1"),
        ("R84", "这--是", "这——是"),
        ("R84", "这──是―", "这——是―"),
        ("R84", "这⸺是", "这——是"),
        ("R84", "北京—上海", "北京—上海"),
        ("R84", "等...还有。。。又…", "等……还有……又……"),
        ("R84", "静…………", "静…………"),
        ("R84", "罗•塞蒂・某", "罗·塞蒂·某"),
        ("R84", "63%~68%", "63%～68%"),
    ] {
        assert_eq!(cleaned(text, SpaceMeaning::Stray), expected, "{rule} {text}");
    }
}

#[test]
fn no_pass_changes_what_is_settled() {
    let (place, switches) = (FindingPlace::default(), NormaliseSwitches::resolve(None, None));
    let chars: Vec<char> =
        (' '..'\u{3400}').chain(['一', '\u{9fff}']).chain('\u{ff00}'..'\u{fff0}').collect();
    let settled = |c: &char| is_clean(&format!("1{c}"));
    let settled: Vec<char> = chars.into_iter().filter(settled).collect();
    // Marks in every order, three at a time and between other characters.
    let marks: Vec<char> =
        settled.iter().copied().filter(|c| !c.is_ascii() || "0Aa".contains(*c)).collect();
    let mut looked_at = 0;
    for a in &marks {
        for b in &marks {
            for c in &settled {
                let text: String = ['甲', *a, *b, *c, 'a', *a, *c].into_iter().collect();
                if !is_clean(&text) {
                    continue;
                }
                let chars = text
                    .chars()
                    .zip(0..)
                    .map(|(c, at)| SourceChar { c, source_index: at })
                    .collect();
                let mut pass = CleaningPass { chars, place: &place, notes: Vec::new() };
                pass.run_all(SpaceMeaning::Stray, &switches);
                assert!(pass.notes.is_empty(), "{text}: {:?}", pass.notes);
                looked_at += 1;
            }
        }
    }
    assert!(looked_at > 20_000, "{looked_at}");
    for text in ["等。。。又", "甲 乙", "甲,", "A-1", "３", "甲……"] {
        assert!(!is_clean(text), "{text}");
    }
}

#[test]
fn heads_keep_their_clause_spaces() {
    for (text, expected) in [
        ("稻谷归仓 渠水入田", "稻谷归仓 渠水入田"),
        ("稻谷归仓　　渠水入田 ", "稻谷归仓 渠水入田"),
        ("坚持，　发展", "坚持，发展"),
        ("跑出“加速度” 园区", "跑出“加速度” 园区"),
    ] {
        assert_eq!(cleaned(text, SpaceMeaning::Clause), expected);
    }
}

#[test]
fn what_does_not_print_is_taken_out_and_told() {
    for text in
        ["甲\0乙", "甲\u{7}乙", "甲\u{202e}乙", "\u{301}甲乙", "甲\u{fe0f}乙", "甲\u{fffe}乙"]
    {
        let cleaned = clean(
            text,
            SpaceMeaning::Stray,
            &NormaliseSwitches::resolve(None, None),
            &FindingPlace::default(),
        );
        assert_eq!(cleaned.text, "甲乙");
        assert_eq!(cleaned.notes.len(), 1, "{text:?}");
        assert_eq!(cleaned.notes[0].code.id(), "BM-COPY-001");
    }
}

#[test]
fn ranges_are_carried_over() {
    let text = "　　甲(乙)...丙";
    let cleaned = clean(
        text,
        SpaceMeaning::Stray,
        &NormaliseSwitches::resolve(None, None),
        &FindingPlace::default(),
    );
    assert_eq!(cleaned.text, "甲（乙）……丙");
    assert_eq!(&cleaned.text[cleaned.bytes_of_source(3..6)], "（乙）");
    assert_eq!(&cleaned.text[cleaned.bytes_of_source(9..10)], "丙");
}

#[test]
fn each_switch_stands_alone() {
    let off = Normalise { marks: Some(false), ..Normalise::default() };
    let on = Normalise { marks: Some(true), ..Normalise::default() };
    let keep = NormaliseSwitches::resolve(None, Some(&off));
    let request_wins = NormaliseSwitches::resolve(Some(&on), Some(&off));
    let text = "中医(蒙医)";
    assert_eq!(clean(text, SpaceMeaning::Stray, &keep, &FindingPlace::default()).text, text);
    let cleaned = clean(text, SpaceMeaning::Stray, &request_wins, &FindingPlace::default());
    assert_eq!(cleaned.text, "中医（蒙医）");
}
