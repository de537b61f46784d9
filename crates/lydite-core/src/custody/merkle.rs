//! The Merkle tree of RFC 6962 §2.1 over SHA-256: roots, proofs, and their verification after
//! RFC 9162 §2.1.3.2 and §2.1.4.2.

use sha2::Digest;

use crate::item::Sha256;

/// Hash of one entry.
pub fn leaf(entry: &[u8]) -> Sha256 {
    let mut digest = sha2::Sha256::new_with_prefix([0]);
    digest.update(entry);
    Sha256(digest.finalize().into())
}

fn node(left: &Sha256, right: &Sha256) -> Sha256 {
    let mut digest = sha2::Sha256::new_with_prefix([1]);
    digest.update(left.0);
    digest.update(right.0);
    Sha256(digest.finalize().into())
}

/// Root of the tree over these leaves; of none, the hash of nothing.
pub fn root(leaves: &[Sha256]) -> Sha256 {
    match leaves {
        [] => Sha256::of(b""),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node(&root(left), &root(right))
        }
    }
}

/// The largest power of two below `size`, which is two or more.
fn split(size: usize) -> usize {
    1 << (size - 1).ilog2()
}

/// The way from a leaf to the root: its sibling first. None if there is no such leaf.
pub fn inclusion(leaves: &[Sha256], index: usize) -> Option<Vec<Sha256>> {
    if index >= leaves.len() {
        return None;
    }
    if leaves.len() == 1 {
        return Some(Vec::new());
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut proof, sibling) = if index < left.len() {
        (inclusion(left, index)?, root(right))
    } else {
        (inclusion(right, index - left.len())?, root(left))
    };
    proof.push(sibling);
    Some(proof)
}

/// The root that a proof leads to from the leaf with this number in a tree of `size` leaves. None
/// if it is no proof of that shape.
pub fn root_of_inclusion(leaf: Sha256, index: u64, size: u64, proof: &[Sha256]) -> Option<Sha256> {
    if index >= size {
        return None;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in proof {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            hash = node(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(hash)
}

/// Proof that the tree over the first `old` leaves is the beginning of the tree over all. None if
/// there are fewer leaves.
pub fn consistency(leaves: &[Sha256], old: usize) -> Option<Vec<Sha256>> {
    match old {
        _ if old > leaves.len() => None,
        0 => Some(Vec::new()),
        _ => Some(between(leaves, old, true)),
    }
}

/// SUBPROOF of RFC 6962 §2.1.2.
fn between(leaves: &[Sha256], old: usize, is_known: bool) -> Vec<Sha256> {
    if old == leaves.len() {
        return if is_known { Vec::new() } else { vec![root(leaves)] };
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    if old <= left.len() {
        let mut proof = between(left, old, is_known);
        proof.push(root(right));
        proof
    } else {
        let mut proof = between(right, old - left.len(), false);
        proof.push(root(left));
        proof
    }
}

/// Whether the proof shows that the old tree is the beginning of the new one.
pub fn is_consistent(old: (u64, Sha256), new: (u64, Sha256), proof: &[Sha256]) -> bool {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    if old_size > new_size {
        return false;
    }
    if old_size == new_size || old_size == 0 {
        let is_empty = old_size != 0 || old_root == root(&[]);
        let is_same = old_size != new_size || old_root == new_root;
        return proof.is_empty() && is_empty && is_same;
    }
    let mut rest = proof.iter();
    let first = if old_size.is_power_of_two() { Some(&old_root) } else { rest.next() };
    let Some(first) = first else { return false };
    let (mut at, mut last) = (old_size - 1, new_size - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut from_old, mut from_new) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            from_old = node(sibling, &from_old);
            from_new = node(sibling, &from_new);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            from_new = node(&from_new, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && from_old == old_root && from_new == new_root
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Leaves and roots of Certificate Transparency's reference tests (google/certificate-
    /// transparency, merkle_tree_test.cc).
    const ENTRIES: [&[u8]; 8] =
        [b"", b"\0", b"\x10", b" !", b"01", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn hex(text: &str) -> Sha256 {
        Sha256::from_hex(text).unwrap()
    }

    fn leaves(count: usize) -> Vec<Sha256> {
        (0..count).map(|n| leaf(ENTRIES.get(n).copied().unwrap_or(&n.to_be_bytes()))).collect()
    }

    #[test]
    fn roots_are_those_of_the_reference() {
        for (size, expected) in ROOTS.iter().enumerate() {
            assert_eq!(root(&leaves(size)), hex(expected), "{size} leaves");
        }
    }

    #[test]
    fn proofs_are_those_of_the_reference() {
        let path = [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ];
        assert_eq!(inclusion(&leaves(8), 5).unwrap(), path.map(hex));
        let grown = [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ];
        assert_eq!(consistency(&leaves(8), 6).unwrap(), grown.map(hex));
    }

    #[test]
    fn every_proof_of_small_trees_verifies_and_no_other_does() {
        for size in 0..34 {
            let all = leaves(size);
            let head = root(&all);
            for index in 0..size {
                let proof = inclusion(&all, index).unwrap();
                let found = |leaf, index, proof: &[Sha256]| {
                    root_of_inclusion(leaf, index as u64, size as u64, proof)
                };
                assert_eq!(found(all[index], index, &proof), Some(head));
                assert_ne!(found(leaf(b"other"), index, &proof), Some(head));
                assert_ne!(found(all[index], index + 1, &proof), Some(head), "{index} of {size}");
                let longer: Vec<_> = proof.iter().copied().chain([head]).collect();
                assert_eq!(found(all[index], index, &longer), None);
                if let Some((_, shorter)) = proof.split_last() {
                    assert_eq!(found(all[index], index, shorter), None);
                }
            }
            assert_eq!(inclusion(&all, size), None);
            assert_eq!(consistency(&all, size + 1), None);
            for old in 0..=size {
                let before = (old as u64, root(&all[..old]));
                let proof = consistency(&all, old).unwrap();
                let holds =
                    |before, proof: &[Sha256]| is_consistent(before, (size as u64, head), proof);
                assert!(holds(before, &proof), "{old} of {size}");
                assert!(!holds((before.0, leaf(b"x")), &proof), "{old} of {size}");
                let longer: Vec<_> = proof.iter().copied().chain([head]).collect();
                assert!(!holds(before, &longer), "{old} of {size}");
                if let Some((_, shorter)) = proof.split_last() {
                    assert!(!holds(before, shorter), "{old} of {size}");
                }
            }
        }
    }
}
