//! Languages by the numbers of Windows ([MS-LCID]).

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::fact::rows;

static TAGS: LazyLock<HashMap<u16, &'static str>> = LazyLock::new(|| {
    let rows = rows(include_str!("../../../data/languages.tsv"));
    let tag = |row: Vec<&'static str>| {
        let number = u16::from_str_radix(row.first()?.strip_prefix("0x")?, 16).ok()?;
        Some((number, *row.get(1)?))
    };
    rows.filter_map(tag).collect()
});

/// The tag of a language (RFC 5646), as `ru-RU`; the number where it has none.
pub fn tag(id: u16) -> String {
    TAGS.get(&id).map_or_else(|| format!("0x{id:04X}"), |tag| (*tag).to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_have_tags() {
        assert_eq!(super::tag(0x0419), "ru-RU");
        assert_eq!(super::tag(0x040C), "fr-FR");
        assert_eq!(super::tag(0xFFFF), "0xFFFF");
    }
}
