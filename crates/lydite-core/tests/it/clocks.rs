//! Embedded clocks on real mail, where it is at hand (`LYDITE_CORPORA`): what `clock_bands.tsv`
//! says is measured again, and nobody innocent is accused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lydite_core::clock::{self, Against, band};
use lydite_core::evidence::Direction;
use lydite_core::examine::examine;
use lydite_core::fact::Facts;
use lydite_core::item::Kind;
use lydite_core::parse::{date, email};
use lydite_core::verdict::{Status, decide};

const LISTS: &[&str] = &[
    "email/lists/linux-man.vger.kernel.org.0",
    "email/lists/openbmc.lists.ozlabs.org.0",
    "email/lists/usrp-users.lists.ettus.com.0",
];
const HAM: &[&str] = &["easy-ham-1", "easy-ham-2", "hard-ham-1"];
const SPAM: &[&str] = &["spam-1", "spam-2"];
const CHECKS: [&str; 3] = ["email/client-clock", "email/embedded-clock", "email/hop-clock"];

/// Every mail of a set, sorted, with a name for messages.
pub fn mails(root: &Path, set: &str) -> Vec<(String, Vec<u8>)> {
    let sort = |folders: &[&str], below: &str| -> Vec<PathBuf> {
        folders.iter().map(|folder| root.join(below).join(folder)).collect()
    };
    let folders = match set {
        "lists" => sort(LISTS, ""),
        "ham" => sort(HAM, "email/spamassassin-public-corpus/data"),
        "spam" => sort(SPAM, "email/spamassassin-public-corpus/data"),
        _ => sort(&["phish/phishing_pot"], ""),
    };
    let mut paths: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("corpora"))
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("PROVENANCE.txt"))
        .collect();
    paths.sort();
    let name = |path: &Path| {
        let parts: Vec<_> = path.components().rev().take(2).collect();
        format!("{}/{}", parts[1].as_os_str().display(), parts[0].as_os_str().display())
    };
    paths.iter().map(|path| (name(path), fs::read(path).unwrap())).collect()
}

/// Readings of one set: kind and client, offset to what is stated, whether there is a time.
struct Seen {
    kind: &'static str,
    against: Against,
    client: &'static str,
    offset: Option<i64>,
    is_time: bool,
}

fn measure(root: &Path, set: &str) -> Vec<Seen> {
    let mut all = Vec::new();
    for (_, raw) in mails(root, set) {
        let mail = email::parse(&raw);
        let value = |name| mail.field(&raw, name).map(|f| f.value.of(&raw).trim_ascii());
        let client = value("X-Mailer").or_else(|| value("User-Agent")).unwrap_or_default();
        let client = String::from_utf8_lossy(client);
        let stated = value("Date").and_then(date::parse);
        all.extend(clock::read(&raw, &mail, stated).into_iter().map(|r| Seen {
            kind: r.kind.name(),
            against: r.against,
            client: band::of(r.kind, &client).map_or("", |band| band.client),
            offset: r.offset,
            is_time: r.at.is_some(),
        }));
    }
    all
}

#[test]
fn bands_say_what_is_measured() {
    let Some(root) = std::env::var_os("LYDITE_CORPORA").map(PathBuf::from) else { return };
    let mut groups: BTreeMap<(&str, &str), Vec<i64>> = BTreeMap::new();
    let sets = [("lists", true), ("ham", true), ("phish", false)];
    for (set, is_innocent) in sets {
        // Of phishing only what the receivers' servers wrote.
        let told = |seen: &Seen| is_innocent || seen.against == Against::Hop;
        for seen in measure(&root, set).into_iter().filter(told) {
            groups.entry((seen.kind, seen.client)).or_default().extend(seen.offset);
        }
    }
    let mut wrong = Vec::new();
    for line in include_str!("../../data/clock_bands.tsv").lines().filter(|l| !l.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let offsets = groups.remove(&(cells[0], cells[1])).unwrap_or_default();
        let agree: i64 = cells[2].parse().unwrap();
        let edge = |n: Option<&i64>| n.map_or("-".to_owned(), ToString::to_string);
        let now = [
            offsets.iter().filter(|o| o.abs() <= agree).count().to_string(),
            offsets.len().to_string(),
            edge(offsets.iter().min()),
            edge(offsets.iter().max()),
        ];
        println!("{:20} {:26} {now:?}", cells[0], cells[1]);
        if now[..] != cells[6..10] {
            wrong.push(format!("{} {}: {now:?}", cells[0], cells[1]));
        }
    }
    assert!(wrong.is_empty(), "measured otherwise:\n{}", wrong.join("\n"));
    groups.retain(|_, offsets| !offsets.is_empty());
    assert!(groups.is_empty(), "clocks without a row: {:?}", groups.keys());
}

/// Kind, greatest offset that agrees, the sets that are of the kind studied, and how many of how
/// many agreed when the forms were studied, for some on more or other mail than is at hand.
type Studied = (&'static str, i64, &'static [&'static str], usize, usize);
const STUDIED: &[Studied] = &[
    ("google-relay", 2, &["lists", "phish"], 4_992, 4_992),
    ("google-front-end", 60, &["lists", "phish"], 2_519, 2_521),
    ("exim-hop", 60, &["lists", "ham", "spam"], 3_157, 3_159),
    ("sendmail-hop", 60, &["ham", "spam"], 8_689, 8_710),
    ("postfix-long", 2, &["lists", "phish"], 2_561, 2_790),
    ("outlook-id", 60, &["ham"], 208, 218),
    ("outlook-id", 86_400, &["lists", "ham"], 238, 238),
    ("next-part", 60, &["lists", "ham"], 31, 31),
    ("original-arrival", 2, &["ham", "spam"], 311, 311),
    ("gmail-boundary", 60, &["lists", "phish"], 1_039, 1_081),
    ("java-mail-boundary", 60, &["lists", "ham"], 131, 135),
    ("java-mail-id", 60, &["lists", "ham"], 149, 153),
    ("yahoo-id", 60, &["lists", "phish"], 28, 28),
    ("amazon-ses-id", 2, &["lists", "phish"], 222, 222),
    ("mozilla-id", 60, &["lists", "ham"], 303, 305),
    ("uuid-one", 60, &["ham"], 76, 78),
    ("python-id", 60, &["lists", "ham"], 13, 13),
    ("dated-id", 50_400, &["lists", "ham"], 743, 753),
    ("gmx-id", 60, &["lists", "ham"], 19, 19),
    ("thread-index-reply", 86_400, &["lists", "ham"], 206, 213),
    // 187 of 187 in the newer layout, 62 of 82 in the older.
    ("thread-index-deep", 86_400, &["lists", "ham"], 249, 269),
];

#[test]
fn clocks_agree_as_often_as_studied() {
    let Some(root) = std::env::var_os("LYDITE_CORPORA").map(PathBuf::from) else { return };
    let names = ["lists", "ham", "spam", "phish"];
    let sets = names.map(|set| (set, measure(&root, set)));
    let count = |kind: &str, within: i64, of: &[&str]| {
        let told = sets.iter().filter(|(set, _)| of.contains(set)).flat_map(|(_, seen)| seen);
        let offsets: Vec<i64> = told.filter(|s| s.kind == kind).filter_map(|s| s.offset).collect();
        (offsets.iter().filter(|o| o.abs() <= within).count(), offsets.len())
    };
    let mut low = Vec::new();
    for (kind, within, of, agreed, studied) in STUDIED {
        let each = names.map(|set| count(kind, *within, &[set])).map(|(a, n)| format!("{a}/{n}"));
        println!("{kind:20} {within:>6} s  {each:?}  studied {agreed}/{studied}");
        let (now, seen) = count(kind, *within, of);
        // Half a percent: queues hold another share of other mail.
        if now * studied * 1_000 < agreed * seen * 995 {
            low.push(format!("{kind} {now}/{seen} below {agreed}/{studied}"));
        }
    }
    for (set, seen) in &sets {
        let short: Vec<_> = seen.iter().filter(|s| s.kind == "postfix-short").collect();
        let times = short.iter().filter(|s| s.is_time).count();
        println!("postfix-short {set}: {times} of {} hold a fraction", short.len());
        assert_eq!(times, short.len(), "{set}");
    }
    assert!(low.is_empty(), "{low:?}");
}

/// Codes of the three checks that speak against a mail.
fn against(raw: &[u8]) -> (Vec<String>, Status) {
    let examined = examine(raw, &Facts::default());
    let mut ours = examined.findings;
    ours.retain(|f| CHECKS.contains(&f.check.as_str()));
    let odd = ours.iter().filter(|f| f.direction == Direction::Contradicts);
    let codes = odd.map(|f| format!("{}:{} {}", f.check, f.code, f.note)).collect();
    (codes, decide(Kind::Message, &ours).status)
}

#[test]
fn nobody_innocent_is_accused() {
    let Some(root) = std::env::var_os("LYDITE_CORPORA").map(PathBuf::from) else { return };
    let mut accused = Vec::new();
    for (name, raw) in ["lists", "ham"].into_iter().flat_map(|set| mails(&root, set)) {
        let (codes, _) = against(&raw);
        accused.extend(codes.into_iter().map(|code| format!("{name} {code}")));
    }
    assert!(accused.is_empty(), "{}", accused.join("\n"));
}

#[test]
fn spam_in_outlooks_name_is_odd() {
    let Some(root) = std::env::var_os("LYDITE_CORPORA").map(PathBuf::from) else { return };
    let (mut claims, mut odd, mut status) = (0, 0, BTreeMap::<Status, usize>::new());
    let mut codes = BTreeMap::<String, usize>::new();
    for (_, raw) in mails(&root, "spam") {
        let mail = email::parse(&raw);
        let client = mail.field(&raw, "X-Mailer").map(|f| f.value.of(&raw).trim_ascii());
        let outlook = client.is_some_and(|c| c.starts_with(b"Microsoft Outlook"));
        let (found, earned) = against(&raw);
        for code in &found {
            let name = code.split(' ').next().unwrap().to_owned();
            *codes.entry(name).or_default() += 1;
        }
        let readings = clock::read(&raw, &mail, None);
        if outlook && readings.iter().any(|r| r.kind == clock::Kind::OutlookId) {
            claims += 1;
            odd += usize::from(earned >= Status::Anomalous);
            *status.entry(earned).or_default() += 1;
        }
    }
    println!("Outlook named, id in its form: {claims}, odd {odd}, {status:?}; all spam: {codes:?}");
    assert!(odd >= 160 && odd * 100 >= claims * 90, "{odd} of {claims}");
}

/// The mail with the year of its Date changed and nothing else; None where it has no such year.
fn with_year_moved(raw: &[u8], years: i64) -> Option<Vec<u8>> {
    let mail = email::parse(raw);
    let field = mail.field(raw, "Date")?;
    let value = String::from_utf8_lossy(field.value.of(raw)).into_owned();
    let year = value.split_whitespace().find(|w| w.len() == 4 && w.parse::<u32>().is_ok())?;
    let moved = value.replacen(year, &(year.parse::<i64>().ok()? + years).to_string(), 1);
    let mut out = raw[..field.value.start].to_vec();
    out.extend(moved.as_bytes());
    out.extend(&raw[field.value.end..]);
    Some(out)
}

/// Of mails whose clock agreed with Date, how many speak up when Date alone is moved by a year.
#[test]
fn a_moved_date_is_seen() {
    let Some(root) = std::env::var_os("LYDITE_CORPORA").map(PathBuf::from) else { return };
    for set in ["lists", "ham"] {
        let (mut agreed, mut all, mut seen) = (0, 0, [0, 0]);
        for (_, raw) in mails(&root, set) {
            all += 1;
            let found = examine(&raw, &Facts::default()).findings;
            if !found.iter().any(|f| f.is("email/embedded-clock", "agrees")) {
                continue;
            }
            agreed += 1;
            for (count, years) in seen.iter_mut().zip([-1, 1]) {
                let moved = with_year_moved(&raw, years);
                *count += usize::from(moved.is_some_and(|raw| !against(&raw).0.is_empty()));
            }
        }
        println!("{set}: {agreed} of {all} agree; odd after a year back and forth: {seen:?}");
        assert!(seen.iter().all(|n| n * 2 > agreed), "{set}: {seen:?} of {agreed}");
    }
}
