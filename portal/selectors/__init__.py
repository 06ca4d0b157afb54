"""Reads across rooms: what pages of the roof show."""
