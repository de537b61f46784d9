#!/usr/bin/env python3
"""Checks a bag that `lydite export` wrote, without Lydite and with Python's own library alone.

    python3 verify.py BAG        (without BAG: the bag this file lies in)

Every file against the manifests (RFC 8493); the custody log against its signed checkpoint (RFC 6962,
c2sp.org/tlog-checkpoint); the ledger against the log; the manifest's signature (PROTOCOL.sshsig) by
the key that the log names. `--proof FILE ENTRY --key KEY`: that an entry stands in a log
(c2sp.org/tlog-proof) with this key.
"""
import base64
import hashlib
import json
import os
import sys

# --- Ed25519 (RFC 8032, section 5.1), verification only
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)

def add(a, b):
    s, t = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    u, v = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = t - s, v - u, v + u, t + s
    return (e * f % P, g * h % P, f * g % P, e * h % P)

def times(n, point):
    out = (0, 1, 1, 0)
    while n > 0:
        if n & 1:
            out = add(out, point)
        point = add(point, point)
        n >>= 1
    return out

def same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0

def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

def ed25519(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r = point(key), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return same(times(s, BASE), add(r, times(h, a)))


# --- The log
def sha(data):
    return hashlib.sha256(data).digest()

def root(leaves):
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\x01" + root(leaves[:split]) + root(leaves[split:]))

def root_by_proof(leaf, index, size, proof):
    at, last, value = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            value = sha(b"\x01" + sibling + value)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            value = sha(b"\x01" + value + sibling)
        at, last = at >> 1, last >> 1
    return value if last == 0 else None

def unbase64(text):
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("not the one spelling of base64")
    return data

def verifier_key(text):
    name, ident, key = text.split("+", 2)
    key = unbase64(key)
    if key[:1] != b"\x01" or sha(name.encode() + b"\n" + key)[:4].hex() != ident:
        raise ValueError("not a key of a log: " + text)
    return name, ident, key[1:]

def checkpoint(note, key):
    """Size and root of a checkpoint that this key signed."""
    name, ident, public = verifier_key(key)
    text, lines = note.decode().rsplit("\n\n", 1)
    text += "\n"
    origin, size, value = text[:-1].split("\n")
    if not lines.endswith("\n"):
        raise ValueError("the checkpoint is cut")
    for line in lines[:-1].split("\n"):
        dash, signer, data = line.split(" ")
        data = unbase64(data)
        if (dash, signer, data[:4].hex()) == ("\u2014", name, ident) and origin == name:
            if ed25519(public, text.encode(), data[4:]) and str(int(size)) == size:
                return int(size), unbase64(value)
    raise ValueError("the checkpoint is not signed by the key that the log names")

def read(bag, name):
    with open(os.path.join(bag, name), "rb") as file:
        return file.read()

def log(bag):
    """The key of the log, once the whole log is shown to be what it signed."""
    lines = read(bag, "data/custody/log.jsonl").split(b"\n")
    if lines.pop() != b"":
        raise ValueError("the last entry is cut")
    entries = [json.loads(line) for line in lines]
    keys = [e["parameters"]["key"] for e in entries
            if e["action"] in ("case-made", "log-begun", "handover")]
    first = hashlib.sha256(verifier_key(keys[0])[2]).hexdigest()[:16]
    if entries[0]["parameters"]["log"] != "lydite/case/" + first:
        raise ValueError("the log's name is not that of its first key")
    note = read(bag, "data/custody/checkpoint")
    if checkpoint(note, keys[-1]) != (len(lines), root([sha(b"\0" + line) for line in lines])):
        raise ValueError("the log is not the one its checkpoint was signed for")
    ledger = read(bag, "data/ledger.jsonl") if os.path.exists(
        os.path.join(bag, "data/ledger.jsonl")) else b""
    for number, entry in enumerate(entries):
        if entry["seq"] != number:
            raise ValueError(f"entry {number} has another number")
        for out in entry["outputs"]:
            if out["place"] == "case-head" and out["name"] == "ledger.jsonl":
                start = ledger[:out["bytes"]]
                if len(start) != out["bytes"] or sha(start).hex() != out["sha256"]:
                    raise ValueError(f"the ledger is not the one of entry {number}")
    return keys[-1]


# --- The bag
def string(*parts):
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)

def signature(bag, key):
    """The SSH signature of the manifest."""
    name, _, public = verifier_key(key)
    kind, namespace = b"ssh-ed25519", b"lydite-bag"
    text = read(bag, "manifest-sha256.txt.sig").decode().split("\n")
    if (text[0], text[-2:]) != ("-----BEGIN SSH SIGNATURE-----", ["-----END SSH SIGNATURE-----", ""]):
        raise ValueError("manifest-sha256.txt.sig is no SSH signature")
    body = text[1:-2]
    if any(len(line) != 70 for line in body[:-1]) or not 0 < len(body[-1]) <= 70:
        raise ValueError("manifest-sha256.txt.sig is not in lines of 70")
    blob = unbase64("".join(body))
    head = b"SSHSIG" + (1).to_bytes(4, "big") + string(string(kind, public), namespace, b"", b"sha512")
    frame = string(string(kind, bytes(64)))[:-64]
    digest = hashlib.sha512(read(bag, "manifest-sha256.txt")).digest()
    message = b"SSHSIG" + string(namespace, b"", b"sha512", digest)
    if not blob.startswith(head + frame) or not ed25519(public, message, blob[len(head + frame):]):
        raise ValueError("manifest-sha256.txt.sig is not a signature by the case's key")
    line = f'{name} namespaces="lydite-bag" ssh-ed25519 '
    line += base64.b64encode(string(kind, public)).decode() + "\n"
    if read(bag, "allowed_signers").decode() != line:
        raise ValueError("allowed_signers does not hold the case's key")

def manifests(bag):
    if read(bag, "bagit.txt") != b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n":
        raise ValueError("bagit.txt is not the declaration of BagIt 1.0")
    named = {}
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        text = read(bag, manifest).decode()
        if not text.endswith("\n"):
            raise ValueError(manifest + " is cut")
        for line in text[:-1].split("\n"):
            digest, name = line.split("  ", 1)
            inside = all(part not in ("", ".", "..") for part in name.split("/"))
            payload = manifest == "manifest-sha256.txt"
            if name in named or not inside or name.startswith("data/") != payload:
                raise ValueError(f"{manifest} names {name!r}")
            named[name] = digest
    found = set()
    for folder, folders, files in os.walk(bag):
        for name in files + [name for name in folders if os.path.islink(os.path.join(folder, name))]:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                raise ValueError(path + " is a link")
            found.add(os.path.relpath(path, bag).replace(os.sep, "/"))
    found.discard("tagmanifest-sha256.txt")
    for name in sorted(found ^ set(named)):
        raise ValueError(name + (" is not listed" if name in found else " is missing"))
    if "manifest-sha256.txt" not in named:
        raise ValueError("manifest-sha256.txt is not listed")
    for name, digest in named.items():
        with open(os.path.join(bag, name), "rb") as file:
            value = hashlib.sha256()
            while block := file.read(1 << 20):
                value.update(block)
        if value.hexdigest() != digest:
            raise ValueError(name + " is not the file that was listed")
    return len(named)

def proof(file, entry, key):
    with open(file, "rb") as text:
        head, note = text.read().split(b"\n\n", 1)
    first, *lines = head.decode().split("\n")
    if first != "c2sp.org/tlog-proof@v1" or not lines[0].startswith("index "):
        raise ValueError("no proof")
    size, value = checkpoint(note, key)
    with open(entry, "rb") as text:
        leaf = sha(b"\0" + text.read().rstrip(b"\n"))
    if root_by_proof(leaf, int(lines[0][6:]), size, [unbase64(line) for line in lines[1:]]) != value:
        raise ValueError("the entry is not shown to stand in the log")

def main(arguments):
    try:
        if arguments[:1] == ["--proof"]:
            proof(arguments[1], arguments[2], arguments[4])
            print("the entry stands in the log")
            return 0
        here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        bag = arguments[0] if arguments else here
        files = manifests(bag)
        key = log(bag)
        signature(bag, key)
        print(f"{files} files as listed; log and manifest signed by {key}")
        return 0
    except (ValueError, KeyError, IndexError, TypeError, OSError, AttributeError) as error:
        print(f"does not hold: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
