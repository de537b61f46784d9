//! Readers, one file per format. Parsing never fails and never panics: a value plus its defects.

pub mod address;
pub mod content;
pub mod date;
pub mod document;
pub mod email;
pub mod emlx;
pub mod html;
pub mod mapi;
pub mod mbox;
pub mod mime_form;
pub mod other_readings;
pub mod pst;
pub mod received;
pub mod results;
pub mod second;
pub mod sniff;
pub mod thread;

use serde::{Deserialize, Serialize};

use crate::evidence::Span;

/// Something malformed, and where. `what` is lower case, no full stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defect {
    pub what: String,
    pub span: Span,
}
