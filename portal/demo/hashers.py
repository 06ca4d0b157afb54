"""How the demo keeps its one public password: quickly. Over a hundred people are founded at its first start."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class DemoHasher(PBKDF2PasswordHasher):
    """PBKDF2 with few rounds. There is nothing to protect: the password is printed when the demo starts."""

    algorithm = "demo_pbkdf2"
    iterations = 1000
