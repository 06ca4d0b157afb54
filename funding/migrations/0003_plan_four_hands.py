"""Who issues a plan is none of those who drafted, reviewed or signed it. What was issued before stays as it was."""

from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("funding", "0002_ledger"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddConstraintNotValid(
            model_name="allocationplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("submitted_by__isnull", True),
                    ("cosigned_by__isnull", True),
                    models.Q(("submitted_by", models.F("cosigned_by")), _negated=True),
                    _connector="OR",
                ),
                name="funding_allocationplan_submitter_not_cosigner",
            ),
        ),
        AddConstraintNotValid(
            model_name="allocationplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("submitted_by__isnull", True),
                    ("issued_by__isnull", True),
                    models.Q(("submitted_by", models.F("issued_by")), _negated=True),
                    _connector="OR",
                ),
                name="funding_allocationplan_submitter_not_issuer",
            ),
        ),
        AddConstraintNotValid(
            model_name="allocationplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reviewed_by__isnull", True),
                    ("issued_by__isnull", True),
                    models.Q(("reviewed_by", models.F("issued_by")), _negated=True),
                    _connector="OR",
                ),
                name="funding_allocationplan_reviewer_not_issuer",
            ),
        ),
    ]
