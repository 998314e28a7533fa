"""A resident's card: a signed code for those who come without a phone."""
