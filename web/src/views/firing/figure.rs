//! The picture of what fires next: bars over time or over places, drawn as one image. Who cannot see it
//! moves through the same columns with the slider, which says each.

use countermand_console::{
    relative_time,
    text::firing as words,
    timeline::{By, Column, Picture, Span},
    timeline_layout::{HIGH, Layout, Mark, Rect, WIDE},
};
use countermand_core_model::Timestamp;
use leptos::prelude::*;

use crate::{platform::intl, views::firing::PictureView};

/// What is hard to undo is striped, each pair of stripes so high. That it is no literal keeps the framework
/// from parsing the pattern as HTML, which the page's policy forbids.
const STRIPE: usize = 6;

/// The picture with what is under it.
pub(crate) fn figure(picture: &Picture, by: By, shown: PictureView) -> AnyView {
    let layout = Layout::of(picture);
    let from = from(picture, shown);
    let now = shown.now.get_untracked();
    let label = match by {
        By::Expiry => words::picture_expiry(),
        By::Place => words::picture_place(),
    };
    let said: Vec<String> = picture
        .columns
        .iter()
        .map(|column| said(column, now))
        .collect();
    let value = said.get(from).cloned().unwrap_or_default();
    let last = picture.columns.len().saturating_sub(1);
    view! {
        <figure class="timeline" aria-label=label dir="ltr">
            <figcaption>{words::waiting(picture.total, picture.grave)}</figcaption>
            <div class="plot">
                <span class="plot-most faint" aria-hidden="true">{words::count(picture.most)}</span>
                {image(picture, &layout, from, said, shown)}
            </div>
            <div class="marks" aria-hidden="true">{marks(&layout, now)}</div>
            {(last > 0)
                .then(|| {
                    view! {
                        <input
                            type="range"
                            class="slider"
                            min="0"
                            max=last.to_string()
                            step="1"
                            prop:value=from.to_string()
                            aria-label=words::from()
                            aria-valuetext=value
                            on:input=move |event| {
                                let to = event_target_value(&event).parse().unwrap_or_default();
                                shown.wanted.update(|wanted| wanted.from = to);
                            }
                        />
                    }
                })}
        </figure>
    }
    .into_any()
}

/// The marks below the picture.
fn marks(layout: &Layout, now: Timestamp) -> AnyView {
    layout
        .marks
        .iter()
        .map(|(place, mark)| {
            let (above, below) = match *mark {
                Mark::Past => (words::mark_past().to_owned(), String::new()),
                Mark::Open => (words::mark_open().to_owned(), String::new()),
                Mark::Now => (words::now().to_owned(), intl::brief(now, now)),
                Mark::Place(place) => (words::count(place), String::new()),
                Mark::In(left) => {
                    let at = now.plus_millis(left).unwrap_or(now);
                    (relative_time::span(left / 1_000), intl::brief(at, now))
                }
            };
            view! {
                <span class="mark" data-now=(*mark == Mark::Now).then_some("") style:left=percent(*place)>
                    <span>{above}</span>
                    <span class="faint">{below}</span>
                </span>
            }
            .into_any()
        })
        .collect_view()
        .into_any()
}

/// The column from which on commands are named: there may be fewer columns than when it was chosen.
fn from(picture: &Picture, shown: PictureView) -> usize {
    let from = shown.wanted.with_untracked(|wanted| wanted.from);
    from.min(picture.columns.len().saturating_sub(1))
}

fn image(
    picture: &Picture,
    layout: &Layout,
    from: usize,
    said: Vec<String>,
    shown: PictureView,
) -> AnyView {
    let mut paths = [const { String::new() }; 4];
    for column in 0..picture.columns.len() {
        let (grave, rest) = layout.bars(picture, column);
        let before = usize::from(column < from) * 2;
        for (part, rects) in [(before, grave), (before + 1, rest)] {
            if let Some(path) = paths.get_mut(part) {
                rects.iter().for_each(|rect| draw(path, *rect));
            }
        }
    }
    let [grave, rest, grave_before, rest_before] = paths;
    let columns = layout
        .columns
        .iter()
        .zip(said)
        .enumerate()
        .map(|(at, ((left, width), said))| {
            view! {
                <rect
                    class="column"
                    x=*left
                    y="0"
                    width=*width
                    height=HIGH
                    on:click=move |_| shown.wanted.update(|wanted| wanted.from = at)
                >
                    <title>{said}</title>
                </rect>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <svg viewBox=format!("0 0 {WIDE} {HIGH}") preserveAspectRatio="none" aria-hidden="true">
            <defs>
                <pattern id="grave-stripes" width=STRIPE height=STRIPE patternUnits="userSpaceOnUse">
                    <rect class="stripe-ground" width=STRIPE height=STRIPE></rect>
                    <rect class="stripe" width=STRIPE height=STRIPE / 2></rect>
                </pattern>
            </defs>
            <path class="grave before" fill="url(#grave-stripes)" d=grave_before></path>
            <path class="rest before" d=rest_before></path>
            <path class="grave" fill="url(#grave-stripes)" d=grave></path>
            <path class="rest" d=rest></path>
            {columns}
        </svg>
    }
    .into_any()
}

fn draw(path: &mut String, (left, top, width, height): Rect) {
    path.push_str(&format!("M{left} {top}h{width}v{height}H{left}z"));
}

/// "12.34%".
fn percent(place: usize) -> String {
    format!("{}.{:02}%", place / 100, place % 100)
}

fn said(column: &Column, now: Timestamp) -> String {
    let what = match column.span {
        Span::Past => words::column_past().to_owned(),
        Span::Open => words::column_open().to_owned(),
        Span::Between(from, to) => {
            words::column_between(&intl::brief(from, now), &intl::brief(to, now))
        }
        Span::Place(1) => words::column_first().to_owned(),
        Span::Place(place) => words::column_place(place),
    };
    words::column_is(column.count, column.grave, &what)
}
