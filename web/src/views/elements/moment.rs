//! A point in time.

use countermand_console::text::table;
use countermand_core_model::Timestamp;
use leptos::prelude::*;

use crate::platform::intl;

/// A moment in the person's own time, with UTC beside it; a dash where it is not known.
#[component]
pub(crate) fn Moment(
    /// The moment.
    at: Option<Timestamp>,
    /// With the year, always.
    #[prop(optional)]
    full: bool,
) -> impl IntoView {
    match at {
        Some(at) => {
            let utc = at.to_string();
            let local = if full {
                intl::local(at)
            } else {
                intl::local_short(at)
            };
            view! { <time datetime=utc title=intl::utc(at)>{local}</time> }.into_any()
        }
        None => view! {
            <span aria-hidden="true">{table::none()}</span>
            <span class="unseen">{table::not_known()}</span>
        }
        .into_any(),
    }
}
