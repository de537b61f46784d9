//! Checks of mail, one file each.

pub mod arc_chain;
pub mod client_clock;
pub mod copied_headers;
pub mod displayed_headers;
pub mod dkim_signature;
pub mod embedded_clock;
pub mod hop_clock;
pub mod repair;
pub mod route_rewrites;
pub mod second_reading;
pub mod selector_window;
pub mod signed;
pub mod signing_time;
pub mod unsigned_reading;
pub mod x_google_signature;
