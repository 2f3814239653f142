"""Builds the kernel with the address and undefined-behaviour sanitizers and runs the conformance suite on it.

``make test-asan``, or ``python tests/conformance/sanitize.py [pytest's arguments]``. Needs GCC or Clang with its
sanitizer runtimes, CMake, and what the tests need.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "sanitize"


def main() -> int:
    compiler = os.environ.get("CXX", "c++")
    subprocess.run(
        [
            *("cmake", "-S", str(ROOT), "-B", str(BUILD), "-DSIGHTLINE_SANITIZE=ON", "-DSIGHTLINE_WEBAPP=OFF"),
            *("-DCMAKE_BUILD_TYPE=RelWithDebInfo", f"-DPython_EXECUTABLE={sys.executable}"),
        ],
        check=True,
    )
    subprocess.run(["cmake", "--build", str(BUILD), "--parallel", "2"], check=True)
    (kernel,) = BUILD.glob("_kernel*.so")

    # Python itself is not built with the sanitizers, so their runtimes are loaded before it; libstdc++ too, or the
    # address sanitizer can't find what it intercepts when the kernel throws.
    libraries = []
    for name in ("libasan.so", "libubsan.so", "libstdc++.so"):
        path = subprocess.run([compiler, f"-print-file-name={name}"], check=True, capture_output=True, text=True)
        libraries.append(path.stdout.strip())
    environment = os.environ | {
        "LD_PRELOAD": " ".join(libraries),
        "SIGHTLINE_TEST_KERNEL": str(kernel),
        # The interpreter keeps memory until it ends, no leak of ours; with malloc, overruns of its objects show.
        "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1",
        "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
        "PYTHONMALLOC": "malloc",
    }
    # The sanitizers write to the process's own standard error, which pytest must not swallow.
    options = ["-q", "-p", "no:cacheprovider", "--capture=sys"]
    command = [sys.executable, "-m", "pytest", *options, str(Path(__file__).parent)]
    return subprocess.run([*command, *sys.argv[1:]], env=environment, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
