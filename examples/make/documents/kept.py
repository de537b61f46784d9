"""How a document of the labelled set is kept: its file, and its row in `documents.tsv`."""

import pathlib
import shutil

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "crates/lydite-core/tests/documents"
ROWS = []
# Bytes to the file that has them, so that a copy that several kinds start from is kept once.
WRITTEN = {}


def keep(kind, who, did, tells, *contents, before=None):
    """`contents` are (ending, bytes), the first the one that is meant; `before` is what it was made
    from. `tells` says what should tell, by the numbers of docs.md or in words."""
    assert who in ("forger", "innocent") and "\t" not in did + tells
    names = []
    for number, (ending, data) in enumerate(contents, 1):
        name = f"{who}/{kind}{'' if number == 1 else f'-{number}'}.{ending}"
        write(name, data)
        names.append(name)
    earlier = ""
    if before is not None:
        earlier = WRITTEN.get(before) or f"before/{kind}.{contents[0][0]}"
        write(earlier, before)
    ROWS.append((" ".join(names), earlier, kind, who, " ".join(did.split()), tells))


def write(name, data):
    path = FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    WRITTEN.setdefault(data, name)


def begin():
    if FOLDER.exists():
        shutil.rmtree(FOLDER)


def finish():
    kinds = [row[2:4] for row in ROWS]
    assert len(set(kinds)) == len(kinds), "a kind is named twice"
    head = "file\tbefore\tkind\twho\twhat was done\twhat should tell\n"
    rows = sorted(ROWS, key=lambda row: (row[3], row[2]))
    write("documents.tsv", (head + "".join("\t".join(row) + "\n" for row in rows)).encode())
    for who in ("forger", "innocent"):
        print(sum(row[3] == who for row in ROWS), "kinds", who)
    print(sum(p.stat().st_size for p in FOLDER.rglob("*") if p.is_file()), "bytes")
