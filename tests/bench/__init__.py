"""Benchmarks: ratios against a baseline of the same run, printed by one command: `python -m tests.bench.run`."""
