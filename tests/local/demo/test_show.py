import pytest

from local.demo.show import readable_size


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (5_250_000, "5.2 MB"), (3 * 10**15, "3000.0 TB")],
)
def test_a_size_is_shown_in_the_unit_that_fits(size: int, shown: str) -> None:
    assert readable_size(size) == shown
