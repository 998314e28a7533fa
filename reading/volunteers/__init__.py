"""Who helps at an event: volunteers, their hours, and who may take its attendance for the evening."""
