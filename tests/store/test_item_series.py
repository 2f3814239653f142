"""Items are read from disk when asked for, and their checksum is verified then."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from sightline.errors import DamagedRecord
from sightline.format.event import (
    DataType,
    Image,
    PluginData,
    SummaryMetadata,
    TensorProto,
    Value,
)
from sightline.store import ItemSeries, LogDir, Run, ScalarSeries, SeriesKey


def read(root: Path) -> Run:
    logdir = LogDir(root)
    logdir.refresh()
    return logdir.runs["a"]


def items(run: Run, kind: str, tag: str) -> ItemSeries:
    series = run.series[SeriesKey(kind, tag)]
    assert isinstance(series, ItemSeries)
    return series


def test_a_value_is_read_by_its_row_in_the_order_of_steps(files: Any) -> None:
    files.add("a", *(files.image(step, b"picture %d" % step) for step in (2, 0, 1)))
    series = items(read(files.root), "image", "image")
    assert series.columns().step.tolist() == [0, 1, 2]
    assert [series.read(index).image.encoded_image_string for index in (0, 1, -1)] == [
        b"picture 0",
        b"picture 1",
        b"picture 2",
    ]
    with pytest.raises(IndexError):
        series.read(3)


def test_an_address_holds_while_the_series_grows_before_it(files: Any) -> None:
    files.add("a", files.image(5, b"five"))
    logdir = LogDir(files.root)
    logdir.refresh()
    series = items(logdir.runs["a"], "image", "image")
    columns = series.columns()
    address = columns.files[columns.file[0]].id, int(columns.offset[0])
    files.add("a", files.image(1, b"one"))
    logdir.refresh()
    assert series.read(0).image.encoded_image_string == b"one"
    assert series.read(0, columns).image.encoded_image_string == b"five"
    assert series.read_at(*address).image.encoded_image_string == b"five"
    with pytest.raises(LookupError, match="no value of 'image' at byte 1 of file"):
        series.read_at(address[0], 1)
    with pytest.raises(LookupError):
        series.read_at("another", address[1])


def test_a_bit_that_flips_after_the_scan_is_found_when_the_value_is_read(files: Any) -> None:
    path = files.add("a", files.image(0, b"picture"), files.image(1, b"picture"))
    series = items(read(files.root), "image", "image")
    data = bytearray(path.read_bytes())
    data[data.index(b"picture")] ^= 1
    with path.open("r+b") as file:
        file.write(data)
    with pytest.raises(
        DamagedRecord, match=r"payload checksum of the record at byte 0: got 0x.{8}, want 0x.{8}. File: "
    ):
        series.read(0)
    assert series.read(1).image.encoded_image_string == b"picture"


def test_a_length_that_changes_after_the_scan_is_found_when_the_value_is_read(files: Any) -> None:
    path = files.add("a", files.image(0, b"picture"))
    series = items(read(files.root), "image", "image")
    with path.open("r+b") as file:
        file.seek(8)  # the checksum of the length
        file.write(b"\0")
    with pytest.raises(DamagedRecord, match="length of the record at byte 0"):
        series.read(0)


def test_a_file_that_was_cut_after_the_scan_is_an_error_with_the_place(files: Any) -> None:
    path = files.add("a", files.image(0, b"picture"))
    series = items(read(files.root), "image", "image")
    with path.open("r+b") as file:
        file.truncate(20)
    with pytest.raises(DamagedRecord, match="record at byte 0: got 20 bytes, want"):
        series.read(0)


def test_a_file_that_was_replaced_after_the_scan_is_not_read_by_mistake(files: Any) -> None:
    path = files.add("a", files.image(0, b"picture"))
    series = items(read(files.root), "image", "image")
    os.replace(files.add("b", files.image(0, b"another")), path)
    with pytest.raises(OSError, match="another file has taken its place"):
        series.read(0)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        series.read(0)


def test_a_tag_of_two_kinds_is_two_series(files: Any) -> None:
    files.add("a", files.scalar(1, 2.0, tag="x"), files.image(1, b"p", tag="x"), files.tensor("x", "text", [b"t"]))
    run = read(files.root)
    assert run.tags() == {"scalar": ["x"], "image": ["x"], "text": ["x"]}


def test_values_that_no_room_claims_are_kept_under_their_name_on_disk(files: Any) -> None:
    files.add(
        "a",
        files.tensor("m", "mesh", [b"x"]),
        files.tensor("u", "image", [b"x"]),  # a stranger's plugin with the name of a room
        files.tensor("t", "", [b"x"]),
        files.value(Value(tag="p", metadata=SummaryMetadata(plugin_data=PluginData(plugin_name="hparams")))),
        files.value(Value(tag="o", obsolete_old_style_histogram=b"x")),
    )
    run = read(files.root)
    assert run.tags() == {
        "mesh": ["m"],
        "plugin image": ["u"],
        "tensor": ["t"],
        "hparams": ["p"],
        "obsolete_old_style_histogram": ["o"],
    }
    assert items(run, "mesh", "m").read(0).tensor.string_val == [b"x"]
    assert items(run, "hparams", "p").read(0).WhichOneof("value") is None


def test_a_legacy_image_with_metadata_is_an_image(files: Any) -> None:
    """tensorboardX writes plugin "images" beside the old message."""
    metadata = SummaryMetadata(plugin_data=PluginData(plugin_name="images"), display_name="Cats")
    files.add("a", files.value(Value(tag="i", image=Image(encoded_image_string=b"p"), metadata=metadata)))
    run = read(files.root)
    assert run.tags() == {"image": ["i"]}
    assert items(run, "image", "i").metadata.display_name == "Cats"


def test_metadata_of_a_tag_is_remembered_across_the_files_of_a_run(files: Any) -> None:
    """TensorFlow sends metadata with the first value of a tag only."""
    scalars = SummaryMetadata(plugin_data=PluginData(plugin_name="scalars"), summary_description="**how far off**")
    number = TensorProto(dtype=DataType.DOUBLE, double_val=[0.5])
    files.add(
        "a",
        files.tensor("words", "text", [b"one"]),
        files.value(Value(tag="loss", tensor=number, metadata=scalars)),
        name="tfevents.1",
    )
    files.add(
        "a",
        files.tensor("words", "", [b"two"], step=1),
        files.value(Value(tag="loss", tensor=TensorProto(dtype=DataType.DOUBLE, double_val=[0.25])), 1),
        files.value(Value(tag="loss", tensor=TensorProto(dtype=DataType.STRING, string_val=[b"odd"])), 2),
        name="tfevents.2",
    )
    run = read(files.root)
    assert run.tags() == {"text": ["words"], "scalar": ["loss"], "scalars": ["loss"]}
    assert [text.text for text in run.texts("words")] == ["one", "two"]
    assert run.scalars("loss").value.tolist() == [0.5, 0.25]
    series = run.series[SeriesKey("scalar", "loss")]
    assert isinstance(series, ScalarSeries)
    assert series.metadata.summary_description == "**how far off**"


def test_metadata_that_is_no_message_hides_nothing(files: Any) -> None:
    value = Value(tag="i", image=Image(encoded_image_string=b"p")).SerializeToString() + b"\x4a\x02\xff\xff"
    summary = b"\x0a" + bytes([len(value)]) + value
    event = b"\x2a" + bytes([len(summary)]) + summary
    path = files.add("a")
    from sightline.format.kernel import frame

    path.write_bytes(frame(event))
    logdir = LogDir(files.root)
    logdir.refresh()
    run = logdir.runs["a"]
    assert run.tags() in ({"image": ["i"]}, {})  # a kernel may also refuse the event, and then it is in the ledger
    assert run.tags() or run.files[0].damage


def test_a_long_value_is_verified_when_it_is_read_and_what_is_found_goes_into_the_ledger(files: Any) -> None:
    path = files.add("a", files.image(1, b"\x00" * 70_000), files.image(2, b"short"), files.scalar(3))
    data = bytearray(path.read_bytes())
    data[35_000] ^= 1
    path.write_bytes(data)
    logdir = LogDir(files.root)
    logdir.refresh()
    run = logdir.runs["a"]
    (file,) = run.files
    assert (file.damage, file.records, file.unverified) == ((), 3, 1)
    assert file.note == f"1 long record ({file.unverified_bytes:,} bytes) is verified when it is read"
    before = logdir.version
    for _ in range(2):
        with pytest.raises(DamagedRecord, match="payload checksum"):
            items(run, "image", "image").read(0)
    (damage,) = file.damage
    assert (damage.offset, damage.length, damage.reason) == (0, 12 + file.unverified_bytes + 4, "payload checksum")
    assert logdir.version == before + 1
    assert logdir.refresh().runs == {"a"}
    checked = LogDir(files.root, verify=True)
    checked.refresh()
    assert checked.runs["a"].files[0].damage == file.damage
    assert len(items(checked.runs["a"], "image", "image")) == 1
