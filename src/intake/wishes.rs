//! What the layout desk wants of the page.

use std::collections::BTreeMap;

use crate::config::GRID_MAX;
use crate::diag::{Code, Place};
use crate::intake::check::{Check, shown};
use crate::model::{Article, Lock, LockPlace, PageCopy, Subject, Wishes};
use crate::proto;

impl Check<'_> {
    /// The wishes of a layout, and the places that articles name for themselves.
    pub(crate) fn wishes(
        &mut self,
        layout: Option<&proto::Layout>,
        articles: &[proto::Article],
        page: &PageCopy,
    ) -> Wishes {
        let none = proto::Layout::default();
        let proto::Layout {
            house_style: _,
            density_step,
            template,
            locks,
            protected_names,
            adjacent_forbidden,
            same_grade,
        } = layout.unwrap_or(&none);
        let mut apart = Vec::new();
        for (k, proto::ArticlePair { a, b }) in adjacent_forbidden.iter().enumerate() {
            let field = format!("layout.adjacentForbidden[{k}]");
            if let Some(pair) = self.named(&[a.clone(), b.clone()], &page.articles, &field) {
                apart.extend(<[usize; 2]>::try_from(pair).ok());
            }
        }
        let mut groups = Vec::new();
        for (k, proto::ArticleGroup { article_ids }) in same_grade.iter().enumerate() {
            let field = format!("layout.sameGrade[{k}]");
            groups.extend(self.named(article_ids, &page.articles, &field));
        }
        let mut locked = Locked { page, template, fields: BTreeMap::new(), locks: Vec::new() };
        self.locks(locks, &mut locked);
        self.placements(articles, &mut locked);
        Wishes {
            step: density_step.clone(),
            protected_names: protected_names.clone(),
            apart,
            same_grade: groups,
            template: template.clone(),
            locks: locked.locks,
        }
    }

    /// The articles with these ids, two or more, each named once.
    fn named(&mut self, ids: &[String], articles: &[Article], field: &str) -> Option<Vec<usize>> {
        let mut out = Vec::new();
        for id in ids {
            let found = articles.iter().position(|article| article.id == *id);
            let shown = shown(id);
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

    /// The locks of the layout.
    fn locks(&mut self, locks: &[proto::Lock], locked: &mut Locked<'_>) {
        for (k, lock) in locks.iter().enumerate() {
            let proto::Lock { article_id, placement, slot } = lock;
            let field = format!("layout.locks[{k}]");
            let place = |name: &str| Place::field(format!("{field}.{name}")).in_article(article_id);
            let Some(subject) = locked.subject(article_id) else {
                let id = shown(article_id);
                self.error(
                    Code::BadId,
                    Place::field(format!("{field}.articleId")),
                    format!("没有稿件或单独的图片“{id}”"),
                    format!("there is no article and no lone picture “{id}”"),
                );
                continue;
            };
            if !self.once(subject, &place("articleId"), &field, locked) {
                continue;
            }
            match placement {
                Some(placement) if slot.is_empty() => {
                    self.on_grid(subject, *placement, &place("placement"), locked);
                }
                None if !slot.is_empty() => {
                    let from = self.errors.len();
                    self.in_slot(subject, slot, &place("slot"), locked);
                    self.drop_locks(from);
                }
                Some(_) | None => self.error(
                    Code::BadValue,
                    Place::field(field.as_str()).in_article(article_id),
                    "placement 与 slot 须给出且只给出一个",
                    "exactly one of placement and slot is to be given",
                ),
            }
        }
    }

    /// The places that articles name for themselves.
    fn placements(&mut self, articles: &[proto::Article], locked: &mut Locked<'_>) {
        for (index, article) in articles.iter().enumerate() {
            let Some(placement) = article.placement else { continue };
            let subject = Subject::Article(index);
            let field = format!("articles[{index}].placement");
            let place = Place::field(field.as_str()).in_article(&article.id);
            if self.once(subject, &place, &field, locked) {
                self.on_grid(subject, placement, &place, locked);
            }
        }
    }

    /// Whether nothing has locked this yet.
    fn once(
        &mut self,
        subject: Subject,
        place: &Place,
        field: &str,
        locked: &mut Locked<'_>,
    ) -> bool {
        let id = shown(id_of(locked.page, subject));
        let Some(first) = locked.fields.get(&subject) else {
            locked.fields.insert(subject, field.to_owned());
            return true;
        };
        self.error(
            Code::BadId,
            place.clone(),
            format!("“{id}”在 {first} 和 {field} 中锁定了两次"),
            format!("“{id}” is locked twice, by {first} and by {field}"),
        );
        false
    }

    fn on_grid(
        &mut self,
        subject: Subject,
        placement: proto::Placement,
        place: &Place,
        locked: &mut Locked<'_>,
    ) {
        let from = self.errors.len();
        if let Some(values) = self.placement(placement, place) {
            let field = place.field.clone();
            locked.locks.push(Lock { subject, place: LockPlace::Grid(values), field });
        }
        self.drop_locks(from);
    }

    fn in_slot(&mut self, subject: Subject, slot: &str, place: &Place, locked: &mut Locked<'_>) {
        let name = shown(slot);
        if locked.template.is_empty() {
            return self.error(
                Code::BadValue,
                place.clone(),
                format!("指定了版位“{name}”，但没有 layout.template"),
                format!("the slot “{name}” is named without layout.template"),
            );
        }
        let to = LockPlace::Slot(slot.to_owned());
        if let Some(first) = locked.locks.iter().find(|lock| lock.place == to) {
            let (a, b) = (id_of(locked.page, first.subject), id_of(locked.page, subject));
            let (a, b) = (shown(a), shown(b));
            return self.error(
                Code::BadValue,
                place.clone(),
                format!("“{a}”与“{b}”同占版位“{name}”"),
                format!("“{a}” and “{b}” both take the slot “{name}”"),
            );
        }
        locked.locks.push(Lock { subject, place: to, field: place.field.clone() });
    }

    /// A placement as column, row, columns and rows; `None` with an error if it says nothing, or what no
    /// grid can hold.
    pub(crate) fn placement(
        &mut self,
        placement: proto::Placement,
        place: &Place,
    ) -> Option<[Option<i64>; 4]> {
        let proto::Placement { column, row, columns, rows } = placement;
        let [most_columns, most_rows] = GRID_MAX;
        let values = [
            ("column", column, 0, most_columns - 1),
            ("row", row, 0, most_rows - 1),
            ("columns", columns, 1, most_columns),
            ("rows", rows, 1, most_rows),
        ];
        if values.iter().all(|(_, value, ..)| value.is_none()) {
            self.error(Code::BadValue, place.clone(), "没有给出位置", "the placement says nothing");
            return None;
        }
        let mut sound = true;
        for (name, value, least, most) in values {
            let Some(value) = value.filter(|value| !(least..=most).contains(value)) else {
                continue;
            };
            sound = false;
            let place = Place::field(format!("{}.{name}", place.field)).in_article(&place.article);
            self.error(
                Code::BadValue,
                place,
                format!("{name} 为 {value}，应在 {least}–{most} 之间"),
                format!("{name} is {value}, not between {least} and {most}"),
            );
        }
        sound.then(|| values.map(|(_, value, ..)| value.map(i64::from)))
    }
}

/// What is locked so far.
struct Locked<'a> {
    page: &'a PageCopy,
    template: &'a str,
    /// What locked each subject, whether its place is sound or not.
    fields: BTreeMap<Subject, String>,
    locks: Vec<Lock>,
}

impl Locked<'_> {
    /// The article or the lone picture with this id.
    fn subject(&self, id: &str) -> Option<Subject> {
        let article = self.page.articles.iter().position(|article| article.id == id);
        let picture = || self.page.pictures.iter().position(|picture| picture.id == id);
        article.map(Subject::Article).or_else(|| picture().map(Subject::Picture))
    }
}

/// The id of what is locked.
pub(crate) fn id_of(page: &PageCopy, subject: Subject) -> &str {
    match subject {
        Subject::Article(at) => &page.articles[at].id,
        Subject::Picture(at) => &page.pictures[at].id,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Locked, id_of};
    use crate::model::{Article, PageCopy, Picture, Subject, Text};

    #[test]
    fn lone_pictures_are_locked_as_articles_are() {
        let picture = |id: &str| Picture {
            id: id.to_owned(),
            field: String::new(),
            caption: Text::default(),
            credit: Text::default(),
            focus: [500, 500],
            columns: None,
            image: None,
        };
        let page = PageCopy {
            articles: vec![Article { id: "a1".to_owned(), ..Article::default() }],
            pictures: vec![picture("p1"), picture("p2")],
            ..PageCopy::default()
        };
        let locked =
            Locked { page: &page, template: "", fields: BTreeMap::new(), locks: Vec::new() };
        for (id, subject) in [
            ("a1", Some(Subject::Article(0))),
            ("p2", Some(Subject::Picture(1))),
            ("p3", None),
            ("", None),
        ] {
            assert_eq!(locked.subject(id), subject, "{id}");
            assert_eq!(subject.map_or(id, |subject| id_of(&page, subject)), id);
        }
    }
}
