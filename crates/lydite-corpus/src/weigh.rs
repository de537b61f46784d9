//! Judging: examine again what new facts concern, run the joins, decide.
//!
//! A weighing is one commit. Until its line is in the ledger the generation before it stands, and
//! a weighing that changes nothing commits nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use lydite_core::evidence::{Finding, Mark};
use lydite_core::fact::FactKey;
use lydite_core::item::{Kind, Sha256};
use lydite_core::limits;
use lydite_core::verdict::{Status, Verdict};
use serde::Deserialize;

use crate::assay::{Progress, Work, examine_each};
use crate::case::{Case, Error, Result, VERSION};
use crate::context::Context;
use crate::engine::Engine;
use crate::facts;
use crate::joins::standing::{give_signed, owners};
use crate::joins::{self, Found, Stage, copies, threads};
use crate::ledger::{FileEntry, Files, Line, Phase, Tally, overlay};
use crate::pack;
use crate::reference;
use crate::shard::{self, Encoded, JOINS, Rows};
use crate::tables::{
    self, blobs, custodians, findings, links, rows_of, sightings, standing, verdicts, wants,
};

/// Decides on an item from all its findings: [`lydite_core::verdict::decide`].
pub type Judge<'a> = dyn Fn(Kind, &[Finding]) -> Verdict + 'a;

/// A verdict that is another one than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub sha256: Sha256,
    /// Where it was found first.
    pub path: String,
    pub before: Status,
    pub after: Status,
    pub why: String,
}

/// What a weighing did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weighed {
    /// In the order the items were found.
    pub changes: Vec<Change>,
    /// Items that should have been examined again but whose worker was lost; they stand as before.
    pub lost: Vec<(Sha256, String)>,
}

/// Judges every examined item with the facts at hand.
pub fn weigh(case: &Case, work: Work, judge: &Judge) -> Result<Weighed> {
    let (generation, is_new_version, is_first) = {
        let ledger = case.ledger();
        let is_other = |line: &Line| line.version != VERSION;
        let is_first = ledger.of(Phase::Weigh).next().is_none();
        (ledger.generation() + 1, ledger.lines.last().is_some_and(is_other), is_first)
    };
    let mut weighing = Weighing::new(case, work, generation);
    for batch in shard::batches(&weighing.files) {
        weighing.examine_again(batch, is_new_version)?;
    }
    weighing.examine_beside_copies()?;
    let joined = weighing.join(judge, 1)?;
    weighing.judge(&joined, judge)?;
    if is_first || is_new_version || !weighing.written.is_empty() {
        case.commit(Line {
            number: 0,
            phase: Phase::Weigh,
            generation,
            position: None,
            seen: Tally::default(),
            files: weighing.written,
            version: VERSION.to_owned(),
        })?;
        case.sweep()?;
    }
    Ok(weighing.out)
}

/// What the joins find in a case, the work of each statement in as many partitions.
#[cfg(test)]
pub(crate) fn joined(case: &Case, work: Work, judge: &Judge, partitions: usize) -> Result<Joined> {
    Weighing::new(case, work, 1).join(judge, partitions)
}

/// What all joins found together.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Joined {
    pub(crate) findings: BTreeMap<Sha256, Vec<Finding>>,
    links: Vec<links::Row>,
}

impl Joined {
    fn of(found: [&Found; 2]) -> Joined {
        let mut findings: BTreeMap<Sha256, Vec<Finding>> = BTreeMap::new();
        for (sha256, finding) in found.iter().flat_map(|found| &found.findings) {
            findings.entry(*sha256).or_default().push(finding.clone());
        }
        Joined { findings, links: found.iter().flat_map(|f| f.links.clone()).collect() }
    }
}

/// A generation in the making.
struct Weighing<'a> {
    case: &'a Case,
    work: Work<'a>,
    generation: u32,
    /// The files as they will be once committed.
    files: Files,
    written: Vec<FileEntry>,
    /// Why an item was examined again.
    reasons: HashMap<Sha256, String>,
    out: Weighed,
}

impl<'a> Weighing<'a> {
    fn new(case: &'a Case, work: Work<'a>, generation: u32) -> Weighing<'a> {
        let (written, reasons, out) = (Vec::new(), HashMap::new(), Weighed::default());
        Weighing { case, work, generation, files: case.files(), written, reasons, out }
    }

    fn put(&mut self, shard: &str, encoded: &Encoded) -> Result<()> {
        let entry = encoded.put(self.case, &self.files, shard, self.generation)?;
        overlay(&mut self.files, entry.as_slice());
        self.written.extend(entry);
        Ok(())
    }

    fn progress(&self, phase: &'static str, items: usize) {
        let (items, statuses) = (items as u64, [0; Status::ALL.len()]);
        (self.work.progress)(Progress { phase, items, bytes: 0, total: 0, statuses });
    }

    /// Examines the items of a batch that facts concern which were not known, or were others, when
    /// they were examined last.
    fn examine_again(&mut self, batch: u32, is_new_version: bool) -> Result<()> {
        let name = shard::name(batch);
        let mut met: HashMap<Sha256, Vec<wants::Row>> = HashMap::new();
        let mut concerned: HashMap<Sha256, BTreeSet<String>> = HashMap::new();
        for row in shard::rows::<wants::Row>(self.case, &self.files, &wants::TABLE, &name)? {
            let want = row.want();
            if facts::digest(self.work.facts, &want) != row.met_by {
                concerned.entry(row.sha256).or_default().insert(describe(&want));
            }
            met.entry(row.sha256).or_default().push(row);
        }
        if concerned.is_empty() && !is_new_version {
            return Ok(());
        }
        let blobs = shard::examined_blobs(self.case, &self.files, &name)?;
        let is_meant = |blob: &&blobs::Row| is_new_version || concerned.contains_key(&blob.sha256);
        let again: Vec<_> = blobs.iter().filter(is_meant).map(|blob| (blob, Vec::new())).collect();
        let reason = |sha256: &Sha256| why(concerned.get(sha256).cloned().unwrap_or_default());
        self.replace(&name, &blobs, again, met, &reason)
    }

    /// Examines some of a batch again, each beside other copies, and writes the batch anew.
    fn replace(
        &mut self,
        shard: &str,
        blobs: &[blobs::Row],
        again: Vec<(&blobs::Row, Vec<Vec<u8>>)>,
        mut met: HashMap<Sha256, Vec<wants::Row>>,
        reason: &dyn Fn(&Sha256) -> String,
    ) -> Result<()> {
        let (rows, copies): (Vec<_>, Vec<_>) = again.into_iter().unzip();
        let bytes =
            rows.iter().map(|blob| pack::read(self.case, blob)).collect::<Result<Vec<_>>>()?;
        let items: Vec<_> = bytes.iter().map(Vec::as_slice).zip(copies).collect();
        let mut known = shard::examined(self.case, &self.files, shard)?;
        for (blob, answer) in rows.iter().zip(examine_each(&items, self.work)) {
            match answer {
                Ok(examined) => {
                    let wants = shard::met(blob.sha256, &examined, self.work.facts);
                    met.insert(blob.sha256, wants);
                    known.insert(blob.sha256, examined);
                    self.reasons.insert(blob.sha256, reason(&blob.sha256));
                }
                Err(why) => self.out.lost.push((blob.sha256, why)),
            }
        }
        self.progress("examine", rows.len());
        let mut rows = Rows::default();
        for blob in blobs {
            let wants = met.remove(&blob.sha256).unwrap_or_default();
            if let Some(examined) = known.get(&blob.sha256) {
                rows.push(blob.sha256, blob.size, examined, wants);
            }
        }
        rows.encode()?.iter().try_for_each(|encoded| self.put(shard, encoded))
    }

    /// Examines mails whose signed text was not found beside the other copies of the same mail
    /// that the case has: by Message-ID, in the order of their SHA-256.
    fn examine_beside_copies(&mut self) -> Result<()> {
        #[derive(Deserialize)]
        struct Row {
            sha256: Sha256,
            copy: Sha256,
        }
        let statement = "WITH open AS (
                SELECT DISTINCT r.sha256, m.message_id FROM repairs r
                JOIN mails m ON m.sha256 = r.sha256
                WHERE r.original IS NULL AND m.message_id <> '')
            SELECT o.sha256, c.sha256 AS copy FROM open o
            JOIN mails c ON c.message_id = o.message_id AND c.sha256 <> o.sha256
            ORDER BY o.sha256, copy";
        let mut copies: BTreeMap<Sha256, Vec<Sha256>> = BTreeMap::new();
        for batch in Engine::over(self.case, &self.files)?.sql(statement)? {
            let rows: Vec<Row> =
                rows_of(&batch).map_err(|source| Error::Table { table: "copies", source })?;
            for row in rows {
                let known = copies.entry(row.sha256).or_default();
                if known.len() < limits::REPAIR_COPIES {
                    known.push(row.copy);
                }
            }
        }
        if copies.is_empty() {
            return Ok(());
        }
        let places = self.places(&copies)?;
        for batch in shard::batches(&self.files) {
            let name = shard::name(batch);
            let blobs = shard::examined_blobs(self.case, &self.files, &name)?;
            let mut again = Vec::new();
            for blob in blobs.iter().filter(|blob| copies.contains_key(&blob.sha256)) {
                let beside = copies[&blob.sha256].iter().filter_map(|id| places.get(id));
                let beside = beside.filter(|copy| copy.size <= limits::REPAIR_BYTES as u64);
                let bytes: Vec<_> =
                    beside.map(|copy| pack::read(self.case, copy)).collect::<Result<_>>()?;
                again.push((blob, bytes));
            }
            if !again.is_empty() {
                let rows = shard::rows::<wants::Row>(self.case, &self.files, &wants::TABLE, &name)?;
                let mut met: HashMap<Sha256, Vec<wants::Row>> = HashMap::new();
                rows.into_iter().for_each(|row| met.entry(row.sha256).or_default().push(row));
                let reason = |_: &Sha256| "another copy of the same mail".to_owned();
                self.replace(&name, &blobs, again, met, &reason)?;
            }
        }
        Ok(())
    }

    /// Where the copies lie.
    fn places(
        &self,
        copies: &BTreeMap<Sha256, Vec<Sha256>>,
    ) -> Result<HashMap<Sha256, blobs::Row>> {
        let wanted: HashSet<&Sha256> = copies.values().flatten().collect();
        let mut out = HashMap::new();
        for batch in shard::batches(&self.files) {
            let blobs = shard::examined_blobs(self.case, &self.files, &shard::name(batch))?;
            let meant = blobs.into_iter().filter(|blob| wanted.contains(&blob.sha256));
            out.extend(meant.map(|blob| (blob.sha256, blob)));
        }
        Ok(out)
    }

    /// What the joins find over all items, by item. Those that rest on what others are worth run
    /// again until that changes no more, each round on the standing of the round before alone: the
    /// order of items and joins shows nowhere.
    fn join(&mut self, judge: &Judge, partitions: usize) -> Result<Joined> {
        let engine = Engine::in_partitions(self.case, &self.files, partitions)?;
        let threads = threads::threads(&engine)?;
        engine.give(&tables::threads::TABLE, &threads)?;
        let context = Context::of(self.case)?;
        let mut custodians = context.custodians();
        custodians.extend(owners(&engine, context.break_in())?);
        engine.give(&custodians::TABLE, &custodians)?;
        engine.give(&tables::reference::TABLE, &reference::of(self.case)?)?;
        self.put(JOINS, &Encoded::new(&tables::threads::TABLE, &threads)?)?;
        let replies = threads::replies(&engine)?;
        let items = joins::run(&engine, Stage::Items)?;
        self.progress("join", items.findings.len());
        let mut joined = Joined::of([&items, &Found::default()]);
        let mut standing = self.standing(&joined, judge)?;
        for _ in 0..limits::ROUNDS {
            engine.give(&standing::TABLE, &standing)?;
            give_signed(&engine)?;
            let found = joins::run(&engine, Stage::Standing)?;
            joined = Joined::of([&items, &found]);
            self.progress("join", joined.findings.len());
            let before = std::mem::replace(&mut standing, self.standing(&joined, judge)?);
            if before == standing {
                break;
            }
        }
        joined.links.extend(replies);
        joined.links.sort();
        joined.links.dedup();
        Ok(joined)
    }

    /// What every item is worth with what the joins found: those that something speaks for.
    fn standing(&self, joined: &Joined, judge: &Judge) -> Result<Vec<standing::Row>> {
        let mut out = Vec::new();
        for batch in shard::batches(&self.files) {
            let name = shard::name(batch);
            let mut own = shard::findings(self.case, &self.files, &name)?;
            for blob in shard::examined_blobs(self.case, &self.files, &name)? {
                let mut found = own.remove(&blob.sha256).unwrap_or_default();
                found.extend(joined.findings.get(&blob.sha256).into_iter().flatten().cloned());
                let verdict = judge(blob.kind, &found);
                if verdict.status > Status::Corroborated {
                    continue;
                }
                // Equal copies would else vouch for each other.
                let all = found.len();
                found.retain(|finding| finding.check != copies::JOIN.id);
                let is_source =
                    found.len() == all || judge(blob.kind, &found).status <= Status::Corroborated;
                out.push(standing::Row::new(blob.sha256, &verdict, is_source));
            }
        }
        out.sort_by_key(|row| row.sha256);
        Ok(out)
    }

    /// Items that were found in more than one place.
    fn duplicates(&self) -> Result<HashSet<Sha256>> {
        #[derive(Deserialize)]
        struct Row {
            sha256: Sha256,
        }
        let statement = "SELECT sha256 FROM sightings WHERE outcome = 'examined' \
                         GROUP BY sha256 HAVING count(*) > 1";
        let mut out = HashSet::new();
        for batch in Engine::over(self.case, &self.files)?.sql(statement)? {
            let rows: Vec<Row> = rows_of(&batch)
                .map_err(|source| Error::Table { table: sightings::TABLE.name, source })?;
            out.extend(rows.into_iter().map(|row| row.sha256));
        }
        Ok(out)
    }

    fn judge(&mut self, joined: &Joined, judge: &Judge) -> Result<()> {
        let duplicates = self.duplicates()?;
        let mut join_rows = Vec::new();
        for batch in shard::batches(&self.files) {
            let name = shard::name(batch);
            let mut all = shard::findings(self.case, &self.files, &name)?;
            let mut rows = Vec::new();
            for blob in shard::examined_blobs(self.case, &self.files, &name)? {
                let mut found = all.remove(&blob.sha256).unwrap_or_default();
                for finding in joined.findings.get(&blob.sha256).into_iter().flatten() {
                    let seq = u32::try_from(found.len()).unwrap_or(u32::MAX);
                    join_rows.push(findings::Row::new(blob.sha256, seq, finding));
                    found.push(finding.clone());
                }
                let mut verdict = judge(blob.kind, &found);
                if duplicates.contains(&blob.sha256) && !verdict.marks.contains(&Mark::Duplicate) {
                    verdict.marks.push(Mark::Duplicate);
                    verdict.marks.sort();
                }
                rows.push(verdicts::Row::new(blob.sha256, &verdict, found.len()));
            }
            self.note_changes(&name, &rows)?;
            self.put(&name, &Encoded::new(&verdicts::TABLE, &rows)?)?;
            self.progress("judge", rows.len());
        }
        self.put(JOINS, &Encoded::new(&links::TABLE, &joined.links)?)?;
        self.put(JOINS, &Encoded::new(&findings::TABLE, &join_rows)?)
    }

    /// Compares the verdicts of a batch with those of the generation before.
    fn note_changes(&mut self, shard: &str, after: &[verdicts::Row]) -> Result<()> {
        let before: Vec<verdicts::Row> =
            shard::rows(self.case, &self.files, &verdicts::TABLE, shard)?;
        let before: HashMap<_, _> = before.into_iter().map(|r| (r.sha256, r.status)).collect();
        let was_other = |row: &&verdicts::Row| {
            before.get(&row.sha256).is_some_and(|status| *status != row.status)
        };
        let changed: Vec<_> = after.iter().filter(was_other).collect();
        if changed.is_empty() {
            return Ok(());
        }
        let places: Vec<sightings::Row> =
            shard::rows(self.case, &self.files, &sightings::TABLE, shard)?;
        let path =
            |sha256| places.iter().find(|p| p.sha256 == Some(sha256)).map(|p| p.path.clone());
        for row in changed {
            self.out.changes.push(Change {
                sha256: row.sha256,
                path: path(row.sha256).unwrap_or_default(),
                before: before[&row.sha256],
                after: row.status,
                why: self
                    .reasons
                    .get(&row.sha256)
                    .cloned()
                    .unwrap_or_else(|| "what other items of the case show".to_owned()),
            });
        }
        Ok(())
    }
}

fn why(facts: BTreeSet<String>) -> String {
    if facts.is_empty() {
        return format!("examined again by version {VERSION}");
    }
    facts.into_iter().collect::<Vec<_>>().join(", ")
}

fn describe(want: &FactKey) -> String {
    match want {
        FactKey::DkimKey { domain, selector } => format!("key {selector}._domainkey.{domain}"),
        FactKey::SelectorWindow { domain, selector } => {
            format!("use of {selector}._domainkey.{domain}")
        }
        FactKey::Certificate { subject } => format!("certificate of {subject}"),
        FactKey::OpenPgpKey { id } => format!("OpenPGP key {id}"),
    }
}
