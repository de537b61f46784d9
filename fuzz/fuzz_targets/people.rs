//! Any bytes as certificates or OpenPGP keys that a user supplies, and as the signature of a mail:
//! detached, opaque and armoured. What is supplied beside what is signed settles no more than
//! `consistent`.
#![no_main]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use lydite_core::examine::examine;
use lydite_core::fact::{Facts, import_personal};
use lydite_core::verdict::{Status, decide};

/// As in `mail.rs`.
fn may_panic() {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
}

fuzz_target!(init: may_panic(), |data: &[u8]| {
    let (supplied, signature) = data.split_at(data.len() / 2);
    let mut facts = Facts::default();
    for bytes in [data, supplied] {
        let (keys, _) = import_personal(bytes, "fuzz").unwrap_or_default();
        keys.into_iter().for_each(|key| facts.insert_personal(key));
    }
    let text = STANDARD.encode(signature);
    let forms = [
        format!("Content-Type: application/pkcs7-mime; smime-type=signed-data\n\
            Content-Transfer-Encoding: base64\n\n{text}\n"),
        format!("Content-Type: multipart/signed; boundary=b; protocol=\"application/pkcs7-signature\"\n\n\
            --b\nContent-Type: text/plain\n\nhello\n--b\nContent-Type: application/pkcs7-signature\n\
            Content-Transfer-Encoding: base64\n\n{text}\n--b--\n"),
        format!("Content-Type: multipart/signed; boundary=b; protocol=\"application/pgp-signature\"\n\n\
            --b\nContent-Type: text/plain\n\nhello\n--b\nContent-Type: application/pgp-signature\n\n\
            -----BEGIN PGP SIGNATURE-----\n\n{text}\n-----END PGP SIGNATURE-----\n--b--\n"),
    ];
    for form in forms {
        let mail = format!("From: a@b.example\nDate: Thu, 4 May 2017 20:35:00 +0200\n{form}");
        let examined = examine(mail.as_bytes(), &facts);
        assert!(examined.findings.iter().all(|finding| finding.code != "failed"));
        assert!(decide(examined.kind, &examined.findings).status >= Status::Consistent);
    }
});
