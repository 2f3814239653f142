"""Makes the golden event files in this folder: ``python tests/golden/make.py``. README.md says with which versions.

Small on purpose: the conformance suite cuts and flips them at every byte.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import torch
from tensorboard.compat.proto import event_pb2, summary_pb2, types_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.util.tensor_util import make_tensor_proto
from tensorboardX import SummaryWriter as TensorboardXWriter
from torch.utils.tensorboard import SummaryWriter as TorchWriter

HERE = Path(__file__).parent
TIME = 1_700_000_000.25


def torch_file(logdir: Path) -> None:
    with TorchWriter(logdir) as writer:
        for step in range(3):
            writer.add_scalar("loss/train", 1 / (step + 1), step, walltime=TIME + step)
            writer.add_scalar("new", step, step, walltime=TIME + step, new_style=True)
            writer.add_scalar("double", step + 0.1, step, TIME + step, new_style=True, double_precision=True)
        writer.add_scalar("odd", float("nan"), -1, walltime=TIME)
        writer.add_scalar("odd", float("inf"), 2**40, walltime=TIME)
        writer.add_text("note", "größe", 7, walltime=TIME)
        writer.add_image("picture", torch.zeros(3, 2, 2), 7, walltime=TIME)


def tensorboardx_file(logdir: Path) -> None:
    with TensorboardXWriter(str(logdir)) as writer:
        for step in range(3):
            writer.add_scalar("loss", 1 / (step + 1), step, walltime=TIME + step, display_name="Loss")
        writer.add_image("picture", np.zeros((3, 2, 2), np.float32), 1, walltime=TIME)
        writer.add_text("note", "text", 1, walltime=TIME)
        writer.add_histogram("weights", np.array([0.0, 1.0, 1.0]), 1, bins=3, walltime=TIME)


def tensorflow_file(logdir: Path) -> None:
    """What ``tf.summary`` writes: tensors by their raw content, metadata with a tag's first value only."""
    writer = EventFileWriter(str(logdir))
    for step in range(3):
        value = summary_pb2.Summary.Value(tag="epoch_loss", tensor=make_tensor_proto(np.float32(step / 3)))
        name = summary_pb2.Summary.Value(node_name="tf1/node", simple_value=step)
        if step == 0:
            value.metadata.plugin_data.plugin_name = "scalars"
            value.metadata.data_class = summary_pb2.DATA_CLASS_SCALAR
        assert value.tensor.dtype == types_pb2.DT_FLOAT
        value.tensor.tensor_content = np.float32(step / 3).tobytes()
        value.tensor.ClearField("float_val")
        writer.add_event(
            event_pb2.Event(wall_time=TIME + step, step=step, summary=summary_pb2.Summary(value=[value, name]))
        )
    writer.add_event(event_pb2.Event(wall_time=TIME, graph_def=b"\x22\x02\x08\x1b"))
    log = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
    writer.add_event(event_pb2.Event(wall_time=TIME, step=5, session_log=log))
    writer.close()


def main() -> None:
    for make in (torch_file, tensorboardx_file, tensorflow_file):
        with tempfile.TemporaryDirectory() as logdir:
            make(Path(logdir))
            (path,) = Path(logdir).iterdir()
            (HERE / make.__name__.replace("_file", ".tfevents")).write_bytes(path.read_bytes())


if __name__ == "__main__":
    main()
