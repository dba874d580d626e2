//! Who made the page: the staff line from the credits.

use crate::diag::{Code, Place};
use crate::intake::check::Check;
use crate::model::Staff;
use crate::proto;

impl Check<'_> {
    /// The staff line: the page's own credits, else those of its articles in order of appearance.
    pub(crate) fn staff(
        &mut self,
        credits: Option<&mut proto::Credits>,
        articles: &mut [proto::Article],
    ) -> Vec<Staff> {
        let mut staff: Vec<Staff> = self
            .context
            .staff_roles
            .iter()
            .map(|role| Staff { role: role.clone(), names: Vec::new() })
            .collect();
        if let Some(credits) = credits {
            self.credits(credits, "credits", &mut staff);
        }
        let own = staff.iter().any(|staff| !staff.names.is_empty());
        for (index, article) in articles.iter_mut().enumerate() {
            if let Some(credits) = &mut article.credits {
                let mut theirs = staff.clone();
                self.credits(credits, &format!("articles[{index}].credits"), &mut theirs);
                if !own {
                    staff = theirs;
                }
            }
        }
        staff.retain(|staff| !staff.names.is_empty());
        staff
    }

    pub(crate) fn credits(
        &mut self,
        credits: &mut proto::Credits,
        at: &str,
        staff: &mut Vec<Staff>,
    ) {
        let proto::Credits { editors, proofreaders, layout_designers, others } = credits;
        let roles = self.context.staff_roles.clone();
        let [editor, proofreader, designer] = roles;
        let mut groups: Vec<(String, String, &mut Vec<String>)> = vec![
            (editor, format!("{at}.editors"), editors),
            (proofreader, format!("{at}.proofreaders"), proofreaders),
            (designer, format!("{at}.layoutDesigners"), layout_designers),
        ];
        for (k, other) in others.iter_mut().enumerate() {
            let proto::NamedCredit { title, names } = other;
            let field = format!("{at}.others[{k}]");
            let kind = self.line();
            let title = self.text(title, &Place::field(format!("{field}.title")), kind);
            if title.is_empty() || names.is_empty() {
                self.error(
                    Code::BadValue,
                    Place::field(field.clone()),
                    "职名没有名称或姓名",
                    "the credit lacks its title or its names",
                );
            }
            groups.push((title.text, format!("{field}.names"), names));
        }
        for (role, field, names) in groups {
            for (k, name) in names.iter_mut().enumerate() {
                let kind = self.line();
                let name = self.text(name, &Place::field(format!("{field}[{k}]")), kind).text;
                if name.is_empty() {
                    continue;
                }
                match staff.iter_mut().find(|staff| staff.role == role) {
                    Some(staff) if staff.names.contains(&name) => {}
                    Some(staff) => staff.names.push(name),
                    None => staff.push(Staff { role: role.clone(), names: vec![name] }),
                }
            }
        }
    }
}
