//! One client for both vendors: list, get, cancel, and the truth about each cancel
