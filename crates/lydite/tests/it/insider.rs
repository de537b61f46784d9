//! Dumps made by somebody who knows every join: what they planted is not lifted, what they found there is
//! not accused. Beside each stands its twin, the innocent case of the same shape, which is lifted: so the
//! attack failed for its own reason and not because nothing lifts.
//!
//! `docs/insider.md` tells of each. `LYDITE_INSIDER=DIR` keeps the dumps, to look at.

mod copies;
mod files;
mod quotes;
mod reading;
mod shortened;
mod stage;
mod threads;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::dump::stdout;
use stage::{Side, Stage};

/// One attack on the joins, and its twin.
struct Scenario {
    name: &'static str,
    /// The claim attacked, as `verdicts` spells it.
    claim: &'static str,
    /// Lays the dump of one side; the path of the attacked item.
    lay: fn(&mut Stage, Side) -> &'static str,
    /// The item itself may be lifted: its other claims hold.
    item_may: bool,
}

const fn scenario(
    name: &'static str,
    claim: &'static str,
    lay: fn(&mut Stage, Side) -> &'static str,
) -> Scenario {
    Scenario { name, claim, lay, item_may: false }
}

const PAGE: &str = include_str!("../../../../docs/insider.md");

fn scenarios() -> impl Iterator<Item = &'static Scenario> {
    let sets = [quotes::ALL, threads::ALL, reading::ALL, shortened::ALL, files::ALL, copies::ALL];
    sets.into_iter().flatten()
}

fn is_lifted(status: &Value) -> bool {
    matches!(status.as_str(), Some("verified" | "corroborated"))
}

/// One side of a scenario, laid.
struct Laid {
    scenario: &'static Scenario,
    side: Side,
    stage: Stage,
    /// Path of the attacked item in the dump.
    attacked: String,
}

fn laid(number: usize, scenario: &'static Scenario, side: Side) -> Laid {
    let mut stage = Stage::new(scenario.name, number);
    let attacked = (scenario.lay)(&mut stage, side);
    Laid { scenario, side, attacked: stage.path(attacked), stage }
}

/// Assays what some scenarios make together: what is wrong with the verdicts.
fn assayed(together: &mut [Laid], dir: &Path) -> Vec<String> {
    std::fs::create_dir_all(dir).unwrap();
    let mut stages: Vec<&mut Stage> = together.iter_mut().map(|one| &mut one.stage).collect();
    let arguments = stage::write(&mut stages, dir);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    stdout(dir, &arguments, 0);
    let lines = stdout(dir, &["verdicts", "case", "--jsonl"], 0);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut wrong: Vec<String> = together.iter().filter_map(|one| judged(one, &lines)).collect();
    for line in &lines {
        let path = line["path"].as_str().unwrap();
        let claims = line["claims"].as_object().unwrap().values();
        let hard = |status: &Value| matches!(status.as_str(), Some("altered" | "contradicted"));
        let is_planted = together.iter().any(|one| one.stage.is_planted(path));
        if !is_planted && claims.chain([&line["status"]]).any(hard) {
            wrong.push(format!("accused: {line}"));
        }
    }
    wrong
}

/// What is wrong with the verdict on the attacked item.
fn judged(one: &Laid, lines: &[Value]) -> Option<String> {
    let Laid { scenario, side, attacked, .. } = one;
    let item = lines.iter().find(|line| line["path"] == attacked.as_str());
    let item = item.unwrap_or_else(|| panic!("{}: no item {attacked}", scenario.name));
    let claim = is_lifted(&item["claims"][scenario.claim]);
    let item_is = is_lifted(&item["status"]) && !scenario.item_may;
    let is_right = match side {
        Side::Attack => !claim && !item_is,
        Side::Twin => claim,
    };
    let codes: Vec<String> = item["findings"].as_array().unwrap().iter().map(code).collect();
    (!is_right).then(|| {
        format!(
            "{} ({}, {attacked}): {} is {}, item {}\n    {}",
            scenario.name,
            side.name(),
            scenario.claim,
            item["claims"][scenario.claim],
            item["status"],
            codes.join("\n    ")
        )
    })
}

fn code(finding: &Value) -> String {
    let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    format!("{}:{} ({})", text("check"), text("code"), text("note"))
}

#[test]
fn no_dump_of_an_insider_lifts_what_it_attacks_and_its_twin_does() {
    let kept = std::env::var_os("LYDITE_INSIDER").map(std::path::PathBuf::from);
    let dir = tempfile::tempdir().unwrap();
    let root = kept.unwrap_or_else(|| dir.path().to_owned());
    let (mut wrong, mut dumps) = (Vec::new(), 0);
    for side in [Side::Attack, Side::Twin] {
        let all = scenarios().enumerate().map(|(number, one)| laid(number, one, side));
        // The innocent ones are in nobody's way.
        let is_alone = |one: &Laid| one.stage.is_alone && side == Side::Attack;
        let (alone, mut together): (Vec<Laid>, Vec<Laid>) = all.partition(is_alone);
        dumps += alone.len() + together.len();
        let root = root.join(side.name());
        wrong.extend(assayed(&mut together, &root.join("together")));
        for mut one in alone {
            let dir = root.join(one.scenario.name);
            wrong.extend(assayed(std::slice::from_mut(&mut one), &dir));
        }
    }
    assert!(dumps >= 120, "only {dumps}");
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_scenario_is_described() {
    let names: Vec<&str> = scenarios().map(|one| one.name).collect();
    let known: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(known.len(), names.len(), "two of one name");
    let row = |line: &'static str| line.strip_prefix("| `")?.split_once('`');
    let described: BTreeSet<&str> = PAGE.lines().filter_map(row).map(|(name, _)| name).collect();
    assert_eq!(described, known);
}
