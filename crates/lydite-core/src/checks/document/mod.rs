//! Checks of documents and images, one file each.

pub mod image_credentials;
pub mod image_editing;
pub mod image_encoder;
pub mod image_metadata;
pub mod image_place;
pub mod image_screenshot;
pub mod image_tail;
pub mod image_thumbnail;
