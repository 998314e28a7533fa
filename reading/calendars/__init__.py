"""iCalendar feeds: of an event, of a community, and of a resident at a secret address."""
