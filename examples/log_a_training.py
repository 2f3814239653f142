"""Log a training of a small model as you would log a large one: hyperparameters, curves, distributions, curves of
precision and recall, the projector's points. Then look at it with: sightline runs/

python examples/log_a_training.py [DIRECTORY]
"""

from __future__ import annotations

import sys

import numpy as np

from sightline import SummaryWriter


def main(directory: str) -> None:
    random = np.random.default_rng(0)
    points = random.normal(size=(500, 8))
    is_far = (points**2).sum(axis=1) > 8
    weights, rate = np.zeros(9), 0.05
    features = np.column_stack([points**2, np.ones(len(points))])

    # Leaving the block, by an exception or without, says how the run ended.
    with SummaryWriter(directory) as writer:
        writer.add_hparams({"lr": rate, "momentum": False, "model": "logistic regression"})
        writer.add_custom_scalars({"training": {"both": ["Multiline", ["loss", "accuracy"]]}})
        for step in range(100):
            probability = 1 / (1 + np.exp(-features @ weights))
            weights -= rate * features.T @ (probability - is_far) / len(points)
            right = (probability > 0.5) == is_far
            loss = -np.log(np.where(is_far, probability, 1 - probability) + 1e-9).mean()
            writer.log({"loss": loss, "accuracy": right.mean()}, step)
            if step % 10 == 0:
                writer.add_histogram("weights", weights, step)
                writer.add_pr_curve("far", is_far, probability, step)
        writer.add_embedding(points, ["far" if far else "near" for far in is_far], global_step=step)
        writer.add_text("result", f"accuracy **{right.mean():.2f}**", step)
        print(writer.stats())


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "runs/training")
