"""Signs synthetic mail: DKIM (RFC 6376, 8463), ARC (RFC 8617), DomainKeys (RFC 4870).

Written apart from Lydite's own engine, so that a mistake has to be made twice to pass. Everything
is deterministic: fixed keys, PKCS#1 v1.5 and Ed25519, times given by the caller.
"""

import base64
import hashlib
import re
import warnings
from functools import cache
from pathlib import Path

warnings.filterwarnings("ignore")

from cryptography.hazmat.primitives import serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: E402

KEYS = Path(__file__).parent / "keys"
DIGEST_INFO = {
    "sha1": bytes.fromhex("3021300906052b0e03021a05000414"),
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
}
HEADERS = ["From", "To", "Cc", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
           "Content-Transfer-Encoding"]


@cache
def key(name):
    """The private key `keys/<name>.pem`."""
    data = (KEYS / f"{name}.pem").read_bytes()
    return serialization.load_pem_private_key(data, None, unsafe_skip_rsa_key_validation=True)


@cache
def numbers(name):
    return key(name).private_numbers()


def record(name, extra=""):
    """The TXT record a domain would publish for `keys/<name>.pem`."""
    public = key(name).public_key()
    if isinstance(public, ed25519.Ed25519PublicKey):
        raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return f"v=DKIM1; k=ed25519; {extra}p={b64(raw)}"
    der = public.public_bytes(serialization.Encoding.DER,
                              serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; {extra}p={b64(der)}"


def b64(data):
    return base64.b64encode(data).decode()


def digest(algorithm, data):
    return hashlib.new(algorithm.split("-")[1], data).digest()


def crypt(name, algorithm, data):
    """The signature over `data`: `s = EM^d mod n` by CRT, or Ed25519 over the digest."""
    if algorithm.startswith("ed25519"):
        return key(name).sign(digest("ed25519-sha256", data))
    secret, n = numbers(name), numbers(name).public_numbers.n
    size = (n.bit_length() + 7) // 8
    info = DIGEST_INFO[algorithm.split("-")[1]] + digest(algorithm, data)
    em = int.from_bytes(b"\0\1" + b"\xff" * (size - 3 - len(info)) + b"\0" + info, "big")
    p, q = pow(em, secret.dmp1, secret.p), pow(em, secret.dmq1, secret.q)
    return (q + (p - q) * secret.iqmp % secret.p * secret.q).to_bytes(size, "big")


def lax_cube(name, data):
    """What a verifier that ignores bytes behind DigestInfo would take for a signature of an e=3
    key: a cube root, made without the private half (Bleichenbacher, CRYPTO 2006)."""
    size = (numbers(name).public_numbers.n.bit_length() + 7) // 8
    head = b"\0\1" + b"\xff" * 8 + b"\0" + DIGEST_INFO["sha256"] + digest("rsa-sha256", data)
    top = int.from_bytes(head + b"\xff" * (size - len(head)), "big")
    low, high = 0, 1 << (top.bit_length() // 3 + 1)
    while low < high - 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**3 <= top else (low, middle)
    assert (low**3).to_bytes(size, "big").startswith(head)
    return low.to_bytes(size, "big")


def relaxed_header(field):
    name, value = field.split(b":", 1)
    return name.strip().lower() + b":" + re.sub(rb"[ \t\r\n]+", b" ", value).strip()


def relaxed_body(body):
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"\r\n".join(lines) + b"\r\n" if lines else b""


def simple_body(body):
    return re.sub(rb"(\r\n)*\Z", b"", body) + b"\r\n"


def canonical(fields, body, canon):
    """Both halves by `c=`: a function for one header field, and the body."""
    head, _, tail = canon.partition("/")
    header = relaxed_header if head == "relaxed" else (lambda field: field)
    return header, (relaxed_body if tail == "relaxed" else simple_body)(body)


def named(fields, name):
    return [f for f in fields if f.split(b":", 1)[0].strip().lower() == name.lower().encode()]


def pick(fields, names):
    """Field instances for `h=`, each further mention one higher from the bottom (§5.4.2)."""
    left = {}
    for name in names:
        stack = left.setdefault(name.lower(), named(fields, name))
        if stack:
            yield stack.pop()


def fold(text, width=72):
    """Folds `tag=value; …` at its spaces, and a long last value (b=) anywhere."""
    lines, line = [], ""
    for word in text.split(" "):
        while len(line) + len(word) >= width and (line.strip() or len(word) > width):
            room = 0 if line.strip() else width - 2
            lines.append((line + word[:room]).rstrip())
            line, word = "\t", word[room:]
        line += word + " "
    return "\r\n".join(lines + [line.rstrip()])


def listed(names):
    """`h=`: names between colons, with a space where the field may be folded."""
    return ": ".join(":".join(names[i:i + 4]) for i in range(0, len(names), 4))


def sign(fields, body, name, domain, selector, headers=None, canon="relaxed/relaxed",
         algorithm=None, tags="", length=None, field="DKIM-Signature", hashed=None, crypter=crypt):
    """The signature field over `fields` (bytes without line end) and `body` (CRLF).

    `tags` go in behind `s=` as they are (`t=1; `); `hashed` is the field name that is hashed when
    it is not the field's own.
    """
    default = "ed25519-sha256" if isinstance(key(name), ed25519.Ed25519PrivateKey) else "rsa-sha256"
    algorithm = algorithm or default
    headers = headers or [h for h in HEADERS if named(fields, h)]
    header, canonical_body = canonical(fields, body, canon)
    if length is not None:
        canonical_body, tags = canonical_body[:length], f"{tags}l={length}; "
    version = "" if field == "ARC-Message-Signature" else "v=1; "
    head = (f"{hashed or field}: {version}a={algorithm}; c={canon}; d={domain}; s={selector}; {tags}"
            f"h={listed(headers)}; bh={b64(digest(algorithm, canonical_body))}; b=")
    head = fold(head).encode()
    data = b"".join(header(f) + b"\r\n" for f in pick(fields, headers)) + header(head)
    done = head + b"\r\n\t" + fold(b64(crypter(name, algorithm, data))).lstrip().encode()
    return field.encode() + done[len(hashed or field):]


def seal(fields, body, name, domain, selector, results, instance=1, cv="none", at=0, headers=None,
         length=None):
    """The three fields of one ARC set (RFC 8617 §4.1), topmost first."""
    aar = f"ARC-Authentication-Results: i={instance}; {results}".encode()
    ams = sign(fields, body, name, domain, selector, field="ARC-Message-Signature",
               tags=f"i={instance}; t={at}; ", headers=headers, length=length)
    earlier = b"".join(
        relaxed_header(f) + b"\r\n"
        for i in range(1, instance) for kind in
        ("ARC-Authentication-Results", "ARC-Message-Signature", "ARC-Seal")
        for f in named(fields, kind) if re.search(rb"\bi=%d;" % i, f))
    head = fold(f"ARC-Seal: i={instance}; a=rsa-sha256; t={at}; cv={cv}; d={domain}; "
                f"s={selector}; b=").encode()
    data = earlier + b"".join(relaxed_header(f) + b"\r\n" for f in (aar, ams)) + relaxed_header(head)
    value = fold(b64(crypt(name, "rsa-sha256", data))).lstrip().encode()
    return [head + b"\r\n\t" + value, ams, aar]


def domainkey(fields, body, name, domain, selector, headers):
    """A `DomainKey-Signature` field, `a=rsa-sha1; c=nofws` (RFC 4870 §3.4.2.2)."""
    strip = re.compile(rb"[ \t\r\n]+")
    chosen = [f for f in fields if any(f in named(fields, h) for h in headers)]
    lines = [strip.sub(b"", line) for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    data = b"".join(strip.sub(b"", f) + b"\r\n" for f in chosen)
    data += b"\r\n" + b"".join(line + b"\r\n" for line in lines)
    value = b64(crypt(name, "rsa-sha1", data))
    text = (f"DomainKey-Signature: a=rsa-sha1; q=dns; c=nofws; d={domain}; s={selector}; "
            f"h={':'.join(headers)}; b=")
    return (fold(text) + "\r\n\t" + fold(value).lstrip()).encode()


def render(fields, body):
    return b"".join(f + b"\r\n" for f in fields) + b"\r\n" + body
