"""A training process for the journeys: reads commands (JSON lines) and logs through the real writer.

`{"train_to": N}` logs every step up to N: the scalar `loss/train`, and every tenth step the image `generated`,
one colour for each step (see `color_of`), and a text. End of input closes the writer.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sightline import SummaryWriter

IMAGE_EVERY = 10


def loss_at(step: int) -> float:
    """A falling curve with a little ripple, so that neighbouring points differ."""
    return 2.0 / (1 + step / 50) + 0.05 * float(np.sin(step * 1.7))


def color_of(step: int) -> tuple[int, int, int]:
    """A colour that no other logged step has."""
    return (step * 7) % 256, (step // 10 * 37) % 256, 255 - step % 256


def image_at(step: int) -> npt.NDArray[np.uint8]:
    """The picture of a step: uint8, (3, 24, 32), all of one colour."""
    return np.broadcast_to(np.array(color_of(step), np.uint8)[:, None, None], (3, 24, 32)).copy()


def main() -> None:
    step = -1
    with SummaryWriter(Path(sys.argv[1])) as writer:
        for line in sys.stdin:
            command = json.loads(line)
            while step < command["train_to"]:
                step += 1
                writer.add_scalar("loss/train", loss_at(step), step)
                if step % IMAGE_EVERY == 0:
                    writer.add_image("generated", image_at(step), step)
                    writer.add_text("notes", f"**step {step}** <script>alert({step})</script>", step)
            print("done", flush=True)


if __name__ == "__main__":
    main()
