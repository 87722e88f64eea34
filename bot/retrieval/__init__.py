"""Finds the entry: features, matchers, fusion, calibration."""
