//! Files of the command line, and lines that are safe to print.

pub(crate) use crate::surface::files::{read_input, read_limited, read_text, write_all};

/// A line for a terminal: controls in copied text are escaped, so that they do nothing there.
pub(crate) fn printable(line: &str) -> String {
    line.chars()
        .flat_map(|c| {
            let bare = c == '\n' || !c.is_control() && !crate::script::is_ignorable(c);
            let escaped: Vec<char> = if bare { vec![c] } else { c.escape_unicode().collect() };
            escaped
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn controls_do_nothing_on_a_terminal() {
        assert_eq!(printable("版\u{1b}[2J\u{202e}面"), "版\\u{1b}[2J\\u{202e}面");
    }
}
