"""A steward's building as doors: who lives behind them, enrolling, and writing on their behalf."""
