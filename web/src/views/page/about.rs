//! What this page is: version, commit, and the SHA-256 of each of its files.

use countermand_console::text::{self as texts, about as text};
use countermand_relay_api::{Manifest, ManifestFile, route};
use leptos::prelude::*;

use crate::{
    console::actions::Actions,
    platform::site::{self, NoAnswer},
    views::elements::modal::Modal,
};

/// What is known of the manifest so far: nothing yet, no answer, none there, or the manifest.
type Read = Option<Result<Option<Manifest>, NoAnswer>>;

/// A dialog that reads the manifest beside the page each time it is opened.
#[component]
pub(crate) fn AboutDialog() -> impl IntoView {
    let actions = Actions::shared();
    let close = move || actions.about.close();
    let read = RwSignal::<Read>::new(None);
    leptos::task::spawn_local(async move {
        let file = site::file(route::MANIFEST).await;
        // The dialog may be closed by now.
        read.try_set(Some(
            file.map(|file| file.and_then(|text| serde_json::from_str(&text).ok())),
        ));
    });
    view! {
        <Modal id="about-title" title=text::title().to_owned() class="dialog about" fallback="open-settings" on_close=close>
            <div class="dialog-body" tabindex="0" role="group" aria-labelledby="about-title">
                <p>{texts::tagline()}</p>
                {move || read.with(shown)}
                <div role="status">{move || read.with(said)}</div>
            </div>
            <div class="actions">
                <button type="button" class="button" autofocus on:click=move |_| close()>{texts::close()}</button>
            </div>
        </Modal>
    }
    .into_any()
}

/// What is announced: not the hashes.
fn said(read: &Read) -> AnyView {
    match read {
        None => view! { <p class="busy">{text::reading()}</p> }.into_any(),
        Some(Err(NoAnswer)) => view! { <p class="notice">{text::unread()}</p> }.into_any(),
        Some(Ok(None)) => {
            view! { <p class="notice" data-tone="quiet">{text::none()}</p> }.into_any()
        }
        Some(Ok(Some(_))) => ().into_any(),
    }
}

fn shown(read: &Read) -> AnyView {
    let Some(Ok(Some(manifest))) = read else {
        return ().into_any();
    };
    let commit = match manifest.commit.as_str() {
        "" => text::no_commit().to_owned(),
        commit => commit.to_owned(),
    };
    let files = manifest
        .files
        .iter()
        .map(|(name, ManifestFile { sha256, .. })| {
            view! { <div><dt>{name.clone()}</dt><dd><code>{sha256.clone()}</code></dd></div> }
        })
        .collect_view();
    view! {
        <dl class="built">
            <div><dt>{text::version()}</dt><dd><code>{manifest.version.clone()}</code></dd></div>
            <div><dt>{text::commit()}</dt><dd><code>{commit}</code></dd></div>
        </dl>
        <h3 id="about-files">{text::files()}</h3>
        <p class="hint">{text::files_hint()}</p>
        <dl class="built" aria-labelledby="about-files">{files}</dl>
    }
    .into_any()
}
