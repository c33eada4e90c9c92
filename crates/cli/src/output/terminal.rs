//! What the other end of a stream can show.

use std::io::{self, IsTerminal};

/// How a table may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// How many columns there are; none where it is no terminal.
    pub(crate) width: Option<usize>,
    /// Whether colours are shown.
    pub(crate) colour: bool,
}

/// Of standard output.
pub(crate) fn stdout_shape() -> Shape {
    let stdout = io::stdout();
    if !stdout.is_terminal() {
        return Shape {
            width: None,
            colour: false,
        };
    }
    Shape {
        width: Some(width(terminal_size::terminal_size_of(&stdout))),
        colour: may_colour(),
    }
}

/// Of standard error.
pub(crate) fn stderr_shape() -> Shape {
    let stderr = io::stderr();
    Shape {
        width: Some(width(terminal_size::terminal_size_of(&stderr))),
        colour: stderr.is_terminal() && may_colour(),
    }
}

/// Does nothing speak against colours on a terminal?
pub(crate) fn may_colour() -> bool {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    set("NO_COLOR").is_none() && set("TERM").is_none_or(|term| term != "dumb")
}

fn width(size: Option<(terminal_size::Width, terminal_size::Height)>) -> usize {
    size.map_or(100, |(width, _)| usize::from(width.0))
}
