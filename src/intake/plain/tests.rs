use super::read_plain;
use crate::intake::switches::ParagraphJoining;
use crate::proto::block::Content;

fn shape(text: &str) -> String {
    let noted = read_plain(text.as_bytes(), ParagraphJoining::Join).expect("copy");
    let mut out = String::new();
    if !noted.value.banner.is_empty() {
        out += &format!("[{}] ", noted.value.banner);
    }
    for article in &noted.value.articles {
        if !article.kicker.is_empty() {
            out += &format!("{}^", article.kicker);
        }
        out += &article.headline;
        if !article.deck.is_empty() {
            out += &format!("_{}", article.deck);
        }
        for byline in &article.bylines {
            out += &format!("@{}", byline.name);
        }
        out += ":";
        for block in &article.body {
            out.push(match block.content {
                Some(Content::Crosshead(_)) => 'c',
                Some(Content::Paragraph(_)) => 'p',
                Some(Content::Note(_)) => 'n',
                Some(Content::Verse(_)) => 'v',
                _ => '?',
            });
        }
        out += " ";
    }
    out.trim_end().to_owned()
}

#[test]
fn pages_of_several_shapes_are_understood() {
    for (text, expected) in [
        (
            "标题甲\n\n张三\n\n正文一段。\n\n标题乙\n\n李四\n\n正文又一段。",
            "标题甲@张三:p 标题乙@李四:p",
        ),
        ("题甲\n本报讯 正文。\n\n题乙\n本报讯 正文。\n题中小题\n后文。", "题甲:p 题乙:pcp"),
        ("通栏大语\n\n题甲\n\n张三\n\n正文。", "[通栏大语] 题甲@张三:p"),
        ("引题在上\n主题在下\n——副题在后\n正文。", "引题在上^主题在下_——副题在后:p"),
        (
            "主题\n张三\n一、小题\n正文。\n二、小题\n正文。\n（作者系示例大学教授）\n另一主题\n正文。",
            "主题@张三:cpcpn 另一主题:p",
        ),
        (
            "诗题\n张三\n春风来\n花又开\n人未还\n月如霜\n题乙\n李四\n正文。",
            "诗题@张三:v 题乙@李四:p",
        ),
        ("题甲\n正文。\n某某局\n2024年7月15日\n\n题乙\n本报讯 正文。", "题甲:pnn 题乙:p"),
        (
            "诗题\n张三\n春风来\n花又开\n人未还\n月如霜\n题乙\n——有感\n李四\n正文。",
            "诗题@张三:v 题乙_——有感@李四:p",
        ),
        ("题甲\n（一）向新\n正文。\n（二）钱从哪里来？\n正文。", "题甲:cpcp"),
        ("题甲\n本报评论员\n正文。\n责任编辑：张三", "题甲@本报评论员:p"),
        ("题甲\n【本报讯】正文。\n题乙\n【本报讯】正文。", "题甲:p 题乙:p"),
        ("云岭日报\n2024年7月16日\n第5版\n\n潮起\n\n李四\n\n正文。", "潮起@李四:p"),
        ("2024年7月16日\n第5版\n深度\n云岭日报\n\n潮起\n\n李四\n\n正文。", "潮起@李四:p"),
        ("题甲\n张三 文/图\n正文。\n图为现场。 李四 摄", "题甲@张三 文/图:pp"),
        ("诗题\n张三\n春风来\n花又开\n人未还\n月如霜\n灯下坐", "诗题@张三:v"),
        ("题甲\n正文。（记者 张三）\n题乙\n正文。", "题甲:p 题乙:p"),
        (
            "题甲\n正文里说了很多话但是末尾没有句号因为录入的人忘了写上去所以它就这样在这里结束了没有任何标点\n题乙\n李四\n正文。",
            "题甲:p 题乙@李四:p",
        ),
        ("主题\n\n正文被切\n断的一段，在这里继续。", "主题:p"),
    ] {
        let text = text
            .replace("正文被切", "正文里有一句完整的话。这一句话写得很长很长但是没有写完就被切");
        assert_eq!(shape(&text), expected, "{text}");
    }
}
