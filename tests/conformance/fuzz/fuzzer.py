"""Builds the kernel's fuzzer: its C++ sources and the kernel's, with the sanitizers, into one program."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

__all__ = ["BUILD", "KERNEL", "build", "run", "why_not"]

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
KERNEL = ROOT / "src" / "sightline" / "_native"
BUILD = ROOT / "build" / "fuzz"

FLAGS = ("-std=c++20", "-O1", "-g", "-Wall", "-Wextra", "-Wshadow", "-fno-omit-frame-pointer")
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=undefined")
WRAPPED = ("-Wl,--wrap=pread", "-Wl,--wrap=fstat")
EDGES = "-fsanitize-coverage=trace-pc"
KERNEL_SOURCES = ("batch", "event", "record", "scanner", "search", "tensor")
"""What reads; ``crc32c`` is built without its edges being noted: every byte of the input would call the hook."""

PROBE = """
extern "C" ssize_t __wrap_pread(int, void*, size_t, off_t) { return 7; }
int main() { return pread(0, nullptr, 0, 0) == 7 ? 0 : 1; }
"""


def build(changed: Path | None = None) -> Path:
    """The program; with ``changed``, with that source in place of the kernel's one of the same name, beside it.

    ``RuntimeError`` with the compiler's words where it can't be built.
    """
    BUILD.mkdir(parents=True, exist_ok=True)
    include = f"-I{KERNEL}"
    jobs: list[tuple[Path, Path, tuple[str, ...]]] = [
        (KERNEL / f"{name}.cpp", BUILD / f"kernel-{name}.o", (EDGES,)) for name in KERNEL_SOURCES
    ]
    jobs.append((KERNEL / "crc32c.cpp", BUILD / "kernel-crc32c.o", ()))
    jobs += [(path, BUILD / f"fuzz-{path.stem}.o", (include,)) for path in sorted(HERE.glob("*.cpp"))]
    newest = max(path.stat().st_mtime for place in (KERNEL, HERE) for path in place.glob("*.[ch]pp"))
    stale = [job for job in jobs if not job[1].exists() or job[1].stat().st_mtime < newest]
    objects = [target for _, target, _ in jobs]
    if changed is not None:
        target = changed.with_suffix(".o")
        stale.append((changed, target, (EDGES, include)))
        objects = [target if path.stem == f"kernel-{changed.stem}" else path for path in objects]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda job: _compile(*FLAGS, *SANITIZERS, *job[2], "-c", job[0], "-o", job[1]), stale))
    program = (changed or BUILD / "fuzz").with_suffix(".run")
    _compile(*SANITIZERS, *WRAPPED, *objects, "-o", program)
    return program


def why_not() -> str | None:
    """Why this machine can't build it; None when it can."""
    BUILD.mkdir(parents=True, exist_ok=True)
    source, program = BUILD / "probe.cpp", BUILD / "probe"
    source.write_text("#include <concepts>\n#include <unistd.h>\n" + PROBE)
    try:
        _compile(*FLAGS, *SANITIZERS, *WRAPPED, source, "-o", program)
        _compile(*FLAGS, *SANITIZERS, EDGES, "-c", source, "-o", program.with_suffix(".o"))
        subprocess.run([program], check=True, capture_output=True)
    except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
        return f"no C++ compiler with the sanitizers, or no linker that wraps calls: {str(error)[:300]}"
    return None


def run(program: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"ASAN_OPTIONS": "quarantine_size_mb=16", "UBSAN_OPTIONS": "print_stacktrace=1"}
    return subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)


def _compile(*arguments: str | Path) -> None:
    done = subprocess.run([os.environ.get("CXX", "c++"), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
