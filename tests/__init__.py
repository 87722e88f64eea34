"""Everything that Parley promises, tested where it is promised. `tests/run` runs all of it."""
