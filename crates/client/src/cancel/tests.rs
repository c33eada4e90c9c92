//! What decides a cancel, searched in every order of events.

mod model;
