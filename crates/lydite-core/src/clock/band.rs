//! How far each clock lies from the time stated beside it, measured: `data/clock_bands.tsv`.

use std::sync::OnceLock;

use super::Kind;
use crate::fact::rows;

const BANDS: &str = include_str!("../../data/clock_bands.tsv");

/// The band of one kind of clock, for one client or any. Seconds that the clock is later than what
/// is stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    pub kind: &'static str,
    /// How the client's own name (X-Mailer, User-Agent) begins; `any` for all others.
    pub client: &'static str,
    /// So near, either way, they are made in one act.
    pub agree: i64,
    /// Outside, something is odd; None where nothing odd follows.
    pub low: Option<i64>,
    pub high: Option<i64>,
    /// Programs that export, convert or relay mail are known to write it anew.
    pub remade: bool,
    /// Clocks seen within `agree`, and all seen.
    pub agreements: u32,
    pub seen: u32,
}

impl Band {
    /// Stable text for evidence.
    pub fn id(&self) -> String {
        format!("clock-band:{}/{}", self.kind, self.client)
    }
}

/// The band of a clock in a mail whose client calls itself `client`.
pub fn of(kind: Kind, client: &str) -> Option<&'static Band> {
    static ALL: OnceLock<Vec<Band>> = OnceLock::new();
    let all = ALL.get_or_init(|| rows(BANDS).filter_map(|row| band(&row)).collect());
    let of_kind = || all.iter().filter(move |band| band.kind == kind.name());
    let named = of_kind().find(|band| client.starts_with(band.client));
    named.or_else(|| of_kind().find(|band| band.client == "any"))
}

/// kind, client, agree, low, high, remade, agreements, seen, least, most, corpus, source, added.
fn band(row: &[&'static str]) -> Option<Band> {
    let [kind, client, agree, low, high, remade, agreements, seen, _, _, _, _, _] = row else {
        return None;
    };
    let edge = |text: &str| if text == "-" { Some(None) } else { text.parse().ok().map(Some) };
    Some(Band {
        kind,
        client,
        agree: agree.parse().ok()?,
        low: edge(low)?,
        high: edge(high)?,
        remade: *remade == "yes",
        agreements: agreements.parse().ok()?,
        seen: seen.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_an_alarm_needs_a_measure() {
        let all: Vec<Band> = rows(BANDS).filter_map(|row| band(&row)).collect();
        assert_eq!(all.len(), rows(BANDS).count());
        for band in &all {
            assert!(band.agreements <= band.seen, "{}", band.id());
            let kind: Kind = serde_json::from_str(&format!("\"{}\"", band.kind)).unwrap();
            assert_eq!(kind.name(), band.kind);
            let alarms = band.low.is_some() || band.high.is_some();
            assert!(!alarms || band.seen >= 15, "{}: too few were seen", band.id());
            assert!(band.low.is_none_or(|low| low <= -3_600), "{}", band.id());
            assert!(band.high.is_none_or(|high| high >= 3_600), "{}", band.id());
        }
    }

    #[test]
    fn the_client_of_the_longest_name_comes_first() {
        let express = of(Kind::OutlookId, "Microsoft Outlook Express 6.00").unwrap();
        assert_eq!(express.client, "Microsoft Outlook Express");
        assert_eq!(of(Kind::OutlookId, "").unwrap().client, "any");
        assert!(of(Kind::OutlookId, "").unwrap().remade);
    }
}
