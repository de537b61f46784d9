"""Makes the committed fixtures again, byte for byte: `python3 make.py` (needs `cryptography`)."""

import demo
import checks
import clients
import clocks
import innocent
import insider
import routes
import recover

insider.make()
innocent.make()
checks.make()
clocks.make()
clients.make()
routes.make()
demo.make()
recover.make()
