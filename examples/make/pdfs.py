"""Cases of PDF: files of fictional people, saved again by incremental updates, signed, changed after.

Everything is written here byte by byte, apart from Lydite's reader. Signatures are made by `personal.cms`
with the keys in `keys/`.
"""

import shutil
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

from personal import cms

CHECKS = Path(__file__).parents[2] / "crates/lydite-core/src/checks/document"
HOLE = 6000
MARCH = "D:20170314091244+01'00'"
LATER = "D:20170402180000+02'00'"
XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">{}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def stream(data, fields=""):
    data = data.encode() if isinstance(data, str) else data
    return f"<<{fields}/Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream"


def text(*lines):
    shown = "".join(f"({line}) Tj 0 -20 Td " for line in lines)
    return stream(f"BT /F1 12 Tf 72 720 Td {shown}ET")


class Pdf:
    """A file that grows by what is saved."""

    def __init__(self, before=b""):
        self.data = before + b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
        self.base = len(before)
        self.prev = None
        self.size = 0

    def save(self, objects, trailer="/Root 1 0 R/Info 5 0 R", freed=(), section=None):
        """Writes objects, a table of them, and a trailer that names the one before."""
        places = {}
        for number, body in sorted(objects.items()):
            body = body.encode("latin-1") if isinstance(body, str) else body
            places[number] = len(self.data) - self.base
            self.data += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        start = len(self.data) - self.base
        rows = {number: f"{at:010} 00000 n \n" for number, at in places.items()}
        rows |= {number: "0000000000 00001 f \n" for number in freed}
        if self.prev is None:
            rows[0] = "0000000000 65535 f \n"
        self.size = max(self.size, *rows, 0) + 1 if self.size <= max(rows, default=0) else self.size
        table = "".join(f"{number} 1\n{row}" for number, row in sorted(rows.items())) or "0 0\n"
        prev = "" if self.prev is None else f"/Prev {self.prev}"
        self.data += (f"xref\n{table}trailer\n<</Size {self.size}{trailer}{prev}>>\n"
                      f"startxref\n{start}\n%%EOF\n").encode()
        self.prev = start
        return self


def info(created=MARCH, modified=None, more=""):
    dates = (f"/CreationDate ({created})" if created else "") + (f"/ModDate ({modified})" if modified else "")
    return f"<</Producer (Plume 4.2)/Creator (Atelier)/Author (Anna Morel){dates}{more}>>"


def letter(*lines, catalogue="", page="", resources="", described=None):
    """Objects 1 to 6: catalogue, pages, page, font, Info, content."""
    lines = lines or ("Montant: 1200 EUR", "Parti Horizon")
    return {
        1: f"<</Type/Catalog/Pages 2 0 R{catalogue}>>",
        2: "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 6 0 R"
           f"/Resources<</Font<</F1 4 0 R>>{resources}>>{page}>>",
        4: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        5: described or info(),
        6: text(*lines),
    }


def signed(first, certifies="", change=None, weak=False):
    """A second revision with a signature field that covers the whole file."""
    pdf = Pdf().save(first)
    reference = (f"/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</P {certifies}"
                 "/V/1.2>>>>]") if certifies else ""
    value = (f"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/M({MARCH}){reference}"
             f"/ByteRange[0 {'*' * 30}]/Contents<{'0' * HOLE}>>>")
    pdf.save({
        1: "<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[7 0 R 9 0 R]>>>>",
        3: first[3].replace("/Contents", "/Annots[7 0 R 9 0 R]/Contents"),
        7: "<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature)/Rect[0 0 0 0]/P 3 0 R/V 8 0 R>>",
        8: value,
        9: "<</Type/Annot/Subtype/Widget/FT/Tx/T(Lieu)/Rect[72 600 300 620]/P 3 0 R/V(Lyon)>>",
    })
    data = bytearray(pdf.data)
    hole = data.index(b"/Contents<0000") + len("/Contents")
    after = hole + HOLE + 2
    ranges = f"{hole} {after} {len(data) - after}".ljust(30).encode()
    mark = data.index(b"*" * 30)
    data[mark:mark + 30] = ranges
    content = bytes(data[:hole] + data[after:])
    made = cms(content, digest="sha1" if weak else "sha256").hex().encode()
    data[hole + 1:hole + 1 + len(made)] = made
    if change:
        old, new = change
        assert data.count(old) == 1 and len(old) == len(new)
        data = data.replace(old, new)
    pdf.data = bytes(data)
    return pdf


def font(modified):
    """A TrueType program of one table: head, with that date (seconds since 1904)."""
    head = struct.pack(">HHIIIHHqq4hHHhhh", 1, 0, 0x10000, 0, 0x5F0F3CF5, 0, 1000, modified, modified,
                       0, 0, 0, 0, 0, 8, 2, 0, 0)
    return struct.pack(">IHHHH", 0x10000, 1, 16, 0, 0) + struct.pack(">4sIII", b"head", 0, 28, len(head)) + head


SINCE_1904 = 2_082_844_800


def with_font(modified, **options):
    objects = letter(**options)
    objects[4] = "<</Type/Font/Subtype/TrueType/BaseFont/ABCDEF+Ardoise/FontDescriptor 7 0 R>>"
    objects[7] = "<</Type/FontDescriptor/FontName/ABCDEF+Ardoise/Flags 32/FontFile2 8 0 R>>"
    objects[8] = stream(zlib.compress(font(modified + SINCE_1904)), "/Filter/FlateDecode")
    return Pdf().save(objects).data


def with_xmp(fields, **options):
    objects = letter(catalogue="/Metadata 7 0 R", **options)
    objects[7] = stream(XMP.format(fields), "/Type/Metadata/Subtype/XML")
    return Pdf().save(objects).data


def qpdf(data, *options):
    """The file as `qpdf` writes it, the same every time."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "in.pdf").write_bytes(data)
        subprocess.run(["qpdf", "--static-id", "--static-aes-iv", "--allow-weak-crypto", *options,
                        f"{folder}/in.pdf", f"{folder}/out.pdf"], check=True)
        return (Path(folder) / "out.pdf").read_bytes()


def revisions(add):
    amended = Pdf().save(letter()).save({6: text("Montant: 9200 EUR", "Parti Horizon")})
    add("amount-changed", "An amount changed by an incremental update; the old page is still there.",
        ["earlier-revision", "earlier-text-differs"], amended.data)
    noted = Pdf().save(letter()).save({
        3: letter(page="/Annots[7 0 R]")[3],
        7: "<</Type/Annot/Subtype/Text/Rect[10 10 20 20]/Contents(Relu)>>"})
    add("note-added", "A note; no word of the page changed.", ["earlier-revision"], noted.data)
    add("page-freed", "An update that only frees an object.", ["earlier-revision"],
        Pdf().save(letter() | {7: "(draft)"}).save({}, freed=[7]).data)
    # Office: a second section behind the end, of no object of its own.
    add("hybrid-of-one-save", "A second section that brings nothing, as Office writes: one save.", [],
        Pdf().save(letter()).save({}).data)
    add("ids-differ", "The two file ids differ, as after every save.", [],
        Pdf().save(letter(), "/Root 1 0 R/Info 5 0 R/ID[<00aa><00bb>]").data)
    add("plain", "One revision.", [], Pdf().save(letter()).data)
    loop = Pdf().save(letter()).save({6: text("x")}).data
    add("malformed", "A chain that leads back to itself.", [],
        loop.replace(f"/Prev {loop.index(b'xref')}".encode(), b"/Prev " + str(loop.rindex(b"xref\n6")).encode()))


def dates(add):
    def dated(created, modified):
        return Pdf().save(letter(described=info(created, modified))).data
    add("modified-first", "Made in April, changed in March.", ["modified-before-created"],
        dated(LATER, MARCH))
    add("same-day", "Minutes apart, the wrong way round.", [],
        dated("D:20170314091300+01'00'", MARCH))
    add("summer-time", "Winter and summer time of one place.", [], dated(MARCH, LATER))
    add("zones", "Made in Paris, changed at the coast of the Pacific.", ["zones-differ"],
        dated(MARCH, "D:20170315091244-07'00'"))
    back = Pdf().save(letter(described=info(MARCH, LATER))).save({5: info(MARCH, MARCH)})
    add("revision-back", "A second revision dated before the first.", ["revision-dated-back"], back.data)
    add("no-zone", "No zone is stated.", [], dated("D:20170314", "D:2017"))
    add("malformed", "Dates that are none.", [], dated("D:20179944(", "yesterday\\377"))


def info_xmp(add):
    tool = "<xmp:CreatorTool>Atelier</xmp:CreatorTool><pdf:Producer>{}</pdf:Producer>"
    add("agree", "Both say the same.", [], with_xmp(tool.format("Plume 4.2")))
    add("agree-encoded", "Info in UTF-16, XMP in UTF-8: one text.", [], with_xmp(
        "<dc:title><rdf:Alt><rdf:li>Été à Lyon</rdf:li></rdf:Alt></dc:title>",
        described=info(more="/Title <" + ("\ufeff" + "Été à Lyon").encode("utf-16-be").hex() + ">")))
    add("differs", "Another program in XMP.", ["differs"], with_xmp(tool.format("Encrier 9")))
    date = "<xmp:CreateDate>{}</xmp:CreateDate>"
    add("dates-differ", "XMP kept an older date.", ["dates-differ"],
        with_xmp(date.format("2016-11-02T10:00:00+01:00")))
    add("zone-left-out", "XMP left out the zone.", [], with_xmp(date.format("2017-03-14T09:12:44")))
    add("malformed", "XMP that breaks off.", [], with_xmp("<xmp:CreatorTool"))
    add("day-alone", "Info names the day, XMP the minute.", [],
        with_xmp(date.format("2017-03-14T17:19:21+01:00"), described=info("D:20170314")))


def signature(add):
    first = letter()
    amended = lambda pdf: pdf.save({6: text("Montant: 9200 EUR", "Parti Horizon")}).data
    catalogue = "<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[7 0 R 9 0 R]>>{}>>"
    filled = {9: "<</Type/Annot/Subtype/Widget/FT/Tx/T(Lieu)/Rect[72 600 300 620]/P 3 0 R/V(Paris)>>"}
    add("holds", "Signed, nothing changed.", ["holds"], signed(first).data)
    add("holds-sha1", "The same with SHA-1.", ["holds"], signed(first, weak=True).data)
    add("holds-after-upkeep", "Revocation data added later.", ["holds"], signed(first).save(
        {1: catalogue.format("/DSS<</Certs[10 0 R]>>"), 10: stream(b"\x30\x00")}).data)
    add("filled-after", "A field filled after signing.", ["filled-after", "holds"],
        signed(first).save(filled).data)
    add("filled-after-certified", "The same where the signature permits no change.", ["changed-after"],
        signed(first, certifies="1").save(filled).data)
    white = stream("1 1 1 rg 0 0 200 20 re f", "/Type/XObject/Subtype/Form/BBox[0 0 200 20]")
    def covered(kind, rect, look=white, more=""):
        return signed(first).save({
            3: first[3].replace("/Contents", "/Annots[7 0 R 9 0 R 11 0 R]/Contents"),
            11: f"<</Type/Annot/Subtype/{kind}/Rect[{rect}]/Contents(9200)/AP<</N 12 0 R>>{more}>>",
            12: look}).data
    add("covered-after", "A white note laid over the amount after signing.", ["filled-after", "covered-after"],
        covered("FreeText", "70 715 270 735"))
    add("annotated-after", "The same in the margin.", ["filled-after", "holds"],
        covered("FreeText", "300 400 500 420"))
    add("highlighted-after", "The amount marked in yellow.", ["filled-after", "holds"],
        covered("Highlight", "70 715 270 735"))
    add("stamped-after", "A stamp of lines upon the amount.", ["filled-after", "holds"],
        covered("Stamp", "70 715 270 735", stream("1 0 0 RG 0 0 200 20 re S",
                                                  "/Type/XObject/Subtype/Form/BBox[0 0 200 20]")))
    add("changed-after", "An outline added after signing.", ["changed-after"],
        signed(first).save({1: catalogue.format("/Outlines 10 0 R"), 10: "<</Type/Outlines/Count 0>>"}).data)
    add("pages-changed-after", "The amount changed by an update after signing.", ["pages-changed-after"],
        amended(signed(first)))
    add("shadow-tree", "Another tree of pages shown after signing.", ["pages-changed-after"],
        signed(first).save({1: catalogue.replace("2 0 R", "10 0 R", 1).format(""),
                            10: "<</Type/Pages/Kids[11 0 R]/Count 1>>",
                            11: first[3].replace("2 0 R", "10 0 R").replace("6 0 R", "12 0 R"),
                            12: text("Montant: 9200 EUR")}).data)
    add("differs", "A digit changed inside the signed bytes.", ["differs"],
        signed(first, change=(b"Montant: 1200", b"Montant: 9200")).data)
    moved = signed(first).data
    add("not-in-place", "A byte put into a comment at the top: all ranges are off, as after rewriting.",
        ["not-in-place"], moved.replace(b"%\xe2\xe3", b"%%\xe2\xe3", 1))
    odd = signed(first).data.replace(b"adbe.pkcs7.detached", b"example.own.coding\x20")
    add("unopened", "A coding that is not read.", ["unopened"], odd)
    cut = bytearray(signed(first).data)
    at = cut.index(b"/Contents<30") + 10
    cut[at:at + 40] = b"0" * 40
    add("malformed", "No CMS in the signature.", ["unopened"], bytes(cut))


def fonts(add):
    march_2017, june_2017, day = 1_489_479_164, 1_497_000_000, 86_400
    add("older", "A font of two years before.", [], with_font(march_2017 - 700 * day))
    add("newer-than-saved", "A font finished three months after the file says it was made.",
        ["newer-than-saved"], with_font(june_2017))
    add("newer-than-created", "The same, saved again later.", ["newer-than-created"],
        with_font(june_2017, described=info(MARCH, "D:20180101120000Z")))
    add("no-date", "The date was removed from the font.", [], with_font(-SINCE_1904))
    add("undated", "The file states no date.", [], with_font(june_2017, described=info(None)))
    add("malformed", "A font that breaks off.", [], Pdf().save(letter() | {
        4: "<</Type/Font/Subtype/TrueType/BaseFont/X/FontDescriptor<</FontFile2 8 0 R>>>>",
        8: stream(b"\x00\x01\x00\x00\x00\xff")}).data)


def traces(add):
    edited = letter()
    edited[6] = stream("/TouchUp_TextEdit MP BT /F1 12 Tf 72 720 Td (Montant) Tj ET")
    add("text-tool", "A line edited with Acrobat's text tool.", ["text-tool"], Pdf().save(edited).data)
    add("program-data", "An illustration program keeps its own data.", ["program-data"],
        Pdf().save(letter(page="/PieceInfo<</Dessin<</LastModified(D:2017)>>>>")).data)
    picture = "<</Type/XObject/Subtype/Image/Width 2/Height 2/ColorSpace/DeviceGray/BitsPerComponent 8"
    scan = letter(resources="/XObject<</Im1 7 0 R>>")
    scan[6] = stream("q 595 0 0 842 0 0 cm /Im1 Do Q")
    scan[7] = stream(b"\x00\xff\xff\x00", picture[2:])
    add("scanned", "One image fills the page.", ["scanned"], Pdf().save(scan).data)
    layered = dict(scan)
    layered[6] = stream("q 595 0 0 842 0 0 cm /Im1 Do Q BT 3 Tr /F1 12 Tf 72 720 Td (Montant) Tj ET")
    add("scanned-layers", "With a layer of recognised text behind it, as scanners write: no more than a scan.",
        ["scanned"], Pdf().save(layered).data)
    logo = dict(scan)
    logo[6] = stream("q 90 0 0 40 0 0 cm /Im1 Do Q BT /F1 12 Tf 72 720 Td (Montant) Tj ET")
    add("logo", "A letter with a picture in it.", [], Pdf().save(logo).data)
    add("embedded-files", "A table of figures behind a letter.", ["embedded-files"],
        Pdf().save(letter(catalogue="/Names<</EmbeddedFiles<</Names[(a) 7 0 R]>>>>") | {
            7: "<</Type/Filespec/F(chiffres.csv)/UF(chiffres.csv)/EF<</F 8 0 R>>>>",
            8: stream("a;b\n", "/Type/EmbeddedFile")}).data)
    add("bytes-before", "A header of a server before the file.", ["bytes-before"],
        Pdf(b"\x00\x00HTTP/1.1 200 OK\r\n\r\n").save(letter()).data)
    add("bytes-behind", "Another line behind the end.", ["bytes-behind"],
        Pdf().save(letter()).data + b"<!-- served by cache -->")
    add("blanks-behind", "Line ends behind the end.", [], Pdf().save(letter()).data + b"\r\n\0\x1a")
    box = lambda look, more="": Pdf().save(letter(page="/Annots[7 0 R]") | {
        7: f"<</Type/Annot/Subtype/Square/Rect[60 712 400 740]/IC[0 0 0]{more}>>", 8: look}).data
    add("covered-words", "A black box over the amount, which stands below.", ["covered-words"], box(stream("")))
    add("covered-faintly", "The same, half transparent.", [], box(stream(""), "/CA 0.5"))
    add("covered-hidden", "The same, hidden.", [], box(stream(""), "/F 2"))
    def painted(over):
        page = letter(resources="/ExtGState<</G1<</ca 0.4>>>>")
        page[6] = stream(f"BT /F1 12 Tf 72 720 Td (Montant: 1200 EUR) Tj ET {over}")
        return Pdf().save(page).data
    add("painted-over", "White is painted over the amount and another one written upon it.", ["covered-words"],
        painted("1 g 60 712 400 30 re f 0 g BT /F1 12 Tf 72 720 Td (Montant: 9200 EUR) Tj ET"))
    add("painted-below", "The colour of the line is painted first.", [],
        Pdf().save(letter() | {6: stream("1 1 0 rg 60 712 400 30 re f 0 g BT /F1 12 Tf 72 720 Td (Montant) Tj ET")}).data)
    add("painted-faintly", "Marked in a colour that lets the words through.", [],
        painted("/G1 gs 1 1 0 rg 60 712 400 30 re f"))
    add("struck-through", "A line through the words.", [], painted("0 g 60 723 400 1 re f"))
    add("second-file", "Another letter behind the first.", ["second-file"],
        Pdf().save(letter()).data + Pdf().save(letter("Montant: 9200 EUR")).data)
    add("embedded-pdf", "A PDF embedded as it is.", ["embedded-files"],
        Pdf().save(letter(catalogue="/Names<</EmbeddedFiles<</Names[(a) 7 0 R]>>>>") | {
            7: "<</Type/Filespec/F(annexe.pdf)/UF(annexe.pdf)/EF<</F 8 0 R>>>>",
            8: stream(Pdf().save(letter("Annexe")).data.replace(b"startxref", b"startxxef"),
                      "/Type/EmbeddedFile")}).data)
    cut = Pdf().save(letter())
    kept = (cut.prev, cut.size)
    cut.save({6: text("Montant: 9200 EUR")})
    cut.prev, cut.size = kept
    cut.save({6: text("Montant: 3200 EUR")})
    add("unfollowed", "A state that the last save left out of the chain.", ["unfollowed-sections"], cut.data)
    locked = Pdf().save(letter() | {7: "<</Filter/Standard/V 1/R 2/P -4/O(" + "o" * 32 + ")/U(" + "u" * 32 + ")>>"},
                        "/Root 1 0 R/Info 5 0 R/Encrypt 7 0 R/ID[(a)(a)]")
    add("encrypted", "A password is asked for.", ["encrypted"], locked.data)
    # The user password is empty: every reader opens them without asking. `qpdf` locks them.
    for name, bits, options in [("rc4-40", "40", []), ("rc4-128", "128", ["--use-aes=n"]),
                                ("aes-128", "128", ["--use-aes=y"]), ("aes-256", "256", [])]:
        # Its key is random, so a file that is there stays.
        kept = KEPT.get(name) or qpdf(Pdf().save(letter()).data, "--encrypt", "", "owner", bits, *options, "--")
        add(f"opened-{name}", f"Encrypted ({name}) with the empty user password.", [], kept)
    add("opened-packed", "Object streams and a cross-reference stream.", [],
        qpdf(Pdf().save(letter()).data, "--object-streams=generate"))
    add("linearized", "Two sections, one save.", [], qpdf(Pdf().save(letter()).data, "--linearize"))
    add("malformed", "A mark and nothing else.", [], b"%PDF-1.4\n")


KEPT = {}


def make():
    random = CHECKS / "pdf_traces/opened-aes-256.pdf"
    if random.exists():
        KEPT["aes-256"] = random.read_bytes()
    for check in [revisions, dates, info_xmp, signature, fonts, traces]:
        folder = CHECKS / f"pdf_{check.__name__}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

        def add(name, why, codes, data):
            listed = ", ".join(f'"{code}"' for code in codes)
            (folder / f"{name}.pdf").write_bytes(data)
            (folder / f"{name}.toml").write_text(
                f'why = "{why}"\norigin = "synthetic, examples/make/pdfs.py"\ncodes = [{listed}]\n')

        check(add)


if __name__ == "__main__":
    make()
