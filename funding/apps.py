from importlib import import_module

from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "funding"
    verbose_name = "资金"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        import_module("funding.desk")
        import_module("funding.desk.clawbacks")
        import_module("funding.integrity")
        import_module("funding.integrity.clawbacks")
        import_module("funding.integrity.hands")
        learn_payer = import_module("projects.selectors").learn_payer
        learn_payer(import_module("funding.selectors.projects").PAYER)
