//! The same dump gives the same bytes, whatever the threads, the order of the sources, the time zone
//! and the language of the machine.

use std::path::Path;
use std::process::Command;

use crate::dump;
use crate::same::digest;

#[test]
fn threads_order_time_zone_and_locale_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let sources = ["one", "two", "three"].map(|name| dir.path().join(name));
    for (source, mails) in sources.iter().zip([700, 900, 500]) {
        dump::many(source, mails);
    }
    let settings = [
        ("1", [0, 1, 2], "UTC", "C"),
        ("2", [2, 0, 1], "Pacific/Kiritimati", "fr_FR.UTF-8"),
        ("8", [1, 2, 0], "America/Los_Angeles", "tr_TR.UTF-8"),
    ];
    let mut expected = None;
    for (at, (threads, order, zone, locale)) in settings.into_iter().enumerate() {
        let case = dir.path().join(format!("{at}.case"));
        let mut assay = Command::new(dump::LYDITE);
        assay.args(["assay", "--threads", threads, "--case"]).arg(&case);
        assay.args(order.map(|source| &sources[source])).current_dir(dir.path());
        assay.env("TZ", zone).env("LC_ALL", locale).env("XDG_DATA_HOME", dump::DATA);
        let done = assay.output().unwrap();
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        let found = (digest(&case).unwrap(), verdicts(&case));
        assert_eq!(
            expected.get_or_insert_with(|| found.clone()),
            &found,
            "{threads} {zone} {locale}"
        );
    }
}

fn verdicts(case: &Path) -> Vec<u8> {
    let mut verdicts = Command::new(dump::LYDITE);
    verdicts.arg("verdicts").arg(case).arg("--jsonl").output().unwrap().stdout
}
