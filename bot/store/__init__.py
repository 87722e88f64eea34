"""Tables, transactions and one repository a noun."""
