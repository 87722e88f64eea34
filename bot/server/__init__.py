"""The inbound edge: HTTP pages, JSON API and Socket.IO."""
