"""Kinds of OOXML and ODF: what forgers do to Office's files, and what happens to them innocently."""

import copy
import datetime
import io
import pathlib
import re
import subprocess
import tempfile

import docx
import openpyxl

from forms import (ANNA, BUDGET, LUC, NOTE, OFFICE, STAFF, TOM, TYPES, XML, comment, computed, core,
                   deleted, excel, inserted, paragraph, table, word)
from kept import keep
from packed import SDK, UNIX, unzipped, zipped

TODAY = {"date": (2017, 5, 5, 14, 31, 8)}
HAND = {**UNIX, **TODAY}
DOTNET = {**SDK, **TODAY}
PROPERTIES = "docProps/core.xml"


def office(data, ending, to, options=""):
    """LibreOffice opens `data` and saves it as `to`."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / f"in.{ending}"
        source.write_bytes(data)
        out = pathlib.Path(folder) / "out"
        subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/user", "--headless",
                        "--convert-to", to + options, "--outdir", out, source], check=True,
                       capture_output=True, timeout=120)
        return (out / f"in.{to.split(':')[0]}").read_bytes()


def replaced(parts, name, old, new):
    """Text of one part changed; the rest stays."""
    parts = dict(parts)
    assert old.encode() in parts[name], (name, old)
    parts[name] = parts[name].replace(old.encode(), new.encode())
    return parts


def budget(row, column, value):
    rows = copy.deepcopy(BUDGET)
    rows[row][column] = value
    return rows


def by_openpyxl(data, change=lambda book: None, at=datetime.datetime(2017, 5, 5, 14, 31, 8)):
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    book.properties.modified = at
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def saved_docx(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def forged_word():
    note = word()
    before = zipped(note)
    backdated = {"created": "2014-01-20T09:12:00Z", "modified": "2014-02-03T16:40:00Z"}
    keep("docx-backdated-newer-namespaces", "forger", """A document of Word 2024 is given dates of
        2014; its parts declare namespaces that Word wrote from 2016 to 2023 on.""", "OX08",
         ("docx", zipped(word(2024, dates=backdated))), before=zipped(word(2024, dates={
             "created": "2024-05-06T09:12:00Z", "modified": "2024-05-06T16:40:00Z"})))
    keep("docx-backdated-one-part", "forger", """Only docProps/core.xml is rewritten, by a script that
        packs that part anew with today's date in the zip.""", "OX06, OX04", ("docx", zipped(
        {**note, PROPERTIES: core(created="2013-03-04T10:00:00Z",
                                  modified="2013-03-08T18:22:31Z").encode()},
        styles={PROPERTIES: DOTNET})), before=before)
    keep("docx-seconds", "forger", "Modified is set by a program that keeps seconds; Word keeps none.",
         "OX04", ("docx", zipped(word(2013, dates={"modified": "2016-12-01T17:03:26Z"}))),
         before=zipped(word(2013)))
    keep("docx-seconds-word-16", "forger", "The same in a document of a later Word.", "OX04",
         ("docx", zipped(word(dates={"modified": "2016-12-01T17:03:26Z"}))), before=before)
    keep("docx-rezipped-by-hand", "forger", """Unzipped, the sum in the text changed, zipped again with
        Info-ZIP: other order, folders as entries, today's dates, made on a Unix.""", "OX05", ("docx",
         zipped({"docProps/": b"", "word/": b"", **dict(sorted(replaced(
             note, "word/document.xml", "4,200", "42,000").items()))}, HAND)), before=before)
    keep("docx-one-part-replaced", "forger", "A name is added to the text; only that part is packed anew.",
         "OX06", ("docx", zipped(replaced(note, "word/document.xml", "the volunteers".capitalize(),
                                           "Tom Reyes and the volunteers"),
                                  styles={"word/document.xml": DOTNET})), before=before)
    keep("docx-text-changed-form-kept", "forger", """A knowing forger changes a sum in the text and packs
        everything as Word does.""", "nothing in the file alone; the difference beside another copy",
         ("docx", zipped(replaced(note, "word/document.xml", "1,850", "18,500"))), before=before)
    keep("docx-paragraph-inserted", "forger", """A paragraph is put in between, packed as Word does; its
        revision id stands in no table of the settings.""", "OX10 weakly; the difference",
         ("docx", zipped(word(text=NOTE[:3] + [paragraph(
             "The rest goes to the account that Luc named.", "00BADBAD")] + NOTE[3:]))), before=before)
    keep("docx-last-author-changed", "forger", "The last author becomes a name in another script.",
         "OX06, OX01", ("docx", zipped({**note, PROPERTIES: core(last="Георгий Вымышленный").encode()},
                                        styles={PROPERTIES: DOTNET})), before=before)
    keep("docx-metadata-of-another", "forger", """Both docProps parts are another document's, whose Word
        is older than the namespaces of the text.""", "OX06, OX08", ("docx", zipped(
        {**word(2024), **{name: data for name, data in word(2010, dates={
            "creator": TOM, "last": TOM, "created": "2011-05-03T07:00:00Z",
            "modified": "2011-05-03T07:40:00Z"}, company="Salle des Quais").items()
            if name.startswith("docProps")}},
        styles={PROPERTIES: HAND, "docProps/app.xml": HAND})), before=zipped(word(2024)))
    keep("docx-created-after-modified", "forger", "Modified is put back before Created.", "OX03",
         ("docx", zipped(word(dates={"modified": "2016-01-02T10:05:00Z"}))), before=before)
    keep("docx-printed-before-created", "forger", "Created is put forward, the print's date is forgotten.",
         "OX03", ("docx", zipped(word(dates={"printed": "2015-06-01T09:00:00Z"}))), before=zipped(word(
             dates={"printed": "2015-06-01T09:00:00Z", "created": "2015-05-04T08:00:00Z"})))
    remarks = [comment(1, who, "2017-03-01T18:10:00Z", "Is this what the hall asks for?")
               for who in (LUC, TOM)]
    keep("docx-comment-author-changed", "forger", """A comment is given another author; only the part of
        comments is packed anew.""", "OX06", ("docx", zipped(
        word(comments=remarks[1]), styles={"word/comments.xml": DOTNET})),
         before=zipped(word(comments=remarks[0])))
    later = NOTE + [inserted("Paid in cash.", LUC, "2017-03-02T17:31:00Z")]
    keep("docx-tracked-change-later", "forger", """The file is put back to 2015, the tracked change of 2017
        stays in it.""", "OX12, OX03", ("docx", zipped(word(text=later, dates={
            "created": "2015-02-02T09:12:00Z", "modified": "2015-03-02T16:40:00Z"}))),
         before=zipped(word(text=later)))
    early = {"created": "2012-04-02T09:00:00Z", "modified": "2012-04-02T09:40:00Z"}
    keep("docx-future-font", "forger", """Dated 2012; its default font Aptos is that of Office since
        2023.""", "OX15", ("docx", zipped(word(2010, styles_font="Aptos", dates=early))),
         before=zipped(word(2010, dates=early)))
    document = docx.Document(io.BytesIO(before))
    document.paragraphs[1].runs[0].text = "The hall at the quay costs 9,900 euros for the evening."
    document.core_properties.modified = datetime.datetime(2016, 12, 24, 9, 30, 11)
    keep("docx-by-library-with-words-name", "forger", """python-docx changes a sum and a date; app.xml still
        names Word.""", "OX04, OX05", ("docx", saved_docx(document)), before=before)


def forged_sheets():
    sheet = excel()
    before = zipped(sheet)
    keep("xlsx-cell-changed-resaved", "forger", "One cell changed with openpyxl and saved.",
         "OX05; the difference, by cell", ("xlsx", by_openpyxl(
             before, lambda book: book["Budget"].__setitem__("B2", 14200))), before=before)
    keep("xlsx-cell-changed-one-part", "forger", """One cell's number is changed in the XML of its part;
        the sums calculated before stay.""", "OX06, OX22", ("xlsx", zipped(
        excel(budget(1, 1, 14200), computed_before()),
        styles={"xl/worksheets/sheet1.xml": DOTNET})), before=before)
    keep("xlsx-sum-no-longer-adds-up", "forger", """The same, packed as Excel does: only the arithmetic is
        left to tell.""", "OX22", ("xlsx", zipped(excel(budget(2, 2, 8150), with_cell(2, 2, 8150)))),
         before=before)
    plain = [[v if not isinstance(v, str) or not v.startswith("=") else computed_before()[r][c]
              for c, v in enumerate(row)] for r, row in enumerate(BUDGET)]
    changed = copy.deepcopy(plain)
    changed[2][3] = 12400
    keep("xlsx-typed-sum-no-longer-adds-up", "forger", """Sums are typed numbers; one amount is changed and
        its sums are left.""", "the difference: a sum that held before", ("xlsx", zipped(excel(changed))),
         before=zipped(excel(plain)))
    row = with_row(4, ["Foundation Open Ballot", 240000, 0, 0, "=SUM(B4:D4)"])
    keep("xlsx-row-inserted", "forger", "A row is put into the budget in LibreOffice.",
         "OX07; the difference, by row", ("xlsx", office(zipped(excel(row)), "xlsx", "xlsx")),
         before=before)
    keep("xlsx-build-newer-than-dates", "forger", """Dated 2014; the workbook names a build of Excel of
        2021.""", "OX09", ("xlsx", zipped(excel(build="24026", edited="7", dates={
            "created": "2014-02-03T08:31:17Z", "modified": "2014-02-04T15:20:44Z", "revision": 0}))),
         before=before)
    batch = []
    for number, who in enumerate([ANNA, LUC, TOM, STAFF]):
        at = f"2017-03-27T10:0{number}:{17 + 11 * number}Z"
        batch.append(("xlsx", zipped(excel(budget(1, 2, 300 * number), dates={
            "creator": who, "last": "Георгий Вымышленный", "created": f"20{number + 10}-12-05T08:31:17Z",
            "modified": at, "revision": 0}))))
    keep("xlsx-batch-resaved", "forger", """Four people's workbooks of several years, all saved within four
        minutes by one user.""", "the analysis of the whole dump (CO01), not one document", *batch, before=before)
    hidden = zipped(replaced(excel(), "xl/workbook.xml", 'sheetId="1"', 'sheetId="1" state="visible"'))
    book = openpyxl.load_workbook(io.BytesIO(hidden))
    book.create_sheet("Old").sheet_state = "veryHidden"
    book["Old"]["A1"] = "paid in cash"
    out = io.BytesIO()
    book.save(out)
    keep("xlsx-very-hidden-sheet", "forger", "A sheet that no menu shows is planted.",
         "OX22: hidden sheets are named", ("xlsx", out.getvalue()), before=before)


def computed_before():
    return computed(BUDGET)


def with_row(number, row):
    """The budget with a row put in at `number`; formulas follow, as a spreadsheet makes them."""
    def moved(value):
        follow = lambda m: str(int(m[0]) + (int(m[0]) >= number))  # noqa: E731
        return re.sub(r"\d+", follow, value) if str(value).startswith("=") else value
    rows = [[moved(value) for value in line] for line in BUDGET]
    return rows[:number - 1] + [row] + rows[number - 1:]


def with_cell(row, column, value):
    values = computed_before()
    values[row][column] = value
    return values


def forged_open():
    text = office(zipped(word()), "docx", "odt")
    parts = unzipped(text)
    order = {name: data for name, data in parts.items() if name != "mimetype"}
    generator = re.search(rb"<meta:generator>(.*?)</meta:generator>", parts["meta.xml"])[1].decode()
    keep("odt-generator-changed", "forger", """meta.xml says Word wrote it, the rest is LibreOffice's; packed
        with mimetype last and compressed.""", "OD01, OD02", ("odt", zipped(
        {**replaced(order, "meta.xml", generator, "MicrosoftOffice/15.0 MicrosoftWord"),
         "mimetype": parts["mimetype"]}, HAND)), before=text)
    keep("odt-text-changed", "forger", "The sum in content.xml is changed, that part alone has a later date.",
         "OD02; the difference", ("odt", zipped(replaced(parts, "content.xml", "4,200", "42,000"),
                                                 {**UNIX, "stored": "mimetype",
                                                  "date": (2017, 3, 2, 16, 40, 0)},
                                                 {"content.xml": HAND})), before=text)
    sheet = office(zipped(excel()), "xlsx", "ods")
    parts = unzipped(sheet)
    keep("ods-cell-changed-sum-left", "forger", """office:value and text of one cell are changed in
        content.xml, the sums calculated before stay.""", "the difference: sums; OD02", ("ods", zipped(
        replaced(replaced(parts, "content.xml", 'office:value="3900"', 'office:value="13900"'),
                 "content.xml", ">3900<", ">13900<"),
        {**UNIX, "stored": "mimetype", "date": (2017, 3, 2, 16, 40, 0)})), before=sheet)


def innocent_word():
    note = word()
    plain = zipped(note)
    keep("docx-as-saved", "innocent", "As Word saves it.", "", ("docx", plain))
    keep("docx-libreoffice", "innocent", "Opened and saved with LibreOffice.", "",
         ("docx", office(plain, "docx", "docx")), before=plain)
    document = docx.Document()
    document.add_heading("Note to the treasurer")
    document.add_paragraph(NOTE[1])
    keep("docx-python-docx", "innocent", "Exported by a program built on python-docx, whose template says Word.",
         "", ("docx", saved_docx(document)))
    keep("docx-template-of-another", "innocent", """Made of a template that another person wrote years ago:
        author, company and Created are the template's.""", "", ("docx", zipped(word(
        dates={"creator": "Parti Horizon", "created": "2009-03-11T09:00:00Z", "revision": 2},
        template="Brief_2009.dotx", company="Agence Rivage"))))
    keep("docx-save-as", "innocent", """Saved under another name: Created is today's, the print's date
        is older.""", "", ("docx", zipped(word(dates={
            "created": "2017-03-02T16:40:00Z", "modified": "2017-03-02T16:40:00Z", "revision": 1,
            "printed": "2016-11-20T09:00:00Z"}, minutes=0))))
    keep("docx-mail-gateway", "innocent", "A mail gateway unpacked and packed it: every entry has its time.",
         "", ("docx", zipped(note, DOTNET)), before=plain)
    label = (f'{XML}<Properties xmlns="{OFFICE}/custom-properties" xmlns:vt="{OFFICE}/docPropsVTypes">'
             '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" '
             'name="MSIP_Label_0f1e2d3c-0000-4000-8000-00000000beef_Enabled"><vt:lpwstr>true'
             "</vt:lpwstr></property></Properties>")
    labelled = {**note, "docProps/custom.xml": label.encode()}
    labelled["[Content_Types].xml"] = labelled["[Content_Types].xml"].replace(b"</Types>", (
        '<Override PartName="/docProps/custom.xml" ContentType="'
        f'{TYPES}custom-properties+xml"/></Types>').encode())
    labelled["_rels/.rels"] = labelled["_rels/.rels"].replace(b"</Relationships>", (
        f'<Relationship Id="rId4" Type="{OFFICE}/relationships/custom-properties" '
        'Target="docProps/custom.xml"/></Relationships>').encode())
    touched = ["docProps/custom.xml", "[Content_Types].xml", "_rels/.rels"]
    keep("docx-label-added", "innocent", "A label of classification was put on by the company's software.",
         "", ("docx", zipped(labelled, styles={name: DOTNET for name in touched})), before=plain)
    tracked = word(text=NOTE[:4] + [inserted("Please sign before Friday.", LUC, "2017-03-02T17:31:00Z"),
                                    deleted("Please sign soon.", LUC, "2017-03-02T17:31:00Z")])
    keep("docx-changes-accepted", "innocent", "Tracked changes were accepted in Word.", "",
         ("docx", zipped(word(dates={"modified": "2017-03-03T09:02:00Z", "revision": 8}))),
         before=zipped(tracked))
    keep("docx-tracked-in-zone", "innocent", """Tracked change and comment carry local time, an hour ahead of
        the file's UTC.""", "", ("docx", zipped(word(
        text=NOTE + [inserted("Paid by transfer.", LUC, "2017-03-02T17:38:00Z")],
        comments=comment(1, ANNA, "2017-03-02T17:21:00Z", "Good.")))))
    keep("docx-sdk-filled", "innocent", "A form letter: Open XML SDK filled in the text of Word's file.", "",
         ("docx", zipped(replaced(note, "word/document.xml", "Note to", "Letter to"),
                         styles={"word/document.xml": DOTNET})))
    keep("docx-properties-promoted", "innocent", "SharePoint wrote its properties into the file on upload.",
         "", ("docx", zipped({**note, PROPERTIES: core(
             title="Note", modified="2017-03-02T16:40:00Z").encode()},
             styles={name: DOTNET for name in (PROPERTIES, "docProps/app.xml", "[Content_Types].xml")})),
         before=plain)
    keep("docx-old-saved-by-newer-word", "innocent", "Of 2009, saved in 2024 by the Word of that year.", "",
         ("docx", zipped(word(2024, dates={"created": "2009-03-04T10:00:00Z",
                                           "modified": "2024-06-04T10:12:00Z", "revision": 19}))))
    keep("docx-personal-data-removed", "innocent", "Word removed names and revision ids before publication.",
         "", ("docx", zipped(word(dates={"creator": "", "last": ""}, company="",
                                  rsids=("00000000",)))), before=plain)
    keep("docx-languages-mixed", "innocent", "Written in Russian and French by a bilingual colleague.", "",
         ("docx", zipped(word(text=NOTE + ["Спасибо за помощь и до пятницы."], language="ru-RU"))))
    keep("docx-table", "innocent", "With a table, as Word saves it.", "", ("docx", zipped(word(
        text=NOTE[:1] + [table([["Post", "Sum"], ["Hall", "4,200"], ["Print", "1,850"],
                                ["Total", "6,050"]])]))))
    keep("docx-zip-deflate-best", "innocent", "Shrunk by a tool that packs better: order kept, forms changed.",
         "", ("docx", zipped(note, {**UNIX, "level": 9, "date": (1980, 1, 1, 0, 0, 0)})), before=plain)
    keep("docx-daylight-saving", "innocent", """Saved in the night when clocks went back: a comment seems an
        hour later than the save.""", "", ("docx", zipped(word(
        dates={"modified": "2016-10-30T00:40:00Z", "created": "2016-10-28T09:00:00Z"},
        comments=comment(1, ANNA, "2016-10-30T02:38:00Z", "Late.")))))


def innocent_sheets():
    sheet = excel()
    plain = zipped(sheet)
    keep("xlsx-as-saved", "innocent", "As Excel saves it, with seconds.", "", ("xlsx", plain))
    keep("xlsx-libreoffice", "innocent", "Opened and saved with LibreOffice.", "",
         ("xlsx", office(plain, "xlsx", "xlsx")), before=plain)
    keep("xlsx-openpyxl", "innocent", "Exported by a program built on openpyxl: no values calculated.", "",
         ("xlsx", by_openpyxl(plain)), before=plain)
    keep("xlsx-online", "innocent", "Saved by Excel for the web.", "", ("xlsx", zipped(excel(
        application="Microsoft Excel Online", build="14420", version="16.0300", dates={
            "created": "2006-09-16T00:00:00Z", "modified": "2023-02-03T08:22:12Z", "revision": 0}))))
    keep("xlsx-created-default", "innocent", """A workbook from Excel's own template: Created is 2006, the
        template's.""", "", ("xlsx", zipped(excel(dates={
            "created": "2006-09-16T00:00:00Z", "modified": "2017-03-14T15:20:44Z", "revision": 0}))))
    rounded = [["Share", "Percent"], ["A", 33.3], ["B", 33.3], ["C", 33.3], ["Sum", 100]]
    keep("xlsx-rounded-sum", "innocent", "Typed shares that miss their typed sum by rounding.", "",
         ("xlsx", zipped(excel(rounded))))
    keep("xlsx-mail-gateway", "innocent", "A mail gateway unpacked and packed it.", "",
         ("xlsx", zipped(sheet, DOTNET)), before=plain)
    keep("xlsx-row-inserted-in-excel", "innocent", "A later version with one row more.", "", (
        "xlsx", zipped(excel(with_row(3, ["Tea", 40, 40, 40, "=SUM(B3:D3)"]), dates={
            "created": "2016-12-05T08:31:17Z", "revision": 0, "modified": "2017-03-15T10:00:02Z"}))),
         before=plain)


def innocent_open():
    plain = zipped(word())
    text = office(plain, "docx", "odt")
    keep("odt-libreoffice", "innocent", "As LibreOffice saves it.", "", ("odt", text))
    parts = unzipped(text)
    generator = re.search(rb"<meta:generator>(.*?)</meta:generator>", parts["meta.xml"])[1].decode()
    keep("odt-by-word", "innocent", "Word saved it as OpenDocument: no dates in the zip.", "", ("odt", zipped(
        replaced({n: parts[n] for n in ("mimetype", "content.xml", "styles.xml", "meta.xml",
                                        "META-INF/manifest.xml")}, "meta.xml", generator,
                 "MicrosoftOffice/15.0 MicrosoftWord"),
        {**UNIX, "system": 0, "stored": "mimetype", "date": (1980, 1, 1, 0, 0, 0)})))
    keep("ods-libreoffice", "innocent", "As LibreOffice saves it.", "",
         ("ods", office(zipped(excel()), "xlsx", "ods")))
    from odf.opendocument import OpenDocumentText
    from odf.text import P
    document = OpenDocumentText()
    document.text.addElement(P(text=NOTE[1]))
    out = io.BytesIO()
    document.write(out)
    keep("odt-odfpy", "innocent", "Exported by a program built on odfpy.", "", ("odt", out.getvalue()))


def make():
    forged_word()
    forged_sheets()
    forged_open()
    innocent_word()
    innocent_sheets()
    innocent_open()
