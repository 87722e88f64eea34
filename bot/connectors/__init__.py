"""Outbound edges: mail, orders."""
