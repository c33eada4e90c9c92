//! The settings.

pub use super::catalogue::settings::*;
use crate::state::settings::{Density, Theme};

/// A theme's name.
pub fn theme_name(theme: Theme) -> &'static str {
    match theme {
        Theme::System => theme_system(),
        Theme::Light => theme_light(),
        Theme::Dark => theme_dark(),
    }
}

/// A density's name.
pub fn density_name(density: Density) -> &'static str {
    match density {
        Density::Comfortable => density_comfortable(),
        Density::Compact => density_compact(),
    }
}
