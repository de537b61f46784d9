"""Zip files as the writers that are imitated make them, and compound files."""

import io
import struct
import zipfile
import zlib

# What Office writes for every entry: no date, made by 4.5 on FAT, "super fast" in the flags.
OFFICE = {"made": 45, "system": 0, "flags": 6, "date": (1980, 1, 1, 0, 0, 0), "level": 1}
# Info-ZIP and Python on a Unix.
UNIX = {"made": 30, "system": 3, "flags": 0, "level": 6}
# Open Packaging of .NET before 4.5 and Open XML SDK: dates of today, FAT.
SDK = {"made": 20, "system": 0, "flags": 0, "level": 6}
GROWTH = {"[Content_Types].xml": 2, "_rels/.rels": 2, "word/_rels/document.xml.rels": 1,
          "xl/_rels/workbook.xml.rels": 1, "docProps/core.xml": 1, "docProps/app.xml": 1}


def dos(date):
    year, month, day, hour, minute, second = date
    return hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day


def growth_hint(name):
    """The padding that Office leaves so that a part can grow (APPNOTE 0xA220)."""
    blocks = GROWTH.get(name, 0)
    if not blocks:
        return b""
    data = struct.pack("<HH", 0xA028, blocks * 256) + bytes(blocks * 256)
    return struct.pack("<HH", 0xA220, len(data)) + data


def zipped(parts, style=OFFICE, styles=None):
    """`parts`: name to bytes, in order. `styles`: what single parts have otherwise."""
    out, central = io.BytesIO(), []
    for name, data in parts.items():
        form = dict(style)
        form.update((styles or {}).get(name, {}))
        method = 0 if form.get("stored") == name or name.endswith("/") else 8
        packer = zlib.compressobj(form["level"], zlib.DEFLATED, -15)
        packed = packer.compress(data) + packer.flush() if method else data
        extra = growth_hint(name) if form["flags"] == 6 else b""
        time, day = dos(form["date"])
        common = struct.pack("<HHHHHIIIHH", 20, form["flags"], method, time, day, zlib.crc32(data),
                             len(packed), len(data), len(name.encode()), len(extra))
        at = out.tell()
        out.write(b"PK\x03\x04" + common + name.encode() + extra + packed)
        outside = (0o100644 << 16) if form["system"] == 3 else 0
        central.append(b"PK\x01\x02" + struct.pack("<BB", form["made"], form["system"]) +
                       common[:-2] + struct.pack("<HHHHII", 0, 0, 0, 0, outside, at) +
                       name.encode())
    start = out.tell()
    out.write(b"".join(central))
    size = out.tell() - start
    out.write(b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, len(central), len(central), size,
                                            start, 0))
    return out.getvalue()


def unzipped(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
EPOCH = 116444736000000000


def filetime(seconds):
    """100 ns since 1601."""
    return int(round(seconds * 10_000_000)) + EPOCH


def compound(streams, clsid=bytes(16), created=0, modified=0):
    """A compound file (MS-CFB, version 3) with all streams in the root, each long enough to need no
    short sectors. `created` and `modified` are the root's, seconds since 1970 or 0."""
    streams = {name: data.ljust(max(4096, -(-len(data) // 512) * 512), b"\0")
               for name, data in streams.items()}
    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    entries = 1 + len(names)
    directory_sectors = -(-entries // 4)
    sectors = directory_sectors + sum(len(data) // 512 for data in streams.values())
    fat_sectors = 1
    while (sectors + fat_sectors) * 4 > fat_sectors * 512:
        fat_sectors += 1
    table, body = [FAT] * fat_sectors, []

    def chain(count):
        first = len(table)
        table.extend([*range(first + 1, first + count), END])
        return first

    directory_at = chain(directory_sectors)
    starts = {}
    for name in names:
        starts[name] = chain(len(streams[name]) // 512)
        body.append(streams[name])

    def entry(name, kind, child, left, right, start, size, clsid=bytes(16), times=(0, 0)):
        text = name.encode("utf-16-le")
        return (text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, left, right,
                                                    child) + clsid + bytes(4) +
                struct.pack("<QQIQ", *times, start, size))

    # A balanced tree over the sorted names; its middle is the root's child.
    def ties(low, high, into):
        if low >= high:
            return FREE
        at = (low + high) // 2
        into[at] = (ties(low, at, into), ties(at + 1, high, into))
        return at + 1

    tree = {}
    child = ties(0, len(names), tree)
    times = tuple(filetime(t) if t else 0 for t in (created, modified))
    directory = entry("Root Entry", 5, child, FREE, FREE, END, 0, clsid, times)
    for number, name in enumerate(names):
        left, right = tree[number]
        directory += entry(name, 2, FREE, left, right, starts[name], len(streams[name]))
    empty = bytes(64) + struct.pack("<HBBIII", 0, 0, 0, FREE, FREE, FREE) + bytes(48)
    directory += empty * (directory_sectors * 4 - entries)
    fat = struct.pack(f"<{len(table)}I", *table)
    fat += struct.pack("<I", FREE) * (fat_sectors * 128 - len(table))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack(
        "<HHHHH6sIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, bytes(6), 0, fat_sectors, directory_at, 0, 4096,
        END, 0, END, 0)
    difat = list(range(fat_sectors)) + [FREE] * (109 - fat_sectors)
    head += struct.pack("<109I", *difat)
    assert len(head) == 512
    return head + fat + directory + b"".join(body)


SUMMARY = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
DOCUMENT_SUMMARY = bytes.fromhex("02d5cdd59c2e1b10939708002b2cf9ae")


def property_set(fmtid, values):
    """MS-OLEPS. Values: bytes are code-page strings, int a number, ("at", seconds) a FILETIME,
    ("for", seconds) a duration, ("page", n) a code page."""
    blocks = []
    for number, value in values.items():
        if isinstance(value, bytes):
            text = value + b"\0"
            block = struct.pack("<II", 30, len(text)) + text
        elif isinstance(value, tuple):
            what, amount = value
            block = {"at": lambda: struct.pack("<IQ", 64, filetime(amount)),
                     "for": lambda: struct.pack("<IQ", 64, amount * 10_000_000),
                     "page": lambda: struct.pack("<IhH", 2, amount, 0)}[what]()
        else:
            block = struct.pack("<Ii", 3, value)
        blocks.append((number, block + bytes(-len(block) % 4)))
    index, body, at = b"", b"", 8 + 8 * len(blocks)
    for number, block in blocks:
        index += struct.pack("<II", number, at + len(body))
        body += block
    section = struct.pack("<II", 8 + len(index) + len(body), len(blocks)) + index + body
    return struct.pack("<HHI16sI16sI", 0xFFFE, 0, 0x00020005, bytes(16), 1, fmtid, 48) + section
