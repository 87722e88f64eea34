"""Faults: real server processes that are killed, starved, flooded and lied to."""
