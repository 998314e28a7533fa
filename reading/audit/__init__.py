"""The trail of who did what, on whom, when and from where; nobody edits it."""
