"""Layer 1: bytes to events and back. A specification one could implement from; see ``FORMAT.md``.

    kernel.py         the one door to framing, checksums and the scanner: compiled, or the pure-Python twin
    record.py         the twin: framing and checksums
    scan.py           the twin: an event file's bytes to columns, incrementally
    tensor_scalar.py  the twin: the number in a one-element tensor
    batch.py          what a scan gives: Batch, Damage
    tensor.py         arrays to and from TensorProto
    wire.py           protocol-buffer messages as tables
    event.py          Event, Summary, Value and their parts

Import from the modules; nothing is loaded here.
"""
