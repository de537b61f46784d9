use num_bigint::BigUint;

use super::*;

/// A made key of 512 bits: small enough to sign here by hand, large enough for SHA-256.
struct Signer {
    n: BigUint,
    d: BigUint,
}

const P: &str = "e9a1b8c2e0c5b7d3c7a5d2b1f0e3948576a1b2c3d4e5f60718293a4b5c6d7e00";
const Q: &str = "d7c6b5a4938271605f4e3d2c1b0a99887766554433221100ffeeddccbbaa9900";

/// The next number that is prime (to base 2 and 3) and has no common factor with `e` below it.
fn prime(from: &str, skip: u32, e: u32) -> BigUint {
    let one = BigUint::from(1u32);
    let is_prime = |n: &BigUint| {
        [2u32, 3].iter().all(|b| BigUint::from(*b).modpow(&(n - &one), n) == one)
            && (n - &one) % e != BigUint::ZERO
    };
    let mut n = BigUint::parse_bytes(from.as_bytes(), 16).unwrap() + 2 * skip + 1u32;
    while !is_prime(&n) {
        n += 2u32;
    }
    n
}

impl Signer {
    fn new(skip: u32, e: u32) -> Self {
        let one = BigUint::from(1u32);
        let (p, q) = (prime(P, skip, e), prime(Q, skip, e));
        let d = BigUint::from(e).modinv(&((&p - &one) * (&q - &one))).unwrap();
        Signer { n: p * q, d }
    }

    /// A signature over `text`, as it is found over `found`.
    fn sign(&self, text: &str, found: &str) -> Witness {
        let digest = |text: &str| {
            aws_lc_rs::digest::digest(Hash::Sha256.algorithm(), text.as_bytes()).as_ref().to_vec()
        };
        let block = rsa::block(Hash::Sha256, &digest(text), 64).unwrap();
        let s = BigUint::from_bytes_be(&block).modpow(&self.d, &self.n).to_bytes_be();
        let signature = [vec![0; 64 - s.len()], s].concat();
        Witness { hash: Hash::Sha256, digest: digest(found), signature, is_body_intact: true }
    }

    fn mails(&self, count: usize) -> Vec<Witness> {
        (0..count).map(|n| format!("mail {n}")).map(|text| self.sign(&text, &text)).collect()
    }
}

#[test]
fn two_signatures_give_the_whole_key_and_nothing_but_it() {
    for (skip, e) in [(0, 3), (1, 3), (2, 17), (3, 17), (4, 257), (5, 257)] {
        let signer = Signer::new(1000 * skip, e);
        let mails = signer.mails(3);
        let found = from_pair([&mails[0], &mails[1]], e).expect("a key");
        assert_eq!(found.bits, 512, "{e}");
        let der = rsa::to_der(&signer.n.to_bytes_be(), e);
        assert!(found.is_published_in(&format!("p={}", STANDARD.encode(&der))));
        assert_eq!(found.opens(&mails[2]), Opens::Exactly);
        assert_eq!(found.opens(&signer.sign("other", "changed")), Opens::Otherwise);
        assert_eq!(found.opens(&Signer::new(50_000, e).mails(1)[0]), Opens::No);
    }
}

#[test]
fn a_changed_header_another_key_or_another_exponent_gives_nothing() {
    let (signer, other) = (Signer::new(0, 17), Signer::new(500, 17));
    let mails = signer.mails(2);
    let changed = signer.sign("as signed", "as found");
    assert!(from_pair([&mails[0], &changed], 17).is_none());
    assert!(from_pair([&mails[0], &other.mails(3)[2]], 17).is_none());
    assert!(from_pair([&mails[0], &mails[1]], 3).is_none());
    assert!(from_pair([&mails[0], &mails[1]], 257).is_none());
}

/// The greatest common divisor degenerates, and the division bound is never met.
#[test]
fn one_signature_twice_is_no_pair() {
    let signer = Signer::new(0, 17);
    let mail = &signer.mails(1)[0];
    assert!(from_pair([mail, mail], 17).is_none());
    let altered = signer.sign("mail 0", "another header");
    assert!(from_pair([mail, &altered], 17).is_none());
    assert!(pairs(&[mail.clone(), mail.clone(), altered.clone()]).is_empty());
    // A copy whose header was changed does not hide the one that was not.
    let other = signer.sign("mail 1", "mail 1");
    assert_eq!(pairs(&[altered, mail.clone(), other]), [[0, 2], [2, 1]]);
}

#[test]
fn signatures_that_somebody_made_up_give_nothing() {
    let mail = &Signer::new(0, 17).mails(1)[0];
    let with = |signature: Vec<u8>| Witness { signature, ..mail.clone() };
    let mut near = mail.signature.clone();
    near[63] ^= 1;
    let mut double = (BigUint::from_bytes_be(&mail.signature) * 2u32).to_bytes_be();
    double.truncate(64);
    let mut one = vec![0; 64];
    one[63] = 1;
    for made in [vec![0; 64], one, vec![0xff; 64], near, double] {
        for e in [3, 17, 257] {
            assert!(from_pair([mail, &with(made.clone())], e).is_none());
        }
    }
    assert!(from_pair([mail, &with(mail.signature[..60].to_vec())], 3).is_none());
}

#[test]
fn pairs_lie_apart_and_intact_bodies_come_first() {
    let mut mails = Signer::new(0, 17).mails(9);
    mails[0].is_body_intact = false;
    assert_eq!(pairs(&mails), [[1, 2], [3, 4], [5, 6], [7, 8]]);
    assert_eq!(pairs(&mails[..3]), [[1, 2], [1, 0], [2, 0]]);
    assert_eq!(pairs(&mails[..4]), [[1, 2], [3, 0], [1, 3], [1, 0]]);
    assert!(pairs(&mails[..1]).is_empty());
}

#[test]
fn a_wrong_pair_then_the_right_one() {
    let signer = Signer::new(9, 17);
    let mut mails = vec![signer.sign("a", "changed on the way")];
    mails.extend(signer.mails(3));
    let found: Vec<_> = pairs(&mails)
        .into_iter()
        .map(|[a, b]| from_pair([&mails[a], &mails[b]], 17).is_some())
        .collect();
    assert_eq!(found[..2], [false, true]);
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(32))]

    #[test]
    fn any_bytes_are_read_or_refused(raw: Vec<u8>, start in 0usize..300, end in 0usize..300) {
        let mail = b"DKIM-Signature: v=1; a=rsa-sha256; b=AAAA; bh=AA==; d=x.example; h=from; s=s\r\n\r\n";
        let facts = crate::fact::Facts::default();
        for bytes in [raw.as_slice(), mail] {
            for mut signature in crate::examine::examine(mail, &facts).signatures {
                signature.span = crate::evidence::Span::new(start.min(end), start.max(end));
                let _ = Witness::read(bytes, &signature);
            }
        }
    }
}
