"""Cases of people's signatures and keys: S/MIME, OpenPGP, Autocrypt.

CMS and certificates are written here byte by byte, apart from Lydite's reader, so that every form of
BER and every digest can be had; RSA-PSS has a fixed salt and ECDSA is deterministic (RFC 6979). OpenPGP
comes from `gpg`, at a time it is told; the keys are in `keys/`.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tempfile

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, utils
from pathlib import Path

from cases import BODY, OTHER_BODY, mail
from checks import CHECKS

KEYS = Path(__file__).parent / "keys"
ANNA = "anna.morel@parti-horizon.example"
SIGNED = "170314081244Z"
ATTACHMENT = ('Content-Type: application/{}; name="smime.p7{}"\r\nContent-Transfer-Encoding: base64\r\n'
              'Content-Disposition: attachment; filename="smime.p7{}"\r\n\r\n')


# --- DER and BER ---------------------------------------------------------------------------------

def tlv(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 128 + len(digits)]) + digits + content


def loose(tag, *parts):
    """Indefinite length."""
    return bytes([tag, 128]) + b"".join(parts) + b"\0\0"


def oid(text):
    first, second, *rest = map(int, text.split("."))
    out = [40 * first + second]
    for number in rest:
        digits = [number & 127]
        while number := number >> 7:
            digits.insert(0, 128 | number & 127)
        out += digits
    return tlv(6, bytes(out))


def number(value):
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


seq = lambda *parts: tlv(0x30, *parts)
NULL = tlv(5)
DIGESTS = {"md5": "1.2.840.113549.2.5", "sha1": "1.3.14.3.2.26", "sha256": "2.16.840.1.101.3.4.2.1",
           "sha384": "2.16.840.1.101.3.4.2.2", "sha512": "2.16.840.1.101.3.4.2.3"}
HASHES = {"sha1": hashes.SHA1, "sha256": hashes.SHA256, "sha384": hashes.SHA384,
          "sha512": hashes.SHA512}
RSA = {"md5": 4, "sha1": 5, "sha256": 11, "sha384": 12, "sha512": 13}


def algorithm(digest):
    return seq(oid(DIGESTS[digest]), NULL)


# --- keys ----------------------------------------------------------------------------------------

def load(name):
    curves = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1()}
    if name in curves:
        return ec.derive_private_key(int.from_bytes(hashlib.sha512(name.encode()).digest()[:31], "big"),
                                     curves[name])
    if name == "ed25519":
        return ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"lydite").digest())
    return serialization.load_pem_private_key((KEYS / f"{name}.pem").read_bytes(), None,
                                              unsafe_skip_rsa_key_validation=True)


def spki(name):
    return load(name).public_key().public_bytes(serialization.Encoding.DER,
                                                serialization.PublicFormat.SubjectPublicKeyInfo)


def power(key, block):
    numbers = key.private_numbers()
    n, d = numbers.public_numbers.n, numbers.d
    size = (n.bit_length() + 7) // 8
    return pow(int.from_bytes(block(size), "big"), d, n).to_bytes(size, "big")


def pkcs1(digest, data):
    info = seq(algorithm(digest), tlv(4, hashlib.new(digest, data).digest()))
    return lambda size: b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info


def pss(digest, data):
    """RFC 8017 §9.1.1, the salt being the digest of nothing."""
    h = lambda x: hashlib.new(digest, x).digest()
    salt = h(b"")
    mark = h(b"\0" * 8 + h(data) + salt)

    def block(size):
        plain = b"\0" * (size - len(salt) - len(mark) - 2) + b"\1" + salt
        mask = b"".join(h(mark + i.to_bytes(4, "big")) for i in range(size // len(mark) + 1))
        masked = bytes(a ^ b for a, b in zip(plain, mask))
        return bytes([masked[0] & 127]) + masked[1:] + mark + b"\xbc"
    return block


def sign(name, digest, data, scheme=None):
    """The algorithm identifier and the signature."""
    key = load(name)
    if name == "ed25519":
        return seq(oid("1.3.101.112")), key.sign(data)
    if name.startswith("p"):
        last = {"sha256": 2, "sha384": 3, "sha512": 4}[digest]
        made = key.sign(data, ec.ECDSA(HASHES[digest](), deterministic_signing=True))
        return seq(oid(f"1.2.840.10045.4.3.{last}")), made
    if scheme == "pss":
        identifier = algorithm(digest)
        parameters = seq(tlv(0xa0, identifier),
                         tlv(0xa1, seq(oid("1.2.840.113549.1.1.8"), identifier)),
                         tlv(0xa2, number(len(hashlib.new(digest, b"").digest()))))
        return seq(oid("1.2.840.113549.1.1.10"), parameters), power(key, pss(digest, data))
    return seq(oid(f"1.2.840.113549.1.1.{RSA[digest]}"), NULL), power(key, pkcs1(digest, data))


# --- certificates --------------------------------------------------------------------------------

def name(common):
    return seq(tlv(0x31, seq(oid("2.5.4.3"), tlv(12, common.encode()))))


def extension(which, value, critical=False):
    return seq(oid(which), *([tlv(1, b"\xff")] if critical else []), tlv(4, value))


def certificate(key, subject, issuer, issuer_key, address=ANNA, authority=False, serial=7,
                begins="160104000000Z", ends="190104000000Z", usage=None, digest="sha256", extra=()):
    extensions = [extension("2.5.29.14", tlv(4, hashlib.sha1(spki(key)).digest()))]
    if authority:
        extensions += [extension("2.5.29.19", seq(tlv(1, b"\xff")), True),
                       extension("2.5.29.15", tlv(3, b"\1\6"), True)]
    else:
        extensions += [extension("2.5.29.15", tlv(3, b"\6\xc0"), True),
                       extension("2.5.29.37", seq(oid(usage or "1.3.6.1.5.5.7.3.4"))),
                       extension("2.5.29.17", seq(tlv(0x81, address.encode())))]
    identifier = sign(issuer_key, digest, b"")[0]
    to_sign = seq(tlv(0xa0, number(2)), number(serial), identifier, name(issuer),
                  seq(tlv(23, begins.encode()), tlv(23, ends.encode())), name(subject), spki(key),
                  tlv(0xa3, seq(*extensions, *extra)))
    return seq(to_sign, identifier, tlv(3, b"\0", sign(issuer_key, digest, to_sign)[1]))


AUTHORITY = "Example Authority"
ROOT = lambda **more: certificate("authority", AUTHORITY, AUTHORITY, "authority", authority=True,
                                  serial=1, begins="100101000000Z", ends="300101000000Z", **more)
LEAF = lambda key="anna", **more: certificate(key, "Anna Morel", AUTHORITY, "authority", **more)


# --- CMS -----------------------------------------------------------------------------------------

def cms(text, key="anna", digest="sha256", scheme=None, time=SIGNED, attributes=True, inside=None,
        certificates=None, by_key_id=False, ber=False):
    """`SignedData` over `text`, which stands inside if `inside`."""
    wrap = loose if ber else tlv
    certificates = [LEAF(key), ROOT()] if certificates is None else certificates
    sid = (tlv(0x80, hashlib.sha1(spki(key)).digest()) if by_key_id
           else seq(name(AUTHORITY), number(7)))
    to_sign, signed_attributes = text, b""
    if attributes:
        one = lambda which, value: seq(oid(which), tlv(0x31, value))
        listed = sorted([
            one("1.2.840.113549.1.9.3", oid("1.2.840.113549.1.7.1")),
            one("1.2.840.113549.1.9.4", tlv(4, hashlib.new(digest, text).digest())),
            *([one("1.2.840.113549.1.9.5", tlv(23, time.encode()))] if time else []),
        ])
        to_sign, signed_attributes = tlv(0x31, *listed), tlv(0xa0, *listed)
    identifier, value = sign(key, digest, to_sign, scheme)
    signer = seq(number(3 if by_key_id else 1), sid, algorithm(digest), signed_attributes,
                 identifier, tlv(4, value))
    content = b""
    if inside:
        half = len(text) // 2
        pieces = loose(0x24, tlv(4, text[:half]), tlv(4, text[half:])) if ber else tlv(4, text)
        content = wrap(0xa0, pieces)
    data = wrap(0x30, number(1), tlv(0x31, algorithm(digest)),
                wrap(0x30, oid("1.2.840.113549.1.7.1"), content),
                wrap(0xa0, *certificates) if certificates else b"", tlv(0x31, signer))
    return wrap(0x30, oid("1.2.840.113549.1.7.2"), wrap(0xa0, data))


def b64(data):
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


# --- mails ---------------------------------------------------------------------------------------

def entity(body=BODY, fields=""):
    return (f"Content-Type: text/plain; charset=utf-8\r\n{fields}\r\n{body}").encode()


def detached(part, signature, kind="pkcs7-signature", micalg="sha-256"):
    """The body of a `multipart/signed`, and its type."""
    body = b"--sig\r\n" + part + b"\r\n--sig\r\n" + signature + b"\r\n--sig--\r\n"
    return body, f'multipart/signed; protocol="application/{kind}"; micalg={micalg}; boundary="sig"'


def whole(body, content_type, **changes):
    fields, body = mail(body, Content_Type=content_type, Content_Transfer_Encoding=changes.pop(
        "encoding", None), **changes)
    return b"\r\n".join(fields) + b"\r\n\r\n" + body


def smime_mail(part=None, found=None, changes=None, **options):
    """A detached signature over `part`; `found` is what stands there instead."""
    part = part or entity()
    signature = ATTACHMENT.format("pkcs7-signature", "s", "s").encode() + b64(cms(part, **options))
    return whole(*detached(found or part, signature), **(changes or {}))


def opaque(data, kind="signed-data"):
    return whole(b64(data), f'application/pkcs7-mime; smime-type={kind}; name="smime.p7m"',
                 encoding="base64")


def in_list(raw, footer=b"_______\r\nassembly mailing list\r\n"):
    """A list wraps the body and puts a footer beside it."""
    head, body = raw.split(b"\r\n\r\n", 1)
    at = head.index(b"Content-Type:")
    inner = head[at:] + b"\r\n\r\n" + body
    return (head[:at] + b'Content-Type: multipart/mixed; boundary="list"\r\n\r\n--list\r\n' + inner +
            b"\r\n--list\r\nContent-Type: text/plain\r\n\r\n" + footer + b"--list--\r\n")


def case(check, title, why, codes, data, personal=()):
    folder = CHECKS / check
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{title}.eml").write_bytes(data)
    head = {"why": " ".join(why.split()), "origin": "synthetic, examples/make/personal.py", "codes": codes}
    text = "".join(f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in head.items())
    for content in personal:
        kind = "certificate" if content.startswith(b"\x30") else "open-pgp-key"
        row = {"kind": kind, "content": base64.b64encode(content).decode(), "source": "test case"}
        text += "\n[[personal]]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in row.items())
    (folder / f"{title}.toml").write_text(text)


def smime():
    def add(title, why, codes, data, personal=()):
        case("smime_signature", title, why, codes, data, personal)

    root, held = [ROOT()], ["holds-supplied-key"]
    add("holds-supplied-key", "RSA, SHA-256, an authority's certificate that the user gave.", held,
        smime_mail(), root)
    add("holds-pinned", "The signer's own certificate was given.", held, smime_mail(), [LEAF()])
    add("holds-key-id", "The signer is named by key id, no authority in the mail.", held,
        smime_mail(by_key_id=True, certificates=[LEAF()]), root)
    add("holds-certificates-given", "No certificate in the mail; the user gave both.", held,
        smime_mail(certificates=[]), [LEAF(), ROOT()])
    add("holds-pss", "RSA-PSS.", held, smime_mail(scheme="pss"), root)
    for digest in ["sha1", "sha384", "sha512"]:
        add(f"holds-{digest}", f"RSA over {digest}.", held, smime_mail(digest=digest), root)
    for key, digest in [("p256", "sha256"), ("p384", "sha384"), ("p521", "sha512"),
                        ("ed25519", "sha512")]:
        add(f"holds-{key}", f"{key} over {digest}.", held, smime_mail(key=key, digest=digest), root)
    add("holds-no-attributes", "The text itself is signed, no attributes.", held,
        smime_mail(attributes=False), root)
    add("holds-opaque", "The text inside the envelope.", held, opaque(cms(entity(), inside=True)), root)
    add("holds-opaque-ber", "The same with indefinite lengths and the text in two pieces.", held,
        opaque(cms(entity(), inside=True, ber=True)), root)
    add("holds-line-ends", "A mailbox with bare line feeds.", held,
        smime_mail().replace(b"\r\n", b"\n"), root)
    inside = entity(fields="Subject: Rouen hall, deposit\r\n").replace(b"utf-8", b"utf-8; hp=\"clear\"")
    add("holds-protected-subject", "Subject stands inside the signed part too.", held,
        smime_mail(inside), root)
    add("holds-unanchored-key", "Nobody outside the mail vouches for the chain.",
        ["holds-unanchored-key"], smime_mail())
    below = certificate("p256", "Luc Besnard", "Anna Morel", "anna", serial=7)
    by_leaf = smime_mail(key="p256", by_key_id=True, certificates=[below, LEAF(), ROOT()])
    add("unanchored-by-no-authority", """A person's certificate issued another one: it may not, whoever
        stands above it.""", ["holds-unanchored-key"], by_leaf, root)
    odd = [extension("1.3.6.1.4.1.99999.1", NULL, True)]
    add("unanchored-by-unread-authority", "The authority in between demands what is not read.",
        ["holds-unanchored-key"],
        smime_mail(certificates=[LEAF(), ROOT(extra=odd)]))
    fields = "Content-Type: text/plain; charset=utf-8"
    add("holds-part", "A list's footer beside the signed part; the authority was given all the same.",
        ["holds-part"], in_list(smime_mail()), root)
    add("holds-part-words-before", "Other words in front of a signed text.", ["holds-part"],
        in_list(smime_mail(), OTHER_BODY.encode()), root)
    add("holds-other-address", "A signature of somebody else.", ["holds-other-address"],
        smime_mail(certificates=[LEAF(address="luc.besnard@parti-horizon.example")]), root)
    add("holds-unfit-key", "The certificate had ended.", ["holds-unfit-key"],
        smime_mail(certificates=[LEAF(ends="170101000000Z")]), root)
    add("holds-unfit-key-server", "A certificate for servers.", ["holds-unfit-key"],
        smime_mail(certificates=[LEAF(usage="1.3.6.1.5.5.7.3.1")]), root)
    add("holds-unfit-key-unread", "It demands what is not read.", ["holds-unfit-key"],
        smime_mail(certificates=[LEAF(extra=odd)]), root)
    add("holds-weak-key", "A 512-bit key.", ["holds-weak-key"],
        smime_mail(key="weak", certificates=[LEAF("weak")]), root)
    add("holds-weak-key-md5", "MD5.", ["holds-weak-key"], smime_mail(digest="md5"), root)
    add("holds-weak-key-md5-chain", "The certificate was signed over MD5.", ["holds-weak-key"],
        smime_mail(certificates=[LEAF(digest="md5")]), root)
    add("other-text", "The text was changed; the key given changes nothing of that.", ["other-text"],
        smime_mail(found=entity(OTHER_BODY)), root)
    add("other-text-no-attributes", "The same without attributes: RSA shows the digest.", ["other-text"],
        smime_mail(found=entity(OTHER_BODY), attributes=False), root)
    add("cannot-tell", "No certificate at hand.", ["cannot-tell"], smime_mail(certificates=[]))
    swapped = smime_mail(key="anna", certificates=[LEAF("p256"), ROOT()])
    add("cannot-tell-other-key", "A certificate of that number with another key.", ["cannot-tell"],
        swapped, root)
    add("key-later-than-date", "The certificate begins a year after Date.",
        ["holds-supplied-key", "key-later-than-date"],
        smime_mail(certificates=[LEAF(begins="180301000000Z")], time="180314081244Z"), root)
    add("signed-elsewhen", "A text signed in December under a Date of March.",
        ["holds-supplied-key", "signed-elsewhen"], smime_mail(time="161201100000Z"), root)
    add("encrypted", "An envelope.", ["encrypted"],
        opaque(seq(oid("1.2.840.113549.1.7.3"), tlv(0xa0, seq(number(0)))), "enveloped-data"))
    inner = smime_mail()
    head = whole(b"", "message/rfc822").rstrip(b"\r\n")
    add("forwarded", "A signed mail, attached: it speaks of itself.", [], head + b"\r\n\r\n" + inner, root)
    cut = base64.b64encode(cms(entity())[:300])
    add("malformed", "CMS cut in the middle.", ["cannot-tell"],
        whole(*detached(entity(), ATTACHMENT.format("pkcs7-signature", "s", "s").encode() + cut)))


# --- OpenPGP -------------------------------------------------------------------------------------

class Gpg:
    """A keyring of its own."""

    def __init__(self, *files):
        self.home = tempfile.mkdtemp()
        for file in files:
            self.run("--import", str(KEYS / f"{file}.asc"))

    def run(self, *arguments, data=b""):
        return subprocess.run(["gpg", "--homedir", self.home, "--batch", "--quiet", "--no-emit-version",
                               "--pinentry-mode", "loopback", "--passphrase", "", *arguments],
                              input=data, capture_output=True, check=True).stdout

    def public(self):
        return self.run("--export")

    def sign(self, data, *how, time="20170314T081244!"):
        made = self.run("--faked-system-time", time, "--armor", *how, data=data)
        return made.replace(b"\n", b"\r\n")

    def close(self):
        subprocess.run(["gpgconf", "--homedir", self.home, "--kill", "all"], check=True)
        shutil.rmtree(self.home)


def pgp_mail(gpg, part=None, found=None, time="20170314T081244!", changes=None):
    part = part or entity()
    made = gpg.sign(part, "--detach-sign", time=time)
    signature = b"Content-Type: application/pgp-signature; name=signature.asc\r\n\r\n" + made
    body, kind = detached(found or part, signature, "pgp-signature", "pgp-sha256")
    return whole(body, kind, **(changes or {}))


def keydata(key):
    return f"addr={ANNA}; keydata=\r\n " + base64.encodebytes(key).decode().strip().replace("\n", "\r\n ")


def openpgp():
    def add(title, why, codes, data, personal=()):
        case("openpgp_signature", title, why, codes, data, personal)

    anna, luc, new = Gpg("anna"), Gpg("luc"), Gpg("anna-new")
    key, held = [anna.public()], ["holds-supplied-key"]
    from_luc = {"From": "Luc Besnard <luc.besnard@parti-horizon.example>"}
    add("holds-supplied-key", "PGP/MIME, RSA, the key given.", held, pgp_mail(anna), key)
    add("holds-subkey", "Ed25519, a subkey for signing.", held, pgp_mail(luc, changes=from_luc),
        [luc.public()])
    clear = anna.sign(BODY.encode().replace(b"\r\n", b"\n") + b"- dashed\nblanks  \n", "--clear-sign")
    add("holds-inline", "Cleartext in a text part, with a dash and blanks at a line's end.", held,
        whole(clear, "text/plain; charset=utf-8"), key)
    add("holds-inline-base64", "The same in base64.", held,
        whole(b64(clear), "text/plain; charset=utf-8", encoding="base64"), key)
    add("holds-line-ends", "A mailbox with bare line feeds.", held,
        pgp_mail(anna).replace(b"\r\n", b"\n"), key)
    stuffed = entity(BODY + "From now on by phone.\r\n")
    add("holds-unstuffed", "A mailbox stuffed a line that begins with From.", held,
        pgp_mail(anna, stuffed, stuffed.replace(b"\nFrom ", b"\n>From ")), key)
    autocrypt = {"Autocrypt": keydata(anna.public())}
    add("holds-unanchored-key", "The key stands in the mail alone.", ["holds-unanchored-key"],
        pgp_mail(anna, changes=autocrypt))
    add("holds-part", "A list's footer beside the signed part.", ["holds-part"],
        in_list(pgp_mail(anna)), key)
    add("holds-part-inline", "Words in front of the cleartext.", ["holds-part"],
        whole(b"Luc, pay at once.\r\n\r\n" + clear, "text/plain; charset=utf-8"), key)
    add("holds-part-twice", "Two signed texts in one part.", ["holds-part", "holds-part"],
        whole(clear + clear, "text/plain; charset=utf-8"), key)
    add("holds-other-address", "Another one's signature.", ["holds-other-address"], pgp_mail(luc),
        [luc.public()])
    signed = pgp_mail(anna)
    revoked = Gpg("anna", "anna-revoked")
    add("holds-unfit-key", "The holder revoked the key.", ["holds-unfit-key"], signed, [revoked.public()])
    md5 = anna.sign(entity(), "--detach-sign", "--allow-weak-digest-algos", "--digest-algo", "MD5")
    signature = b"Content-Type: application/pgp-signature\r\n\r\n" + md5
    add("holds-weak-key", "MD5.", ["holds-weak-key"],
        whole(*detached(entity(), signature, "pgp-signature", "pgp-md5")), key)
    add("other-text", "The text was changed.", ["other-text"],
        pgp_mail(anna, found=entity(OTHER_BODY)), key)
    add("other-text-unknown-key", "The same without a key.", ["other-text"],
        pgp_mail(anna, found=entity(OTHER_BODY)))
    add("key-unknown", "No key at hand.", ["key-unknown"], signed)
    add("key-later-than-date", "A key made a year after Date.",
        ["holds-supplied-key", "key-later-than-date"], pgp_mail(new, time="20180507T100000!"),
        [new.public()])
    add("signed-elsewhen", "A text signed in December under a Date of March.",
        ["holds-supplied-key", "signed-elsewhen"], pgp_mail(anna, time="20161201T100000!"), key)
    sealed = (b"--enc\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--enc\r\n"
              b"Content-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\n"
              b"-----END PGP MESSAGE-----\r\n--enc--\r\n")
    add("encrypted", "PGP/MIME, encrypted.", ["encrypted"],
        whole(sealed, 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary="enc"'))
    broken = b"Content-Type: application/pgp-signature\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\niQEz\xff"
    add("cannot-tell", "No packet in it.", ["cannot-tell"],
        whole(*detached(entity(), broken, "pgp-signature", "pgp-sha256")))
    add("malformed", "Cleartext whose signature does not end.", [],
        whole(clear[:-40], "text/plain; charset=utf-8"), key)
    for gpg in [anna, luc, new, revoked]:
        gpg.close()


def carried():
    def add(title, why, codes, data):
        case("carried_keys", title, why, codes, data)

    anna = Gpg("anna")
    plain = lambda **changes: whole(BODY.encode(), "text/plain; charset=utf-8", **changes)
    add("autocrypt", "A key in the header.", ["autocrypt"], plain(Autocrypt=keydata(anna.public())))
    armored = anna.run("--armor", "--export").replace(b"\n", b"\r\n")
    add("attached-key", "A key attached.", ["attached-key"], whole(armored, "application/pgp-keys"))
    bag = seq(oid("1.2.840.113549.1.7.2"), tlv(0xa0, seq(
        number(1), tlv(0x31), seq(oid("1.2.840.113549.1.7.1")), tlv(0xa0, LEAF(), ROOT()), tlv(0x31))))
    add("attached-certificate", "Certificates without a signature.",
        ["attached-certificate", "attached-certificate"], opaque(bag, "certs-only"))
    add("unreadable", "A key cut short.", ["unreadable"],
        plain(Autocrypt=keydata(anna.public()[:40])))
    add("malformed", "No key in it at all.", ["unreadable"], plain(Autocrypt="addr; keydata=\x7f=;=;"))
    anna.close()


def make():
    smime()
    openpgp()
    carried()


if __name__ == "__main__":
    os.umask(0o077)
    make()
