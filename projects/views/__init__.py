"""Pages of the joint research programme."""
