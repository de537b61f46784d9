"""The cases of the checks of pictures: drawn scenes, metadata written byte by byte.

Needs Pillow (13.0.0 made the bytes that are kept; its JPEG encoder is libjpeg-turbo), and cryptography
for content credentials, whose keys are made up and signatures without chance.
"""

import datetime
import hashlib
import io
import json
import shutil
import struct
import zlib
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

TO = Path(__file__).parents[2] / "crates/lydite-core/src/checks/document"
CAMERA = {0x010F: "Meadow", 0x0110: "Meadow M1"}
TAKEN = "2017:05:04 20:35:00"


def scene(width=240, height=160, sign=False):
    """A landscape: nothing in it is symmetric. `sign` puts up a board that was not there."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for y in range(height):
        shade = y * 120 // height
        draw.line([(0, y), (width, y)], fill=(90 + shade // 2, 120 + shade // 3, 230 - shade))
    draw.polygon([(0, height), (0, height * 6 // 10), (width * 4 // 10, height * 5 // 10),
                  (width, height * 8 // 10), (width, height)], fill=(40, 90, 30))
    draw.ellipse([width * 7 // 10, height // 10, width * 8 // 10, height * 3 // 10],
                 fill=(255, 250, 210))
    draw.rectangle([width // 8, height * 4 // 10, width // 4, height * 7 // 10], fill=(120, 60, 50))
    if sign:
        draw.rectangle([width * 45 // 100, height * 5 // 100, width * 65 // 100, height * 35 // 100],
                       fill=(5, 5, 5))
    return image


def rings(width=240, height=160):
    """Another picture altogether."""
    image = Image.new("RGB", (width, height), (20, 20, 40))
    draw = ImageDraw.Draw(image)
    for n in range(6):
        box = [n * width // 13, n * height // 13, width - n * width // 13, height - n * height // 13]
        draw.ellipse(box, fill=(240, 230, 90) if n % 2 else (60, 20, 120))
    return image


def jpeg(image, quality=90, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, **options)
    return out.getvalue()


def segment(marker, content):
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def with_segments(picture, *segments):
    return picture[:2] + b"".join(segments) + picture[2:]


def value(content):
    """Kind, count and bytes of a TIFF value."""
    if isinstance(content, str):
        data = content.encode() + b"\0"
        return 2, len(data), data
    if isinstance(content, bytes):
        return 7, len(content), content
    if isinstance(content, int):
        return 4, 1, struct.pack("<I", content)
    data = b"".join(struct.pack("<II", n, d) for n, d in content)
    return 5, len(content), data


def directory(entries, at, following=0):
    """A directory that stands at `at`, its long values behind it."""
    head = struct.pack("<H", len(entries))
    behind, values = at + 2 + 12 * len(entries) + 4, b""
    for tag in sorted(entries):
        kind, count, data = value(entries[tag])
        head += struct.pack("<HHI", tag, kind, count)
        if len(data) <= 4:
            head += data.ljust(4, b"\0")
        else:
            head += struct.pack("<I", behind + len(values))
            values += data + b"\0" * (len(data) % 2)
    return head + struct.pack("<I", following) + values


def exif(main=None, inner=None, gps=None, thumbnail=None):
    """The whole APP1 segment: main, EXIF, GPS and thumbnail directories."""
    main, at = dict(main or {}), {}
    for _ in range(2):  # once for the sizes, once with the offsets
        if inner:
            main[0x8769] = at.get("inner", 1)
        if gps:
            main[0x8825] = at.get("gps", 1)
        out = b"II*\0\x08\0\0\0" + directory(main, 8, at.get("thumbnail", 0))
        if inner:
            at["inner"] = len(out)
            out += directory(inner, len(out))
        if gps:
            at["gps"] = len(out)
            out += directory(gps, len(out))
        if thumbnail:
            at["thumbnail"] = len(out)
            fields = {0x0103: 6, 0x0201: 1, 0x0202: len(thumbnail)}
            fields[0x0201] = len(out) + len(directory(fields, len(out)))
            out += directory(fields, len(out)) + thumbnail
    return segment(0xE1, b"Exif\0\0" + out)


def photograph(picture, main=None, inner=None, gps=None, thumbnail=None):
    """A picture as a camera writes it."""
    return with_segments(picture, exif({**CAMERA, **(main or {})},
                                       {0x9003: TAKEN, **(inner or {})}, gps, thumbnail))


def packet(fields, inner="", toolkit="Drawer Core 1"):
    """An XMP packet: simple fields as attributes, anything else as `inner`."""
    spaces = {"xmp": "http://ns.adobe.com/xap/1.0/", "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
              "exif": "http://ns.adobe.com/exif/1.0/",
              "photoshop": "http://ns.adobe.com/photoshop/1.0/",
              "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
              "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"}
    names = "".join(f' xmlns:{name}="{uri}"' for name, uri in spaces.items())
    values = "".join(f' {name}="{text}"' for name, text in fields.items())
    return (f'<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="{toolkit}"><rdf:RDF '
            f'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description{names}{values}>'
            f"{inner}</rdf:Description></rdf:RDF></x:xmpmeta>").encode()


def xmp(*args, **options):
    return segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet(*args, **options))


def history(*steps):
    rows = "".join(f'<rdf:li stEvt:action="{a}" stEvt:when="{w}" stEvt:softwareAgent="{s}"/>'
                   for a, w, s in steps)
    return f"<xmpMM:History><rdf:Seq>{rows}</rdf:Seq></xmpMM:History>"


def iptc(**fields):
    numbers = {"writer": 122, "author": 80, "date": 55, "caption": 120}
    return b"".join(struct.pack(">BBBH", 0x1C, 2, numbers[name], len(text)) + text.encode()
                    for name, text in fields.items())


def resource(number, data):
    return b"8BIM" + struct.pack(">HHI", number, 0, len(data)) + data + b"\0" * (len(data) % 2)


def photoshop(*resources):
    return segment(0xED, b"Photoshop 3.0\0" + b"".join(resources))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks, size=(16, 8)):
    rows = b"".join(b"\0" + bytes(range(size[0])) for _ in range(size[1]))
    header = struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks)
            + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def cbor(thing):
    def head(major, size):
        return bytes([major << 5 | size]) if size < 24 else (
            bytes([major << 5 | 24, size]) if size < 256 else struct.pack(">BH", major << 5 | 25, size))
    if thing is None:
        return b"\xf6"
    if isinstance(thing, int):
        return head(0, thing) if thing >= 0 else head(1, -1 - thing)
    if isinstance(thing, bytes):
        return head(2, len(thing)) + thing
    if isinstance(thing, str):
        return head(3, len(thing.encode())) + thing.encode()
    if isinstance(thing, list):
        return head(4, len(thing)) + b"".join(map(cbor, thing))
    return head(5, len(thing)) + b"".join(cbor(k) + cbor(v) for k, v in thing.items())


def box(kind, *content):
    content = b"".join(content)
    return struct.pack(">I", len(content) + 8) + kind + content


def named(label, *content):
    return box(b"jumb", box(b"jumd", b"\0" * 16 + b"\3" + label.encode() + b"\0"), *content)


def store(source):
    """A manifest store with one claim and one action; unsigned."""
    action = {"action": "c2pa.created", "softwareAgent": "Drawer 2",
              "digitalSourceType": f"http://cv.iptc.org/newscodes/digitalsourcetype/{source}"}
    claim = {"claim_generator": "Drawer 2", "dc:title": "a table"}
    return named("c2pa", named(
        "urn:uuid:00000000-0000-4000-8000-000000000001",
        named("c2pa.assertions", named("c2pa.actions", box(b"cbor", cbor({"actions": [action]})))),
        named("c2pa.claim", box(b"cbor", cbor(claim)))))


def certificate(key):
    """Of its own making, always the same."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Drawer, for tests")])
    built = x509.CertificateBuilder(name, name, key.public_key(), 7, datetime.datetime(2024, 1, 1),
                                    datetime.datetime(2034, 1, 1))
    if isinstance(key, ed25519.Ed25519PrivateKey):
        made = built.sign(key, None)
    else:
        made = built.sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    return made.public_bytes(serialization.Encoding.DER)


def cose(claim, key):
    """COSE_Sign1 over a claim (RFC 9052 §4.4)."""
    is_edwards = isinstance(key, ed25519.Ed25519PrivateKey)
    protected = cbor({1: -8 if is_edwards else -7, 33: certificate(key)})
    what = cbor(["Signature1", protected, b"", claim])
    if is_edwards:
        signature = key.sign(what)
    else:
        r, s = utils.decode_dss_signature(
            key.sign(what, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return cbor([protected, {}, None, signature])


EDWARDS = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CURVE = ec.derive_private_key(0xD4A3E4, ec.SECP256R1())
MANIFEST = "urn:uuid:00000000-0000-4000-8000-000000000002"


def attested(key, exclude=None, hard=True, change=lambda manifest: manifest, undeclared=()):
    """A PNG with credentials that are bound to it; `exclude` gives the range left out of its hash."""
    plain = png()
    split = 8 + 25
    picture = hashlib.sha256(plain[:split] + plain[split:]).digest()
    size = 0
    while True:
        start, length = exclude(split, size, plain) if exclude else (split, size)
        hashed = picture
        if exclude:
            whole = plain[:split] + b"\0" * size + plain[split:]
            hashed = hashlib.sha256(whole[:start] + whole[start + length:]).digest()
        parts = {"c2pa.actions": {"actions": [{"action": "c2pa.created", "softwareAgent": "Drawer 2"}]}}
        if hard:
            parts["c2pa.hash.data"] = {"exclusions": [{"start": start, "length": length}], "alg": "sha256",
                                       "name": "jumbf manifest", "hash": hashed, "pad": b""}
        boxes = {label: named(label, box(b"cbor", cbor(part))) for label, part in parts.items()}
        claim = cbor({"claim_generator": "Drawer 2", "alg": "sha256", "assertions": [
            {"url": f"self#jumbf=c2pa.assertions/{label}", "hash": hashlib.sha256(made[8:]).digest()}
            for label, made in boxes.items()]})
        manifest = named("c2pa", named(
            MANIFEST, named("c2pa.assertions", *boxes.values(), *undeclared), named("c2pa.claim", box(b"cbor", claim)),
            named("c2pa.signature", box(b"cbor", cose(claim, key)))))
        put = chunk(b"caBX", change(manifest))
        if len(put) == size:
            return plain[:split] + put + plain[split:]
        size = len(put)


def announced(picture):
    """A second picture behind the first, and the index that announces it (CIPA DC-007)."""
    second = jpeg(rings(48, 32))

    def first(offset):
        entries = struct.pack("<IIIHH", 0, 0, 0, 0, 0) + struct.pack("<IIIHH", 0, len(second), offset, 0, 0)
        return with_segments(picture, segment(0xE2, b"MPF\0II*\0\x08\0\0\0" + directory({0xB002: entries}, 8)))

    # Offsets count from the byte-order mark: behind SOI, marker, length and `MPF\0`.
    return first(len(first(0)) - 10) + second


def ratios(degrees, minutes, seconds):
    return [(degrees, 1), (minutes, 1), (seconds, 1)]


def gps(clock=(18, 35, 4), day="2017:05:04"):
    return {1: "N", 2: ratios(48, 51, 24), 3: "E", 4: ratios(2, 21, 8), 7: ratios(*clock), 0x1D: day}


def case(check, name, extension, content, why, *codes):
    folder = TO / check
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.{extension}").write_bytes(content)
    lines = [f"why = {json.dumps(why, ensure_ascii=False)}",
             'origin = "synthetic, examples/make/images.py"', f"codes = {json.dumps(list(codes))}"]
    (folder / f"{name}.toml").write_text("\n".join(lines) + "\n")


def encoder():
    check, small = "image_encoder", scene(48, 32)
    flat = [[9] * 64, [11] * 64]
    case(check, "ijg-tables", "jpg", photograph(jpeg(small, 75)), "libjpeg, quality 75, as many cameras write it.", "ijg-tables")
    case(check, "software-form", "jpg", photograph(jpeg(small, 80, progressive=True)), "A camera's metadata on a progressive JPEG.", "ijg-tables", "software-form")
    case(check, "own-tables", "jpg", photograph(jpeg(small, qtables=flat)), "Tables of nobody's scale, baseline: nothing to say.")
    case(check, "malformed", "jpg", jpeg(small)[:60] + b"\xff\xdb\0\x05\0\1", "Cut within a table, no frame.")


def metadata():
    check, small = "image_metadata", jpeg(scene(48, 32))
    case(check, "as-stated", "jpg", with_segments(small, exif(
        {**CAMERA, 0x0131: "Drawer 2", 0x0132: "2017:05:06 09:00:00"}, {0x9003: TAKEN}),
        xmp({"xmp:CreatorTool": "Drawer 2", "xmp:ModifyDate": "2017-05-06T09:00:00+02:00",
             "exif:DateTimeOriginal": "2017-05-04T18:35:00Z"}),
        photoshop(resource(0x0404, iptc(date="20170504")))),
        "The same in three parts: one of them in UTC, one the day alone.")
    case(check, "dates-differ", "jpg", with_segments(small, exif(CAMERA, {0x9003: TAKEN}),
         xmp({"photoshop:DateCreated": "2017-04-24"})), "EXIF and XMP, ten days apart.", "dates-differ")
    case(check, "changed-before-taken", "jpg", photograph(small, {0x0132: "2017:04:30 08:00:00"}),
         "The file is said to be older than the picture.", "changed-before-taken")
    moment = lambda y: chunk(b"tIME", bytes([y >> 8, y & 255, 5, 4, 18, 35, 0]))
    made = chunk(b"tEXt", b"Creation Time\0Thu, 04 May 2017 20:35:00 +0200")
    case(check, "png-changed-before-made", "png", png(moment(2012), made),
         "tIME lies years before the date in the text.", "changed-before-taken")
    case(check, "png-in-step", "png", png(moment(2017), made), "tIME is UTC, the text local.")
    case(check, "programs-differ", "jpg", with_segments(small, exif({0x0131: "Sketcher 9"}),
         xmp({"xmp:CreatorTool": "Drawer 2"})), "Two programs, each in its own part.", "programs-differ")
    block = iptc(author="Anna Morel", caption="The hall in Rouen")
    digest = hashlib.md5(iptc(author="Anna Morel")).digest()
    case(check, "iptc-digest-stale", "jpg", with_segments(small, photoshop(
        resource(0x0404, block), resource(0x0425, digest))), "A caption written later.", "iptc-digest-stale")
    case(check, "iptc-digest-current", "jpg", with_segments(small, photoshop(
        resource(0x0404, block), resource(0x0425, hashlib.md5(block).digest()))), "Block and digest in step.")
    case(check, "malformed", "jpg", with_segments(small, exif({0x0132: "9999:99:99 99:99:99"}, {0x9003: ""}),
         xmp({"xmp:ModifyDate": "yesterday"}), photoshop(resource(0x0404, b"\x1c\2"), b"8BIM\4\x25")),
         "Dates that are none, resources that are cut.")


def thumbnail():
    check, big = "image_thumbnail", jpeg(scene())
    small = scene(96, 64)

    def made(name, picture, kept, why, *codes):
        case(check, name, "jpg", photograph(picture, thumbnail=jpeg(kept, 80)), why, *codes)

    made("as-stated", big, small, "Picture and thumbnail as a camera writes them.")
    framed = Image.new("RGB", (96, 72))
    framed.paste(scene(96, 64), (0, 4))
    made("in-bars", big, framed, "3:2 in a frame of 4:3, black bars.")
    made("turned", jpeg(scene().rotate(90, expand=True)), small, "Turned by a program that keeps the thumbnail.")
    made("mirrored", jpeg(ImageOps.mirror(scene())), small, "Mirrored, as front cameras do.")
    made("other-shape", jpeg(scene().crop((13, 0, 227, 160))), small.crop((5, 0, 91, 64)), "Both cut to 4:3.")
    made("shape-of-its-own", big, scene(96, 64).crop((5, 0, 91, 64)), "The thumbnail alone is cut to 4:3.")
    brighter = ImageEnhance.Contrast(ImageEnhance.Brightness(scene()).enhance(1.15)).enhance(0.8)
    made("brighter", jpeg(brighter), small, "Light and contrast corrected.")
    grey = ImageOps.grayscale(scene())
    made("grey", jpeg(grey), small, "Made grey.")
    made("even", jpeg(Image.new("RGB", (240, 160), (90, 90, 90))), small, "A grey card: nothing to compare.")
    made("in-a-frame", jpeg(ImageOps.expand(scene(), 14, "white")), small, "A white frame put round it.")
    made("cut", jpeg(scene(480, 320).crop((240, 20, 480, 180))), small, "Cut by a program that keeps the thumbnail.", "cut")
    made("other-picture", jpeg(rings()), small, "Metadata with thumbnail of another picture.", "other-picture")
    made("part-differs", jpeg(scene(sign=True)), small, "A board that the thumbnail does not show.", "part-differs")
    cut = photograph(jpeg(rings()), thumbnail=jpeg(small, 80))
    case(check, "truncated", "jpg", cut[:-len(cut) // 4], "Cut on the way: what is left is like nothing.")
    broken = with_segments(big, exif(CAMERA, thumbnail=b"\xff\xd8\xff\xdb\0\5 no picture"))
    case(check, "malformed", "jpg", broken, "A thumbnail that cannot be decoded.")


def editing():
    check, small = "image_editing", jpeg(scene(48, 32))
    case(check, "camera", "jpg", photograph(small, {0x0131: "Ver.1.00"}), "The camera's own firmware.")
    case(check, "editing-program", "jpg", photograph(small, {0x0131: "GIMP 2.10.30"}), "Saved by GIMP.", "editing-program")
    case(check, "resources", "jpg", with_segments(small, photoshop(resource(0x03ED, b"\0" * 16))),
         "Photoshop's resolution resource, no name.", "editing-program")
    case(check, "metadata-tool", "jpg", with_segments(small, xmp(
        {"xmp:MetadataDate": "2017-05-05"}, toolkit="Image::ExifTool 12.57")), "XMP written by ExifTool.", "metadata-tool")
    case(check, "editing-history", "jpg", with_segments(small, xmp({}, history(
        ("created", "2017-05-04T20:35:00+02:00", "Drawer 2"), ("saved", "2017-05-05T09:00:00+02:00", "Drawer 2")))),
         "Two steps.", "editing-history")
    case(check, "malformed", "jpg", with_segments(small, segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta <<<"),
         photoshop(b"8BIM\x03")), "XML that is none, a cut resource.")


def tail():
    check, small = "image_tail", jpeg(scene(48, 32))
    case(check, "bytes-behind-the-end", "jpg", small + b"\0\0PK\3\4\x14\0\0\0\0\0", "A zip behind a JPEG.", "bytes-behind-the-end")
    case(check, "behind-a-png", "png", png() + b"a remark behind the end", "A text behind a PNG.", "bytes-behind-the-end")
    case(check, "filling", "jpg", small + b"\0" * 700, "Zeros up to the end of a block.")
    case(check, "announced", "jpg", announced(small), "A second picture that the index announces.")
    case(check, "malformed", "jpg", small[:-60], "Cut: there is no end to be behind of.")


def place():
    check, small = "image_place", jpeg(scene(48, 32))
    case(check, "position", "jpg", photograph(small, gps=gps()), "A place, and satellites two hours behind the clock.", "position", "zone")
    case(check, "zone", "jpg", photograph(small, inner={0x9011: "+02:00"}), "The zone as the phone states it.", "zone")
    case(check, "satellite-time-differs", "jpg", photograph(small, gps=gps(day="2017:04:24")),
         "A position of ten days before.", "position", "satellite-time-differs")
    case(check, "malformed", "jpg", photograph(small, gps={1: "N", 2: [(48, 0), (0, 0), (0, 0)], 3: "E", 4: [(2, 1)],
         7: [(99, 1)], 0x1D: "2017"}), "Parts without denominators, a clock of one number.")


def screenshot():
    check = "image_screenshot"
    text = b"XML:com.adobe.xmp\0\0\0\0\0" + packet({"exif:UserComment": "Screenshot"})
    case(check, "screenshot", "png", png(chunk(b"iTXt", text)), "As macOS and iOS mark them.", "screenshot")
    case(check, "program", "png", png(chunk(b"tEXt", b"Software\0gnome-screenshot")), "The program's name.", "screenshot")
    case(check, "caption", "png", png(chunk(b"tEXt", "Description\0A reader sent us a screenshot of the letter in May.".encode())),
         "A caption that speaks of one.")
    case(check, "malformed", "png", b"\x89PNG\r\n\x1a\n" + b"\0\0\1\0tEXtSoftware\0screenshot", "The chunk is cut.")


def credentials():
    check = "image_credentials"
    case(check, "credentials", "png", png(chunk(b"caBX", store("digitalCapture"))), "A camera's claim, unsigned.", "credentials", "not-told")
    case(check, "generated-stated", "png", png(chunk(b"caBX", store("trainedAlgorithmicMedia"))), "A model's claim, unsigned.", "credentials", "not-told", "generated-stated")
    in_xmp = packet({"Iptc4xmpExt:DigitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"})
    case(check, "in-xmp", "png", png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + in_xmp)), "The same word in XMP alone.", "generated-stated")
    pieces = store("digitalCapture")
    first, second = pieces[:90], pieces[90:]
    case(check, "in-a-jpeg", "jpg", with_segments(jpeg(scene(48, 32)),
         segment(0xEB, b"JP\0\1\0\0\0\1" + first), segment(0xEB, b"JP\0\1\0\0\0\2" + pieces[:8] + second)),
         "In two segments of APP11.", "credentials", "not-told")
    case(check, "holds", "png", attested(EDWARDS), "Signed with Ed25519, nothing changed.", "credentials", "holds")
    case(check, "holds-on-a-curve", "png", attested(CURVE), "The same with ECDSA.", "credentials", "holds")
    raw = attested(CURVE)
    moved = raw[:-12] + chunk(b"tEXt", b"Comment\0Cropped") + raw[-12:]
    case(check, "other-bytes", "png", moved, "A program put a text behind the picture and kept the credentials.",
         "credentials", "other-bytes")
    put = lambda old, new: lambda manifest: manifest.replace(old, new)
    case(check, "other-claim", "png", attested(EDWARDS, change=put(b"claim_generator\x68Drawer 2", b"claim_generator\x68Camera 2")),
         "The claim names another program than the one that signed.", "credentials", "other-claim")
    case(check, "other-assertion", "png", attested(EDWARDS, change=put(b"c2pa.created", b"c2pa.opened_")),
         "An action is changed inside its assertion.", "credentials", "other-claim")
    more = named("c2pa.metadata", box(b"cbor", cbor({"taken": "2017-05-04"})))
    case(check, "undeclared-assertion", "png", attested(EDWARDS, undeclared=[more]),
         "An assertion stands in the file that the claim does not name.", "credentials", "other-claim")
    case(check, "not-told", "png", attested(EDWARDS, hard=False), "Signed, and bound to no bytes.",
         "credentials", "not-told")
    case(check, "leaves-out-the-picture", "png",
         attested(EDWARDS, exclude=lambda at, size, plain: (at, size + len(plain) - at - 12)),
         "Its hash leaves out the picture itself.", "credentials", "not-told")
    case(check, "malformed", "png", png(chunk(b"caBX", b"\0\0\0\1jumb\xff\xff")), "A box that is longer than all.")


if __name__ == "__main__":
    for folder in TO.glob("image_*/"):
        shutil.rmtree(folder)
    for make in (encoder, metadata, thumbnail, editing, tail, place, screenshot, credentials):
        make()
