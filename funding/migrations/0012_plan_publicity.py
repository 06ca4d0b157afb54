"""Plans may be shown to the officers before they are issued."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('funding', '0011_sealed_waiver'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='allocationplan',
            name='publicity_from',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='allocationplan',
            name='publicity_until',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='allocationplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('publicity_from__isnull', True), ('publicity_until__isnull', True)), models.Q(('publicity_from__isnull', False), ('publicity_until__isnull', False)), _connector='OR'), name='funding_allocationplan_publicity_from_publicity_until'),
        ),
        migrations.AddConstraint(
            model_name='allocationplan',
            constraint=models.CheckConstraint(condition=models.Q(('publicity_from__isnull', True), ('publicity_from__lte', models.F('publicity_until')), _connector='OR'), name='funding_allocationplan_publicity_in_order'),
        ),
        migrations.AddConstraint(
            model_name='allocationplan',
            constraint=models.CheckConstraint(condition=models.Q(('publicity_until__isnull', True), ('issued_on__isnull', True), ('issued_on__gt', models.F('publicity_until')), _connector='OR'), name='funding_allocationplan_issued_after_its_publicity'),
        ),
    ]
