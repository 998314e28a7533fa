"""The catalogue: books, their numbers (ISBN, 统一书号), and import."""
