"""Parley: a self-hosted live-chat assistant for shops."""
