"""Points: the rules as data, the ledger, and standings."""
