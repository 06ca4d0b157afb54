"""What ``./run`` starts: an embedded PostgreSQL, the demo, the tests. No part of it serves production."""
