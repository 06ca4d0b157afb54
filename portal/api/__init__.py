"""The API: everything a person can do, a program can do with the same rights."""
