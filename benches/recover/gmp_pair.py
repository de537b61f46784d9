"""The greatest common divisor of one pair by GMP, timed: `gmp_pair.py E < [[s, EM], [s, EM]]`, hex."""

import json
import sys
import time

import gmpy2

exponent = int(sys.argv[1])
pairs = json.load(sys.stdin)
start = time.process_time()
x, y = (gmpy2.mpz(s, 16) ** exponent - gmpy2.mpz(block, 16) for s, block in pairs)
middle = time.process_time()
divisor = gmpy2.gcd(x, y)
end = time.process_time()
print(f"  GMP {gmpy2.mp_version()}: {end - start:.1f} s ({middle - start:.1f} power, "
      f"{end - middle:.1f} divisor); {divisor.bit_length()} bits", flush=True)
