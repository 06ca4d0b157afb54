"""Who ends an order has another person's proposal before them. What ended before stays as it was."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_second_factor'),
        ('funding', '0008_struck_items'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='disbursement',
            name='ending_proposed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='disbursement',
            name='ending_proposed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='disbursement',
            name='ending_reason',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddConstraint(
            model_name='disbursement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ending_proposed_at__isnull', True), ('ending_proposed_by__isnull', True)), models.Q(('ending_proposed_at__isnull', False), ('ending_proposed_by__isnull', False)), _connector='OR'), name='funding_disbursement_ending_proposed_at_ending_proposed_by'),
        ),
        migrations.AddConstraint(
            model_name='disbursement',
            constraint=models.CheckConstraint(condition=models.Q(('ending_proposed_at__isnull', True), models.Q(('ending_reason', ''), _negated=True), _connector='OR'), name='funding_disbursement_ending_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='disbursement',
            constraint=models.CheckConstraint(condition=models.Q(('ending_proposed_by__isnull', True), ('ended_by__isnull', True), models.Q(('ending_proposed_by', models.F('ended_by')), _negated=True), _connector='OR'), name='funding_disbursement_ended_by_two_people'),
        ),
        AddConstraintNotValid(
            model_name='disbursement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['returned']), _negated=True), ('ending_proposed_at__isnull', False), _connector='OR'), name='funding_disbursement_returned_after_a_proposal'),
        ),
        AddConstraintNotValid(
            model_name='disbursement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'voided'), _negated=True), ('ending_proposed_at__isnull', False), ('unpaid_proposed_at__isnull', False), _connector='OR'), name='funding_disbursement_voided_after_a_proposal'),
        ),
    ]
