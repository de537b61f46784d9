//! Writes a lab: `cargo run -p lydite-lab --example make -- DIR MESSAGES SEED`.

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let dir = PathBuf::from(args.next().ok_or("DIR MESSAGES SEED")?);
    let messages = args.next().ok_or("MESSAGES")?.parse()?;
    let seed = args.next().ok_or("SEED")?.parse()?;
    let lab = lydite_lab::make::make(seed, messages).ok_or("no keys of that seed")?;
    for (path, bytes) in &lab.files {
        let path = dir.join(path);
        std::fs::create_dir_all(path.parent().ok_or("a path without a folder")?)?;
        std::fs::write(path, bytes)?;
    }
    let mut kinds = std::collections::BTreeMap::new();
    for row in &lab.truth {
        let anchor = row.anchor.clone().unwrap_or_default();
        *kinds
            .entry((row.what.clone(), row.oddity.clone().unwrap_or_default(), anchor))
            .or_insert(0) += 1;
    }
    for ((what, oddity, anchor), count) in kinds {
        println!("{count:6} {what} {oddity} {anchor}");
    }
    Ok(())
}
