//! Rewritten by `tests/it/tidy.rs`: every check, in the order findings are listed.

use super::email;
use crate::check::Check;

pub static ALL: &[&Check] = &[
    &email::alternatives_differ::CHECK,
    &email::arc_chain::CHECK,
    &email::attachment_type::CHECK,
    &email::authentication_results::CHECK,
    &email::carried_keys::CHECK,
    &email::client_clock::CHECK,
    &email::client_grammar::CHECK,
    &email::client_release::CHECK,
    &email::copied_headers::CHECK,
    &email::display_name::CHECK,
    &email::displayed_headers::CHECK,
    &email::dkim_signature::CHECK,
    &email::embedded_clock::CHECK,
    &email::hidden_text::CHECK,
    &email::hop_clock::CHECK,
    &email::openpgp_signature::CHECK,
    &email::other_senders::CHECK,
    &email::provider_route::CHECK,
    &email::rendering::CHECK,
    &email::repair::CHECK,
    &email::route_continuity::CHECK,
    &email::route_rewrites::CHECK,
    &email::route_times::CHECK,
    &email::second_reading::CHECK,
    &email::selector_window::CHECK,
    &email::signing_time::CHECK,
    &email::smime_signature::CHECK,
    &email::unsigned_reading::CHECK,
    &email::weekday::CHECK,
    &email::x_google_signature::CHECK,
];
