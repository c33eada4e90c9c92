//! How a person signs in at the page's own server.

use countermand_console::text::relay as text;
use countermand_relay_api::SignInMethod;
use leptos::{ev, html, prelude::*};

use crate::{
    console::{address, page_host::PageHost},
    platform::focus,
};

/// Where the sign-in at an issuer begins.
const AT_ISSUER: &str = "relay/sign-in";

/// How to sign in.
pub(crate) fn sign_in(way: SignInMethod, host: PageHost) -> AnyView {
    let how = match way {
        SignInMethod::Launch => text::how_launch(),
        SignInMethod::Oidc => text::how_oidc(),
        SignInMethod::Token => text::how_token(),
        SignInMethod::Proxy => text::how_proxy(),
    };
    let act = match way {
        SignInMethod::Oidc => view! {
            <div class="actions">
                <a class="button primary" href=AT_ISSUER on:click=|_| address::leave_to_sign_in()>{text::sign_in()}</a>
            </div>
        }
        .into_any(),
        SignInMethod::Token => token(host, || focus::soon("server-heading")),
        SignInMethod::Launch | SignInMethod::Proxy => ().into_any(),
    };
    view! {
        <div class="sign-in">
            <p class="sign-in-title" data-icon="lock">{text::nobody()}</p>
            <p>{how}</p>
            {act}
        </div>
    }
    .into_any()
}

/// How somebody whose session has ended signs in again without leaving this page.
pub(crate) fn again(way: SignInMethod, host: PageHost) -> AnyView {
    match way {
        SignInMethod::Launch => view! { <p>{text::ended_launch()}</p> }.into_any(),
        SignInMethod::Proxy => view! { <p>{text::ended_proxy()}</p> }.into_any(),
        SignInMethod::Oidc => view! {
            <div class="actions">
                <a class="button primary" href=AT_ISSUER target="_blank" rel="noopener">{text::sign_in_new_tab()}</a>
            </div>
        }
        .into_any(),
        SignInMethod::Token => token(host, || focus::soon("commands")),
    }
}

/// The field for a token. It is emptied whatever becomes of it.
fn token(host: PageHost, done: fn()) -> AnyView {
    let node = NodeRef::<html::Input>::new();
    let busy = RwSignal::new(false);
    let wrong = RwSignal::new(None::<String>);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(input) = node.get_untracked() else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        let entered = input.value();
        let entered = entered.trim().to_owned();
        if entered.is_empty() {
            wrong.set(Some(text::token_empty().to_owned()));
            let _ = input.focus();
            return;
        }
        input.set_value("");
        wrong.set(None);
        busy.set(true);
        leptos::task::spawn_local(async move {
            match host.sign_in(&entered).await {
                Ok(()) => done(),
                Err(why) => {
                    wrong.try_set(Some(why));
                    focus::soon("server-token");
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <form novalidate on:submit=submit>
            <div class="field">
                <label for="server-token">{text::token()}</label>
                <input
                    id="server-token"
                    type="password"
                    autocomplete="off"
                    spellcheck="false"
                    aria-describedby="server-token-error"
                    aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                    node_ref=node
                />
                <p class="field-error" id="server-token-error" role="alert">{move || wrong.get()}</p>
            </div>
            <div class="actions">
                <button type="submit" class="button primary" aria-disabled=move || busy.get().to_string()>
                    {move || if busy.get() { text::signing_in() } else { text::sign_in() }}
                </button>
            </div>
        </form>
    }
    .into_any()
}
