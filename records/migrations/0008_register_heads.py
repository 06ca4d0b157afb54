from django.db import migrations, models

from records.migrations._triggers import HEADS, UNDO_HEADS


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0007_changes_of_days'),
    ]

    operations = [
        migrations.CreateModel(
            name='RegisterHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('position', models.BigIntegerField()),
                ('line_hash', models.CharField(max_length=64)),
                ('lines', models.PositiveIntegerField()),
                ('secret', models.CharField(max_length=64)),
                ('seal', models.CharField(max_length=64)),
                ('kept_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': '登记簿日链头',
                'verbose_name_plural': '登记簿日链头',
                'ordering': ['-day'],
                'constraints': [models.CheckConstraint(condition=models.Q(('position__gt', 0)), name='records_registerhead_position_positive'), models.CheckConstraint(condition=models.Q(('lines__gte', 0)), name='records_registerhead_lines_not_negative'), models.CheckConstraint(condition=models.Q(('seal__regex', '^[0-9a-f]{64}$'), ('secret__regex', '^[0-9a-f]{64}$')), name='records_registerhead_sealed')],
            },
        ),
        migrations.RunSQL(HEADS, UNDO_HEADS),
    ]
