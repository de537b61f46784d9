//! Since when a version of a client exists.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::behind;
use crate::fact::{archive, rows};

const RELEASES: &str = include_str!("../../data/client_releases.tsv");

/// A version and the day it was released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    pub client: &'static str,
    pub version: &'static str,
    /// Days since 1970.
    pub day: i32,
    /// Days before it in which the same version may be in use: candidates, betas, distributions.
    pub margin: i32,
    pub source: &'static str,
}

impl Release {
    /// Stable text for evidence.
    pub fn id(&self) -> String {
        format!("client-release:{}{}", self.client, self.version)
    }
}

type ByVersion = BTreeMap<(&'static str, &'static str), Release>;

fn all() -> &'static ByVersion {
    static ALL: OnceLock<ByVersion> = OnceLock::new();
    ALL.get_or_init(|| {
        let releases = rows(RELEASES).filter_map(|row| release_of(&row));
        releases.map(|release| ((release.client, release.version), release)).collect()
    })
}

/// client, version, released, margin, source, added.
fn release_of(row: &[&'static str]) -> Option<Release> {
    let [client, version, released, margin, source, _added] = row else { return None };
    let (day, margin) = (archive::day(released)?, margin.parse().ok()?);
    Some(Release { client, version, day, margin, source })
}

/// The release of the version that a client's name states, exactly that one.
pub fn release(name: &[u8]) -> Option<&'static Release> {
    let mut clients: Vec<&str> = all().keys().map(|(client, _)| *client).collect();
    clients.dedup();
    clients.into_iter().find_map(|client| {
        let rest = behind(name, client)?;
        let end = rest.iter().position(|c| !c.is_ascii_alphanumeric() && *c != b'.');
        let version = std::str::from_utf8(&rest[..end.unwrap_or(rest.len())]).ok()?;
        all().iter().find(|(key, _)| **key == (client, version)).map(|(_, release)| release)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_only_exact_versions_are_known() {
        assert_eq!(all().len(), rows(RELEASES).count());
        assert!(all().values().all(|release| release.margin >= 30 && !release.source.is_empty()));
        let known = release(b"Mozilla/5.0 (X11; rv:68.0) Gecko/20100101 Thunderbird/68.10.0");
        assert_eq!(known.map(|r| r.day), archive::day("2020-07-01"));
        for other in
            ["Thunderbird/68.10.0a1", "Thunderbird/", "Mutt/1.0", "", "xThunderbird/68.10.0"]
        {
            assert_eq!(release(other.as_bytes()), None, "{other}");
        }
    }
}
