//! Joins in rounds: what each item is worth rests on others, and theirs on yet others.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use lydite_core::evidence::Finding;
use lydite_core::item::Sha256;
use lydite_core::limits;
use lydite_core::verdict::Status;

use super::standing::{VOUCHING, owners};
use super::{ALL, Found, Join, Stage, Texts, copies, threads};
use crate::case::{Case, Result};
use crate::context::Context;
use crate::engine::Engine;
use crate::ledger::Files;
use crate::tables::{self, custodians, links, standing};
use crate::weigh::Judge;
use crate::{reference, shard};

/// What all joins found together.
#[derive(Debug, PartialEq, Eq)]
pub struct Joined {
    pub findings: BTreeMap<Sha256, Vec<Finding>>,
    pub links: Vec<links::Row>,
    pub threads: Vec<tables::threads::Row>,
}

/// Told of each join as often as it ran, what it found and how long it took.
pub type Heard<'a> = dyn FnMut(&'static Join, &Found, Duration) + 'a;

/// What the joins find over all items of these files of a case, the work of each statement in as many
/// partitions. Those that rest on what others are worth run again until that changes no more, each round
/// on the standing of the round before alone: the order of items and joins shows nowhere.
pub fn join(
    case: &Case,
    files: &Files,
    judge: &Judge,
    partitions: usize,
    heard: &mut Heard,
) -> Result<Joined> {
    let engine = Engine::in_partitions(case, files, partitions)?;
    let threads = threads::threads(&engine)?;
    engine.give(&tables::threads::TABLE, &threads)?;
    let context = Context::of(case)?;
    let mut custodians = context.custodians();
    custodians.extend(owners(&engine, context.break_in())?);
    engine.give(&custodians::TABLE, &custodians)?;
    let mut copies = reference::of(case)?;
    let texts = Texts::of(&engine, &case.scratch(), &mut copies)?;
    engine.give(&tables::reference::TABLE, &copies)?;
    let mut links = threads::replies(&engine)?;

    let items = run(&engine, &texts, Stage::Items, heard)?;
    let mut found = Found::default();
    let mut worth = standings(case, files, &by_item(&[&items]), judge)?;
    for _ in 0..limits::ROUNDS {
        engine.give(&standing::TABLE, &worth)?;
        VOUCHING.iter().try_for_each(|(name, statement)| engine.make(name, &statement()))?;
        found = run(&engine, &texts, Stage::Standing, heard)?;
        let now = standings(case, files, &by_item(&[&items, &found]), judge)?;
        let before = std::mem::replace(&mut worth, now);
        if before == worth {
            break;
        }
    }
    engine.give(&standing::TABLE, &worth)?;
    let settled = run(&engine, &texts, Stage::Settled, heard)?;

    let findings = by_item(&[&items, &found, &settled]);
    links.extend([items, found, settled].into_iter().flat_map(|found| found.links));
    links.sort();
    links.dedup();
    Ok(Joined { findings, links, threads })
}

/// Runs the joins of a stage.
fn run(engine: &Engine, texts: &Texts, stage: Stage, heard: &mut Heard) -> Result<Found> {
    let mut out = Found::default();
    for join in ALL.iter().filter(|join| join.stage == stage) {
        let start = Instant::now();
        let mut own = Found::default();
        join.made.iter().try_for_each(|(name, statement)| engine.make(name, &statement()))?;
        engine.each(&(join.sql)(), |batch| {
            let found = (join.findings)(&batch, texts)?;
            own.findings.extend(found.findings);
            own.links.extend(found.links);
            Ok(())
        })?;
        heard(join, &own, start.elapsed());
        out.findings.extend(own.findings);
        out.links.extend(own.links);
    }
    Ok(out)
}

fn by_item(found: &[&Found]) -> BTreeMap<Sha256, Vec<Finding>> {
    let mut out: BTreeMap<Sha256, Vec<Finding>> = BTreeMap::new();
    for (sha256, finding) in found.iter().flat_map(|found| &found.findings) {
        out.entry(*sha256).or_default().push(finding.clone());
    }
    out
}

/// What every item is worth with what the joins found: those that something speaks for.
fn standings(
    case: &Case,
    files: &Files,
    joined: &BTreeMap<Sha256, Vec<Finding>>,
    judge: &Judge,
) -> Result<Vec<standing::Row>> {
    let mut out = Vec::new();
    for batch in shard::batches(files) {
        let name = shard::name(batch);
        let mut own = shard::findings(case, files, &name)?;
        for blob in shard::examined_blobs(case, files, &name)? {
            let mut found = own.remove(&blob.sha256).unwrap_or_default();
            found.extend(joined.get(&blob.sha256).into_iter().flatten().cloned());
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
