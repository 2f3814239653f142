"""Makes ``model.onnx`` and what PyTorch's writer sees in it: ``python tests/golden/make_onnx.py``. Needs ``onnx``."""

from __future__ import annotations

import contextlib
import io
import json
import warnings
from pathlib import Path

import torch

HERE = Path(__file__).parent


class Model(torch.nn.Module):
    """A node with two outputs, attributes of several types, an output that two nodes read, an input of any length."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = torch.nn.Conv1d(1, 2, 3)

    def forward(self, signal: torch.Tensor, index: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        first, second = self.conv(signal).split([1, 1], 1)
        return torch.nn.functional.leaky_relu(first * second, 0.1), index + 1


def main() -> None:
    torch.manual_seed(0)
    path = HERE / "model.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Model().eval(),
            (torch.ones(1, 1, 5), torch.ones(2, dtype=torch.int64)),
            path,
            dynamo=False,
            input_names=["signal", "index"],
            output_names=["product", "next"],
            dynamic_axes={"signal": {0: "batch"}},
        )
    from torch.utils.tensorboard._onnx_graph import load_onnx_graph

    with contextlib.redirect_stdout(io.StringIO()):
        graph = load_onnx_graph(str(path))  # type: ignore[no-untyped-call]
    nodes = [
        {
            "name": node.name,
            "op": node.op,
            "input": list(node.input),
            "parameters": node.attr["parameters"].s.decode() if "parameters" in node.attr else None,
            "dtype": node.attr["dtype"].type if "dtype" in node.attr else None,
            "shape": [dim.size for dim in node.attr["shape"].shape.dim] if "shape" in node.attr else None,
        }
        for node in graph.node
    ]
    (HERE / "model.onnx.json").write_text(json.dumps(nodes, indent=1) + "\n")


if __name__ == "__main__":
    main()
