//! Checks of mail, one file each.

pub mod alternatives_differ;
pub mod arc_chain;
pub mod attachment_type;
pub mod authentication_results;
pub mod client_clock;
pub mod copied_headers;
pub mod display_name;
pub mod displayed_headers;
pub mod dkim_signature;
pub mod embedded_clock;
pub mod hidden_text;
pub mod hop_clock;
pub mod other_senders;
pub mod provider_route;
pub mod repair;
pub mod route_continuity;
pub mod route_rewrites;
pub mod route_times;
pub mod second_reading;
pub mod selector_window;
pub mod signed;
pub mod signing_time;
pub mod unsigned_reading;
pub mod weekday;
pub mod x_google_signature;
