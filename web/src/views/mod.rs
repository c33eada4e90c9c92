//! What is seen: each component shows the state and calls the console. No decision is made here.

mod action_bar;
pub mod app;
mod badge;
mod chosen_devices;
mod command_row;
mod command_table;
mod commands;
mod connect;
mod connection_field;
mod connection_form;
mod demos;
mod details;
mod device_box;
mod devices;
mod empty;
mod filters;
mod lock_dialog;
mod modal;
mod moment;
mod notice;
mod picker;
mod picker_table;
mod results;
mod review_dialog;
mod run_panel;
mod unread;
mod workspace;
