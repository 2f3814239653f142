"""One run of the demo: a classifier and a generator learn from scikit-learn's 1,797 digits, and everything is logged.

Scalars are logged at every step, the validation every fifteenth, pictures often at first, when most is learnt.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import Tensor
from torch.nn import functional

from sightline import SummaryWriter
from sightline.demo.model import LATENT, Classifier, Generator
from sightline.demo.picture import confusion_figure, draw_filters, draw_predictions, tile
from sightline.demo.settings import Progress, Settings

__all__ = ["run_session"]

VALIDATION_DIGITS = 450
VALIDATE_EVERY = 15
PICTURE_EVERY = 30
EARLY_PICTURES = frozenset({0, 3, 6, 10, 15, 20, 25, 40, 50})
FIGURE_EVERY = 90
NOTE_EVERY = 150
WARM_UP = 40
"""Steps until the learning rate has risen to its full height; from there it falls along a cosine."""
COLUMNS = 10


@dataclass(frozen=True, slots=True)
class Digits:
    """(n, 1, 8, 8) in 0..1 and their labels (n,)."""

    images: Tensor
    labels: Tensor


def run_session(
    directory: Path,
    settings: Settings,
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
) -> None:
    """Train one run. Seeded: the same settings give the same curves on the same machine."""
    threads = torch.get_num_threads()
    # One thread is fastest for networks this small, and leaves the other cores to whoever is watching.
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]), SummaryWriter(directory) as writer:
            torch.manual_seed(settings.seed)
            session = _Session(settings, writer)
            for step in range(settings.steps):
                began = time.perf_counter()
                session.step(step)
                on_progress(Progress(settings.name, step + 1, settings.steps, session.metrics))
                if should_stop():
                    return
                left = began + settings.seconds_per_step - time.perf_counter()
                if left > 0:
                    time.sleep(left)
    finally:
        torch.set_num_threads(threads)


class _Session:
    def __init__(self, settings: Settings, writer: SummaryWriter) -> None:
        self.settings = settings
        self.writer = writer
        self.training, self.validation = load_split()
        self.classifier = Classifier(settings.width)
        self.generator = Generator()
        self.optimizer = torch.optim.Adam(self.classifier.parameters(), settings.learning_rate)
        self.generator_optimizer = torch.optim.Adam(self.generator.parameters(), 0.003)
        self.batches = self._batches()
        self.styles = torch.randn(4, 1, LATENT).expand(4, COLUMNS, LATENT).reshape(-1, LATENT)
        self.metrics: dict[str, float] = {}
        self.best = (0.0, 0)
        writer.add_text("hyperparameters", self._hyperparameters(), 0)

    def step(self, step: int) -> None:
        """Log what the networks can do before their step ``step``, then take it."""
        last = step == self.settings.steps - 1
        if step % VALIDATE_EVERY == 0 or last:
            self._validate(step, last)
        if step % PICTURE_EVERY == 0 or step in EARLY_PICTURES or last:
            self._log_pictures(step)
        images, labels = next(self.batches)
        self._train_classifier(step, images, labels)
        self._train_generator(step, images, labels)

    def _batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        size = self.settings.batch_size
        while True:
            order = torch.randperm(len(self.training.labels))
            for chosen in order[: len(order) // size * size].view(-1, size):
                yield self.training.images[chosen], self.training.labels[chosen]

    def _train_classifier(self, step: int, images: Tensor, labels: Tensor) -> None:
        rate = self._learning_rate(step)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        logits = self.classifier(images)
        loss = functional.cross_entropy(logits, labels)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(self.classifier.parameters(), math.inf)
        self.optimizer.step()
        self.writer.add_scalar("loss/train", loss, step)
        self.writer.add_scalar("acc/train", (logits.argmax(1) == labels).float().mean(), step)
        self.writer.add_scalar("optim/lr", rate, step)
        self.writer.add_scalar("optim/grad_norm", norm, step)
        self.metrics = {**self.metrics, "loss": loss.item()}

    def _train_generator(self, step: int, images: Tensor, labels: Tensor) -> None:
        reconstruction, divergence = self.generator.loss(images, labels)
        self.generator_optimizer.zero_grad()
        (reconstruction + divergence).backward()  # type: ignore[no-untyped-call]
        self.generator_optimizer.step()
        self.writer.add_scalar("generator/reconstruction", reconstruction, step)
        self.writer.add_scalar("generator/divergence", divergence, step)

    def _learning_rate(self, step: int) -> float:
        warm_up = min(1.0, (step + 1) / WARM_UP)
        return self.settings.learning_rate * warm_up * (1 + math.cos(math.pi * step / self.settings.steps)) / 2

    @torch.no_grad()
    def _validate(self, step: int, last: bool) -> None:
        logits = self.classifier(self.validation.images)
        predictions = logits.argmax(1)
        accuracy = (predictions == self.validation.labels).float().mean().item()
        self.best = max(self.best, (accuracy, -step))
        self.metrics = {**self.metrics, "accuracy": accuracy}
        self.writer.add_scalar("loss/val", functional.cross_entropy(logits, self.validation.labels), step)
        self.writer.add_scalar("acc/val", accuracy, step)
        if step % FIGURE_EVERY == 0 or last:
            title = f"step {step}: {accuracy:.1%} of {len(predictions)} right"
            figure = confusion_figure(self.validation.labels.numpy(), predictions.numpy(), title)
            self.writer.add_figure("confusion", figure, step)
        if (step % NOTE_EVERY == 0 and step) or last:
            self.writer.add_text("notes", self._note(step, predictions, accuracy), step)

    @torch.no_grad()
    def _log_pictures(self, step: int) -> None:
        shown = slice(0, 5 * COLUMNS)
        digits, labels = self.validation.images[shown], self.validation.labels[shown]
        predictions = self.classifier(digits).argmax(1)
        self._log_picture(
            "digits/predictions",
            draw_predictions(digits[:, 0].numpy(), labels.numpy(), predictions.numpy(), COLUMNS),
            step,
        )
        self._log_picture("digits/filters", draw_filters(self.classifier.conv1.weight[:, 0].numpy()), step)
        drawn = self.generator.draw(self.styles, torch.arange(COLUMNS).repeat(4))
        self._log_picture("generator/samples", tile(drawn[:, 0].numpy(), COLUMNS), step)
        digits, labels = digits[: 2 * COLUMNS], labels[: 2 * COLUMNS]
        again = self.generator.draw(self.generator.encode(digits, labels)[0], labels)
        # Each row of originals over the row of their reconstructions.
        pairs = torch.stack([digits.view(2, COLUMNS, 8, 8), again.view(2, COLUMNS, 8, 8)], 1).reshape(-1, 8, 8)
        self._log_picture("generator/reconstructions", tile(pairs.numpy(), COLUMNS), step)

    def _log_picture(self, tag: str, picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], step: int) -> None:
        self.writer.add_image(tag, picture, step, dataformats="HWC")

    def _hyperparameters(self) -> str:
        count = sum(parameter.numel() for parameter in self.classifier.parameters())
        epoch = len(self.training.labels) // self.settings.batch_size
        rows = {
            "learning rate": f"{self.settings.learning_rate:g}, warm-up {WARM_UP} steps, then cosine",
            "width": f"{self.settings.width} and {2 * self.settings.width} channels, {count:,} parameters",
            "batch size": self.settings.batch_size,
            "steps": f"{self.settings.steps}; {epoch} are an epoch",
            "seed": self.settings.seed,
            "data": f"{len(self.training.labels)} digits to learn from, {len(self.validation.labels)} to validate",
        }
        lines = "\n".join(f"| {name} | {value} |" for name, value in rows.items())
        return f"### {self.settings.name}\n\n| hyperparameter | value |\n|---|---|\n{lines}\n"

    def _note(self, step: int, predictions: Tensor, accuracy: float) -> str:
        wrong = predictions != self.validation.labels
        best, at = self.best
        lines = [
            f"**Step {step}**: {accuracy:.1%} of the validation digits are right"
            + (", the best so far." if -at == step else f"; the best was {best:.1%} at step {-at}.")
        ]
        pairs, counts = torch.unique(
            torch.stack([self.validation.labels[wrong], predictions[wrong]]), dim=1, return_counts=True
        )
        if len(counts):
            lines.append("\nMost often confused:\n")
            for index in counts.argsort(descending=True, stable=True)[:3]:
                label, prediction = pairs[:, index].tolist()
                times = "once" if counts[index] == 1 else f"{counts[index]} times"
                lines.append(f"- a **{label}** taken for a *{prediction}*: {times}")
        return "\n".join(lines)


@cache
def load_split() -> tuple[Digits, Digits]:
    """Training and validation digits, split the same way for every run."""
    data = load_digits()
    images = torch.tensor(data.images, dtype=torch.float32).unsqueeze(1) / 16
    labels = torch.tensor(data.target)
    order = torch.from_numpy(np.random.default_rng(0).permutation(len(labels)))
    held, learnt = order[:VALIDATION_DIGITS], order[VALIDATION_DIGITS:]
    return Digits(images[learnt], labels[learnt]), Digits(images[held], labels[held])
