//! The report, as a file: whole, harmless, the same twice, in both languages.

use std::path::Path;

use lydite_core::item::Sha256;

use crate::dump::{error, mail, small, stdout};

/// A mail whose every displayed text tries to become markup.
const HOSTILE: &str = "From: \"<script>alert(1)</script>\" <a@horizon.example>\n\
    To: </td></table><h1>@gazette.example\n\
    Subject: <img src=x onerror=alert(1)> {{ 7 * 7 }} & \"q\" \u{202e}txt\n\
    Message-ID: <\"><a href=http://tracker.example/>\n\
    Date: '></style><style>*{}\n\nHello.\n";

/// Elements that must be closed, and are never closed by the reader.
const CLOSED: &[&str] = &[
    "html", "head", "body", "main", "section", "article", "header", "nav", "table", "thead",
    "tbody", "tr", "td", "th", "dl", "div", "dt", "dd", "ul", "ol", "li", "p", "h1", "h2", "h3",
    "h4", "details", "summary", "span", "bdi", "code", "svg", "pattern", "a", "strong", "figure",
    "del", "ins",
];

fn case(dir: &Path) {
    small(&dir.join("dump"));
    std::fs::write(dir.join("dump/<b>hostile.eml"), HOSTILE).unwrap();
    // Synthetic, with a copied header (z=) that differs from the one shown.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lydite-core/src/checks/email");
    let copied = folder.join("copied_headers/differ.eml");
    std::fs::copy(copied, dir.join("dump/copied.eml")).unwrap();
    stdout(dir, &["assay", "dump"], 0);
}

fn report(dir: &Path, more: &[&str]) -> String {
    let arguments = [&["report", "dump.case", "-o", "r.html"], more].concat();
    stdout(dir, &arguments, 0);
    std::fs::read_to_string(dir.join("r.html")).unwrap()
}

#[test]
fn everything_is_there_and_every_element_is_closed() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    for lang in ["en", "fr"] {
        let page = report(dir.path(), &["--lang", lang]);
        assert!(page.contains(&format!("<html lang=\"{lang}\">")));
        let lines = stdout(dir.path(), &["verdicts", "dump.case", "--jsonl"], 0);
        for line in lines.lines() {
            let item: serde_json::Value = serde_json::from_str(line).unwrap();
            let path = item["path"].as_str().unwrap().replace('<', "&#60;").replace('>', "&#62;");
            assert!(page.contains(&path), "{path}");
        }
        for name in CLOSED {
            let opened = page.matches(&format!("<{name}>")).count()
                + page.matches(&format!("<{name} ")).count();
            assert_eq!(opened, page.matches(&format!("</{name}>")).count(), "{name}");
        }
        let anchors = page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap());
        for anchor in anchors {
            assert_eq!(page.matches(&format!(" id=\"{anchor}\"")).count(), 1, "{anchor}");
        }
        // A mail found twice is printed once and says where.
        assert_eq!(page.matches("<article").count(), 6);
        assert!(page.contains("<ins>") && page.contains("[list]"));
    }
}

#[test]
fn what_the_dump_says_stays_text_and_nothing_is_loaded() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    let page = report(dir.path(), &["--items", "all"]);
    assert!(page.contains("&#60;img src=x onerror=alert(1)&#62; {{ 7 * 7 }} &#38; &#34;q&#34;"));
    assert!(page.contains("&#60;U+202E&#62;txt") && !page.contains('\u{202e}'));
    let loads = ["src=\"", "href=\"h", "href=\"/", "action=", "url(h", "@import", "javascript:"];
    for bad in ["<script", "<img", "<link", "<iframe", "<object"].into_iter().chain(loads) {
        assert!(!page.contains(bad), "{bad}");
    }
    assert_eq!(page.matches("<style>").count(), 1);
    let policy = "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:;";
    assert!(page.contains(policy));
}

#[test]
fn the_same_case_gives_the_same_bytes_wherever_it_lies() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    let first = report(dir.path(), &[]);
    assert_eq!(first, report(dir.path(), &[]));
    let digest = first.split("<dd><code>").nth(1).unwrap().split('<').next().unwrap();
    let lines = stdout(dir.path(), &["verdicts", "dump.case", "--jsonl"], 0);
    assert_eq!(digest, Sha256::of(lines.as_bytes()).to_string());
    assert!(!first.contains(&dir.path().display().to_string()), "it says where the case lay");
}

/// Headings, table heads and labels of the French page hold no English one.
#[test]
fn french_headings_are_french() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    let labels = |page: &str| {
        let mut out = Vec::new();
        let names = ["h1", "h2", "h3", "h4", "dt", "summary", "title"].map(|name| (name, name));
        for (start, name) in names.into_iter().chain([("th scope=\"col\"", "th")]) {
            for rest in page.split(&format!("<{start}")).skip(1) {
                let text = rest.split(&format!("</{name}>")).next().unwrap_or_default();
                let text = text.split_once('>').map_or("", |(_, text)| text);
                if !text.contains('<') {
                    out.push(text.to_owned());
                }
            }
        }
        out
    };
    let (english, french) = (report(dir.path(), &[]), report(dir.path(), &["--lang", "fr"]));
    // The same in both languages: names of header fields, ids, and words both have.
    let both = [
        "",
        "From",
        "To",
        "Cc",
        "Date",
        "Subject",
        "Message-ID",
        "SHA-256",
        "Bits",
        "Source",
        "Total",
        "Verdict",
        "Verdicts",
        "Version",
        "Signatures",
        "header",
    ];
    let english = labels(&english);
    for label in labels(&french) {
        assert!(both.contains(&label.as_str()) || !english.contains(&label), "{label}");
    }
}

#[test]
fn a_report_is_written_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    small(&dir.path().join("dump"));
    stdout(dir.path(), &["assay", "dump"], 0);
    let said = error(dir.path(), &["report", "dump.case", "-o", "nowhere/r.html"]);
    assert!(said.contains("nowhere/r.html") && said.contains("make its folder"), "{said}");
    let said = error(dir.path(), &["report", "dump.case", "-o", "dump"]);
    assert!(said.contains("dump") && said.contains("-o"), "{said}");
    std::fs::write(dir.path().join("r.html"), "before").unwrap();
    let said = error(dir.path(), &["report", "gone.case", "-o", "r.html"]);
    assert!(said.contains("gone.case"), "{said}");
    assert_eq!(std::fs::read_to_string(dir.path().join("r.html")).unwrap(), "before");
    report(dir.path(), &[]);
    let names = std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["dump", "dump.case", "r.html"]);
}

/// On a full disk nothing half written stays, and the error says which file and what to do.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    small(&dir.path().join("dump"));
    stdout(dir.path(), &["assay", "dump"], 0);
    // Files of this process may grow to 8 blocks of 512 bytes; then writing fails as when full.
    let script =
        format!("trap '' XFSZ; ulimit -f 8; '{}' report dump.case -o r.html", crate::dump::LYDITE);
    let output = std::process::Command::new("bash")
        .args(["-c", &script])
        .current_dir(dir.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("r.html") && said.contains("make room"), "{said}");
    let left = std::fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(left, 2, "only the dump and its case");
}

/// Over [`REPORT_WHOLE`] items some are printed, the page says how many, and `--items all` has all.
#[test]
fn a_large_case_says_what_it_leaves_out() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("dump")).unwrap();
    for number in 0..120 {
        let path = dir.path().join(format!("dump/{number:03}.eml"));
        std::fs::write(path, mail(number)).unwrap();
    }
    stdout(dir.path(), &["assay", "dump"], 0);
    let page = report(dir.path(), &[]);
    assert_eq!(page.matches("<article").count(), 10);
    assert!(page.contains("10 of 120 items printed in full"));
    assert_eq!(page.matches("eml</bdi></span>").count(), 120);
    let page = report(dir.path(), &["--items", "all"]);
    assert_eq!(page.matches("<article").count(), 120);
}
