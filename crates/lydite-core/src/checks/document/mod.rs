//! Checks of documents and images, one file each.

mod layers;
pub mod ole_appended;
pub mod ole_dates;
pub mod ole_encrypted;
pub mod ole_hidden_sheets;
pub mod ole_names;
pub mod ole_version;
pub mod opened_later;
pub mod rtf_time_zone;
pub mod saved_by;
pub mod word_save_time;
pub mod word_time_zone;
pub mod writing;
