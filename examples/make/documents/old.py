"""Kinds of the older formats: compound files (doc, xls), RTF, HTML, MHT."""

import datetime
import io
import random
import struct

import olefile
import xlwt

from forms import ANNA, BUDGET, LUC, NOTE, computed, word
from kept import keep
from office import office
from packed import DOCUMENT_SUMMARY, SUMMARY, compound, property_set, zipped

EXCEL = bytes.fromhex("2008020000000000c000000000000046")
WORD = bytes.fromhex("0609020000000000c000000000000046")
PAGE = ("page", 1252)


def at(text):
    return datetime.datetime.fromisoformat(text + "+00:00").timestamp()


SAVED, CREATED = at("2012-03-14T15:20:44"), at("2011-12-05T08:31:17")


def summary(application, author=ANNA, last=LUC, created=CREATED, saved=SAVED, printed=None, **more):
    values = {1: PAGE, 4: author.encode("cp1252", "replace"), 8: last.encode("cp1252", "replace"),
              18: application.encode(), 12: ("at", created), 13: ("at", saved)}
    if application.endswith("Word"):
        values.update({7: b"Normal.dot", 9: b"7", 10: ("for", 2280)})
    if printed:
        values[11] = ("at", printed)
    values.update(more)
    return property_set(SUMMARY, dict(sorted(values.items())))


COMPANY = property_set(DOCUMENT_SUMMARY, {1: PAGE, 15: b"Parti Horizon"})


def records(stream):
    at_ = 0
    while at_ + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at_)
        yield kind, stream[at_ + 4:at_ + 4 + size]
        at_ += 4 + size


def record(kind, data):
    return struct.pack("<HH", kind, len(data)) + data


def write_access(name):
    wide = any(ord(c) > 255 for c in name)
    text = name.encode("utf-16-le" if wide else "latin-1")
    return (struct.pack("<HB", len(name), wide) + text).ljust(112, b" ")


def biff(opened=LUC, rows=BUDGET, change=lambda kind, data: data):
    """A workbook stream; sums are typed numbers. BOUNDSHEET offsets stay right, since no record
    changes its size."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Budget")
    for r, row in enumerate(computed(rows)):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    out = b""
    for kind, data in records(book.get_biff_data()):
        data = write_access(opened) if kind == 0x5C else data
        out += record(kind, change(kind, data))
    return out


def xls(stream, summary_set=None, root=SAVED):
    streams = {"Workbook": stream}
    if summary_set:
        streams.update({"\x05SummaryInformation": summary_set,
                        "\x05DocumentSummaryInformation": COMPANY})
    return compound(streams, EXCEL, 0, root)


def number_changed(old, new):
    """Changes a whole number where it stands: 30 bits behind two flags, alone or in a row of such."""
    was, becomes = (struct.pack("<I", value << 2 | 2) for value in (old, new))

    def change(kind, data):
        if kind == 0x27E and data[6:] == was:
            return data[:6] + becomes
        if kind == 0xBD:
            cells = [data[at:at + 6] for at in range(4, len(data) - 2, 6)]
            cells = [c[:2] + becomes if c[2:] == was else c for c in cells]
            return data[:4] + b"".join(cells) + data[-2:]
        return data
    return change


def forged_sheets():
    excel = summary("Microsoft Excel")
    before = xls(biff(), excel)
    keep("xls-opened-by-another", "forger", """Opened by another user of a Russian-language Excel, who did
        not save: his name in WRITEACCESS, the root's time two weeks after the save.""", "OL02, OL03",
         ("xls", xls(biff("Георгий Вымышленный"), excel, at("2012-03-27T10:02:17"))), before=before)
    keep("xls-cell-changed-sums-left", "forger", "One number is changed in its bytes; typed sums stay.",
         "the difference: sums", ("xls", xls(biff(change=number_changed(3900, 13900)), excel)),
         before=before)
    keep("xls-created-after-saved", "forger", "The property set's save is put before the creation.",
         "OL01", ("xls", xls(biff(), summary("Microsoft Excel", saved=at("2010-03-14T15:20:44")))),
         before=before)
    keep("xls-properties-backdated", "forger", """Both property dates are put back by years; the root's
        time stays.""", "OL02", ("xls", xls(biff(), summary(
            "Microsoft Excel", created=at("2005-03-14T15:20:44"), saved=at("2005-04-14T15:20:44")))),
         before=before)
    batch = [("xls", xls(biff("Георгий Вымышленный"), summary(
        "Microsoft Excel", author, author, at(f"20{8 + n:02}-05-05T09:31:17"),
        at(f"20{9 + n:02}-05-05T09:31:17")), at(f"2012-03-27T10:0{n}:17")))
        for n, author in enumerate([ANNA, LUC, "Tom Reyes"])]
    keep("xls-batch-opened", "forger", """Three people's workbooks of different years, all opened within
        three minutes by one user.""", "OL03 in each; together the analysis of the whole dump", *batch, before=before)


def innocent_sheets():
    excel = summary("Microsoft Excel")
    keep("xls-as-saved", "innocent", "As Excel saved it.", "", ("xls", xls(biff(), excel)))
    keep("xls-opened-later", "innocent", "A colleague opened it a month later, to read it.", "",
         ("xls", xls(biff("Ines Caron"), excel, at("2012-04-14T09:00:00"))))
    keep("xls-libreoffice", "innocent", "Exported by LibreOffice.", "",
         ("xls", office(xls(biff(), excel), "xls", "xls")))
    keep("xls-by-library", "innocent", "Exported by a program built on xlwt: no properties at all.", "",
         ("xls", xls(biff("None"), root=0)))
    keep("xls-encrypted", "innocent", "Protected by a password: what follows FILEPASS cannot be read.", "",
         ("xls", xls(encrypted(biff()), excel)))
    keep("xls-other-alphabet", "innocent", "A colleague with a Greek name saved it.", "", (
        "xls", xls(biff("Ελένη Φανταστική"), summary("Microsoft Excel", last="Eleni F."))))


def encrypted(stream):
    noise = random.Random(7)
    out = b""
    for number, (kind, data) in enumerate(records(stream)):
        if kind not in (0x809, 0x85, 0xE1):
            data = bytes(b ^ noise.randrange(256) for b in data)
        out += record(kind, data)
        if number == 0:
            out += record(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(range(48)))
    return out


def doc(change=lambda streams: streams, root=at("2012-03-14T15:20:00"), **dates):
    """LibreOffice's text streams under the property sets, class id and times that Word writes."""
    dates = {"created": at("2011-12-05T08:31:00"), "saved": at("2012-03-14T15:20:00"), **dates}
    with olefile.OleFileIO(io.BytesIO(DOC)) as ole:
        streams = {name: ole.openstream(name).read() for name in ("WordDocument", "1Table")}
    streams = change(streams)
    streams.update({"\x05SummaryInformation": summary("Microsoft Office Word", **dates),
                    "\x05DocumentSummaryInformation": COMPANY})
    return compound(streams, WORD, 0, root)


def patched(old, new):
    def change(streams):
        text = streams["WordDocument"]
        for code in ("cp1252", "utf-16-le"):
            if old.encode(code) in text:
                return {**streams, "WordDocument": text.replace(old.encode(code), new.encode(code))}
        raise AssertionError(old)
    return change


def documents():
    global DOC
    # Word keeps the dates a second time, in the text's own table: they agree.
    DOC = office(zipped(word(dates={"created": "2011-12-05T08:31:00Z",
                                    "modified": "2012-03-14T15:20:00Z"})), "docx", "doc")
    plain = doc()
    keep("doc-seconds", "forger", "The save's time is changed by a program that keeps seconds.", "OL01",
         ("doc", doc(saved=at("2011-12-24T17:03:26"))), before=plain)
    keep("doc-properties-backdated", "forger", """Both property dates are put back to 2003; the root's
        time stays.""", "OL02", ("doc", doc(created=at("2003-12-05T08:31:00"),
                                             saved=at("2003-12-06T10:20:00"))), before=plain)
    keep("doc-text-patched", "forger", "A sum is changed in the bytes of the text, same length.",
         "nothing in the file alone; the difference",
         ("doc", doc(patched("4,200 euros", "9,800 euros"))), before=plain)
    keep("doc-printed-before-created", "forger", "Created is put forward, the print's date is forgotten.",
         "OL01", ("doc", doc(printed=at("2010-05-05T10:00:00"))), before=plain)
    keep("doc-as-saved", "innocent", "As Word saved it: whole minutes.", "", ("doc", plain))
    keep("doc-libreoffice", "innocent", "Exported by LibreOffice.", "", ("doc", DOC))
    keep("doc-without-root-time", "innocent", "Copied by a program that leaves the directory's times out.",
         "", ("doc", doc(root=0)))
    keep("doc-opened-later", "innocent", "Opened years later; the root's time moved, nothing else.", "",
         ("doc", doc(root=at("2017-02-03T10:00:09"))))


def rtf_time(name, text):
    date, time = text.split("T")
    year, month, day = map(int, date.split("-"))
    hour, minute = map(int, time.split(":")[:2])
    return f"{{\\{name}\\yr{year}\\mo{month}\\dy{day}\\hr{hour}\\min{minute}}}"


def datastore(seconds):
    body = compound({}, bytes.fromhex("0c6ad98892f1d411a65f0040963251e5"), 0, seconds)
    name = b"Msxml2.SAXXMLReader.6.0\0"
    head = struct.pack("<III", 0x0501, 2, len(name)) + name + bytes(8) + struct.pack("<I", len(body))
    return "{\\*\\datastore " + (head + body).hex() + "}"


def rtf(created="2016-06-14T12:08", revised="2016-06-15T15:41", store=at("2016-06-15T12:41:22"),
        last=LUC, text=NOTE):
    store = datastore(store) if store else ""
    lines = "".join(f"\\pard\\plain\\ltrpar\\insrsid10961793 {line}\\par\n" for line in text)
    return ("{\\rtf1\\adeflang1025\\ansi\\ansicpg1252\\uc1\\adeff0\\deff0\\deflang1036\\deflangfe1036"
            "{\\fonttbl{\\f0\\fbidi \\froman\\fcharset0\\fprq2 Times New Roman;}}"
            "{\\*\\rsidtbl \\rsid10961793\\rsid11276143}{\\*\\generator Microsoft Word 12.0.6504;}"
            f"{{\\info{{\\author {ANNA}}}{{\\operator {last}}}{rtf_time('creatim', created)}"
            f"{rtf_time('revtim', revised)}{{\\version3}}{{\\edmins12}}{{\\nofpages1}}"
            f"{{\\*\\company Parti Horizon}}}}\n{lines}{store}}}").encode()


def texts():
    before = rtf()
    keep("rtf-times", "forger", "revtim is put before creatim.", "RT01",
         ("rtf", rtf(revised="2016-05-02T10:00")), before=before)
    keep("rtf-datastore-later", "forger", """Both times of info are put back by a year; the datastore's
        keeps the day of the save.""", "RT02", ("rtf", rtf("2015-06-14T12:08", "2015-06-15T15:41")),
         before=before)
    keep("rtf-sum-changed", "forger", "A sum is changed in a text editor.",
         "nothing in the file alone; the difference",
         ("rtf", before.replace(b"4,200", b"42,000")), before=before)
    keep("rtf-in-zone", "innocent", "As Word saves it: the datastore's UTC is three hours behind revtim.", "",
         ("rtf", before))
    keep("rtf-libreoffice", "innocent", "Exported by LibreOffice.", "",
         ("rtf", office(zipped(word()), "docx", "rtf")))
    keep("rtf-wordpad", "innocent", "WordPad's: no info at all.", "", ("rtf", (
        "{\\rtf1\\ansi\\ansicpg1252\\deff0\\nouicompat\\deflang1036{\\fonttbl{\\f0\\fnil Calibri;}}\r\n"
        "{\\*\\generator Riched20 10.0.19041}\\viewkind4\\uc1 \r\n\\pard\\sa200\\f0\\fs22 "
        + NOTE[1] + "\\par\r\n}\r\n").encode()))
    keep("html-by-word", "innocent", "Word saved it as a web page.", "", ("html", (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40">'
        '<head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=Generator '
        'content="Microsoft Word 15"><title>Note</title><!--[if gte mso 9]><xml><o:DocumentProperties>'
        f"<o:Author>{ANNA}</o:Author><o:LastAuthor>{LUC}</o:LastAuthor><o:Revision>3</o:Revision>"
        "<o:TotalTime>12</o:TotalTime><o:Created>2017-03-02T09:12:00Z</o:Created>"
        "<o:LastSaved>2017-03-02T09:24:00Z</o:LastSaved></o:DocumentProperties></xml><![endif]--></head>"
        f"<body><p class=MsoNormal>{NOTE[1]}</p></body></html>").encode()))
    page = (f"<!DOCTYPE html><html><head><title>Budget</title></head><body><p>{NOTE[2]}</p></body>"
            "</html>").encode()
    keep("html-saved-page", "innocent", "A page saved by a browser, which notes where it was.", "", (
        "html", page.replace(b"<html>", b"<!-- saved from url=(0038)http://salle-des-quais.example/preise"
                                        b" -->\n<html>", 1)))
    mht = ("From: <Saved by Blink>\r\nSnapshot-Content-Location: https://salle-des-quais.example/\r\n"
           "Subject: Salle des Quais\r\nDate: Tue, 14 Mar 2017 09:12:44 -0000\r\nMIME-Version: 1.0\r\n"
           'Content-Type: multipart/related; type="text/html"; boundary="----MultipartBoundary--x1"\r\n\r\n'
           "------MultipartBoundary--x1\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: "
           "quoted-printable\r\nContent-Location: https://salle-des-quais.example/\r\n\r\n").encode()
    keep("mht-saved-page", "innocent", "A page saved by Chrome as one file.", "",
         ("mht", mht + page.replace(b"=", b"=3D") + b"\r\n------MultipartBoundary--x1--\r\n"))


def make():
    forged_sheets()
    innocent_sheets()
    documents()
    texts()
