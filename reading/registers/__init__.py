"""A course's page, its register and its certificates; owns no table."""
