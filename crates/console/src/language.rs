//! The languages that the console speaks.

/// A language that the console speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English, which is in the page itself.
    English,
    /// Spanish.
    Spanish,
    /// Chinese in simplified characters.
    Chinese,
}

impl Language {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::English, Self::Spanish, Self::Chinese];

    /// Its tag (BCP 47), as the page's `lang` and the browser's formats take it. Its file is called by
    /// the part before a hyphen.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
            Self::Chinese => "zh-Hans",
        }
    }

    /// What it calls itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Spanish => "Español",
            Self::Chinese => "简体中文",
        }
    }

    /// Where its messages are, beside the page; none for the one that is in the page itself.
    pub const fn file(self) -> Option<&'static str> {
        match self {
            Self::English => None,
            Self::Spanish => Some("lang/es.txt"),
            Self::Chinese => Some("lang/zh.txt"),
        }
    }

    /// The way it is written. A language that goes from right to left would say so here; the styles know
    /// no left and right.
    pub const fn direction(self) -> &'static str {
        match self {
            Self::English | Self::Spanish | Self::Chinese => "ltr",
        }
    }

    /// The language of a tag such as "es-MX" or "zh-Hant-TW", if it is spoken here. Whoever reads
    /// traditional characters reads simplified ones rather than English.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().len();
        Self::ALL.into_iter().find(|language| {
            let own = language.tag();
            let (own, other) = (own.get(..primary(own)), tag.get(..primary(tag)));
            own.zip(other)
                .is_some_and(|(own, other)| own.eq_ignore_ascii_case(other))
        })
    }

    /// The first of the tags that is spoken here, else English.
    pub fn of_tags<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        tags.into_iter()
            .find_map(Self::of_tag)
            .unwrap_or(Self::English)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_by_its_first_part() {
        for (tag, language) in [
            ("en-GB", Some(Language::English)),
            ("ES", Some(Language::Spanish)),
            ("es_419", Some(Language::Spanish)),
            ("zh-Hant-TW", Some(Language::Chinese)),
            ("eo", None),
            ("est", None),
            ("", None),
        ] {
            assert_eq!(Language::of_tag(tag), language, "{tag}");
        }
    }

    #[test]
    fn the_first_that_is_spoken_here_is_taken() {
        assert_eq!(Language::of_tags(["fr", "zh-CN", "es"]), Language::Chinese);
        assert_eq!(Language::of_tags(["fr"]), Language::English);
        assert_eq!(Language::of_tags([]), Language::English);
    }
}
