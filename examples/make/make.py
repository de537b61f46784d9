"""Makes the committed fixtures again, byte for byte: `python3 make.py` (needs `cryptography`, `gpg`
and `qpdf`)."""

import demo
import checks
import clients
import clocks
import containers
import innocent
import insider
import labelled
import packages
import ole
import pdfs
import people
import personal
import routes
import tampered
import recover

insider.make()
innocent.make()
labelled.make()
people.make()
checks.make()
clocks.make()
clients.make()
personal.make()
routes.make()
tampered.make()
demo.make()
recover.make()
containers.make()
packages.make()
ole.make()
pdfs.make()
