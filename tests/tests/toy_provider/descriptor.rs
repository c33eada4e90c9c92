//! What is known of the toy provider before any request.

use countermand_core_model::{
    CancelOrder, DenialScope, IdentifierRule, KeyField, ProviderDescriptor,
};

pub static TOY: ProviderDescriptor = ProviderDescriptor {
    name: "toy",
    display_name: "Toy",
    default_base_url: Some("https://toy.example"),
    organization: word("org"),
    device: word("device"),
    command: word("command"),
    keys: &[KeyField {
        name: "toy_key",
        control: "toy-key",
        variable: "COUNTERMAND_TOY_KEY",
    }],
    request_headers: "toy-key",
    cancel_order: CancelOrder::NewestFirst,
    has_cancel_all: false,
    lists_all_states: true,
    denial_scope: DenialScope::Key,
    signs_with_time: false,
    rate: None,
};

const fn word(field: &'static str) -> IdentifierRule {
    IdentifierRule {
        field,
        pattern: "^[a-z0-9]+$",
        rule: "must be small letters and digits",
        check: |text| {
            let is_of_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
            !text.is_empty() && text.bytes().all(is_of_word)
        },
    }
}
