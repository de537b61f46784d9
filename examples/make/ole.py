"""The cases beside the checks of binary Office and RTF documents: compound files written from nothing."""

import datetime
import shutil
import struct

import checks

ANNA, LUC, OLEG = "Anna Morel", "Luc Perrin", "Олег Примеров"
TEXT = ("Le conseil de quartier se réunit le mardi quatorze mars à la salle des fêtes.\r"
        "Ordre du jour : budget des écoles, voirie, questions diverses.\r")
SAVED = datetime.datetime(2017, 3, 27, 10, 52, 31, 420000)
MADE = datetime.datetime(2017, 3, 24, 9, 5, 12)
SUMMARY = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
DOCUMENT = bytes.fromhex("02d5cdd59c2e1b10939708002b2cf9ae")


def filetime(moment):
    since = moment - datetime.datetime(1601, 1, 1)
    return (since.days * 86400 + since.seconds) * 10_000_000 + since.microseconds * 10


def minute(moment):
    return moment.replace(second=0, microsecond=0)


# Compound files ([MS-CFB]), all streams small enough for the mini stream, or none.

def padded(data, to):
    return data + bytes(-len(data) % to)


def compound(streams, written=None, folder=()):
    """Streams by name; `folder` names storages without content."""
    mini, mini_fat, starts = b"", [], {}
    for name, data in streams.items():
        assert len(data) < 4096, name
        starts[name] = len(mini) // 64
        count = len(padded(data, 64)) // 64
        mini_fat += [len(mini_fat) + 1 + n for n in range(count - 1)] + [0xFFFFFFFE]
        mini += padded(data, 64)
    entries = [("Root Entry", 5, 0, len(mini))]
    names = sorted(list(streams) + list(folder), key=lambda n: (len(n), n.upper()))
    for name in names:
        data = streams.get(name)
        entries.append((name, 2 if data is not None else 1, starts.get(name, 0), len(data or b"")))
    directory_sectors = -(-len(entries) // 4)
    mini_fat_bytes = padded(b"".join(struct.pack("<I", n) for n in mini_fat), 512)
    mini_fat_sectors = len(mini_fat_bytes) // 512
    mini_sectors = len(padded(mini, 512)) // 512
    first_mini = 1 + directory_sectors + mini_fat_sectors

    def run(start, count):
        return [start + n + 1 for n in range(count - 1)] + [0xFFFFFFFE]

    fat = ([0xFFFFFFFD] + run(1, directory_sectors) + run(1 + directory_sectors, mini_fat_sectors)
           + run(first_mini, mini_sectors))
    fat += [0xFFFFFFFF] * (128 - len(fat))
    assert len(fat) == 128
    directory = b""
    for number, (name, kind, start, size) in enumerate(entries):
        units = name.encode("utf-16-le")
        root = number == 0
        # Each entry has the next at its right: a list is a tree too.
        right = number + 1 if not root and number + 1 < len(entries) else 0xFFFFFFFF
        child = 1 if root and len(entries) > 1 else 0xFFFFFFFF
        time = filetime(written) if root and written else 0
        directory += (units.ljust(64, b"\0") + struct.pack("<HBB", len(units) + 2, kind, 1)
                      + struct.pack("<III", 0xFFFFFFFF, right, child) + bytes(16) + bytes(4)
                      + struct.pack("<QQ", 0, time)
                      + struct.pack("<IQ", first_mini if root else start, size))
    directory = padded(directory, 512)
    header = (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
              + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
              + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 1 + directory_sectors,
                            mini_fat_sectors, 0xFFFFFFFE, 0)
              + struct.pack("<I", 0) + b"\xff" * (4 * 108))
    assert len(header) == 512
    return (header + b"".join(struct.pack("<I", n) for n in fat) + directory + mini_fat_bytes
            + padded(mini, 512))


# Property sets ([MS-OLEPS])

def summary(page=1252, author=ANNA, saver=LUC, program="Microsoft Office Word", made=minute(MADE),
            saved=minute(SAVED), printed=None, minutes=None):
    def text(value):
        data = value.encode(f"cp{page}") + b"\0"
        return struct.pack("<II", 0x1E, len(data)) + padded(data, 4)

    def time(value):
        return struct.pack("<IQ", 0x40, value)

    values = {1: struct.pack("<Ihh", 2, page, 0), 4: text(author), 8: text(saver)}
    if minutes is not None:
        values[10] = time(minutes * 600_000_000)
    for number, moment in ((11, printed), (12, made), (13, saved)):
        if moment:
            values[number] = time(filetime(moment))
    if program:
        values[18] = text(program)
    return property_set(SUMMARY, values)


def version(number):
    return property_set(DOCUMENT, {0x17: struct.pack("<II", 3, number << 16)})


def property_set(kind, values):
    at, table, body = 8 + 8 * len(values), b"", b""
    for number, value in values.items():
        table += struct.pack("<II", number, at + len(body))
        body += value
    section = struct.pack("<II", 8 + len(table) + len(body), len(values)) + table + body
    head = struct.pack("<HHI", 0xFFFE, 0, 0x20006) + bytes(16) + struct.pack("<I", 1)
    return head + kind + struct.pack("<I", 48) + section


# Word ([MS-DOC])

def wall(moment, weekday=None):
    weekday = (moment.weekday() + 1) % 7 if weekday is None else weekday
    return (moment.minute | moment.hour << 6 | moment.day << 11 | moment.month << 16
            | (moment.year - 1900) << 20 | weekday << 29)


def strings(items):
    out = struct.pack("<HHH", 0xFFFF, len(items), 0)
    for item in items:
        units = item.encode("utf-16-le")
        out += struct.pack("<H", len(units) // 2) + units
    return out


def word(text=TEXT, hours=2, built=31714, saved=SAVED, revised=None, weekday=None, noted=True,
         author=ANNA, saver=LUC, savers=(), written=SAVED, flags=0, folder=(),
         stated=None, office=None, left="", **properties):
    """A document saved at `saved` by a machine `hours` east of UTC; `left` stands behind its text and in no piece."""
    east = datetime.timedelta(hours=hours)
    revised = revised or minute(saved + east)
    table = bytearray()
    pairs = {}

    def put(number, data):
        pairs[number] = (len(table), len(data))
        table.extend(data)

    main = text.encode("cp1252", "replace")
    wide = any(ord(c) > 255 for c in text)
    if wide:
        main = text.encode("utf-16-le")
    place = 1024 if wide else 1024 * 2 | 0x40000000
    pieces = struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, place, 0)
    put(33, b"\x02" + struct.pack("<I", len(pieces)) + pieces)
    dop = bytearray(84)
    struct.pack_into("<II", dop, 20, wall(minute(MADE + east)), wall(revised, weekday))
    put(31, bytes(dop))
    put(32, strings(["", "", "", "", "", "", author, saver]))
    if savers:
        put(71, strings([part for pair in savers for part in pair]))
    fib = bytearray(1024)
    if left:
        main += left.encode("cp1252")
        struct.pack_into("<II", fib, 24, 1024, 1024 + len(main))
    struct.pack_into("<HHHHHH", fib, 0, 0xA5EC, 0xC1, 0, 0x040C, 0, 0x1200 | flags)
    struct.pack_into("<H", fib, 32, 14)
    struct.pack_into("<H", fib, 62, 22)
    struct.pack_into("<II", fib, 68, built, built)
    struct.pack_into("<I", fib, 76, len(text))
    struct.pack_into("<H", fib, 152, 93)
    for number, (at, length) in pairs.items():
        struct.pack_into("<II", fib, 154 + 8 * number, at, length)
    if noted:
        struct.pack_into("<Q", fib, 154 + 8 * 87, filetime(saved))
    shown = {"author": author, "saver": saver, "saved": stated or minute(saved)} | properties
    streams = {"WordDocument": bytes(fib) + main, "1Table": bytes(table),
               "\x05SummaryInformation": summary(**shown)}
    if office:
        streams["\x05DocumentSummaryInformation"] = version(office)
    return compound(streams, written, folder)


# Excel ([MS-XLS])

def record(kind, data=b""):
    return struct.pack("<HH", kind, len(data)) + data


def counted(text):
    wide = any(ord(c) > 255 for c in text)
    data = text.encode("utf-16-le" if wide else "latin-1")
    return struct.pack("<HB", len(text), wide) + data


def excel(cells, opened=LUC, page=1252, countries=(33, 33), secret=False, written=SAVED,
          program="Microsoft Excel", state=0, **properties):
    bof = struct.pack("<HHHHII", 0x0600, 5, 8107, 1997, 0, 0)
    access = counted(opened)
    access += b" " * (112 - len(access))
    head = record(0x809, bof)
    if secret:
        head += record(0x2F, bytes(54))
    head += record(0x5C, access) + record(0x42, struct.pack("<H", 1200))
    head += record(0x8C, struct.pack("<HH", *countries))
    shared = struct.pack("<II", len(cells), len(cells)) + b"".join(counted(c) for c in cells)
    tail = record(0xFC, shared) + record(0x0A)
    name = b"\x06\x00Budget"
    start = len(head) + 4 + 6 + len(name) + len(tail)
    sheet = record(0x809, struct.pack("<HHHHII", 0x0600, 16, 8107, 1997, 0, 0))
    for row in range(len(cells)):
        sheet += record(0xFD, struct.pack("<HHHI", row, 0, 0, row))
    sheet += record(0x0A)
    book = head + record(0x85, struct.pack("<IH", start, state) + name) + tail + sheet
    shown = {"page": page, "program": program, "made": MADE, "saved": SAVED} | properties
    return compound({"Workbook": book, "\x05SummaryInformation": summary(**shown)}, written)


# RTF

def rtf(store=None, saved=datetime.datetime(2017, 3, 27, 12, 52), text=TEXT, printed=None):
    def date(word, moment):
        return (f"{{\\{word}\\yr{moment.year}\\mo{moment.month}\\dy{moment.day}"
                f"\\hr{moment.hour}\\min{moment.minute}}}")

    def escaped(value):
        return "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in value)

    body = "".join(escaped(line) + "\\par\r\n" for line in text.split("\r") if line)
    hidden = ""
    if store:
        file = b"\x01\x05\x00\x00\x02\x00\x00\x00" + compound({"Item": b"<x/>"}, store)
        hidden = "{\\*\\datastore " + file.hex() + "}"
    dates = date("creatim", datetime.datetime(2017, 3, 24, 11, 5)) + date("revtim", saved)
    if printed:
        dates += date("printim", printed)
    return ("{\\rtf1\\ansi\\ansicpg1252\\deff0\\deflang1036{\\fonttbl{\\f0\\fcharset0 Arial;}}"
            f"{{\\info{{\\author {ANNA}}}{{\\operator {LUC}}}{dates}}}"
            f"{{\\*\\generator Microsoft Word 12;}}{body}{hidden}}}").encode()


def case(check, name, why, codes, extension, data):
    folder = checks.CHECKS.parent / "document" / check
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.{extension}").write_bytes(data)
    listed = ", ".join(f'"{code}"' for code in codes)
    (folder / f"{name}.toml").write_text(
        f'why = "{why}"\norigin = "synthetic, examples/make/ole.py"\ncodes = [{listed}]\n')


def days(count):
    return datetime.timedelta(days=count)


def word_cases():
    def add(name, why, codes, **changes):
        case("word_save_time", name, why, codes, "doc", word(**changes))

    earlier = minute(SAVED - days(400))
    add("agree", "Saved by Word and left alone.", ["agree"])
    add("seconds", "The last saving was set to the second by a tool.", ["seconds"],
        stated=SAVED.replace(microsecond=0))
    add("made-with-seconds", "Made by another program, saved by Word.", ["made-with-seconds", "agree"],
        made=MADE)
    add("instant-differs", "Created and saved were set back in the properties alone.",
        ["instant-differs", "clock-differs"], stated=earlier, made=earlier - days(1))
    add("clock-differs", "The wall clock inside is of another day.", ["clock-differs"],
        revised=minute(SAVED - days(40)))
    add("weekday-differs", "The day was changed inside, the weekday stands.", ["weekday-differs"],
        weekday=(SAVED.weekday() + 3) % 7)
    add("build-later", "Saved by a Word built three years later, under a clock set back.", ["build-later"],
        built=31720)
    add("new-build", "Later Words have a number in place of a day.", ["agree"], built=1667414830)
    add("release-later", "The number of a Word of 2023 in a document of 2017.", ["build-later"],
        built=1765030198)
    add("other-program", "Another writer: seconds, no note of the saving.", [], noted=False,
        program="", made=MADE)
    add("rights", "A stub of rights management: its dates are of another document.", [],
        revised=minute(SAVED - days(4000)), folder=("\x06DataSpaces",))
    add("encrypted", "What looks like a build is encrypted.", [], flags=0x100, built=1765030198)
    add("half-hour-zone", "Saved in a zone of half an hour.", ["agree"], hours=5.5)
    case("word_save_time", "malformed", "Cut in the middle of its tables.", [], "doc",
         word(made=MADE)[:1900])

    case("word_time_zone", "offset", "Saved two hours east of UTC.", ["offset"], "doc", word())
    case("word_time_zone", "no-zone", "No zone explains the clock.", [], "doc",
         word(revised=minute(SAVED - days(40))))
    case("word_time_zone", "malformed", "Cut in the middle of its tables.", [], "doc", word()[:2100])

    path = "C:\\Documents and Settings\\luc\\Bureau\\conseil.doc"
    case("saved_by", "listed", "Two savers and their paths.", ["listed"], "doc",
         word(savers=[(ANNA, "\\\\horizon\\commun\\conseil.doc"), (LUC, path)]))
    case("saved_by", "none", "Later Words write no list.", [], "doc", word())
    data = bytearray(word(savers=[(LUC, path)]))
    at = data.index(strings([LUC, path])[4:]) + 4
    data[at - 2:at] = b"\xff\xff"
    case("saved_by", "malformed", "A name longer than the file.", [], "doc", bytes(data))

    case("ole_appended", "appended", "Saved by parts.", ["appended"], "doc", word(flags=0x4))
    case("ole_appended", "text-left-over", "Saved by parts, a sentence left behind.", ["appended", "text-left-over"],
         "doc", word(flags=0x4, left="The sum was two million, and nobody is to know."))
    case("ole_appended", "bytes-left-over", "What is left is no text.", [], "doc", word(left="\x05\x00\x07" * 20))
    case("ole_appended", "whole", "Written whole.", [], "doc", word())
    case("ole_appended", "malformed", "Cut before its directory.", [], "doc", word(flags=0x4)[:900])

    case("ole_names", "author-differs", "The author was changed in Explorer.", ["author-differs"], "doc",
         changed_names(author="Claire Roy"))
    case("ole_names", "saver-differs", "The saver was changed by a tool.", ["saver-differs"], "doc",
         changed_names(saver="Claire Roy"))
    case("ole_names", "same", "Both places say the same.", [], "doc", word())
    case("ole_names", "malformed", "Cut in the middle of its tables.", [], "doc", word()[:2100])


def changed_names(**names):
    shown = {"author": ANNA, "saver": LUC} | names
    whole = word()
    # The same document, with properties that were written anew.
    inner = summary(author=ANNA, saver=LUC)
    other = summary(**shown)
    assert len(inner) == len(other)
    assert whole.count(inner) == 1
    return whole.replace(inner, other)


def opened_cases():
    later = SAVED + days(2)
    cells = TEXT.split("\r")[:2]
    case("opened_later", "written-later", "Opened two days after its last saving.", ["written-later"],
         "doc", word(written=later))
    case("opened_later", "other-user", "Saved by one, opened by another.",
         ["written-later", "other-user"], "xls", excel(cells, opened="Claire Duval", written=later))
    case("opened_later", "same-user", "Saved and closed.", [], "xls", excel(cells))
    case("opened_later", "calc", "LibreOffice writes its own name.", [], "xls",
         excel(cells, opened="Calc", program=""))
    data = excel(cells, opened="Claire Duval", written=later)
    case("opened_later", "malformed", "Cut in its directory.", [], "xls", data[:1300])

    case("writing", "setting", "Russian settings around a French text.", ["setting"], "xls",
         excel(cells, page=1251, countries=(7, 7), author="Anna", saver="Luc"))
    case("writing", "name", "Opened by a name in Cyrillic.", ["name"], "xls", excel(cells, opened=OLEG))
    russian = ["Повестка дня заседания совета", "Смета на школы и дороги, разное"]
    case("writing", "russian", "Russian settings around a Russian text.", [], "xls",
         excel(russian, opened=OLEG, page=1251, countries=(7, 7), author=OLEG, saver=OLEG))
    case("writing", "short", "Too little text to lack anything.", [], "xls",
         excel(["Budget"], page=1251, countries=(7, 7)))
    case("writing", "malformed", "Cut in the middle of its records.", [], "xls",
         excel(cells, opened=OLEG)[:2300])

    case("ole_hidden_sheets", "hidden", "Its sheet is hidden by the menu.", ["hidden"], "xls",
         excel(cells, state=1))
    case("ole_hidden_sheets", "very-hidden", "Its sheet is hidden by a program.", ["very-hidden"], "xls",
         excel(cells, state=2))
    case("ole_hidden_sheets", "shown", "Its sheet is shown.", [], "xls", excel(cells))
    case("ole_hidden_sheets", "malformed", "Cut before its list of sheets.", [], "xls",
         excel(cells, state=2)[:1700])

    case("ole_encrypted", "encrypted", "A workbook with a password.", ["encrypted"], "xls",
         excel(cells, secret=True))
    case("ole_encrypted", "word", "A document with a password.", ["encrypted"], "doc", word(flags=0x100))
    case("ole_encrypted", "plain", "A document without one.", [], "doc", word())
    case("ole_encrypted", "malformed", "Cut in its header.", [], "doc", word(flags=0x100)[:500])


def date_cases():
    def add(name, why, codes, **changes):
        case("ole_dates", name, why, codes, "doc", word(**changes))

    add("saved-before-created", "The creation was set to a later year.", ["saved-before-created"],
        made=minute(MADE + days(700)))
    add("printed-before-created", "Made by saving another document under a new name.",
        ["printed-before-created"], printed=minute(MADE - days(90)))
    add("edited-longer", "More minutes than lie between.", ["edited-longer"], minutes=60_000)
    add("in-order", "Dates in order.", [], printed=minute(SAVED - days(1)), minutes=60)
    case("ole_dates", "printed-rtf", "The same in RTF.", ["printed-before-created"], "rtf",
         rtf(printed=datetime.datetime(2016, 1, 4, 9, 0)))
    case("ole_dates", "malformed", "A date that no calendar has.", [], "rtf",
         rtf().replace(b"\\mo3", b"\\mo33"))


def version_cases():
    def add(name, why, codes, **changes):
        case("ole_version", name, why, codes, "doc", word(**changes))

    old = datetime.datetime(2003, 3, 5, 14, 20, 11)
    add("newer", "Saved in 2003 by a machine whose clock was set back, with Office 2010.",
        ["newer-than-saved"], saved=old, built=20303, office=14)
    add("newer-2003", "Saved in 1999, it says, with Office 2003.", ["newer-than-saved"],
        saved=datetime.datetime(1999, 3, 5, 14, 20, 11), built=50399, office=11)
    add("tester", "A tester of Office 2007 in 2006.", [], saved=datetime.datetime(2006, 1, 9, 10, 0, 3),
        built=110105, office=12)
    add("inside", "Inside Microsoft in 2003, with Office 2007.", [], saved=old, built=20303, office=12)
    add("old-version", "Office 97 has no forerunner here.", [], saved=datetime.datetime(1993, 3, 5, 14, 20, 11), built=50393, office=8)
    add("younger", "Office 2007, ten years later.", [], office=12)
    case("ole_version", "malformed", "Cut in its property sets.", [], "doc",
         word(saved=old, office=12)[:2600])


def rtf_cases():
    case("rtf_time_zone", "offset", "Saved two hours east of UTC.", ["offset"], "rtf", rtf(SAVED))
    case("rtf_time_zone", "other-saving", "The store is of a saving three months before.",
         ["other-saving"], "rtf", rtf(SAVED - days(90)))
    case("rtf_time_zone", "no-store", "A program without a store.", [], "rtf", rtf())
    case("rtf_time_zone", "malformed", "The store is cut.", [], "rtf", rtf(SAVED)[:900])


def make():
    for check in ("word_save_time", "word_time_zone", "saved_by", "ole_names", "opened_later", "writing", "ole_hidden_sheets",
                  "ole_encrypted", "ole_appended", "ole_dates", "ole_version", "rtf_time_zone"):
        shutil.rmtree(checks.CHECKS.parent / "document" / check, ignore_errors=True)
    word_cases()
    opened_cases()
    date_cases()
    version_cases()
    rtf_cases()


if __name__ == "__main__":
    make()
