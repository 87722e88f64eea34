"""Tests of the house itself: what documents, catalogs and locks say is what the code does."""
