//! Checks of documents and images, one file each.

pub mod change_zone;
pub mod date_order;
pub mod edit_time;
pub mod hidden_content;
pub mod newer_than_dates;
pub mod outside_paths;
pub mod package_signature;
pub mod stored_sums;
pub mod two_readings;
pub mod word_seconds;
pub mod zip_writer;
