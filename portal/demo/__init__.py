"""The demo: invented people and one believable year, lived by calling services."""
