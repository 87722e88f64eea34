"""Numbers from events: definitions, reports, exports."""
