"""Random histories through the real services, in processes that are killed, against a bank with a memory of its own."""
