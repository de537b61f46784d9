//! Real mail, where LYDITE_CORPORA names the unpacked corpora: nobody may be accused, nothing lost.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::dump::lydite;

/// Folder below the corpora, the least number of mails that must come out `verified`, and how many
/// are `anomalous`: each was looked at. No mail is `contradicted` or `altered`.
const FOLDERS: &[(&str, u64, u64)] = &[
    ("email/lists/linux-man.vger.kernel.org.0", 1_000, 0),
    ("email/lists/openbmc.lists.ozlabs.org.0", 150, 0),
    ("email/lists/usrp-users.lists.ettus.com.0", 340, 0),
    // Ham has 6 whose Date lies days or years behind the first server's clock; the others are spam
    // (docs/calibration.md).
    ("email/spamassassin-public-corpus", 0, 239),
    // Test mails with weekdays typed by hand.
    ("email/notmuch-corpora", 0, 6),
    ("hostile/espoofer", 0, 0),
    ("hostile/mimeminer", 0, 0),
];

#[test]
fn real_mail_is_counted_to_the_last_byte_and_nobody_is_accused() {
    let Some(corpora) = std::env::var_os("LYDITE_CORPORA").map(PathBuf::from) else {
        println!("LYDITE_CORPORA is not set: real mail passed by");
        return;
    };
    for (folder, verified, anomalous) in FOLDERS {
        let summary = assay(&corpora.join(folder));
        let count = |status: &str| summary["status"][status].as_u64().unwrap();
        assert_eq!(count("altered") + count("contradicted"), 0, "{folder}");
        assert_eq!(count("anomalous"), *anomalous, "{folder}");
        assert!(count("verified") >= *verified, "{folder}: {} verified", count("verified"));
        if folder.starts_with("hostile") {
            assert_eq!(count("verified") + count("corroborated"), 0, "{folder}");
        }
        let accounting = &summary["accounting"];
        let skipped: BTreeMap<String, u64> =
            serde_json::from_value(accounting["skipped"].clone()).unwrap();
        let examined = accounting["examined"].as_u64().unwrap();
        assert_eq!(accounting["seen"].as_u64().unwrap(), examined + skipped.values().sum::<u64>());
    }
}

fn assay(dump: &Path) -> Value {
    let dir = tempfile::tempdir().unwrap();
    let dump = dump.to_str().unwrap();
    let output = lydite(dir.path(), &["assay", dump, "--case", "x.case", "--json"]);
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{dump}: {e}: {}", String::from_utf8_lossy(&output.stderr)))
}
