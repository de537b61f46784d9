//! Checks of documents and images, one file each.

pub mod pdf_dates;
pub mod pdf_fonts;
pub mod pdf_info_xmp;
pub mod pdf_revisions;
pub mod pdf_signature;
pub mod pdf_traces;
