//! Yields to the browser's event queue.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
};

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageChannel, MessagePort};

/// How many requests begin at a time. Beginning one takes a browser a millisecond or two, and dozens at once would
/// block the page.
const AT_A_TIME: u32 = 6;

thread_local! {
    static PORT: RefCell<Option<MessagePort>> = const { RefCell::new(None) };
    static WAITING: RefCell<VecDeque<Function>> = const { RefCell::new(VecDeque::new()) };
    /// How many requests have begun in this turn.
    static BEGUN: Cell<u32> = const { Cell::new(0) };
}

/// Yields to the browser's event queue. Unlike a timer, this is not slowed down while the page is hidden.
pub async fn breathe() {
    let waiting = Promise::new(&mut |done, _| {
        WAITING.with_borrow_mut(|waiting| waiting.push_back(done));
    });
    if post() {
        // Is never refused.
        let _ = JsFuture::from(waiting).await;
    } else {
        WAITING.with_borrow_mut(VecDeque::pop_back);
    }
}

/// Waits until one more request may begin.
pub(super) async fn one_more() {
    while BEGUN.get() >= AT_A_TIME {
        breathe().await;
    }
    BEGUN.set(BEGUN.get() + 1);
    if BEGUN.get() == 1 {
        wasm_bindgen_futures::spawn_local(async {
            breathe().await;
            BEGUN.set(0);
        });
    }
}

/// Queues a message to this page. Returns false where the browser has no channels.
fn post() -> bool {
    PORT.with_borrow_mut(|port| {
        if port.is_none() {
            *port = open();
        }
        port.as_ref()
            .is_some_and(|port| port.post_message(&JsValue::NULL).is_ok())
    })
}

fn open() -> Option<MessagePort> {
    let channel = MessageChannel::new().ok()?;
    let next = Closure::<dyn FnMut()>::new(|| {
        let done = WAITING.with_borrow_mut(VecDeque::pop_front);
        if let Some(done) = done {
            let _ = done.call0(&JsValue::UNDEFINED);
        }
    });
    channel
        .port1()
        .set_onmessage(Some(next.as_ref().unchecked_ref()));
    // As long as the page.
    next.forget();
    Some(channel.port2())
}
