"""The policy as data: its text, every number carried out under it, and how both reach rows and readers."""
