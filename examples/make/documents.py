"""The labelled set of documents: kinds of tampering, and innocent changes that look like some.

    apt-get install libreoffice-writer-nogui libreoffice-calc-nogui qpdf libimage-exiftool-perl \\
        imagemagick libjpeg-turbo-progs ghostscript
    pip install python-docx openpyxl odfpy xlwt pikepdf reportlab pyhanko pillow piexif fonttools
    python documents.py

The outputs are kept in `crates/lydite-core/tests/documents/`. What LibreOffice, Ghostscript and
signing write carries the time of the run, so a second run gives other bytes.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "documents"))

import images  # noqa: E402
import kept  # noqa: E402
import office  # noqa: E402
import old  # noqa: E402
import paper  # noqa: E402

if __name__ == "__main__":
    kept.begin()
    for part in (office, old, paper, images):
        part.make()
    kept.finish()
