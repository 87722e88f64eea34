"""From a shopper's words to a decision, and from a decision to words."""
