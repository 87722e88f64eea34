"""Use-cases: each is one short transaction, told to the world after commit."""
