"""Mailboxes and messages kept as properties: PST (ANSI, Unicode, both encodings), MSG, TNEF, emlx.

Writes `crates/lydite-core/tests/containers/`. People and domains are those of the other makers, all
invented. Layouts: [MS-PST], [MS-OXMSG] over [MS-CFB], [MS-OXTNEF]. Checked with readpst and pffexport
(`benches/containers`).
"""

import struct
import zlib
from pathlib import Path

from cases import mail, signed

OUT = Path(__file__).parents[2] / "crates/lydite-core/tests/containers"
TABLE = Path(__file__).parents[2] / "crates/lydite-core/src/parse/pst/crypt.rs"
TEXT, TEXT8, INT, BOOL, TIME, BINARY, OBJECT = 0x1F, 0x1E, 0x3, 0xB, 0x40, 0x102, 0xD
SUBMITTED = (1_484_560_800 + 11_644_473_600) * 10_000_000


def crc(data):
    """[MS-PST] 5.3: CRC-32 begun with zero and not inverted."""
    return zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


def tables():
    rows = TABLE.read_text().split("[u8; 768] = [")[1].split("];")[0]
    numbers = [int(n) for n in rows.replace("\n", " ").split(",") if n.strip()]
    return numbers[:256], numbers[256:512], numbers[512:]


R, S, I = tables()


def permute(data, _):
    return bytes(R[byte] for byte in data)


def cyclic(data, bid):
    key = (bid ^ bid >> 16) & 0xFFFF
    out = bytearray()
    for byte in data:
        low, high = key & 0xFF, key >> 8
        byte = (R[(byte + low) & 0xFF] + high) & 0xFF
        byte = (S[byte] - high) & 0xFF
        out.append((I[byte] - low) & 0xFF)
        key = key + 1 & 0xFFFF
    return bytes(out)


class Pst:
    """One mailbox; every value fits into its node's heap."""

    def __init__(self, wide, crypt):
        self.wide, self.crypt = wide, crypt
        self.word = "<Q" if wide else "<I"
        self.blocks, self.nodes, self.at, self.bid = {}, {}, 0x4800, 4
        self.body = bytearray()

    def id(self, *values):
        return b"".join(struct.pack(self.word, value) for value in values)

    def put(self, data, align):
        at = self.at
        self.body += data + b"\0" * (-len(data) % align)
        self.at = 0x4800 + len(self.body)
        return at

    def block(self, data, internal=False):
        bid = self.bid | (2 if internal else 0)
        self.bid += 4
        encode = {0: lambda d, _: d, 1: permute, 2: cyclic}[0 if internal else self.crypt]
        stored = encode(data, bid)
        at = self.at
        signature = (at ^ bid) & 0xFFFFFFFF
        trailer = struct.pack("<HH", len(stored), (signature >> 16 ^ signature) & 0xFFFF)
        if self.wide:
            trailer += struct.pack("<IQ", crc(stored), bid)
        else:
            trailer += struct.pack("<II", bid, crc(stored))
        whole = stored + b"\0" * (-(len(stored) + len(trailer)) % 64) + trailer
        self.put(whole, 64)
        self.blocks[bid] = (at, len(stored))
        return bid

    def node(self, nid, data, parent=0, sub=()):
        self.nodes[nid] = (self.block(data), self.subnodes(sub), parent)

    def subnodes(self, sub):
        if not sub:
            return 0
        data = struct.pack("<BBH", 2, 0, len(sub)) + (b"\0" * 4 if self.wide else b"")
        for nid, bid, inner in sorted(sub):
            data += self.id(nid, bid, inner)
        return self.block(data, internal=True)

    def text(self, text):
        if self.wide:
            return TEXT, text.encode("utf-16-le")
        return TEXT8, text.encode("cp1252")

    def page(self, kind, level, size, entries):
        room = 488 if self.wide else 496
        data = b"".join(entries).ljust(room, b"\0")
        data += struct.pack("<BBBB", len(entries), room // size, size, level)
        bid, at = self.bid, self.at + (-self.at % 512)
        self.bid += 4
        self.put(b"", 1)
        self.body += b"\0" * (at - 0x4800 - len(self.body))
        signature = (at ^ bid) & 0xFFFFFFFF
        tail = struct.pack("<BBH", kind, kind, (signature >> 16 ^ signature) & 0xFFFF)
        if self.wide:
            data += b"\0" * 4
            data += tail + struct.pack("<IQ", crc(data), bid)
        else:
            data += tail + struct.pack("<II", bid, crc(data))
        self.at = at
        self.put(data, 512)
        return bid, at

    def tree(self, kind, size, entries):
        """Entries by key; two levels where one page is not enough."""
        room = (488 if self.wide else 496) // size
        leaves = [entries[n:n + room] for n in range(0, len(entries), room)]
        pages = [(leaf[0][0], self.page(kind, 0, size, [e for _, e in leaf])) for leaf in leaves]
        if len(pages) == 1:
            return pages[0][1]
        inner = [self.id(key, *place) for key, place in pages]
        return self.page(kind, 1, 24 if self.wide else 12, inner)

    def bytes(self):
        pad = b"\0" * 4 if self.wide else b""
        nodes = []
        for nid, (data, sub, parent) in sorted(self.nodes.items()):
            nodes.append((nid, self.id(nid, data, sub) + struct.pack("<I", parent) + pad))
        nbt = self.tree(0x81, 32 if self.wide else 16, nodes)
        blocks = []
        for bid, (at, size) in sorted(self.blocks.items()):
            blocks.append((bid, self.id(bid, at) + struct.pack("<HH", size, 2) + pad))
        bbt = self.tree(0x80, 24 if self.wide else 12, blocks)
        end = 0x4800 + len(self.body)
        version = 23 if self.wide else 14
        head = struct.pack("<HHHBBII", 0x4D53, version, 19, 1, 1, 0, 0)
        root = struct.pack("<I", 0) + self.id(end, 0x4400, 0, 0, *nbt, *bbt) + b"\2\0\0\0"
        if self.wide:
            head += self.id(0, self.bid) + struct.pack("<I", 1) + b"\0" * 136 + root + b"\0" * 4
        else:
            head += self.id(self.bid, self.bid) + struct.pack("<I", 1) + b"\0" * 128 + root
        head += b"\xff" * 256 + bytes([0x80, self.crypt]) + b"\0" * 2
        if self.wide:
            head += self.id(self.bid)
        else:
            head = head.ljust(504, b"\0")
        partial = crc(head[:471])
        full = struct.pack("<I", crc(head[:516])) if self.wide else b""
        head = b"!BDN" + struct.pack("<I", partial) + head + full
        return head.ljust(0x4800, b"\0") + bytes(self.body)


def heap(kind, allocations):
    start, body, offsets = 12, b"", [12]
    for data in allocations:
        body += data
        offsets.append(start + len(body))
    body += b"\0" * (len(body) % 2)
    head = struct.pack("<HBBII", start + len(body), 0xEC, kind, 0x20, 0)
    tail = struct.pack("<HH", len(allocations), 0)
    return head + body + tail + b"".join(struct.pack("<H", offset) for offset in offsets)


def properties(values):
    """A property context from id, type, value."""
    records, more = b"", []
    for tag, of, value in sorted(values):
        if of in (INT, BOOL):
            field = struct.pack("<I", int(value))
        else:
            data = struct.pack("<Q", value) if of == TIME else value
            more.append(data)
            field = struct.pack("<I", (len(more) + 2) << 5 if data else 0)
            if not data:
                more.pop()
        records += struct.pack("<HH", tag, of) + field
    return heap(0xBC, [struct.pack("<BBBBI", 0xB5, 2, 6, 0, 0x40), records, *more])


def table(wide, rows, columns=()):
    """A table context; every row is its id and the values of the columns."""
    all_columns = [*columns, (0x67F2, INT), (0x67F3, INT)]
    order = {0x67F2: 0, 0x67F3: 1, **{tag: n + 2 for n, (tag, _) in enumerate(columns)}}
    width = 4 * len(all_columns)
    more, matrix, index = [], b"", b""
    for n, (row, values) in enumerate(rows):
        cells = struct.pack("<II", row, n)
        for (_, of), value in zip(columns, values):
            if of == INT:
                cells += struct.pack("<I", value)
            else:
                more.append(value)
                cells += struct.pack("<I", (len(more) + 4) << 5)
        matrix += cells + bytes([0xFF << (8 - len(all_columns)) & 0xFF])
        index += struct.pack("<II" if wide else "<IH", row, n)
    described = b"".join(
        struct.pack("<HHHBB", of, tag, 4 * order[tag], 4, order[tag])
        for tag, of in sorted(all_columns))
    info = struct.pack("<BBHHHHIII", 0x7C, len(all_columns), width, width, width, width + 1, 0x40,
                       0x80 if rows else 0, 0) + described
    tree = struct.pack("<BBBBI", 0xB5, 4, 4 if wide else 2, 0, 0x60 if rows else 0)
    return heap(0x7C, [info, tree, index or b"\0", matrix or b"\0", *more])


def transport():
    fields, body = mail()
    whole = signed(fields, body)
    head, text = whole.split(b"\r\n\r\n", 1)
    return head.decode() + "\r\n\r\n", text.decode()


def note(pst, subject, text, extra=()):
    return [(0x001A, *pst.text("IPM.Note")), (0x0037, *pst.text("\x01\x01" + subject)),
            (0x0039, TIME, SUBMITTED), (0x0E06, TIME, SUBMITTED + 50_000_000), (0x0E07, INT, 1),
            (0x0C1A, *pst.text("Camille Arnaud")), (0x0C1F, *pst.text("camille@parti-horizon.example")),
            (0x1000, *pst.text(text)), *extra]


def mailbox(wide, crypt):
    pst = Pst(wide, crypt)
    key = bytes(range(16))
    entry = b"\0" * 4 + key + struct.pack("<I", 0x8022)
    pst.node(0x21, properties([(0x0FF9, BINARY, key), (0x3001, *pst.text("Fixture")),
                               (0x35E0, BINARY, entry), (0x67FF, INT, 0)]))
    pst.node(0x61, properties([(1, INT, 1), (2, BINARY, key), (4, BINARY, b"\0" * 4),
                               (3, BINARY, struct.pack("<IHH", 0x8233, 6, 0))]))

    def folder(nid, parent, name, children, messages):
        pst.node(nid, properties([(0x3001, *pst.text(name)), (0x3602, INT, len(messages)),
                                  (0x3603, INT, 0), (0x360A, BOOL, bool(children))]), parent)
        pst.node(nid & ~0x1F | 0xD, table(wide, [(child, []) for child in children]))
        pst.node(nid & ~0x1F | 0xE, table(wide, [(message, []) for message in messages]))

    folder(0x122, 0x122, "", [0x8022], [])
    folder(0x8022, 0x122, "Top", [0x8042], [])
    folder(0x8042, 0x8022, "Inbox/new", [], [0x200024, 0x200004])
    head, text = transport()
    pst.node(0x200004, properties(note(pst, "Rouen hall, deposit", text,
                                       [(0x007D, *pst.text(head))])), 0x8042)
    people = table(wide, [(1, [1, pst.text("Ines Morel")[1], b"ines@citron-media.example"])],
                   [(0x0C15, INT), (0x3001, pst.text("")[0]), (0x39FE, TEXT8)])
    inner = properties(note(pst, "Inner", "An attached message.\r\n"))
    object_data = struct.pack("<II", 0x8044, len(inner))
    first = properties([(0x3705, INT, 1), (0x3707, *pst.text("plan.txt")),
                        (0x3701, BINARY, b"the plan\r\n")])
    second = properties([(0x3705, INT, 5), (0x3001, *pst.text("Inner")),
                         (0x3701, OBJECT, object_data)])
    embedded = pst.subnodes([(0x8044, pst.block(inner), 0)])
    attachments = table(wide, [(0x8025, []), (0x8045, [])])
    pst.node(0x200024, properties(note(pst, "Réunion", "Voir la pièce jointe.\r\n")), 0x8042, [
        (0x692, pst.block(people), 0), (0x671, pst.block(attachments), 0),
        (0x8025, pst.block(first), 0), (0x8045, pst.block(second), embedded)])
    pst.node(0x200044, properties(note(pst, "Deleted", "No folder lists this.\r\n")), 0x8042)
    pst.node(0x200064, properties([(0x001A, *pst.text("IPM.Contact")),
                                   (0x3001, *pst.text("Ines Morel"))]), 0x8042)
    return pst.bytes()


def compound(streams):
    """A compound file ([MS-CFB], version 3) from paths and contents."""
    folders = sorted({path[:n] for path in streams for n in range(len(path))}, key=len)
    entries = {folder: (5 if not folder else 1) for folder in folders}
    entries.update({path: 2 for path in streams})
    names = list(entries)
    mini, mini_fat, start = b"", [], {}
    for path, data in streams.items():
        if len(data) >= 4096 or not data:
            continue
        count = -(-len(data) // 64)
        first = len(mini_fat)
        start[path] = first
        mini_fat += [first + n + 1 for n in range(count - 1)] + [0xFFFFFFFE]
        mini += data.ljust(count * 64, b"\0")
    sectors, fat = [], []

    def chain(data):
        if not data:
            return 0xFFFFFFFE
        count, first = -(-len(data) // 512), len(sectors)
        for n in range(count):
            sectors.append(data[512 * n:512 * (n + 1)].ljust(512, b"\0"))
            fat.append(first + n + 1 if n + 1 < count else 0xFFFFFFFE)
        return first

    for path, data in streams.items():
        if len(data) >= 4096:
            start[path] = chain(data)
    mini_at = chain(mini)
    fat_bytes = b"".join(struct.pack("<I", n) for n in mini_fat)
    mini_count, mini_fat_at = -(-len(fat_bytes) // 512), chain(fat_bytes.ljust(
        -(-len(fat_bytes) // 512) * 512, b"\xff"))
    directory = b""
    for number, path in enumerate(names):
        children = [n for n, p in enumerate(names) if p and p[:-1] == path]
        children.sort(key=lambda n: (len(names[n][-1]), names[n][-1].upper()))
        siblings = sorted((n for n, p in enumerate(names) if p and path and p[:-1] == path[:-1]),
                          key=lambda n: (len(names[n][-1]), names[n][-1].upper()))
        place = siblings.index(number) if path else 0
        right = siblings[place + 1] if path and place + 1 < len(siblings) else 0xFFFFFFFF
        name = (path[-1] if path else "Root Entry").encode("utf-16-le") + b"\0\0"
        data = streams.get(path, b"")
        first, size = start.get(path, 0xFFFFFFFE if data == b"" and path in streams else 0), len(data)
        if not path:
            first, size = mini_at, len(mini)
        child = children[0] if children else 0xFFFFFFFF
        directory += name.ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(name), entries[path], 1, 0xFFFFFFFF, right, child)
        directory += b"\0" * 36 + struct.pack("<IQ", first, size)
    directory_at = chain(directory.ljust(-(-len(directory) // 512) * 512, b"\0"))
    fat_sectors = 1
    while (len(fat) + fat_sectors) > fat_sectors * 128:
        fat_sectors += 1
    fat_at = len(sectors)
    fat += [0xFFFFFFFD] * fat_sectors
    packed = b"".join(struct.pack("<I", n) for n in fat).ljust(fat_sectors * 512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack(
        "<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, fat_sectors, directory_at, 0, 4096, mini_fat_at, mini_count,
                        0xFFFFFFFE, 0)
    head += b"".join(struct.pack("<I", fat_at + n if n < fat_sectors else 0xFFFFFFFF)
                     for n in range(109))
    return head + b"".join(sectors) + packed


def storage(prefix, header, values, streams):
    """Properties of one storage ([MS-OXMSG] 2.4)."""
    rows = b"\0" * header
    for tag, of, value in values:
        if of in (INT, BOOL):
            field = struct.pack("<Q", int(value))
        elif of == TIME:
            field = struct.pack("<Q", value)
        else:
            field = struct.pack("<II", len(value) + (2 if of == TEXT else 0), 0)
            if of != OBJECT:
                streams[(*prefix, f"__substg1.0_{tag:04X}{of:04X}")] = value
        rows += struct.pack("<HHI", of, tag, 6) + field
    streams[(*prefix, "__properties_version1.0")] = rows


def message_file():
    streams = {}

    def text(text):
        return TEXT, text.encode("utf-16-le")

    head, body = transport()
    storage((), 32, [(0x001A, *text("IPM.Note")), (0x0037, *text("Rouen hall, deposit")),
                     (0x0039, TIME, SUBMITTED), (0x007D, *text(head)), (0x1000, *text(body)),
                     (0x0C1A, *text("Camille Arnaud"))], streams)
    storage(("__recip_version1.0_#00000000",), 8,
            [(0x0C15, INT, 1), (0x3001, *text("Ines Morel"))], streams)
    return compound(streams)


def message_with_message():
    streams = {}

    def text(text):
        return TEXT, text.encode("utf-16-le")

    storage((), 32, [(0x001A, *text("IPM.Note")), (0x0037, *text("Réunion\r\nBcc: x@evil.example")),
                     (0x0039, TIME, SUBMITTED), (0x0C1A, *text("Camille Arnaud")),
                     (0x0C1F, *text("camille@parti-horizon.example")),
                     (0x1013, BINARY, b"<p>Voir la pi\xe8ce jointe.</p>"),
                     (0x3FDE, INT, 1252)], streams)
    outer = ("__attach_version1.0_#00000000",)
    storage(outer, 8, [(0x3705, INT, 5), (0x3701, OBJECT, b""), (0x3001, *text("Inner"))], streams)
    storage((*outer, "__substg1.0_3701000D"), 24,
            [(0x001A, *text("IPM.Note")), (0x0037, *text("Inner")),
             (0x1000, *text("An attached message.\r\n"))], streams)
    storage(("__attach_version1.0_#00000001",), 8,
            [(0x3705, INT, 1), (0x3701, BINARY, b"the plan\r\n"),
             (0x3707, *text("plan d’été.txt"))], streams)
    return compound(streams)


def tnef():
    def attribute(level, tag, data):
        return struct.pack("<BII", level, tag, len(data)) + data + struct.pack(
            "<H", sum(data) & 0xFFFF)

    def padded(data):
        return data + b"\0" * (-len(data) % 4)

    def entry(of, tag, value):
        if of == INT:
            return struct.pack("<HHI", of, tag, value)
        return struct.pack("<HHII", of, tag, 1, len(value)) + padded(value)

    rows = [entry(TEXT, 0x0037, "Réunion\0".encode("utf-16-le")),
            entry(TEXT8, 0x1000, b"See the plan.\0"), entry(INT, 0x0E07, 1)]
    out = struct.pack("<IH", 0x223E9F78, 1)
    out += attribute(1, 0x00069007, struct.pack("<II", 1252, 0))
    out += attribute(1, 0x00078008, b"IPM.Microsoft Mail.Note\0")
    out += attribute(1, 0x00038005, struct.pack("<7H", 2017, 1, 16, 10, 0, 0, 1))
    out += attribute(1, 0x00069003, struct.pack("<I", len(rows)) + b"".join(rows))
    out += attribute(2, 0x00069002, b"\1\0" + b"\0" * 12)
    out += attribute(2, 0x00018010, b"plan.txt\0")
    out += attribute(2, 0x0006800F, b"the plan\r\n")
    return out


def emlx():
    fields, body = mail()
    data = signed(fields, body).replace(b"\r\n", b"\n")
    plist = (b'<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0">\n<dict>\n'
             b"\t<key>date-received</key>\n\t<integer>1484560860</integer>\n"
             b"\t<key>flags</key>\n\t<integer>8590195713</integer>\n</dict>\n</plist>\n")
    return b"%-10d\n" % len(data) + data + plist


def make():
    OUT.mkdir(parents=True, exist_ok=True)
    for name, data in [
        ("ansi.pst", mailbox(False, 1)), ("plain.pst", mailbox(True, 0)),
        ("permuted.pst", mailbox(True, 1)), ("cyclic.pst", mailbox(True, 2)),
        ("signed.msg", message_file()), ("attached.msg", message_with_message()),
        ("winmail.dat", tnef()), ("signed.emlx", emlx()),
    ]:
        (OUT / name).write_bytes(data)


if __name__ == "__main__":
    make()
