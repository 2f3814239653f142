"""What every test runs with."""

from __future__ import annotations

from collections.abc import Iterator

import hypothesis
import pytest

hypothesis.settings.register_profile("untimed", deadline=None)  # no test is timed: the machine may be busy
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def own_cache_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Indexes of log directories in tests don't go to the user's cache directory; child processes inherit that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
