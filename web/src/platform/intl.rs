//! Numbers and moments as the browser writes them in the language that is spoken.
//!
//! Making a format costs more than using it a thousand times, so each is made once for a language, and only when it is
//! needed: the first one alone takes as long as drawing the page.

use std::cell::{OnceCell, RefCell};

use countermand_console::{
    language::Language,
    text::{self, formats},
};
use countermand_core_model::Timestamp;
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::clock;

/// The formats of a language, each made when it is first used.
struct Formats {
    language: Language,
    made: [OnceCell<Option<Function>>; KINDS],
    ago: OnceCell<Intl::RelativeTimeFormat>,
}

/// What is written.
#[derive(Clone, Copy)]
enum Kind {
    /// A moment with its year.
    Full,
    /// A moment of this year.
    Short,
    /// An hour and its minute.
    Hour,
    /// A day of the year.
    Day,
    /// A moment in UTC, which it names.
    Utc,
    /// A whole number.
    Number,
}

/// How many there are.
const KINDS: usize = 6;

thread_local! {
    static FORMATS: RefCell<Option<Formats>> = const { RefCell::new(None) };
}

impl Formats {
    fn of(language: Language) -> Self {
        Self {
            language,
            made: Default::default(),
            ago: OnceCell::new(),
        }
    }

    fn write(&self, kind: Kind, value: &JsValue) -> Option<String> {
        let format = self.made[kind as usize].get_or_init(|| make(self.language, kind));
        let written = format.as_ref()?.call1(&JsValue::UNDEFINED, value).ok()?;
        written.as_string()
    }
}

/// A format's function, which knows its format.
fn make(language: Language, kind: Kind) -> Option<Function> {
    let locales = locales(language);
    let options = options(match kind {
        Kind::Full => &[("dateStyle", "medium"), ("timeStyle", "medium")],
        Kind::Short => &[
            ("month", "short"),
            ("day", "numeric"),
            ("hour", "numeric"),
            ("minute", "2-digit"),
            ("second", "2-digit"),
        ],
        Kind::Hour => &[("hour", "2-digit"), ("minute", "2-digit")],
        Kind::Day => &[("month", "short"), ("day", "numeric")],
        Kind::Utc => &[
            ("year", "numeric"),
            ("month", "short"),
            ("day", "numeric"),
            ("hour", "numeric"),
            ("minute", "2-digit"),
            ("second", "2-digit"),
            ("timeZone", "UTC"),
            ("timeZoneName", "short"),
        ],
        Kind::Number => {
            return bound(&Intl::NumberFormat::new(&locales, &options(&[])));
        }
    });
    bound(&Intl::DateTimeFormat::new(&locales, &options))
}

/// The person's own kinds of the language ("es-MX"), then the language itself.
fn locales(language: Language) -> Array {
    let own = super::window().map(|window| window.navigator().languages());
    let own = own.unwrap_or_default();
    let locales = own.filter(&mut |tag: JsValue, _, _| {
        tag.as_string().as_deref().and_then(Language::of_tag) == Some(language)
    });
    locales.push(&language.tag().into());
    locales
}

fn options(choices: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in choices {
        // Fails for no plain object.
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    options
}

/// A format's function, which knows its format.
fn bound(format: &JsValue) -> Option<Function> {
    Reflect::get(format, &"format".into()).ok()?.dyn_into().ok()
}

fn with<T>(use_it: impl FnOnce(&Formats) -> T) -> T {
    FORMATS.with_borrow_mut(|formats| {
        let language = text::spoken();
        let known = formats.take().filter(|known| known.language == language);
        use_it(formats.insert(known.unwrap_or_else(|| Formats::of(language))))
    })
}

fn date(at: Timestamp) -> Date {
    Date::new(&JsValue::from_f64(at.as_millis() as f64))
}

/// A moment in the person's own time; in UTC where the browser cannot.
pub fn local(at: Timestamp) -> String {
    with(|formats| formats.write(Kind::Full, &date(at))).unwrap_or_else(|| at.to_string())
}

/// The same without the year, where it is this year's.
pub fn local_short(at: Timestamp) -> String {
    let year = |at: Timestamp| date(at).get_full_year();
    if year(at) == year(clock::now()) {
        with(|formats| formats.write(Kind::Short, &date(at))).unwrap_or_else(|| at.to_string())
    } else {
        local(at)
    }
}

/// A moment as short as an axis needs it: its hour if it is within a day from `now`, or else its day.
pub fn brief(at: Timestamp, now: Timestamp) -> String {
    let near = (at.as_millis() - now.as_millis()).abs() < 86_400_000;
    let kind = if near { Kind::Hour } else { Kind::Day };
    with(|formats| formats.write(kind, &date(at))).unwrap_or_else(|| at.to_string())
}

/// A moment in UTC, which it says.
pub fn utc(at: Timestamp) -> String {
    with(|formats| formats.write(Kind::Utc, &date(at))).unwrap_or_else(|| at.to_string())
}

/// Has numbers and spans of time written by the browser wherever the console says them.
pub fn install() {
    formats::Formats { number, ago }.install();
}

/// A whole number, in groups as the language has them.
fn number(count: usize, _: Language) -> String {
    with(|formats| formats.write(Kind::Number, &(count as f64).into()))
        .unwrap_or_else(|| count.to_string())
}

/// So many seconds, minutes, hours or days ago; `unit` is the English word for one.
fn ago(count: usize, unit: &str) -> String {
    with(|formats| {
        let format = formats.ago.get_or_init(|| {
            let locales = locales(formats.language);
            Intl::RelativeTimeFormat::new(&locales, &options(&[("style", "short")]))
        });
        String::from(format.format(-(count as f64), unit))
    })
}
