"""Browser tests: real Chromium, real server processes; people who click, type and look."""
