//! One row per signature field of an examined mail, opened with the facts at hand.

use lydite_core::item::Sha256;
use lydite_core::signature::Signature;
use serde::{Deserialize, Serialize};

use super::{COVERAGE, Column, SPAN, TEXTS, Table, Type, column, optional};

/// One signature: [`Signature`] with the mail it stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    #[serde(flatten)]
    pub signature: Signature,
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the mail's blob"),
    column("family", Type::Text, "`dkim`, `x-google`, `arc-message`, `arc-seal` or `domain-keys`"),
    column("index", Type::Int, "position among the mail's signature fields, from the top, from 0"),
    column("span", SPAN, "the whole header field in the blob"),
    optional("instance", Type::Int, "`i=` of an ARC set"),
    optional("cv", Type::Text, "`cv=` of an ARC seal"),
    column("domain", Type::Text, "`d=`"),
    column("selector", Type::Text, "`s=`"),
    optional("identity", Type::Text, "`i=` of DKIM"),
    column("algorithm", Type::Text, "`a=`"),
    column("canonicalization", Type::Text, "`c=`, header/body"),
    column(
        "outcome",
        Type::Text,
        "`holds`, `body-differs`, `headers-differ`, `both-differ` or `cannot-tell`",
    ),
    optional("cannot_tell", Type::Text, "why the outcome is `cannot-tell`"),
    optional("key", Type::Text, "id of the key that opened it, or would have to"),
    optional("key_bits", Type::Int, "size of that key"),
    optional("header_digest", Type::Text, "digest of the signed headers as they stand, hex"),
    optional("signed_header_digest", Type::Text, "digest recovered from the signature, hex"),
    optional("body_hash", Type::Text, "hash of the body as it stands, hex"),
    optional("signed_body_hash", Type::Text, "`bh=`, hex"),
    optional("body_length", Type::Count, "`l=`"),
    column("tail_bytes", Type::Int, "bytes of the canonical body beyond `l=`"),
    optional("tail", SPAN, "the bytes of the blob beyond `l=`"),
    optional("signed_at", Type::Int, "`t=`, seconds since 1970"),
    optional("expires", Type::Int, "`x=`, seconds since 1970"),
    column(
        "covered",
        Type::List(&Type::Struct(&[("name", Type::Text), ("span", SPAN)])),
        "header fields it covers, in the order of `h=`",
    ),
    column("oversigned", TEXTS, "names in `h=` listed more often than present"),
    column("copied_differ", Type::List(&TEXTS), "`z=` copies that differ: name, signed value"),
    column("alignment", Type::Text, "signer and From: `strict`, `relaxed`, `tenant` or `none`"),
    column("coverage", COVERAGE, "what it speaks for"),
    column("steps", TEXTS, "neutral repairs under which it holds"),
    column("quirks", TEXTS, "what is odd about it"),
];

pub static TABLE: Table = Table {
    name: "signatures",
    about: "One row per signature of an examined mail, opened with the keys at hand.",
    columns: COLUMNS,
};
