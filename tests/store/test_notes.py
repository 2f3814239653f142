"""What a person says of a run: what is kept as it is, and what is refused with a sentence."""

from __future__ import annotations

import pytest

from sightline.errors import ArgumentError
from sightline.store.notes import MAX_ALIAS, MAX_NOTE, MAX_TAG, MAX_TAGS, NO_NOTES, NotesChange, RunNotes, apply

FULL = RunNotes("alias", True, True, ("a", "b"), "*note*", 3)


def test_an_empty_change_leaves_everything() -> None:
    assert apply(FULL, NotesChange()) == FULL


def test_each_field_is_changed_and_taken_away_by_itself() -> None:
    assert (
        apply(NO_NOTES, NotesChange(alias="alias", starred=True, hidden=True, tags=("a", "b"), note="*note*", colour=3))
        == FULL
    )
    assert apply(FULL, NotesChange(alias="", starred=False, hidden=False, tags=(), note="", colour=0)) == NO_NOTES


def test_tags_are_added_and_removed_beside_those_that_are_there() -> None:
    assert apply(FULL, NotesChange(add_tags=("c", "a"))).tags == ("a", "b", "c")
    assert apply(FULL, NotesChange(add_tags=("c",), remove_tags=("a", "nothing"))).tags == ("b", "c")


def test_blanks_around_a_name_go_and_line_breaks_in_a_note_become_one_kind() -> None:
    changed = apply(NO_NOTES, NotesChange(alias="  best \u200d run ", add_tags=(" x ", "x"), note="a\r\nb\rc\n\n"))
    assert changed == RunNotes(alias="best \u200d run", tags=("x",), note="a\nb\nc")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (NotesChange(alias="a\nb"), "U+000A"),
        (NotesChange(alias="a\x00b"), "U+0000"),
        (NotesChange(alias="a\u2028b"), "U+2028"),
        (NotesChange(alias="a\u202eb"), "U+202E"),
        (NotesChange(alias="a\ud800"), "U+D800"),
        (NotesChange(alias="x" * (MAX_ALIAS + 1)), f"at most {MAX_ALIAS}"),
        (NotesChange(add_tags=("",)), "empty tag"),
        (NotesChange(tags=(" ",)), "empty tag"),
        (NotesChange(add_tags=("a\tb",)), "U+0009"),
        (NotesChange(add_tags=("x" * (MAX_TAG + 1),)), f"at most {MAX_TAG}"),
        (NotesChange(tags=tuple(map(str, range(MAX_TAGS + 1)))), f"at most {MAX_TAGS}"),
        (NotesChange(note="a\x1bb"), "U+001B"),
        (NotesChange(note="x" * (MAX_NOTE + 1)), f"at most {MAX_NOTE}"),
        (NotesChange(colour=13), "the colour is 13"),
        (NotesChange(colour=-1), "the colour is -1"),
    ],
)
def test_what_can_not_be_shown_is_refused_with_a_sentence(change: NotesChange, words: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        apply(NO_NOTES, change)
    assert words in str(refused.value)


def test_the_longest_texts_are_taken() -> None:
    change = NotesChange(alias="é" * MAX_ALIAS, note="\t" + "n" * (MAX_NOTE - 1), tags=("t" * MAX_TAG,))
    assert apply(NO_NOTES, change).alias == "é" * MAX_ALIAS
