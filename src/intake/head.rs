//! What the desk asks of a head: where it stands, and in which other words it may stand there.

use crate::config::ALTERNATIVES_MAX;
use crate::diag::{Code, Place};
use crate::intake::check::Check;
use crate::model::{HeadWish, Variant};
use crate::proto;

impl Check<'_> {
    /// Where a record asks for a head to stand.
    pub(crate) fn head_wish(&mut self, position: i32, place: Place) -> HeadWish {
        match proto::HeadPosition::try_from(position) {
            Ok(proto::HeadPosition::Unspecified) => HeadWish::Any,
            Ok(proto::HeadPosition::Above) => HeadWish::Above,
            Ok(proto::HeadPosition::Centred) => HeadWish::Centred,
            Ok(proto::HeadPosition::Left) => HeadWish::Left,
            Ok(proto::HeadPosition::Vertical) => HeadWish::Vertical,
            Err(_) => {
                self.unknown_value(position, place);
                HeadWish::Any
            }
        }
    }

    /// A number that no name of an enum stands for: what was asked for cannot be known.
    pub(crate) fn unknown_value(&mut self, value: i32, place: Place) {
        self.error(
            Code::BadValue,
            place,
            format!("没有枚举值 {value}"),
            format!("the enum has no value {value}"),
        );
    }

    /// The other wordings of a head. They may take its place, so they are cleaned as it is.
    pub(crate) fn alternatives(
        &mut self,
        variants: &mut [proto::HeadlineVariant],
        place: &Place,
    ) -> Vec<Variant> {
        if !self.limit(place, "alternatives", variants.len(), ALTERNATIVES_MAX) {
            return Vec::new();
        }
        let mut out = Vec::with_capacity(variants.len());
        for (k, variant) in variants.iter_mut().enumerate() {
            let proto::HeadlineVariant { kicker, headline, deck } = variant;
            let field = |name: &str| {
                Place::field(format!("{}[{k}].{name}", place.field)).in_article(&place.article)
            };
            let kind = self.head();
            let kicker = self.turned(kicker, &field("kicker"));
            let headline = self.turned(headline, &field("headline"));
            let deck = self.lines(deck, &field("deck"), kind);
            if headline.is_empty() && !self.has_error(&field("headline").field) {
                self.error(
                    Code::BadValue,
                    field("headline"),
                    "备选标题没有主题",
                    "the alternative has no headline",
                );
            }
            out.push(Variant { kicker, headline, deck });
        }
        out
    }
}
