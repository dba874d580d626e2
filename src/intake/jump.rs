//! Jumps (转版): the lines that say where an article continues.

use crate::config::PAGE_NUMBER_CHARS;
use crate::finding::{FindingCode, FindingPlace};
use crate::intake::checker::{FieldRules, RecordChecker};
use crate::model::{BodyBlock, CopyText};
use crate::proto;

impl RecordChecker<'_> {
    /// Inserts 上接 after the notes that open the article, and 下转 after all of its copy.
    pub(crate) fn insert_jump_lines(
        &mut self,
        blocks: &mut Vec<BodyBlock>,
        from: Option<&mut proto::JumpReference>,
        to: Option<&mut proto::JumpReference>,
        article: &FindingPlace,
    ) {
        if let Some(line) = from.and_then(|from| self.check_jump(from, "上接", article, "jumpFrom"))
        {
            let copy = blocks.iter().position(|block| !matches!(block, BodyBlock::Aside(_)));
            blocks.insert(copy.unwrap_or(blocks.len()), BodyBlock::JumpFrom(line));
        }
        if let Some(line) = to.and_then(|to| self.check_jump(to, "下转", article, "jumpTo")) {
            blocks.push(BodyBlock::JumpTo(line));
        }
    }

    /// Jump line for one end of a jump. Returns `None`, with an error, if it names no page.
    fn check_jump(
        &mut self,
        reference: &mut proto::JumpReference,
        word: &str,
        article: &FindingPlace,
        name: &str,
    ) -> Option<CopyText> {
        let proto::JumpReference { page, article_id } = reference;
        let place = |field: &str| {
            FindingPlace::of_field(format!("{}.{name}.{field}", article.field))
                .in_article(&article.article)
        };
        self.check_id_form(article_id, &place("articleId"));
        let kind = FieldRules { chars_max: PAGE_NUMBER_CHARS, ..self.line_rules() };
        let page = self.clean_text(page, &place("page"), kind);
        if page.is_empty() {
            if !self.has_error_at(&place("page").field) {
                self.report_error(
                    FindingCode::BadValue,
                    place("page"),
                    "转版没有写明版次",
                    "the jump has no page number",
                );
            }
            return None;
        }
        Some(jump_line(word, page))
    }
}

/// Builds `（下转第三版）` or `（下转A03版）`. If the page number is used as written, the prefix ends before
/// it, so that places in the line refer to the field.
fn jump_line(word: &str, page: CopyText) -> CopyText {
    let open = format!("（{word}");
    let (text, prefix) = match chinese_page_number(&page.text) {
        Some(number) => {
            let text = format!("{open}第{number}版）");
            let whole = text.len();
            (text, whole)
        }
        None => (format!("{open}{}版）", page.text), open.len()),
    };
    CopyText { text, prefix_bytes: prefix, spans: Vec::new(), field: page.field }
}

/// Page number as written after 第: Chinese numerals up to 99, digits above. `None` if it has
/// letters.
fn chinese_page_number(page: &str) -> Option<String> {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    if !page.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = page.trim_start_matches('0').as_bytes();
    let name = |digit: u8| DIGITS[usize::from(digit - b'0')];
    Some(match *digits {
        [ones] => name(ones).to_owned(),
        // 十一, not 一十一.
        [b'1', ones] => format!("十{}", name(ones)),
        [tens, ones] => format!("{}十{}", name(tens), name(ones)),
        _ => page.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::jump_line;
    use crate::model::CopyText;

    #[test]
    fn page_numbers_are_written_out() {
        for (page, line, own) in [
            ("3", "（下转第三版）", ""),
            ("03", "（下转第三版）", ""),
            ("10", "（下转第十版）", ""),
            ("12", "（下转第十二版）", ""),
            ("20", "（下转第二十版）", ""),
            ("99", "（下转第九十九版）", ""),
            ("100", "（下转第100版）", ""),
            ("0", "（下转第0版）", ""),
            ("A03", "（下转A03版）", "A03版）"),
            ("二", "（下转二版）", "二版）"),
        ] {
            let got = jump_line("下转", CopyText { text: page.to_owned(), ..CopyText::default() });
            assert_eq!(got.text, line, "{page}");
            assert_eq!(&got.text[got.prefix_bytes..], own, "{page}");
        }
    }
}
