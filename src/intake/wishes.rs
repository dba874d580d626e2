//! What the layout desk wants of the page.

use crate::diag::{Code, Place};
use crate::intake::check::Check;
use crate::model::{Article, HeadWish, Wishes};
use crate::proto;

impl Check<'_> {
    /// Where a record asks for a head to stand, as far as that is served.
    pub(crate) fn head_wish(position: i32) -> HeadWish {
        match proto::HeadPosition::try_from(position) {
            Ok(proto::HeadPosition::Above) => HeadWish::Above,
            Ok(proto::HeadPosition::Left) => HeadWish::Left,
            Ok(
                proto::HeadPosition::Unspecified
                | proto::HeadPosition::Centred
                | proto::HeadPosition::Vertical,
            )
            | Err(_) => HeadWish::Any,
        }
    }

    /// Whether a place for a head is asked for that is not served.
    pub(crate) fn is_odd(position: i32) -> bool {
        position != 0 && Self::head_wish(position) == HeadWish::Any
    }

    pub(crate) fn layout(&mut self, layout: &proto::Layout, articles: &[Article]) -> Wishes {
        let proto::Layout {
            house_style: _,
            density_step,
            template,
            locks,
            protected_names,
            adjacent_forbidden,
            same_grade,
        } = layout;
        self.unserved("layout.template", !template.is_empty());
        self.unserved("layout.locks", !locks.is_empty());
        let mut apart = Vec::new();
        for (k, proto::ArticlePair { a, b }) in adjacent_forbidden.iter().enumerate() {
            let field = format!("layout.adjacentForbidden[{k}]");
            if let Some(pair) = self.named(&[a.clone(), b.clone()], articles, &field) {
                apart.extend(<[usize; 2]>::try_from(pair).ok());
            }
        }
        let mut groups = Vec::new();
        for (k, proto::ArticleGroup { article_ids }) in same_grade.iter().enumerate() {
            let field = format!("layout.sameGrade[{k}]");
            groups.extend(self.named(article_ids, articles, &field));
        }
        Wishes {
            step: density_step.clone(),
            protected_names: protected_names.clone(),
            apart,
            same_grade: groups,
            ..Wishes::default()
        }
    }

    /// The articles with these ids, two or more, each named once.
    fn named(&mut self, ids: &[String], articles: &[Article], field: &str) -> Option<Vec<usize>> {
        let mut out = Vec::new();
        for id in ids {
            let found = articles.iter().position(|article| article.id == *id);
            let shown: String = id.chars().take(40).collect();
            match found {
                Some(at) if !out.contains(&at) => out.push(at),
                Some(_) => {
                    self.error(
                        Code::BadId,
                        Place::field(field),
                        format!("“{shown}”重复"),
                        format!("“{shown}” is named twice"),
                    );
                    return None;
                }
                None => {
                    self.error(
                        Code::BadId,
                        Place::field(field),
                        format!("没有稿件“{shown}”"),
                        format!("there is no article “{shown}”"),
                    );
                    return None;
                }
            }
        }
        (out.len() > 1).then_some(out)
    }
}
