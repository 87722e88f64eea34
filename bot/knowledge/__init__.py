"""The help center: entries, their files, their faults."""
