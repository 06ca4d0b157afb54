"""Sums of what the roof shows, and what the database does to keep them."""

import django.db.models.deletion
from django.db import migrations, models

from portal.migrations._sources import SOURCES
from portal.migrations._tallies import install, remove


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0006_calendar_feeds'),
        ('evaluation', '0016_reports_taken_back'),
        ('funding', '0015_rests_of_ended_projects'),
        ('institutes', '0026_results_of_projects'),
        ('projects', '0008_midterms'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('applications', '已提交的申报'), ('institutes', '研究院'), ('recognitions', '历年认定'), ('pool', '培育库'), ('achievements', '已核实的成果'), ('verifications', '历年核实'), ('filings', '省级备案'), ('projects', '联合攻关项目'), ('evaluations', '绩效评价'), ('awards', '奖补资金'), ('orders', '资金拨付'), ('payments', '已拨到企业'), ('legs', '资金所处环节')], max_length=16)),
                ('year', models.SmallIntegerField(default=0)),
                ('kind', models.CharField(blank=True, max_length=20)),
                ('state', models.CharField(blank=True, max_length=30)),
                ('count', models.BigIntegerField()),
                ('amount', models.DecimalField(decimal_places=2, default=0, max_digits=20)),
                ('chain', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutes.industrychain')),
                ('division', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.division')),
            ],
            options={
                'verbose_name': '汇总数',
                'verbose_name_plural': '汇总数',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['what', 'division', 'year'], name='portal_tally_of')],
                'constraints': [models.CheckConstraint(condition=models.Q(('what__in', ['applications', 'institutes', 'recognitions', 'pool', 'achievements', 'verifications', 'filings', 'projects', 'evaluations', 'awards', 'orders', 'payments', 'legs'])), name='portal_tally_what_known'), models.CheckConstraint(condition=models.Q(('year__gte', 0)), name='portal_tally_year_or_none')],
            },
        ),
        migrations.RunSQL(install(SOURCES), remove(SOURCES)),
    ]
