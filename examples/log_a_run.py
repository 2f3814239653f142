"""Log a run: a curve, a picture and a note. Then look at it with: sightline runs/

python examples/log_a_run.py [DIRECTORY]
"""

from __future__ import annotations

import sys

import numpy as np

from sightline import SummaryWriter


def main(directory: str) -> None:
    generator = np.random.default_rng(0)
    with SummaryWriter(directory) as writer:
        writer.add_text("about", "A curve that falls, with **noise**.")
        for step in range(200):
            writer.add_scalar("loss/train", np.exp(-step / 50) + 0.05 * generator.random(), step)
            if step % 20 == 0:
                writer.add_image("noise", generator.random((3, 64, 64)) * step / 200, step)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "runs/example")
