//! Any bytes as the value of each structured header field, and as the head of a file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lydite_core::parse::{address, content, date, email, mime_form, received, results, sniff};
use lydite_core::text;

fuzz_target!(|value: &[u8]| {
    address::parse(value);
    if let Some(stated) = date::parse(value) {
        date::weekdays(value, stated);
    }
    date::has_offset(value);
    results::parse(value);
    received::by_host(value);
    mime_form::type_doubt(value);
    mime_form::encoding_doubt(value);
    for encoding in ["base64", "quoted-printable", "x-uuencode", "7bit"] {
        mime_form::body_doubt(value, encoding);
        text::decode_transfer(value, encoding);
    }
    text::decode_header(value);
    let raw = [b"Received: ", value, b"\r\n\r\n"].concat();
    received::hops(&raw, &email::parse(&raw));
    sniff::sniff(value);
    content::of(value);
});
