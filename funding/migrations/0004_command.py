"""Commands about money by their keys, append-only."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from funding.migrations._triggers import COMMANDS, UNDO_COMMANDS


class Migration(migrations.Migration):

    dependencies = [
        ('funding', '0003_plan_four_hands'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Command',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('name', models.CharField(max_length=60)),
                ('subject_id', models.PositiveBigIntegerField()),
                ('terms', models.JSONField()),
                ('done_at', models.DateTimeField()),
                ('done_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '办理请求',
                'verbose_name_plural': '办理请求',
                'ordering': ['pk'],
            },
        ),
        migrations.RunSQL(COMMANDS, UNDO_COMMANDS),
    ]
