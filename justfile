# What people do here. `.ci/run` does the same and nothing else.

default:
    @just --list

# README's test command
test:
    cargo test

lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    cargo deny check licenses bans sources

# A small labelled leak of fictional people, assayed
demo:
    cargo run -- demo

# Run on the unpacked corpora as well (tests that use them skip without)
corpora DIR:
    LYDITE_CORPORA={{DIR}} cargo test

# Every parser fuzzed for some seconds: just fuzz 60
fuzz SECONDS="30":
    fuzz/run {{SECONDS}}

# Ratios against dkimpy and mail-auth, in one run
bench:
    benches/run

# Make the synthetic fixtures again, byte for byte
fixtures:
    python3 examples/make/make.py
    git diff --stat -- examples crates

# Start a new check from the template: just new-check email/reply-to
new-check ID:
    mkdir -p crates/lydite-core/src/checks/$(echo {{ID}} | tr - _)
    cp crates/lydite-core/src/checks/email/copied_headers.rs crates/lydite-core/src/checks/$(echo {{ID}} | tr - _).rs
    @echo "write the file, add cases, run: just test"
