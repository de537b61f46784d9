"""What a plain DKIM tool says of every case: `python3 oracle.py` (needs `dkimpy`).

Not a test of Lydite: it shows that the signatures of the innocent set are right, and that the
holes of the insider set are holes, by a verifier that somebody else wrote.
"""

import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path = [p for p in sys.path if Path(p or ".").resolve() != HERE]  # our dkim.py is not dkimpy

import dkim  # noqa: E402

for folder in sorted((HERE.parents[1] / "crates/lydite-core/tests").glob("in*/*/")):
    case = tomllib.loads((folder / "case.toml").read_text())
    records = {f"{k['selector']}._domainkey.{k['domain']}.": k["record"] for k in case.get("keys", [])}
    look_up = lambda name, timeout=5: records.get(name.decode().lower(), "").encode() or None
    raw = (folder / "mail.eml").read_bytes()
    raw = raw.replace(b"X-Google-DKIM-Signature:", b"DKIM-Signature:")  # hashed under that name
    said = []
    for index in range(raw.count(b"DKIM-Signature:")):
        try:
            holds = dkim.DKIM(raw, minkey=512, debug_content=False).verify(index, dnsfunc=look_up)
            said.append("holds" if holds else "fails")
        except Exception as error:
            said.append(str(error)[:60])
    if b"ARC-Seal:" in raw:
        try:
            said.append("arc " + dkim.arc_verify(raw, dnsfunc=look_up)[0].decode())
        except Exception as error:
            said.append(f"arc {error!r}"[:60])
    print(f"{folder.parent.name}/{folder.name}\t{case.get('expect_status', 'never')}\t{', '.join(said)}")
