"""The scanner: other writers' files whole, in pieces, cut and flipped at every byte."""

from __future__ import annotations

import itertools
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

from sightline.format import scan
from sightline.format.event import Event as OurEvent
from sightline.format.event import Value

GOLDEN = Path(__file__).parents[1] / "golden"
TIME = 1_700_000_000.25


def framed(payload: bytes) -> bytes:
    """A record, by TensorBoard's checksum."""
    length = struct.pack("<Q", len(payload))
    return b"".join(
        (length, struct.pack("<I", masked_crc32c(length)), payload, struct.pack("<I", masked_crc32c(payload)))
    )


def event(step: int = 1, **values: Any) -> bytes:
    return framed(Event(wall_time=TIME, step=step, **values).SerializeToString())


def summary(step: int, *values: Summary.Value) -> bytes:
    return event(step, summary=Summary(value=values))


def scalar(step: int, tag: str = "a", value: float = 0.5) -> bytes:
    return summary(step, Summary.Value(tag=tag, simple_value=value))


def boundaries(data: bytes) -> list[int]:
    """Where the records begin, and where the last ends."""
    positions = [0]
    while positions[-1] < len(data):
        (length,) = struct.unpack_from("<Q", data, positions[-1])
        positions.append(positions[-1] + 16 + length)
    return positions


def test_torchs_file(kernel: Any, tools: Any) -> None:
    data = (GOLDEN / "torch.tfevents").read_bytes()
    found = tools.read(kernel, data)
    times = [repr(TIME + step) for step in range(3)]
    third = struct.unpack("<f", struct.pack("<f", 1 / 3))[0]
    assert found.points[b"loss/train", 2] == [(0, times[0], "1.0"), (1, times[1], "0.5"), (2, times[2], repr(third))]
    assert [value for _, _, value in found.points[b"new", 8]] == ["0.0", "1.0", "2.0"]
    assert [value for _, _, value in found.points[b"double", 8]] == ["0.1", "1.1", "2.1"]
    assert [(step, value) for step, _, value in found.points[b"odd", 2]] == [(-1, "nan"), (2**40, "inf")]
    assert [series[:2] for series in found.series[-2:]] == [(b"note/text_summary", 8), (b"picture", 4)]
    assert (found.records, found.bytes_read, found.truncated, found.damage) == (
        len(boundaries(data)) - 1,
        len(data),
        False,
        [],
    )
    text, picture = found.items
    value = Value.FromString(data[text[5] :][: text[6]])
    assert value.tensor.string_val == ["größe".encode()]
    assert Value.FromString(data[picture[5] :][: picture[6]]).image.encoded_image_string.startswith(b"\x89PNG")
    ((field, _, _, record, payload, offset, length),) = found.events
    assert (field, record, data[offset : offset + length]) == (3, 0, b"brain.Event:2")
    assert OurEvent.FromString(data[record + 12 : record + 12 + payload]).file_version == "brain.Event:2"


def test_tensorflows_file(kernel: Any, tools: Any) -> None:
    data = (GOLDEN / "tensorflow.tfevents").read_bytes()
    found = tools.read(kernel, data)
    values = [struct.unpack("<f", struct.pack("<f", step / 3))[0] for step in range(3)]
    assert [value for _, _, value in found.points[b"epoch_loss", 8]] == [repr(value) for value in values]
    assert [value for _, _, value in found.points[b"tf1/node", 2]] == ["0.0", "1.0", "2.0"]
    assert [(row[0], row[1], data[row[5] :][: row[6]]) for row in found.events[1:]] == [
        (4, 0, b"\x22\x02\x08\x1b"),
        (7, 5, b"\x08\x01"),
    ]


def test_both_kernels_agree_on_every_writers_file(tools: Any, golden: bytes) -> None:
    first, *others = (tools.read(kernel, golden) for kernel in tools.kernels)
    assert first.records == len(boundaries(golden)) - 1
    assert all(other == first for other in others)


def test_a_file_in_two_pieces_is_the_file_wherever_it_is_split(kernel: Any, tools: Any, golden: bytes) -> None:
    whole = tools.read(kernel, golden)
    for cut in range(len(golden)):
        assert tools.read(kernel, golden, [cut]) == whole, cut


def test_a_file_byte_by_byte_is_the_file(kernel: Any, tools: Any, golden: bytes) -> None:
    assert tools.read(kernel, golden, range(len(golden))) == tools.read(kernel, golden)


def test_a_file_cut_at_any_byte_keeps_every_whole_record(kernel: Any, tools: Any, golden: bytes) -> None:
    positions = boundaries(golden)
    for cut in range(len(golden) + 1):
        found = tools.read(kernel, golden[:cut])
        whole = max(position for position in positions if position <= cut)
        assert (found.offset, found.bytes_read, found.damage, found.ended) == (whole, whole, [], False)
        assert found.records == positions.index(whole)
        assert found.truncated == (cut != whole)


def test_a_byte_flipped_anywhere_costs_its_record_and_is_reported(kernel: Any, tools: Any, golden: bytes) -> None:
    positions = boundaries(golden)
    for at in range(len(golden)):
        broken = bytearray(golden)
        broken[at] ^= 0xFF
        found = tools.read(kernel, bytes(broken))
        index = max(i for i, position in enumerate(positions) if position <= at)
        (damage,) = found.damage
        assert damage.offset == positions[index]
        assert damage.got != damage.want
        in_header, last = at < positions[index] + 12, index == len(positions) - 2
        assert damage.reason == ("length checksum" if in_header else "payload checksum")
        if in_header and last:
            assert (damage.length, found.ended, found.offset) == (0, True, positions[index])
        else:
            assert damage.length == positions[index + 1] - positions[index]
            assert (found.ended, found.offset) == (False, len(golden))
        assert found.records == len(positions) - 2


def test_both_kernels_agree_on_every_flipped_byte(tools: Any, golden: bytes) -> None:
    for at in range(len(golden)):
        for bit in (0x01, 0x80):
            broken = bytearray(golden)
            broken[at] ^= bit
            first, *others = (tools.read(kernel, bytes(broken)) for kernel in tools.kernels)
            assert all(other == first for other in others), at


def test_both_kernels_agree_on_payloads_that_pass_the_checksum_but_are_changed(tools: Any, golden: bytes) -> None:
    """Flips and cuts inside a payload, framed anew: the event itself is malformed or means something else."""
    positions = boundaries(golden)
    for start, end in itertools.pairwise(positions):
        payload = golden[start + 12 : end - 4]
        for at in range(len(payload)):
            for changed in (
                payload[:at],
                payload[:at] + bytes([payload[at] ^ 0x80]) + payload[at + 1 :],
                payload[:at] + bytes([payload[at] ^ 0x03]) + payload[at + 1 :],
                payload[:at] + b"\xff" + payload[at + 1 :],
            ):
                data = scalar(1) + tools.python.frame(changed) + scalar(2)
                first, *others = (tools.read(kernel, data) for kernel in tools.kernels)
                assert all(other == first for other in others), (start, changed)
                assert len(first.points[b"a", 2]) >= 2
                assert first.records + len(first.damage) == 3


def test_a_malformed_event_is_stepped_over_and_leaves_nothing_behind(kernel: Any, tools: Any) -> None:
    good = Event(wall_time=TIME, step=2)
    good.summary.value.add(tag="new", simple_value=1.0)
    good.summary.value.add(tag="a", simple_value=1.0)
    payload = good.SerializeToString() + b"\x2a\x03\x0a\x05x"  # a second summary, whose value runs past its end
    data = scalar(1) + framed(payload) + scalar(3, "b") + scalar(4)
    found = tools.read(kernel, data)
    (damage,) = found.damage
    assert (damage.reason, damage.got, damage.want) == ("malformed event", None, None)
    assert (damage.offset, damage.length) == (len(scalar(1)), len(payload) + 16)
    assert found.series == [(b"a", 2, b""), (b"b", 2, b"")]
    assert [step for step, _, _ in found.points[b"a", 2]] == [1, 4]
    assert "malformed event" in str(damage)


def damaged(record: bytes) -> bytes:
    """A record whose length has another checksum."""
    return record[:8] + bytes([record[8] ^ 1]) + record[9:]


def test_after_a_wrong_length_the_next_record_is_found(kernel: Any, tools: Any) -> None:
    data = scalar(1) + damaged(scalar(2)) + scalar(3) + scalar(4)
    found = tools.read(kernel, data)
    assert [step for step, _, _ in found.points[b"a", 2]] == [1, 3, 4]
    (damage,) = found.damage
    assert (damage.offset, damage.length, found.ended) == (len(scalar(1)), len(scalar(2)), False)
    assert (found.records, found.offset, found.bytes_read) == (3, len(data), len(data))
    assert str(damage).endswith(f"; {len(scalar(2))} bytes were skipped")


def test_after_a_wrong_length_with_nothing_behind_it_the_file_has_ended(kernel: Any, tools: Any) -> None:
    """... and it is said once, until a record comes."""
    scanner = kernel.Scanner()
    data = scalar(1) + damaged(scalar(2))
    batch = scanner.scan(data)
    (damage,) = batch.damage
    assert (batch.records, damage.offset, damage.length, scanner.ended) == (1, len(scalar(1)), 0, True)
    assert str(damage).endswith(f"want 0x{damage.want:08x}")  # how many bytes are lost is not known yet
    tail = data[scanner.offset :]
    again = scanner.scan(tail)
    assert (again.records, again.bytes_read, again.damage, again.truncated) == (0, 0, [], False)
    later = scanner.scan(tail + scalar(3))
    assert ([later.damage[0].offset], later.damage[0].length) == ([len(scalar(1))], len(tail))
    assert (later.records, later.step.tolist(), scanner.ended) == (1, [3], False)
    assert scanner.offset == len(data) + len(scalar(3))


def test_a_record_whose_payload_is_damaged_too_is_not_believed(kernel: Any, tools: Any) -> None:
    second = bytearray(scalar(3))
    second[-1] ^= 1
    data = scalar(1) + damaged(scalar(2)) + bytes(second) + scalar(4)
    found = tools.read(kernel, data)
    assert [step for step, _, _ in found.points[b"a", 2]] == [1, 4]
    assert [(damage.offset, damage.length) for damage in found.damage] == [(len(scalar(1)), len(scalar(2) + second))]


def test_the_search_waits_for_a_record_that_is_still_being_written(kernel: Any, tools: Any) -> None:
    data = damaged(scalar(1)) + scalar(2) + scalar(3)
    for cut in range(len(scalar(1)) + 12, len(scalar(1) + scalar(2))):
        found = tools.read(kernel, data[:cut])
        assert (found.records, found.ended, [damage.length for damage in found.damage]) == (0, True, [0])
        assert tools.read(kernel, data, [cut]) == tools.read(kernel, data)


def test_a_search_finds_the_same_however_the_file_arrives(tools: Any, golden: bytes, tmp_path: Path) -> None:
    positions = boundaries(golden)
    path = tmp_path / "file"
    for index in range(len(positions) - 1):
        broken = bytearray(golden)
        broken[positions[index]] ^= 0x10
        broken[-5] ^= 0xFF
        data = bytes(broken) + os.urandom(100) + golden
        path.write_bytes(data)
        first = tools.read(tools.python, data)
        lost = 1 if index == len(positions) - 2 else 2
        assert first.records == 2 * (len(positions) - 1) - lost
        for kernel in tools.kernels:
            assert tools.read(kernel, data, range(0, len(data), 37)) == first
            for max_bytes in (50, 1000, 1 << 20):
                assert tools.read_file(kernel, path, max_bytes) == first


def test_what_begins_like_a_record_without_end_hides_nothing_that_is_there(kernel: Any, tools: Any) -> None:
    """A length beyond protobuf's limit is no record to wait for."""
    header = struct.pack("<Q", 1 << 31)
    data = damaged(scalar(1)) + header + struct.pack("<I", masked_crc32c(header)) + scalar(2)
    found = tools.read(kernel, data)
    assert (found.records, found.ended) == (1, False)


def test_lengths_made_to_overlap_do_not_make_a_search_slow(tools: Any) -> None:
    """Each of these headers claims a payload that reaches to the end; all are verified at most some four times over."""
    size = 8 << 20
    pieces = []
    for at in range(12, 1 << 16, 12):
        header = struct.pack("<Q", size - at - 32)
        pieces.append(header + struct.pack("<I", tools.compiled.masked_crc32c(header) if tools.compiled else 0))
    if tools.compiled is None:
        pytest.skip("the kernel is not compiled here: its twin is too slow for this size")
    garbage = bytes(12) + b"".join(pieces)
    scanner = tools.kernels[-1].Scanner()
    batch = scanner.scan(garbage + bytes(size - len(garbage)) + scalar(7))
    assert batch.step.tolist() == [7]


def test_an_absurd_length_is_not_read_into_memory(tmp_path: Path, tools: Any) -> None:
    """Its checksum is right, and the file is long: what is there is not read to the end to find out."""
    if tools.compiled is None:
        pytest.skip("the kernel is not compiled here")
    if not os.path.exists("/proc/self/status"):
        pytest.skip("no /proc: getrusage would count what this process had before it became another")
    path = tmp_path / "file"
    absurd = struct.pack("<Q", 1 << 40)
    path.write_bytes(scalar(1) + absurd + struct.pack("<I", masked_crc32c(absurd)))
    os.truncate(path, 1 << 29)  # a hole: it takes no space
    code = (
        "import os, sys; from sightline.format.kernel import Scanner\n"
        "batch = Scanner().scan_file(os.open(sys.argv[1], os.O_RDONLY), 1 << 40)\n"
        "(peak,) = [int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM:')]\n"
        "print(batch.records, batch.truncated, peak * 1024 < 1 << 29)"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert done.stdout == "1 True True\n"


def long_record(step: int, size: int, tag: str = "image") -> bytes:
    """A picture with metadata behind it, as tensorboardX writes them."""
    value = Summary.Value(tag=tag, image=Summary.Image(width=3, encoded_image_string=os.urandom(size)))
    value.metadata.plugin_data.plugin_name = "images"
    return summary(step, value)


def test_of_a_long_record_the_structure_is_read_and_nothing_else(kernel: Any, tools: Any, tmp_path: Path) -> None:
    records = [scalar(1), long_record(2, 5000), scalar(3), long_record(4, 70_000), long_record(5, 4990), scalar(6)]
    path = tmp_path / "file"
    path.write_bytes(b"".join(records))
    whole = tools.read_file(kernel, path, 1 << 20)
    for max_bytes in (100, 10_000, 1 << 20):
        found = tools.read_file(kernel, path, max_bytes, verify_below=5000)
        assert (found.unverified, found.unverified_bytes) == (3, sum(len(records[i]) - 16 for i in (1, 3, 4)))
        found.unverified = found.unverified_bytes = 0
        assert found == whole
    scanner = kernel.Scanner(5000)
    with path.open("rb") as file:
        batch = scanner.scan_file(file.fileno(), 1 << 20)
    assert (scanner.offset, batch.records, batch.truncated) == (path.stat().st_size, 6, False)
    broken = bytearray(path.read_bytes())
    broken[len(records[0]) + 2000] ^= 1  # inside the first picture
    path.write_bytes(broken)
    assert tools.read_file(kernel, path, 1 << 20, verify_below=5000).damage == []
    (damage,) = tools.read_file(kernel, path, 1 << 20).damage
    assert damage.reason == "payload checksum"


def test_a_long_record_may_be_cut_anywhere(kernel: Any, tools: Any, tmp_path: Path) -> None:
    data = scalar(1) + long_record(2, 3000)
    path = tmp_path / "file"
    for cut in range(len(scalar(1)), len(data), 7):
        path.write_bytes(data[:cut])
        found = tools.read_file(kernel, path, 1 << 20, verify_below=1000)
        assert (found.records, found.offset, found.truncated) == (1, len(scalar(1)), cut > len(scalar(1)))
        assert found.damage == []


def test_both_kernels_agree_on_the_structure_of_any_long_record(tools: Any, golden: bytes, tmp_path: Path) -> None:
    """With everything long: every flip and cut inside a payload means the same to both."""
    path = tmp_path / "file"
    for at in range(0, len(golden), 3):
        broken = bytearray(golden)
        broken[at] ^= 0x81
        path.write_bytes(broken)
        first, *others = (tools.read_file(kernel, path, 1 << 20, verify_below=1) for kernel in tools.kernels)
        assert all(other == first for other in others), at


def test_a_long_scalar_is_a_scalar(kernel: Any, tools: Any, tmp_path: Path) -> None:
    value = Summary.Value(tag="s")
    value.metadata.plugin_data.plugin_name = "scalars"
    value.tensor.dtype = 1
    value.tensor.float_val.append(2.5)
    value.tensor.string_val.append(bytes(10_000))
    path = tmp_path / "file"
    path.write_bytes(summary(1, value))
    found = tools.read_file(kernel, path, 1 << 20, verify_below=100)
    assert found.points == {(b"s", 8): [(1, repr(TIME), "2.5")]}


def test_points_are_verified_however_long_their_record_is(kernel: Any, tools: Any, tmp_path: Path) -> None:
    """TensorFlow 1 merges all tags of a step, pictures too, into one summary."""
    scalars = [Summary.Value(tag=f"tag/{number}", simple_value=number) for number in range(300)]
    merged = summary(2, *scalars, Summary.Value(tag="image", image=Summary.Image(encoded_image_string=bytes(600_000))))
    data = scalar(1) + merged + scalar(3)
    path = tmp_path / "file"
    path.write_bytes(data)
    found = tools.read_file(kernel, path, 1 << 20, verify_below=1000)
    assert (found.unverified, found.unverified_bytes) == (0, 0)
    assert found == tools.read_file(kernel, path, 1 << 20)
    for at in (data.index(b"tag/7") + 8, data.index(b"tag/7") + 100_000, len(scalar(1) + merged) - 1):
        broken = bytearray(data)
        broken[at] ^= 0x10
        path.write_bytes(broken)
        found = tools.read_file(kernel, path, 1 << 20, verify_below=1000)
        assert found == tools.read_file(kernel, path, 1 << 20)
        assert [(each.offset, each.length, each.reason) for each in found.damage] == [
            (len(scalar(1)), len(merged), "payload checksum")
        ]
        assert found.series == [(b"a", 2, b"")]
        assert (found.records, len(found.items), found.points[b"a", 2][1][0]) == (2, 0, 3)


@pytest.mark.parametrize("length", [2**31, 2**62, 2**63 - 1, 2**63, 2**64 - 17, 2**64 - 16, 2**64 - 1])
def test_an_absurd_length_with_a_right_checksum_is_a_record_still_to_come(kernel: Any, tools: Any, length: int) -> None:
    header = struct.pack("<Q", length)
    found = tools.read(kernel, scalar(1) + header + struct.pack("<I", masked_crc32c(header)) + bytes(100))
    assert (found.records, found.truncated, found.ended) == (1, True, False)


def test_zeros_after_the_last_record_end_the_file(kernel: Any, tools: Any) -> None:
    found = tools.read(kernel, scalar(1) + bytes(64_000))
    assert (found.records, found.ended, found.damage[0].reason) == (1, True, "length checksum")


def test_nothing_at_all_is_nothing(kernel: Any, tools: Any) -> None:
    found = tools.read(kernel, b"")
    assert (found.records, found.series, found.truncated) == (0, [], False)
    empty = tools.read(kernel, framed(b""))
    assert (empty.records, empty.points, empty.items, empty.events) == (1, {}, [], [])


def test_wall_time_and_step_count_wherever_they_stand(kernel: Any, tools: Any) -> None:
    parts = [
        Event(summary=Summary(value=[Summary.Value(tag="a", simple_value=2.0)])).SerializeToString(),
        Event(step=7).SerializeToString(),
        Event(wall_time=TIME).SerializeToString(),
    ]
    found = tools.read(kernel, framed(b"".join(parts)))
    assert found.points == {(b"a", 2): [(7, repr(TIME), "2.0")]}


def test_series_are_pairs_of_tag_and_field(kernel: Any, tools: Any) -> None:
    data = (
        scalar(1, "x")
        + summary(1, Summary.Value(tag="x", image=Summary.Image(width=1)), Summary.Value(tag="x"))
        + scalar(2, "x")
    )
    found = tools.read(kernel, data)
    assert [series[:2] for series in found.series] == [(b"x", 2), (b"x", 4), (b"x", 0)]
    assert [step for step, _, _ in found.points[b"x", 2]] == [1, 2]
    assert [row[0] for row in found.items] == [1, 2]


def test_metadata_is_that_of_the_first_value(kernel: Any, tools: Any) -> None:
    first = Summary.Value(tag="x", simple_value=1)
    first.metadata.display_name = "one"
    second = Summary.Value(tag="x", simple_value=1)
    second.metadata.display_name = "two"
    found = tools.read(kernel, summary(1, first) + summary(2, second))
    assert found.series == [(b"x", 2, first.metadata.SerializeToString())]


def test_tags_that_are_no_text_stay_apart(kernel: Any, tools: Any) -> None:
    data = b"".join(kernel.frame_scalar(tag, 1.0, 1, TIME) for tag in (b"\xff", b"\xfe", b"<script>", b""))
    assert [tag for tag, _, _ in tools.read(kernel, data).series] == [b"\xff", b"\xfe", b"<script>", b""]


def test_many_tags_in_any_order(kernel: Any, tools: Any) -> None:
    tags = [f"tag/{i * 7919 % 300}".encode() for i in range(300)]
    order = tags + tags[::-1] + tags[::3] + tags
    data = b"".join(kernel.frame_scalar(tag, float(i), i, TIME) for i, tag in enumerate(order))
    found = tools.read(kernel, data)
    assert [tag for tag, _, _ in found.series] == tags
    for tag in tags:
        assert [step for step, _, _ in found.points[tag, 2]] == [i for i, each in enumerate(order) if each == tag]


@pytest.mark.parametrize("max_bytes", [1, 7, 64, 100, 1000, 1 << 20])
def test_a_file_descriptor_gives_what_the_bytes_give(
    kernel: Any, tools: Any, golden: bytes, max_bytes: int, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    for data in (golden, golden[:-5]):
        path.write_bytes(data)
        assert tools.read_file(kernel, path, max_bytes) == tools.read(kernel, data)


def test_both_kernels_take_the_same_batches_from_a_file(tools: Any, golden: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(golden * 3)
    for max_bytes in (1, 100, 777, 1 << 20):
        steps = []
        for kernel in tools.kernels:
            scanner = kernel.Scanner()
            with path.open("rb") as file:
                batches = [scanner.scan_file(file.fileno(), max_bytes) for _ in range(60)]
            steps.append([(batch.records, batch.bytes_read, batch.truncated) for batch in batches])
        assert all(each == steps[0] for each in steps)


def test_a_file_larger_than_the_block_it_is_read_by(kernel: Any, tools: Any, tmp_path: Path) -> None:
    big = summary(5, Summary.Value(tag="blob", image=Summary.Image(encoded_image_string=os.urandom(700_000))))
    data = scalar(1) + big + scalar(2) + big + scalar(3)
    path = tmp_path / "file"
    path.write_bytes(data)
    reading = tools.read_file(kernel, path, 100_000)
    assert [step for step, _, _ in reading.points[b"a", 2]] == [1, 2, 3]
    assert [row[3] for row in reading.items] == [len(scalar(1)), len(scalar(1) + big + scalar(2))]
    assert reading == tools.read_file(tools.python, path, 100_000)


def test_a_growing_file_is_followed(kernel: Any, tools: Any, golden: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"")
    scanner = kernel.Scanner()
    records = 0
    with path.open("ab", buffering=0) as writer, path.open("rb") as reader:
        for start in range(0, len(golden), 13):
            writer.write(golden[start : start + 13])
            batch = scanner.scan_file(reader.fileno(), 1 << 20)
            records += batch.records
            assert batch.truncated == (scanner.offset < min(start + 13, len(golden)))
        assert reader.tell() == 0
    assert (records, scanner.offset) == (len(boundaries(golden)) - 1, len(golden))


def test_a_file_that_shrank_gives_nothing(kernel: Any, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(scalar(1) + scalar(2))
    scanner = kernel.Scanner()
    with path.open("r+b") as file:
        assert scanner.scan_file(file.fileno(), 1 << 20).records == 2
        file.truncate(10)
        batch = scanner.scan_file(file.fileno(), 1 << 20)
    assert (batch.records, batch.bytes_read, batch.truncated, scanner.ended) == (0, 0, False, False)


def test_errors_of_the_system_pass_through(kernel: Any, tmp_path: Path) -> None:
    directory = os.open(tmp_path, os.O_RDONLY)
    try:
        with pytest.raises(IsADirectoryError):
            kernel.Scanner().scan_file(directory, 100)
    finally:
        os.close(directory)
    with pytest.raises(OSError, match="descriptor"):
        kernel.Scanner().scan_file(directory, 100)
    with pytest.raises(ValueError, match="max_bytes is 0"):
        kernel.Scanner().scan_file(0, 0)


def test_two_threads_that_scan_at_once_take_turns(tools: Any, tmp_path: Path) -> None:
    kernel = tools.kernels[-1]
    if kernel.name != "native":
        pytest.skip("the kernel is not compiled here")
    path = tmp_path / "file"
    path.write_bytes(b"".join(kernel.frame_scalar(b"t%d" % (i % 50), i, i, TIME) for i in range(50_000)))
    scanner = kernel.Scanner()
    total = []

    def work() -> None:
        with path.open("rb") as file:
            while (batch := scanner.scan_file(file.fileno(), 10_000)).bytes_read:
                total.append(batch.records)
                assert len(scanner.series) <= 50

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(total) == 50_000
    assert scanner.offset == path.stat().st_size
    assert [tag for tag, _, _ in scanner.series] == [b"t%d" % tag for tag in range(50)]


VALUES = st.one_of(
    st.builds(Summary.Value, tag=st.sampled_from(["a", "b", ""]), simple_value=st.floats(width=32)),
    st.builds(Summary.Value, tag=st.sampled_from(["a", "c"]), node_name=st.just("n")),
    st.builds(
        Summary.Value, tag=st.sampled_from(["a", "i"]), image=st.builds(Summary.Image, width=st.integers(0, 300))
    ),
)
EVENTS = st.one_of(
    st.builds(
        Event,
        wall_time=st.floats(),
        step=st.integers(-(2**63), 2**63 - 1),
        summary=st.builds(Summary, value=st.lists(VALUES, max_size=4)),
    ),
    st.builds(Event, wall_time=st.floats(), file_version=st.text(st.characters(codec="ascii"), max_size=5)),
    st.builds(Event, graph_def=st.binary(max_size=5)),
)


@given(events=st.lists(EVENTS, max_size=8), cuts=st.lists(st.integers(0, 600), max_size=4))
def test_any_valid_stream_in_any_pieces(tools: Any, events: list[Event], cuts: list[int]) -> None:
    data = b"".join(framed(each.SerializeToString()) for each in events)
    ends = sorted(min(cut, len(data)) for cut in cuts)
    first, *others = (tools.read(kernel, data, ends) for kernel in tools.kernels)
    assert all(other == first for other in others)
    assert (first.records, first.damage) == (len(events), [])
    values = [(value, each) for each in events for value in each.summary.value]
    assert sum(map(len, first.points.values())) == sum(value.HasField("simple_value") for value, _ in values)
    assert len(first.items) == sum(not value.HasField("simple_value") for value, _ in values)


@given(st.binary(max_size=200))
def test_any_bytes_at_all(tools: Any, data: bytes) -> None:
    first, *others = (tools.read(kernel, data) for kernel in tools.kernels)
    assert all(other == first for other in others)


@given(st.binary(max_size=60))
def test_any_payload_at_all(tools: Any, payload: bytes) -> None:
    for wrapped in (payload, b"\x2a" + bytes([len(payload)]) + payload):
        inner = b"\x2a" + bytes([len(wrapped) + 2]) + b"\x0a" + bytes([len(wrapped)]) + wrapped
        for each in (wrapped, inner):
            data = framed(each)
            first, *others = (tools.read(kernel, data) for kernel in tools.kernels)
            assert all(other == first for other in others)


@pytest.mark.parametrize("byte", [8, -1], ids=["length checksum", "payload checksum"])
def test_a_file_of_damage_comes_in_small_batches(
    kernel: Any, tmp_path: Path, byte: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixteen bytes of such a file are some hundred bytes of memory."""
    most = 10_000
    if kernel.name == "python":  # it is slow
        most = 100
        monkeypatch.setattr(scan, "_MOST_DAMAGE", most)
    hurt = bytearray(framed(b""))
    hurt[byte] ^= 1
    sound = framed(Event(step=1).SerializeToString())
    path = tmp_path / "hurt"
    path.write_bytes((bytes(hurt) + sound) * (most + 50))
    scanner = kernel.Scanner()
    with path.open("rb") as file:
        batches: list[Any] = []
        while not batches or batches[-1].bytes_read:
            batches.append(scanner.scan_file(file.fileno(), 32 << 20))
    assert [len(batch.damage) for batch in batches] == [most, 50, 0]
    assert sum(batch.records for batch in batches) == most + 50
    assert scanner.offset == path.stat().st_size
    assert not any(batch.truncated for batch in batches)
