"""Columns that rows of this room have alike."""

from records.columns import author, moment, person
from records.columns import yuan as amount

__all__ = ["amount", "author", "moment", "person"]
