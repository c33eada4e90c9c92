//! The browser console of Countermand
