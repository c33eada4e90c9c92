//! Quoting for a POSIX shell.

/// Returns `text` quoted as one word.
pub(crate) fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+:@%,=".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Returns a path quoted as one word that no program takes for an option.
pub(crate) fn quoted_path(path: &std::path::Path) -> String {
    let text = path.display().to_string();
    if text.starts_with('-') {
        return quoted(&format!("./{text}"));
    }
    quoted(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        for text in [
            "run.jsonl",
            "http://127.0.0.1:80/v1",
            "a b",
            "it's",
            "$HOME `x`",
            "~",
            "",
            "é\"\\!",
        ] {
            let line = format!("printf %s {}", quoted(text));
            let output = std::process::Command::new("sh")
                .args(["-c", &line])
                .output();
            assert_eq!(
                String::from_utf8(output.unwrap().stdout).unwrap(),
                text,
                "{line}"
            );
        }
        assert_eq!(quoted_path(std::path::Path::new("-x")), "./-x");
    }
}
