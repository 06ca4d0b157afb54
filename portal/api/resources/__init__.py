"""The resources, room by room: what each shows, and what is done with it besides its moves."""
