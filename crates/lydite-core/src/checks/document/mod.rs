//! Checks of documents and images, one file each.
