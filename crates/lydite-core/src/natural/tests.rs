use num_bigint::BigUint;
use num_integer::Integer;
use proptest::prelude::*;

use super::*;

fn big(a: &[u64]) -> BigUint {
    BigUint::from_bytes_be(&to_bytes(a))
}

fn number(limbs: impl Into<proptest::collection::SizeRange>) -> impl Strategy<Value = Vec<u64>> {
    // Runs of ones and zeros are where carries go wrong.
    let limb = prop_oneof![4 => any::<u64>(), 1 => Just(0), 1 => Just(u64::MAX), 1 => 0..4u64,
        1 => Just(0x8000_8000_8000_8000), 1 => Just(0x7fff_7fff_7fff_7fff)];
    proptest::collection::vec(limb, limbs).prop_map(|mut limbs| {
        trim(&mut limbs);
        limbs
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn products_are_exact(a in number(0..400), b in number(0..400)) {
        let mut fourier = Fourier::new();
        prop_assert_eq!(big(&multiply(&a, &b, &mut fourier)), big(&a) * big(&b));
        prop_assert_eq!(big(&multiply(&a, &a, &mut fourier)), big(&a) * big(&a));
        prop_assert!(fourier.is_sound());
    }

    #[test]
    fn quotients_are_exact(a in number(0..60), b in number(1..30)) {
        match divide(&a, &b) {
            None => prop_assert!(b.is_empty()),
            Some((quotient, rest)) => {
                prop_assert_eq!(big(&quotient), big(&a) / big(&b));
                prop_assert_eq!(big(&rest), big(&a) % big(&b));
            }
        }
    }

    #[test]
    fn shifts_and_bytes_come_back(a in number(0..20), count in 0usize..300) {
        let shifted = shift_left(&a, count);
        prop_assert_eq!(big(&shifted), big(&a) << count);
        prop_assert_eq!(shift_right(&shifted, count), a.clone());
        prop_assert_eq!(from_bytes(&to_bytes(&a)), a);
    }

    #[test]
    fn differences_are_exact(a in number(0..20), b in number(0..20)) {
        let expected = (big(&a) >= big(&b)).then(|| big(&a) - big(&b));
        prop_assert_eq!(subtract(&a, &b).map(|d| big(&d)), expected);
    }

    #[test]
    fn powers_are_exact(a in number(1..4), exponent in 1u32..300) {
        let mut fourier = Fourier::new();
        prop_assert_eq!(big(&power(&a, exponent, &mut fourier)), big(&a).pow(exponent));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Above both thresholds, with a common factor, without, and of unequal length.
    #[test]
    fn divisors_are_the_greatest(
        a in number(1..900), b in number(1..900), common in number(1..40),
    ) {
        let mut fourier = Fourier::new();
        let product = |x: &[u64], fourier: &mut Fourier| multiply(x, &common, fourier);
        let (x, y) = (product(&a, &mut fourier), product(&b, &mut fourier));
        let found = gcd(x.clone(), y.clone(), &mut fourier).unwrap();
        prop_assert_eq!(big(&found), big(&x).gcd(&big(&y)));
        prop_assert!(fourier.is_sound());
    }
}

/// Quotients that are all one, and one that is enormous in the midst.
#[test]
fn divisors_of_fibonacci_numbers_and_of_far_neighbours() {
    let mut fourier = Fourier::new();
    let (mut a, mut b) = (vec![1], vec![1]);
    for _ in 0..60_000 {
        let mut next = a.clone();
        add_to(&mut next, &b);
        a = std::mem::replace(&mut b, next);
    }
    assert!(b.len() > 600);
    assert_eq!(gcd(a.clone(), b.clone(), &mut fourier), Some(vec![1]));
    let far = shift_left(&a, 40_000);
    let mut near = multiply(&far, &[3], &mut fourier);
    add_to(&mut near, &b);
    assert_eq!(
        gcd(far.clone(), near.clone(), &mut fourier).map(|g| big(&g)),
        Some(big(&far).gcd(&big(&near)))
    );
    assert_eq!(gcd(vec![], a.clone(), &mut fourier).as_ref(), Some(&a));
    assert_eq!(gcd(a.clone(), a.clone(), &mut fourier).as_ref(), Some(&a));
    assert_eq!(gcd(vec![], vec![], &mut fourier), Some(vec![]));
}
