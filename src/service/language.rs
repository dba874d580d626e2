//! Language of the texts for a caller.

use crate::finding::Bilingual;

/// Language of the texts for a caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ResponseLanguage {
    /// Chinese, the default: newsrooms come first.
    #[default]
    Chinese,
    /// English.
    English,
}

impl ResponseLanguage {
    /// Chooses the language that a request names, else the preferred one of `accept-language` among
    /// those that are supported.
    pub(crate) fn choose(locale: &str, accept_language: &str) -> Self {
        Self::from_tag(locale)
            .or_else(|| Self::from_accept_language(accept_language))
            .unwrap_or_default()
    }

    /// Parses `zh`, `zh-CN`, `en-GB` …; `None` for any other language.
    fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        [("zh", Self::Chinese), ("en", Self::English)]
            .into_iter()
            .find_map(|(name, language)| primary.eq_ignore_ascii_case(name).then_some(language))
    }

    /// Parses `en-US,en;q=0.9,zh;q=0.8` (RFC 9110, 12.5.4): the language of most weight; of equal
    /// weights the first.
    fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(u32, Self)> = None;
        // The rest of a longer header is ignored.
        for range in header.split(',').take(32) {
            let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
            let weight = weight_thousandths(weight.trim().trim_start_matches("q="));
            let Some(language) = Self::from_tag(tag).filter(|_| weight > 0) else { continue };
            // Strictly more: of equal weights the first stays.
            if best.is_none_or(|(best_weight, _)| weight > best_weight) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }

    /// The text in this language.
    pub(crate) fn text_of(self, text: &Bilingual) -> &str {
        match self {
            Self::Chinese => &text.zh,
            Self::English => &text.en,
        }
    }
}

/// Parses a weight, `0.85`, as thousandths; an empty weight is 1000, a malformed one 0.
fn weight_thousandths(text: &str) -> u32 {
    if text.is_empty() {
        return 1000;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    // Missing decimals are zeros; more than three are cut.
    let mut digits = fraction.chars().chain("000".chars()).take(3);
    let thousandths = digits.try_fold(0, |sum, digit| Some(sum * 10 + digit.to_digit(10)?));
    match (whole.parse::<u32>(), thousandths) {
        (Ok(0), Some(thousandths)) => thousandths,
        (Ok(_), Some(_)) => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::ResponseLanguage::{self, Chinese, English};

    #[test]
    fn a_locale_takes_precedence_over_accept_language() {
        for (locale, accepted, expected) in [
            ("", "", Chinese),
            ("en", "", English),
            ("zh-CN", "en", Chinese),
            ("", "en-US,en;q=0.9", English),
            ("", "fr, de;q=0.9", Chinese),
            ("", "zh;q=0.5, en;q=0.8", English),
            ("", "en;q=0, zh;q=0.1", Chinese),
            ("", "en;q=0.123456", English),
            ("", "en;q=x", Chinese),
            ("fr", "en", English),
            ("EN_us", "zh", English),
        ] {
            assert_eq!(
                ResponseLanguage::choose(locale, accepted),
                expected,
                "{locale:?} {accepted:?}"
            );
        }
    }
}
