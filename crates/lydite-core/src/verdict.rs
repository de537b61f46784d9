//! The verdict on an item: which status its findings earn, by one table.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::check::Text;
use crate::evidence::{Claim, Cover, Coverage, Direction, Evidence, Finding, Mark, Strength};
use crate::item::{Kind, Sha256};

/// Closed list, in order from support to contradiction (design section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Verified,
    Corroborated,
    Consistent,
    Undetermined,
    Anomalous,
    Altered,
    Contradicted,
}

impl Status {
    pub const ALL: [Status; 7] = [
        Status::Verified,
        Status::Corroborated,
        Status::Consistent,
        Status::Undetermined,
        Status::Anomalous,
        Status::Altered,
        Status::Contradicted,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Status::Verified => "verified",
            Status::Corroborated => "corroborated",
            Status::Consistent => "consistent",
            Status::Undetermined => "undetermined",
            Status::Anomalous => "anomalous",
            Status::Altered => "altered",
            Status::Contradicted => "contradicted",
        }
    }
}

/// What the findings on one item earn it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub status: Status,
    pub strength: Option<Strength>,
    pub coverage: Coverage,
    pub marks: Vec<Mark>,
    pub claims: BTreeMap<Claim, Status>,
    /// Name of the row of the table that decided.
    pub row: String,
    /// The item this one was altered from, where known.
    pub counterpart: Option<Sha256>,
}

/// One row of the table: the first whose condition holds decides the status of the item.
pub struct Row {
    pub name: &'static str,
    pub status: Status,
    /// Which rules of the design it carries out.
    pub rules: &'static str,
    pub meaning: Text,
    when: fn(&Grounds) -> bool,
}

/// What the rows look at, drawn from the findings on one item.
struct Grounds<'a> {
    /// The finding that supports most, if any does.
    best: Option<&'a Finding>,
    claims: BTreeMap<Claim, Status>,
    ambiguous: bool,
    conflict: bool,
    /// A signature was opened and is over other headers or another body.
    other_text: bool,
    /// The mail that was signed is another one, and recovered.
    original: bool,
    /// Established correspondents vouch for it, by the join named.
    vouched: Option<&'a Finding>,
    /// The mail's own witnesses (clocks, routes, client) agree with what it claims.
    witness: bool,
}

impl Grounds<'_> {
    fn best_is(&self, lifts: fn(&Finding) -> Option<Status>, status: Status) -> bool {
        self.best.is_some_and(|finding| lifts(finding) == Some(status))
    }

    fn worst_claim(&self) -> Status {
        self.claims.values().copied().max().unwrap_or(Status::Undetermined)
    }
}

/// The table of design section 2, worst news first. No row looks at a number.
pub static TABLE: &[Row] = &[
    Row {
        name: "conflict",
        status: Status::Undetermined,
        rules: "3",
        meaning: Text {
            en: "cryptographic support and a contradiction on one claim: for a person to look at",
            fr: "appui cryptographique et contradiction sur une même affirmation : à examiner par une personne",
        },
        when: |g| g.conflict,
    },
    Row {
        name: "claim-contradicted",
        status: Status::Contradicted,
        rules: "3, 5",
        meaning: Text {
            en: "a claim cannot be what it says: a hard contradiction, or two independent groups of evidence",
            fr: "une affirmation ne peut être exacte : contradiction formelle, ou deux groupes d’indices indépendants",
        },
        when: |g| g.worst_claim() == Status::Contradicted,
    },
    Row {
        name: "differs-from-signed-original",
        status: Status::Altered,
        rules: "10",
        meaning: Text {
            en: "the mail that was signed is recovered, and no list, gateway or relay explains the difference",
            fr: "le message signé est retrouvé, et ni liste, ni passerelle, ni relais n’explique la différence",
        },
        when: |g| g.worst_claim() == Status::Altered,
    },
    Row {
        name: "claim-anomalous",
        status: Status::Anomalous,
        rules: "2, 3, 11",
        meaning: Text {
            en: "findings speak against a claim; an innocent cause is not excluded",
            fr: "des constats contredisent une affirmation ; une cause innocente n’est pas exclue",
        },
        when: |g| g.worst_claim() == Status::Anomalous,
    },
    Row {
        name: "two-readings",
        status: Status::Undetermined,
        rules: "8, 18",
        meaning: Text {
            en: "the same bytes can be read in two ways: what was signed may not be what is shown",
            fr: "les mêmes octets se lisent de deux façons : ce qui est signé n’est peut-être pas ce qui est affiché",
        },
        when: |g| g.ambiguous,
    },
    Row {
        name: "signed-by-from-domain",
        status: Status::Verified,
        rules: "6, 7, 8, 9, 10",
        meaning: Text {
            en: "an anchored key of the From domain signed every displayed header and the whole body",
            fr: "une clé ancrée du domaine de l’expéditeur a signé tous les en-têtes affichés et tout le corps",
        },
        when: |g| g.best_is(lifts, Status::Verified),
    },
    Row {
        name: "original-and-known-residue",
        status: Status::Verified,
        rules: "10",
        meaning: Text {
            en: "the mail that was signed is recovered; what stands beside it here is what this list or gateway adds to every mail",
            fr: "le message signé est retrouvé ; ce qui s’y ajoute ici est ce que cette liste ou passerelle ajoute à tous les messages",
        },
        when: |g| g.best_is(lifts_with_residue, Status::Verified),
    },
    Row {
        name: "sealed-by-listed-provider",
        status: Status::Corroborated,
        rules: "12",
        meaning: Text {
            en: "a listed provider sealed it on receipt, with an aligned pass of the From domain",
            fr: "un fournisseur de la liste l’a scellé à la réception, avec un contrôle aligné réussi du domaine de l’expéditeur",
        },
        when: |g| {
            let check = g.best.map_or("", |f| f.check.as_str());
            g.best_is(lifts, Status::Corroborated) && check.starts_with("email/")
        },
    },
    Row {
        name: "equal-copy-vouched-for",
        status: Status::Corroborated,
        rules: "1, 15",
        meaning: Text {
            en: "another copy that displays the same is signed, or stands in a reference copy from before the break-in",
            fr: "une autre copie, qui affiche la même chose, est signée ou figure dans une copie de référence d’avant l’intrusion",
        },
        when: |g| {
            let join = g.best.map_or("", |f| f.check.as_str());
            g.best_is(lifts, Status::Corroborated) && join.starts_with("corpus/")
        },
    },
    Row {
        name: "mailed-by-a-correspondent",
        status: Status::Corroborated,
        rules: "14",
        meaning: Text {
            en: "an established correspondent’s signed mail carries these very bytes; who wrote them stays open",
            fr: "un message signé d’un correspondant établi porte exactement ces octets ; leur auteur reste inconnu",
        },
        when: |g| g.vouched.is_some_and(|f| f.check == ATTACHED),
    },
    Row {
        name: "quoted-by-a-correspondent",
        status: Status::Corroborated,
        rules: "13",
        meaning: Text {
            en: "an established correspondent’s signed answer repeats all of its text; writer, recipients and date stay open",
            fr: "la réponse signée d’un correspondant établi reprend tout son texte ; auteur, destinataires et date restent ouverts",
        },
        when: |g| g.vouched.is_some_and(|f| f.check == QUOTES),
    },
    Row {
        name: "in-a-reference-copy",
        status: Status::Corroborated,
        rules: "15",
        meaning: Text {
            en: "a copy from before the break-in, from outside the dump, has these very bytes",
            fr: "une copie d’avant l’intrusion, extérieure à la fuite, contient exactement ces octets",
        },
        when: |g| g.vouched.is_some_and(|f| f.check == REFERENCE),
    },
    Row {
        name: "something-holds",
        status: Status::Consistent,
        rules: "1, 6, 7, 8, 12",
        meaning: Text {
            en: "a signature holds that does not speak for all of it, and nothing speaks against",
            fr: "une signature tient sans couvrir l’ensemble, et rien ne s’y oppose",
        },
        when: |g| g.best.is_some(),
    },
    Row {
        name: "original-and-unknown-residue",
        status: Status::Undetermined,
        rules: "10",
        meaning: Text {
            en: "the mail that was signed is recovered; what stands beside it here is no known addition of the list or gateway on its route",
            fr: "le message signé est retrouvé ; ce qui s’y ajoute ici n’est pas un ajout connu de la liste ou passerelle sur son trajet",
        },
        when: |g| g.original,
    },
    Row {
        name: "signed-over-other-text",
        status: Status::Undetermined,
        rules: "2, 11",
        meaning: Text {
            en: "a key really signed, but another text than this one; lists and gateways do that every day, and the signed text is not recovered",
            fr: "une clé a bien signé, mais un autre texte que celui-ci ; listes et passerelles en sont la cause chaque jour, et le texte signé n’est pas retrouvé",
        },
        when: |g| g.other_text,
    },
    Row {
        name: "inner-witness-agrees",
        status: Status::Consistent,
        rules: "1, 2",
        meaning: Text {
            en: "what it carries unawares (clocks, route, client) agrees with what it claims; a careless change would have failed",
            fr: "ce qu’il porte à son insu (horloges, trajet, logiciel) concorde avec ce qu’il affirme ; une modification négligente aurait échoué",
        },
        when: |g| g.witness,
    },
    Row {
        name: "nothing-tells",
        status: Status::Undetermined,
        rules: "2, 11",
        meaning: Text {
            en: "nothing here could tell: no signature that opens is evidence of nothing",
            fr: "rien ne permet de trancher : l’absence de signature lisible n’est un indice de rien",
        },
        when: |_| true,
    },
];

/// Hard contradictions (design rule 5): check and code. Closed; each with its reason.
///
/// `all-times-before`: Date *and* the stamps of servers of at least two organisations lie before
/// the day a selector is named after, by a margin drawn from how densely it was watched, with no
/// use before that day seen. One wrong clock cannot do that, nor a mail sent again later.
pub static HARD: &[(&str, &str)] = &[("email/selector-window", "all-times-before")];

/// Checks whose supporting findings can lift an item to the status named, when their coverage is
/// complete and the code is one of these. Everything else supports `consistent` at most (rule 1).
static LIFTING: &[(&str, &str, Status)] = &[
    ("email/dkim-signature", "holds", Status::Verified),
    ("email/dkim-signature", "holds-weak-key", Status::Verified),
    ("email/repair", "equal-verified", Status::Verified),
    (TEMPLATE, "explained-verified", Status::Verified),
    ("email/arc-chain", "sealed-pass", Status::Corroborated),
    ("corpus/copies", "equal", Status::Corroborated),
    (REFERENCE, "equal-mail", Status::Corroborated),
];

/// The join that knows copies from outside the dump (design rule 15). They say what a mail displays,
/// not which servers sent it.
const REFERENCE: &str = "corpus/reference";

/// The join that knows what lists and gateways add to every mail (design rule 10).
const TEMPLATE: &str = "corpus/relay-template";
/// Its code where nothing on the route explains the difference.
const NO_RELAY: &str = "unexplained-without-relay";

/// The join that knows who mailed a file, and its code where an established correspondent did.
const ATTACHED: &str = "corpus/attached";
/// Findings by which a chain reaches a signature of somebody who is no custodian (rules 13, 14): each
/// corroborates its own claim.
const VOUCHING: &[(&str, &str)] =
    &[(ATTACHED, "mailed"), (QUOTES, "quoted-whole"), (REFERENCE, "equal-document")];
/// The join that lays mails beside the quotes in signed answers.
const QUOTES: &str = "corpus/quotes";

/// Findings that show the mail that was signed, and that this one claims to be it: `altered` goes before
/// `contradicted`.
pub static ALTERED: &[(&str, &str)] =
    &[(TEMPLATE, NO_RELAY), (SAME_ID, "other-words"), (SAME_ID, "other-subject")];
/// The join that lays mails of one Message-ID beside each other.
const SAME_ID: &str = "corpus/same-id";

/// Whether the first item a finding cites is the one that this was altered from, or an equal copy.
fn has_counterpart(finding: &Finding) -> bool {
    let is_other = finding.check == SAME_ID && finding.direction == Direction::Contradicts;
    is_other || matches!(finding.check.as_str(), "corpus/copies" | "email/repair")
}

/// Codes of a signature that was opened and does not fit the message.
const OTHER_TEXT: &[&str] = &["headers-hold", "body-differs", "headers-differ", "both-differ"];

/// The status a finding earns for the whole item, if its coverage is complete.
fn lifts(finding: &Finding) -> Option<Status> {
    let complete = finding.coverage.is_some_and(|coverage| coverage.is_complete());
    lifting_code(finding).filter(|_| complete)
}

/// The same, for a mail with a known residue beside what is covered.
fn lifts_with_residue(finding: &Finding) -> Option<Status> {
    let complete = finding.coverage.is_some_and(|coverage| coverage.is_complete_but_for_tails());
    lifting_code(finding).filter(|_| complete && finding.check == TEMPLATE)
}

/// The item by which a finding lifts another one: a copy, an answer, a mail that carries it.
pub fn rests_on(finding: &Finding) -> Option<Sha256> {
    let lifts = lifting_code(finding).is_some() || is_vouching(finding);
    finding.evidence.iter().filter(|_| lifts).find_map(|evidence| match evidence {
        Evidence::Item { sha256 } => Some(*sha256),
        _ => None,
    })
}

fn lifting_code(finding: &Finding) -> Option<Status> {
    let row = LIFTING.iter().find(|(check, code, _)| finding.is(check, code));
    row.map(|(_, _, status)| *status)
}

/// Judges one item of that kind by its findings, in any order.
pub fn decide(kind: Kind, findings: &[Finding]) -> Verdict {
    let mut findings: Vec<&Finding> = findings.iter().collect();
    findings.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
    let ambiguous = findings.iter().any(|f| f.marks.contains(&Mark::Ambiguous));
    let best = findings.iter().copied().filter(|f| supports_item(f)).max_by_key(|f| rank(f));
    let judged: Vec<(Claim, Status, bool)> =
        Claim::of(kind).iter().map(|claim| judge(*claim, &findings, ambiguous)).collect();
    let grounds = Grounds {
        best,
        claims: judged.iter().map(|(claim, status, _)| (*claim, *status)).collect(),
        ambiguous,
        conflict: judged.iter().any(|(_, _, conflict)| *conflict),
        other_text: findings
            .iter()
            .any(|f| f.check == "email/dkim-signature" && OTHER_TEXT.contains(&f.code.as_str())),
        original: findings
            .iter()
            .any(|f| f.check == "email/repair" && f.code == "original-verified"),
        vouched: findings.iter().copied().find(|f| is_vouching(f) && !ambiguous),
        witness: findings.iter().any(|f| is_witness(f)),
    };
    // The last row always holds.
    let row = TABLE.iter().find(|row| (row.when)(&grounds)).unwrap_or(&TABLE[TABLE.len() - 1]);
    Verdict {
        status: row.status,
        strength: strength(row.status, best.or(grounds.vouched), &findings),
        coverage: coverage(best, &findings),
        marks: marks(&grounds, &findings),
        claims: grounds.claims,
        row: row.name.to_owned(),
        counterpart: findings.iter().find(|f| has_counterpart(f)).and_then(|f| counterpart(f)),
    }
}

/// The item a finding of a repair cites: the mail that was signed.
fn counterpart(finding: &Finding) -> Option<Sha256> {
    finding.evidence.iter().find_map(|evidence| match evidence {
        crate::evidence::Evidence::Item { sha256 } => Some(*sha256),
        _ => None,
    })
}

fn sort_key(f: &Finding) -> (&str, &str, &[crate::evidence::Evidence], &str) {
    (&f.check, &f.code, &f.evidence, &f.note)
}

/// Whether a finding supports the item as a whole: a signature that holds over its body.
fn supports_item(finding: &Finding) -> bool {
    finding.direction == Direction::Supports
        && finding.coverage.is_some_and(|c| matches!(c.body, Cover::Covered | Cover::Tail))
}

/// Whether a finding supports without a signature: `consistent` at most (rule 1).
fn is_witness(finding: &Finding) -> bool {
    finding.direction == Direction::Supports && finding.coverage.is_none() && !is_vouching(finding)
}

fn is_vouching(finding: &Finding) -> bool {
    VOUCHING.iter().any(|(check, code)| finding.is(check, code))
}

/// Which of two supporting findings speaks for more.
fn rank(finding: &Finding) -> (bool, bool, usize, Option<Strength>) {
    let coverage = finding.coverage.unwrap_or_default();
    let covered = coverage.parts().iter().filter(|(_, c)| *c == Cover::Covered).count();
    let verified = lifts(finding).or(lifts_with_residue(finding)) == Some(Status::Verified);
    (verified, lifting_code(finding).is_some(), covered, finding.strength)
}

/// The status of one claim, and whether cryptographic support meets a contradiction on it.
fn judge(claim: Claim, findings: &[&Finding], ambiguous: bool) -> (Claim, Status, bool) {
    let against = |f: &&&Finding| f.claim == claim && f.direction == Direction::Contradicts;
    let support = findings.iter().filter_map(|f| supports_claim(claim, f, ambiguous)).min();
    let proven = matches!(support, Some(Status::Verified | Status::Corroborated));
    let hard = findings.iter().filter(against).any(|f| HARD.iter().any(|(c, code)| f.is(c, code)));
    let mut groups: Vec<&str> = findings
        .iter()
        .filter(against)
        .filter(|f| f.strength >= Some(Strength::Moderate))
        .map(|f| crate::checks::group(&f.check))
        .collect();
    groups.sort_unstable();
    groups.dedup();
    let any_against = findings.iter().any(|f| against(&f));
    let altered =
        findings.iter().filter(against).any(|f| ALTERED.iter().any(|(c, code)| f.is(c, code)));
    let status = match (any_against, proven) {
        (true, false) if altered => Status::Altered,
        (true, true) => return (claim, Status::Undetermined, true),
        (true, false) if hard || groups.len() >= 2 => Status::Contradicted,
        (true, false) => Status::Anomalous,
        (false, _) => support.unwrap_or(Status::Undetermined),
    };
    (claim, status, false)
}

/// What one finding earns one claim. Under two readings nothing is lifted (rule 18).
fn supports_claim(claim: Claim, finding: &Finding, ambiguous: bool) -> Option<Status> {
    if finding.direction != Direction::Supports || ambiguous {
        return None;
    }
    if finding.is("email/signing-time", "agrees") {
        return (finding.claim == claim).then_some(Status::Verified);
    }
    if is_vouching(finding) {
        return (finding.claim == claim).then_some(Status::Corroborated);
    }
    if is_witness(finding) {
        return (finding.claim == claim).then_some(Status::Consistent);
    }
    if claim == Claim::DateAsStated {
        return None;
    }
    let coverage = finding.coverage?;
    let headers = [coverage.from, coverage.to, coverage.cc, coverage.date, coverage.subject];
    let stands = |c: Cover| c == Cover::Covered || (finding.check == TEMPLATE && c == Cover::Tail);
    let headers_stand = stands(coverage.from) && !headers.contains(&Cover::Uncovered);
    let lift = match lifting_code(finding) {
        Some(status) => status,
        // A body that differs leaves the headers of an aligned, anchored signature standing.
        None if finding.code == "headers-hold" && claim == Claim::HeadersAsSent => {
            return headers_stand.then_some(Status::Verified);
        }
        None => return (finding.claim == claim).then_some(Status::Consistent),
    };
    if finding.check == REFERENCE && claim == Claim::SentByDomain {
        return None;
    }
    let covered = match claim {
        Claim::BodyAsSent => stands(coverage.body),
        Claim::HeadersAsSent => headers_stand,
        _ => stands(coverage.from) && stands(coverage.body),
    };
    covered.then_some(lift)
}

fn strength(status: Status, best: Option<&Finding>, findings: &[&Finding]) -> Option<Strength> {
    let against = findings.iter().filter(|f| f.direction == Direction::Contradicts);
    match status {
        Status::Verified | Status::Corroborated => best.and_then(|f| f.strength),
        // Rule 1: what does not lift is moderate at most, whatever the mathematics of the signature.
        Status::Consistent => {
            let witnesses = findings.iter().copied().filter(|f| is_witness(f));
            let speaks = best.or_else(|| witnesses.max_by_key(|f| f.strength));
            speaks.and_then(|f| f.strength).map(|s| s.min(Strength::Moderate))
        }
        Status::Undetermined => None,
        Status::Anomalous | Status::Altered | Status::Contradicted => {
            against.filter_map(|f| f.strength).max()
        }
    }
}

/// Coverage by the best finding; without one, by headers that stand alone; else what is displayed.
fn coverage(best: Option<&Finding>, findings: &[&Finding]) -> Coverage {
    let displayed = findings.iter().find(|f| f.is("email/displayed-headers", "displayed"));
    let headers = findings.iter().find(|f| f.code == "headers-hold").copied();
    let source = best.or(headers).and_then(|f| f.coverage);
    let none = Coverage::absent();
    source.or(displayed.and_then(|f| f.coverage)).unwrap_or(none)
}

fn marks(grounds: &Grounds, findings: &[&Finding]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = grounds.best.map(|f| f.marks.clone()).unwrap_or_default();
    // What a claim rests on is part of the verdict: where that is another finding than the one the
    // item rests on, its marks are carried along.
    for (claim, status) in &grounds.claims {
        let earns = |f: &Finding| supports_claim(*claim, f, grounds.ambiguous) == Some(*status);
        if matches!(status, Status::Verified | Status::Corroborated)
            && !grounds.best.is_some_and(earns)
        {
            let other = findings.iter().copied().find(|f| earns(f));
            marks.extend(other.iter().flat_map(|f| f.marks.iter().copied()));
        }
    }
    if findings.iter().any(|f| f.marks.contains(&Mark::Encrypted)) {
        marks.push(Mark::Encrypted);
    }
    if grounds.ambiguous {
        marks.push(Mark::Ambiguous);
    }
    if grounds.conflict {
        marks.push(Mark::Conflict);
    }
    marks.sort();
    marks.dedup();
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Evidence, Span};

    fn decide(findings: &[Finding]) -> Verdict {
        super::decide(Kind::Message, findings)
    }

    fn finding(check: &str, code: &str) -> Finding {
        let code = crate::checks::code(check, code).expect("a code of the closed list");
        code.at(Evidence::bytes("test", Span::new(0, 1)))
    }

    fn full() -> Coverage {
        let c = Cover::Covered;
        Coverage { from: c, to: c, date: c, subject: c, body: c, ..Coverage::absent() }
    }

    fn dkim(code: &str, coverage: Coverage) -> Finding {
        finding("email/dkim-signature", code).covering(coverage)
    }

    fn status(findings: &[Finding]) -> Status {
        decide(findings).status
    }

    #[test]
    fn rule_1_and_6_only_anchored_aligned_complete_signatures_verify() {
        assert_eq!(status(&[dkim("holds", full())]), Status::Verified);
        for code in [
            "holds-short-key",
            "holds-exposed-key",
            "holds-unanchored-key",
            "holds-outside-window",
            "holds-unaligned",
        ] {
            let verdict = decide(&[dkim(code, full())]);
            assert_eq!(verdict.status, Status::Consistent, "{code}");
            assert!(verdict.claims.values().all(|s| *s >= Status::Consistent), "{code}");
            assert!(verdict.strength <= Some(Strength::Moderate), "{code}");
        }
    }

    #[test]
    fn rule_2_what_does_not_hold_is_nothing_against() {
        assert_eq!(status(&[]), Status::Undetermined);
        let codes = [
            "headers-differ",
            "both-differ",
            "cannot-tell",
            "body-differs",
            "differs-unanchored-key",
        ];
        for code in codes {
            assert_eq!(status(&[finding("email/dkim-signature", code)]), Status::Undetermined);
        }
        let row = |code| decide(&[finding("email/dkim-signature", code)]).row;
        assert_eq!(row("both-differ"), "signed-over-other-text");
        assert_eq!(row("cannot-tell"), "nothing-tells");
        // A key of the dump's own takes nothing either: the row would go before mail's own witnesses.
        assert_eq!(row("differs-unanchored-key"), "nothing-tells");
    }

    #[test]
    fn rule_3_the_item_is_no_better_than_its_worst_claim() {
        let later = finding("email/signing-time", "signed-later");
        let verdict = decide(&[dkim("holds", full()), later]);
        assert_eq!(verdict.status, Status::Anomalous);
        assert_eq!(verdict.claims[&Claim::BodyAsSent], Status::Verified);
        assert_eq!(verdict.claims[&Claim::DateAsStated], Status::Anomalous);
    }

    #[test]
    fn rule_3_support_and_contradiction_on_one_claim_are_a_conflict() {
        let against = finding("email/selector-window", "all-times-before");
        let agrees = finding("email/signing-time", "agrees");
        let verdict = decide(&[dkim("holds", full()), agrees, against]);
        assert_eq!(verdict.status, Status::Undetermined);
        assert_eq!(verdict.marks, [Mark::Conflict]);
    }

    #[test]
    fn rule_5_only_the_closed_list_is_hard() {
        assert_eq!(
            status(&[finding("email/selector-window", "all-times-before")]),
            Status::Contradicted
        );
        assert_eq!(status(&[finding("email/selector-window", "date-before")]), Status::Anomalous);
    }

    #[test]
    fn rule_4_a_group_counts_once() {
        let clock = [
            finding("email/selector-window", "date-before"),
            finding("email/signing-time", "signed-later"),
        ];
        assert_eq!(status(&clock), Status::Anomalous, "two clocks of one group");
    }

    #[test]
    fn rule_7_weak_keys_are_marked_along() {
        let verdict = decide(&[dkim("holds-weak-key", full()).marked(Mark::WeakKey)]);
        assert_eq!((verdict.status, verdict.marks), (Status::Verified, vec![Mark::WeakKey]));
        assert_eq!(verdict.strength, Some(Strength::Strong));
    }

    #[test]
    fn rule_8_coverage_is_exact() {
        let unsigned = Cover::Uncovered;
        for coverage in [
            Coverage { subject: unsigned, ..full() },
            Coverage { to: unsigned, ..full() },
            Coverage { date: unsigned, ..full() },
            Coverage { cc: unsigned, ..full() },
            Coverage { body: Cover::Tail, ..full() },
        ] {
            let verdict = decide(&[dkim("holds", coverage)]);
            assert_eq!(verdict.status, Status::Consistent, "{coverage:?}");
        }
        let unread = Coverage { body: unsigned, ..full() };
        assert_eq!(status(&[dkim("headers-hold", unread)]), Status::Undetermined);
        assert_eq!(
            decide(&[dkim("headers-hold", unread)]).claims[&Claim::HeadersAsSent],
            Status::Verified
        );
    }

    #[test]
    fn rule_8_and_18_two_readings_lift_nothing() {
        for (check, code) in [
            ("email/displayed-headers", "second-from"),
            ("email/second-reading", "parts-differ"),
            ("email/unsigned-reading", "other-text"),
        ] {
            let doubt = finding(check, code).marked(Mark::Ambiguous);
            let verdict = decide(&[dkim("holds", full()), doubt]);
            assert_eq!(verdict.status, Status::Undetermined, "{code}");
            assert!(verdict.claims.values().all(|s| *s == Status::Undetermined), "{code}");
        }
    }

    #[test]
    fn rule_9_the_date_needs_a_signed_time() {
        let verdict = decide(&[dkim("holds", full())]);
        assert_eq!(verdict.claims[&Claim::DateAsStated], Status::Undetermined);
        let verdict = decide(&[dkim("holds", full()), finding("email/signing-time", "agrees")]);
        assert_eq!(verdict.claims[&Claim::DateAsStated], Status::Verified);
    }

    #[test]
    fn rule_12_a_listed_seal_corroborates_and_another_does_not() {
        let sealed = |code| decide(&[finding("email/arc-chain", code).covering(full())]).status;
        assert_eq!(sealed("sealed-pass"), Status::Corroborated);
        assert_eq!(sealed("sealed"), Status::Consistent);
        let google = finding("email/x-google-signature", "holds").covering(full());
        assert_eq!(status(&[google]), Status::Consistent);
    }

    #[test]
    fn signatures_of_people_settle_nothing_that_servers_signatures_would_not() {
        let other = finding("email/dkim-signature", "both-differ");
        for check in ["email/smime-signature", "email/openpgp-signature"] {
            let supplied = finding(check, "holds-supplied-key").covering(full());
            let supplied = supplied.marked(Mark::SuppliedKey);
            let verdict = decide(std::slice::from_ref(&supplied));
            assert_eq!(verdict.status, Status::Consistent, "{check}: displayed headers and all");
            assert_eq!(verdict.marks, [Mark::SuppliedKey]);
            assert_eq!(verdict.claims[&Claim::BodyAsSent], Status::Consistent);
            assert_eq!(verdict.claims[&Claim::SentByDomain], Status::Undetermined);
            let unanchored = finding(check, "holds-unanchored-key");
            let verdict = decide(&[unanchored.clone(), other.clone()]);
            assert_eq!(verdict.row, "signed-over-other-text");
            let verdict = decide(&[unanchored, dkim("holds", full())]);
            assert_eq!(verdict.status, Status::Verified, "{check}: nor does it lower");
            let neutral = [
                "holds-part",
                "holds-other-address",
                "holds-unfit-key",
                "holds-weak-key",
                "other-text",
                "cannot-tell",
                "signed-elsewhen",
            ];
            for code in neutral {
                let verdict = decide(&[finding(check, code)]);
                assert_eq!(verdict.row, "nothing-tells", "{check}:{code}");
            }
            assert_eq!(status(&[finding(check, "key-later-than-date")]), Status::Anomalous);
        }
    }

    #[test]
    fn a_weaker_finding_never_hides_a_stronger() {
        let aligned = dkim("holds", Coverage { subject: Cover::Uncovered, ..full() });
        let unaligned = dkim("holds-unaligned", full());
        let complete = dkim("holds-weak-key", full()).marked(Mark::WeakKey);
        assert_eq!(status(&[unaligned.clone(), aligned.clone()]), Status::Consistent);
        assert_eq!(status(&[aligned, unaligned, complete]), Status::Verified);
    }

    proptest::proptest! {
        #[test]
        fn the_order_of_findings_does_not_matter(seed in 0u64..500) {
            let mut findings = vec![
                dkim("holds", full()),
                dkim("holds-weak-key", full()).marked(Mark::WeakKey),
                dkim("holds-unaligned", full()),
                finding("email/signing-time", "near"),
                finding("email/dkim-signature", "cannot-tell"),
                finding("email/x-google-signature", "holds").covering(full()),
            ];
            let straight = decide(&findings);
            let len = findings.len();
            let mut state = seed;
            for i in (1..len).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                findings.swap(i, (state >> 33) as usize % (i + 1));
            }
            assert_eq!(decide(&findings), straight);
        }
    }
}
