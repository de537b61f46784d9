//! Any bytes as Outlook's message, as `winmail.dat`, as compressed RTF: what is read of them renders
//! to a mail that says it is a rendering, and examining that ends without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lydite_core::parse::email;
use lydite_core::parse::mapi::render::{Mark, render};
use lydite_core::parse::mapi::{msg, rtf, tnef};

fuzz_target!(|data: &[u8]| {
    for message in [msg::parse(data), tnef::parse(data)].into_iter().flatten() {
        let rendered = render(&message);
        let mail = email::parse(&rendered.bytes);
        assert_eq!(Mark::of(&rendered.bytes, &mail), Some(rendered.mark));
        message.members();
    }
    let plain = rtf::decompress(data);
    rtf::unwrap(plain.as_deref().unwrap_or(data));
});
