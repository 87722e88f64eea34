"""Frozen facts and pure rules."""
