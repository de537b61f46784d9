//! The facts that come with Lydite: tables under `data/`, every row with its source.
//!
//! Rows are tab-separated, `#` starts a comment line. A row that cannot be read is a mistake of
//! ours; a test reads every one.

use super::{Facts, Grade, Key, Window, archive, name};

const KEYS: &str = include_str!("../../data/keys.tsv");
const WINDOWS: &str = include_str!("../../data/selector_windows.tsv");
const SEALERS: &str = include_str!("../../data/arc_sealers.tsv");
const PROVIDERS: &str = include_str!("../../data/providers.tsv");

/// Uses nearer than this to the edge of the watching may have begun before it, or go on after.
const EDGE_DAYS: i32 = 90;

pub fn facts() -> Facts {
    let mut facts = Facts::default();
    rows(KEYS).filter_map(|row| key(&row)).for_each(|key| facts.insert(key));
    for window in windows() {
        let domain = facts.windows.entry(window.domain.clone()).or_default();
        domain.insert(name(&window.selector).into_owned(), window);
    }
    for row in rows(SEALERS) {
        if let [domain, source, reason, _added] = row.as_slice() {
            facts.sealers.insert(name(domain).into_owned(), format!("{source}: {reason}"));
        }
    }
    for row in rows(PROVIDERS) {
        if let [domain, hosts, _source, _added] = row.as_slice() {
            let hosts = hosts.split(',').map(str::to_owned).collect();
            facts.providers.insert(name(domain).into_owned(), hosts);
        }
    }
    facts
}

pub fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.split('\t').collect())
}

/// name, grade, first_seen, last_seen, record, source, added.
fn key(row: &[&str]) -> Option<Key> {
    let [key_name, grade, first, last, record, source, _added] = row else {
        return None;
    };
    let (selector, domain) = key_name.split_once("._domainkey.")?;
    Some(Key {
        domain: name(domain).into_owned(),
        selector: selector.to_owned(),
        record: (*record).to_owned(),
        grade: match *grade {
            "A" => Grade::A,
            "B" => Grade::B,
            _ => return None,
        },
        first_seen: archive::day(first),
        last_seen: archive::day(last),
        source: (*source).to_owned(),
        private_since: None,
    })
}

/// domain, selector, count, first, p0.5, p99.5, last, source, added. The widest dates count: the
/// quantiles are for the reader.
fn windows() -> Vec<Window> {
    let mut list: Vec<Window> = rows(WINDOWS).filter_map(|row| window(&row)).collect();
    let begin = list.iter().map(|w| w.first).min().unwrap_or_default();
    let end = list.iter().map(|w| w.last).max().unwrap_or_default();
    for window in &mut list {
        let slack = window.margin.max(EDGE_DAYS);
        window.born = named_day(&window.selector)
            .filter(|day| *day <= window.first && window.first - begin > slack);
        window.last_is_edge = end - window.last > slack;
    }
    list
}

fn window(row: &[&str]) -> Option<Window> {
    let [domain, selector, count, first, _, _, last, source, _added] = row else {
        return None;
    };
    let (first, last) = (archive::day(first)?, archive::day(last)?);
    let count: u32 = count.parse().ok()?;
    let gaps = i32::try_from(count.saturating_sub(1)).ok()?.max(1);
    Some(Window {
        domain: name(domain).into_owned(),
        selector: (*selector).to_owned(),
        count,
        first,
        last,
        margin: (7 * (last - first)).div_euclid(gaps).saturating_add(1).max(30),
        born: None,
        last_is_edge: false,
        source: (*source).to_owned(),
    })
}

/// The day a selector is named after, `20210112` or `2021-01-12` anywhere in it (days since 1970).
fn named_day(selector: &str) -> Option<i32> {
    let mut digits = selector.split(|c: char| !c.is_ascii_digit() && c != '-');
    digits.find_map(|text| {
        let text: String = text.chars().filter(char::is_ascii_digit).collect();
        let is_day = text.len() == 8 && (text.starts_with("20") || text.starts_with("19"));
        is_day.then(|| archive::day(&format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..])))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::key::{KeyRecord, Void};

    #[test]
    fn every_row_is_read_and_has_its_source() {
        assert_eq!(rows(KEYS).filter_map(|row| key(&row)).count(), rows(KEYS).count());
        assert_eq!(windows().len(), rows(WINDOWS).count());
        assert_eq!(windows().len(), 311);
        assert!(rows(SEALERS).all(|row| row.len() == 4));
        let facts = facts();
        for key in facts.all_keys() {
            assert!(!key.source.is_empty(), "{}", key.id());
            let record = KeyRecord::parse(&key.record);
            assert!(!matches!(record.public, Err(Void::Unreadable(_))), "{}", key.id());
            assert!(key.first_seen <= key.last_seen, "{}", key.id());
        }
        assert!(windows().iter().all(|w| !w.source.is_empty() && w.first <= w.last));
    }

    #[test]
    fn windows_know_where_the_watching_ended() {
        let facts = facts();
        let gmail = facts.window("gmail.com", "20210112").unwrap();
        assert!(gmail.last_is_edge);
        assert_eq!(gmail.born, archive::day("2021-01-12"));
        assert_eq!(gmail.margin, 30);
        // In use when the watching began, and names without a day, whenever first seen.
        for (domain, selector) in [
            ("gmail.com", "20161025"),
            ("messagingengine.com", "fm1"),
            ("microsoft.com", "selector2"),
        ] {
            assert_eq!(facts.window(domain, selector).unwrap().born, None, "{selector}");
        }
        assert_eq!(named_day("corp-2020-01-29"), archive::day("2020-01-29"));
        assert_eq!(named_day("k20201202"), archive::day("2020-12-02"));
        assert_eq!(
            [named_day("s110527"), named_day("2025042001"), named_day("99999999")],
            [None; 3]
        );
        assert!(!facts.window("gmail.com", "20251104").unwrap().last_is_edge);
        assert!(facts.is_sealer("GOOGLE.com") && !facts.is_sealer("example.com"));
    }

    /// Test vectors anchor nothing (design rule 6).
    #[test]
    fn no_test_vector_key_ships() {
        for domain in ["messiah.edu", "example.org", "example.com", "football.example.com"] {
            assert!(facts().all_keys().all(|key| key.domain != domain), "{domain}");
        }
    }
}
