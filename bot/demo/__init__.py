"""The demo shop: its page, its people and its history."""
