//! How a signing domain relates to the From domain.

use super::Alignment;

/// `signer` as in `d=`, `from` as in the From address; both in lower case.
pub fn alignment(signer: &str, from: Option<&str>) -> Alignment {
    let (Some(signer), Some(from)) = (ascii(signer), from.and_then(ascii)) else {
        return Alignment::None;
    };
    if signer == from {
        return Alignment::Strict;
    }
    // RFC 7489 §3.1.1. A public suffix itself has no organisational domain and aligns with nobody.
    let organisation = psl::domain_str(&signer);
    if organisation.is_some() && organisation == psl::domain_str(&from) {
        return Alignment::Relaxed;
    }
    if tenant(&signer).is_some_and(|domain| domain == from) {
        return Alignment::Tenant;
    }
    Alignment::None
}

/// The registrable domain of a name by the public suffix list, as A-labels.
pub fn organisational_domain(domain: &str) -> Option<String> {
    psl::domain_str(&ascii(domain)?).map(str::to_owned)
}

/// The only domain a Google Workspace default domain can stand for. Google writes hyphens for
/// dots and keeps hyphens, so a name with several hyphens could stand for several domains.
fn tenant(signer: &str) -> Option<String> {
    let (name, serial) = signer.strip_suffix(".gappssmtp.com")?.split_once('.')?;
    let is_serial = !serial.is_empty() && serial.bytes().all(|c| c.is_ascii_digit());
    let one_hyphen = name.bytes().filter(|c| *c == b'-').count() == 1;
    (is_serial && one_hyphen).then(|| name.replace('-', "."))
}

fn ascii(domain: &str) -> Option<String> {
    let domain = domain.trim_end_matches('.');
    let ascii = idna::domain_to_ascii(domain).ok()?;
    (!ascii.is_empty()).then_some(ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alignment_follows_the_public_suffix_list() {
        use Alignment::*;
        for (signer, from, expected) in [
            ("example.org", "example.org", Strict),
            ("example.org.", "example.org", Strict),
            ("mail.example.org", "example.org", Relaxed),
            ("example.co.uk", "other.co.uk", None),
            ("co.uk", "example.co.uk", None),
            ("github.io", "alice.github.io", None),
            ("xn--bcher-kva.example", "bücher.example", Strict),
            ("example-com.20150623.gappssmtp.com", "example.com", Tenant),
            ("my-site-com.20150623.gappssmtp.com", "my-site.com", None),
            ("my-site-com.20150623.gappssmtp.com", "my.site.com", None),
            ("example-com.x.gappssmtp.com", "example.com", None),
            ("example-com.20150623.gappssmtp.com.evil.org", "example.com", None),
            ("notexample.org", "example.org", None),
        ] {
            assert_eq!(alignment(signer, Some(from)), expected, "{signer} {from}");
        }
        assert_eq!(alignment("example.org", Option::None), None);
        assert_eq!(alignment("", Some("")), None);
    }
}
