//! Values as one types them behind a flag, for the ways out that messages name.
//!
//! Not for what a program is called with: nothing here is run.

use std::borrow::Cow;

/// The value as a word of the command line: plain where every shell takes it so, else in double quotes, or in single ones where it holds
/// what shells read inside double quotes.
pub(crate) fn word(value: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./:=%+@".contains(c);
    if !value.is_empty() && value.chars().all(is_plain) {
        Cow::Borrowed(value)
    } else if !value.contains(['"', '$', '`', '\\', '!']) {
        Cow::Owned(format!("\"{value}\""))
    } else {
        Cow::Owned(format!("'{}'", value.replace('\'', r"'\''")))
    }
}

/// A flag with its value; joined by `=` where the value would be taken for a flag itself.
pub(crate) fn flag(flag: &str, value: &str) -> String {
    let joint = if value.starts_with('-') { '=' } else { ' ' };
    format!("{flag}{joint}{}", word(value))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_word_is_quoted_only_where_it_must_be() {
        for (value, typed) in [
            ("score", "score"),
            ("推荐分", "推荐分"),
            ("%Y-%m-%d", "%Y-%m-%d"),
            ("Start Date", "\"Start Date\""),
            ("1=promoter,2=passive", "\"1=promoter,2=passive\""),
            ("customer's id", "\"customer's id\""),
            ("say \"hi\"", "'say \"hi\"'"),
            ("it's $5", r"'it'\''s $5'"),
            ("", "\"\""),
        ] {
            assert_eq!(word(value), typed);
        }
    }

    #[test]
    fn a_value_that_begins_as_flags_do_is_joined_to_its_flag() {
        for (value, typed) in [
            ("nps", "--score nps"),
            ("a-b", "--score a-b"),
            ("-recommend", "--score=-recommend"),
            ("-x notes", "--score=\"-x notes\""),
        ] {
            assert_eq!(flag("--score", value), typed);
        }
    }

    /// What a shell makes of each is the value again.
    #[cfg(unix)]
    #[test]
    fn a_shell_reads_what_was_meant() {
        for value in [
            "Start Date",
            "a;b",
            "it's $5 `now`",
            "5、满意吗？",
            "(blank)",
            "back\\slash",
            "\"!\"",
            "*?[a]",
            "a  b",
            "a,b",
        ] {
            let said = Command::new("sh").args(["-c", &format!("printf %s {}", word(value))]).output().unwrap();
            assert_eq!(String::from_utf8(said.stdout).unwrap(), value);
        }
    }
}
