//! Checks of documents and images, one file each.

pub mod image_credentials;
pub mod image_editing;
pub mod image_encoder;
pub mod image_metadata;
pub mod image_place;
pub mod image_screenshot;
pub mod image_tail;
pub mod image_thumbnail;
pub mod change_zone;
pub mod date_order;
pub mod edit_time;
pub mod hidden_content;
pub mod newer_than_dates;
pub mod outside_paths;
pub mod stored_sums;
pub mod two_readings;
pub mod word_seconds;
pub mod zip_writer;
