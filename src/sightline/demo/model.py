"""The demo's two networks: one reads handwritten digits, the other learns to write them."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

__all__ = ["LATENT", "Classifier", "Generator"]

CLASSES = 10
PIXELS = 64
LATENT = 6
"""Dimensions in which the generator keeps how a digit was written: slant, weight, roundness ..."""


class Classifier(nn.Module):
    """(n, 1, 8, 8) in 0..1 to (n, 10) logits: two convolutions and a linear layer."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, width, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(width, 2 * width, kernel_size=3, padding=1)
        self.head = nn.Linear(2 * width * 4, CLASSES)

    def forward(self, digits: Tensor) -> Tensor:
        hidden = functional.max_pool2d(functional.relu(self.conv1(digits)), 2)
        hidden = functional.max_pool2d(functional.relu(self.conv2(hidden)), 2)
        logits: Tensor = self.head(hidden.flatten(1))
        return logits


class Generator(nn.Module):
    """A conditional variational autoencoder: draws the digit it is told, in the style it is given.

    Kingma and Welling, "Auto-Encoding Variational Bayes", 2013; with the label beside the code as in Sohn, Lee and
    Yan, 2015.
    """

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(PIXELS + CLASSES, 128), nn.ReLU(), nn.Linear(128, 2 * LATENT))
        self.decoder = nn.Sequential(nn.Linear(LATENT + CLASSES, 128), nn.ReLU(), nn.Linear(128, PIXELS))

    def encode(self, digits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of each digit's style, (n, LATENT) both."""
        mean, log_variance = self.encoder(torch.cat([digits.flatten(1), _one_hot(labels)], 1)).chunk(2, 1)
        return mean, log_variance

    def decode(self, style: Tensor, labels: Tensor) -> Tensor:
        """(n, 1, 8, 8) logits of the pixels."""
        logits: Tensor = self.decoder(torch.cat([style, _one_hot(labels)], 1))
        return logits.view(-1, 1, 8, 8)

    def draw(self, style: Tensor, labels: Tensor) -> Tensor:
        """(n, 1, 8, 8) pictures in 0..1."""
        return torch.sigmoid(self.decode(style, labels))

    def loss(self, digits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Reconstruction (cross-entropy of the pixels) and divergence of the style from a normal, in nats a digit."""
        mean, log_variance = self.encode(digits, labels)
        style = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        reconstruction = functional.binary_cross_entropy_with_logits(
            self.decode(style, labels), digits, reduction="sum"
        )
        divergence = (mean.square() + log_variance.exp() - 1 - log_variance).sum() / 2
        return reconstruction / len(digits), divergence / len(digits)


def _one_hot(labels: Tensor) -> Tensor:
    return functional.one_hot(labels, CLASSES).float()
