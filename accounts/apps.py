from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账户与组织"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Make the desks and the checks of this room known to the house, how people are named and prove themselves."""
        from accounts import actors, desk, integrity, signals  # noqa: F401
        from accounts.views import proof
        from records.desk import ask_proof_by, tell_actors_by

        tell_actors_by(actors.actors_of)
        ask_proof_by(proof.proof_faults)
