"""What people may ask for about their own data: one record instead of two, leaving, taking their data along."""
