"""A waiver is a paper under the unit's seal. What was waived before stays as it was."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('funding', '0010_bank_twice'),
        ('records', '0006_up_intervals'),
    ]

    operations = [
        migrations.AddField(
            model_name='award',
            name='waiver_file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.attachment'),
        ),
        AddConstraintNotValid(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('waiver_file__isnull', True), ('waiver_statement', '')), models.Q(models.Q(('waiver_statement', ''), _negated=True), ('waiver_file__isnull', False)), _connector='OR'), name='funding_award_waiver_is_sealed'),
        ),
        AddConstraintNotValid(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'waived'), _negated=True), ('waiver_file__isnull', False), ('confirmed_at__isnull', True), _connector='OR'), name='funding_award_confirmed_is_waived_by_a_paper'),
        ),
    ]
