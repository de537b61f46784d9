use super::*;

/// A mail with a text, a picture, a zip, a mail and a file that no reader knows.
fn mail_with_attachments(picture: &[u8]) -> Vec<u8> {
    let packed = zip(&[("m", &mbox(2)), ("n", picture)]);
    let part = |kind: &str, name: &str, bytes: &[u8]| {
        let encoded: String = bytes.iter().map(|byte| format!("={byte:02X}")).collect();
        format!(
            "--b\r\nContent-Type: {kind}; name=\"{name}\"\r\n\
             Content-Transfer-Encoding: quoted-printable\r\n\r\n{encoded}\r\n"
        )
    };
    let inner = "From: c@d.example\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n";
    let inner = format!("{inner}--i\r\n\r\nhello\r\n{}--i--\r\n", part("image/png", "p", picture))
        .replace("--b\r\n", "--i\r\n");
    let mail = [
        "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n".to_owned(),
        "--b\r\nContent-Type: text/html\r\n\r\n<p>body</p>\r\n".to_owned(),
        part("image/png", "p.png", picture),
        part("application/zip", "z.zip", &packed),
        format!("--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n"),
        part("application/octet-stream", "x.bin", b"unknown"),
        "--b--\r\n".to_owned(),
    ];
    mail.concat().into_bytes()
}

#[test]
fn what_is_attached_to_a_mail_is_handed_over_too() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0";
    let mail = mail_with_attachments(png);
    let mut mbox = Vec::new();
    for _ in 0..3 {
        mbox.extend(b"From a@b.example Thu May  4 20:35:00 2017\n");
        mbox.extend(&mail);
        mbox.extend(b"\n");
    }
    let dump = Dump::of(&[("a.eml", &mail), ("b.mbox", &mbox), ("c", b"z")]);
    let found = dump.found();
    let of = |at: &str| {
        let inner = ["", "#2", "#3!/m!/1", "#3!/m!/2", "#3!/n", "#4", "#4#2"];
        inner.map(|path| format!("{at}{path}"))
    };
    let expected = [of("a.eml"), of("b.mbox!/1"), of("b.mbox!/2"), of("b.mbox!/3")].concat();
    assert_eq!(paths(&found), [expected, vec!["c".to_owned()]].concat());
    let leaves = leaves(&found);
    assert_eq!((leaves[1].bytes.as_slice(), leaves[1].kind), (&png[..], Kind::Image));
    assert_eq!((leaves[5].kind, leaves[5].parent.as_str()), (Kind::Message, "a.eml"));
    let all = dump.events(Position::default(), usize::MAX);
    for done in 0..all.len() {
        assert_eq!(dump.events(all[done].1, usize::MAX), all[done + 1..], "behind {done}");
    }
}

#[test]
fn mails_attached_to_mails_end_at_the_bound() {
    let mut mail = b"From: a@b.example\r\n\r\nhello\r\n".to_vec();
    for _ in 0..2 * limits::CONTAINER_DEPTH {
        let header = "From: a@b.example\r\nContent-Type: message/rfc822\r\n\r\n";
        mail = [header.as_bytes(), &mail].concat();
    }
    let found = Dump::of(&[("m.eml", &mail)]).found();
    assert_eq!(leaves(&found).len(), limits::CONTAINER_DEPTH + 1);
}
