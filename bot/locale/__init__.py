"""Languages: negotiation, catalogs, identification."""
