"""Makes the committed fixtures again, byte for byte: `python3 make.py` (needs `cryptography`)."""

import demo
import checks
import innocent
import insider
import recover

insider.make()
innocent.make()
checks.make()
demo.make()
recover.make()
