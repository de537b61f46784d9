//! Small dumps of fictional mail.

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output};

/// The binary under test.
pub const LYDITE: &str = env!("CARGO_BIN_EXE_lydite");

/// Where it keeps keys: not among those of whoever runs the tests.
pub const DATA: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/data");

/// One unsigned mail.
pub fn mail(number: usize) -> String {
    format!(
        "From: Ada <ada@horizon.example>\nTo: ben@gazette.example\n\
         Date: Fri, 5 May 2017 20:{:02}:00 +0200\nMessage-ID: <{number}@horizon.example>\n\
         Subject: Note {number}\n\nThis is note {number}.\n{}",
        number % 60,
        "A line that gives it some length.\n".repeat(number % 40),
    )
}

fn mbox(from: usize, to: usize) -> String {
    (from..to).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "From - Fri May 05 20:35:00 2017\n{}", mail(number));
        text
    })
}

/// A mailbox of three, a mail found twice, and a file that is no mail.
pub fn small(dir: &Path) {
    std::fs::create_dir_all(dir.join("letters")).unwrap();
    std::fs::write(dir.join("inbox.mbox"), mbox(1, 4)).unwrap();
    std::fs::write(dir.join("letters/note.eml"), mail(9)).unwrap();
    std::fs::write(dir.join("letters/again.eml"), mail(9)).unwrap();
    std::fs::write(dir.join("readme.bin"), [0, 1, 2, 3]).unwrap();
}

/// Several batches of mail in two mailboxes and loose files.
pub fn many(dir: &Path, mails: usize) {
    std::fs::create_dir_all(dir).unwrap();
    std::fs::write(dir.join("a.mbox"), mbox(0, mails / 2)).unwrap();
    std::fs::write(dir.join("b.mbox"), mbox(mails / 2 - 50, mails)).unwrap();
    for number in 0..50 {
        std::fs::write(dir.join(format!("{number:03}.eml")), mail(mails + number)).unwrap();
    }
}

/// Runs the binary in `dir`.
pub fn lydite(dir: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(LYDITE);
    command.args(arguments).current_dir(dir).env("XDG_DATA_HOME", DATA).output().unwrap()
}

/// Standard output of a run that must end with `code`.
pub fn stdout(dir: &Path, arguments: &[&str], code: i32) -> String {
    let output = lydite(dir, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a run that cannot work says.
pub fn error(dir: &Path, arguments: &[&str]) -> String {
    let output = lydite(dir, arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}
