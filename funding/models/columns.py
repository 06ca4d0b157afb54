"""Shapes of columns that this room repeats: yuan, persons, moments."""

from records.columns import DIGITS, PLACES, day, moment, person, running_sum, yuan

__all__ = ["DIGITS", "PLACES", "day", "moment", "person", "running_sum", "yuan"]
