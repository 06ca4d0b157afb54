import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_second_factor'),
        ('accounts', '__first__'),
        ('institutes', '0018_commitments'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProgressReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state_since', models.DateTimeField(blank=True, editable=False, null=True)),
                ('as_of', models.DateField()),
                ('note', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('reported', '已报告'), ('questioned', '待单位说明'), ('withdrawn', '已撤回')], default='reported', max_length=12)),
                ('reported_at', models.DateTimeField()),
                ('question', models.TextField(blank=True)),
                ('questioned_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress_reports', to='accounts.division')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress_reports', to='institutes.recognitionedition')),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress_reports', to='accounts.organisation')),
                ('institute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress_reports', to='institutes.institute')),
                ('questioned_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '建设进展报告',
                'verbose_name_plural': '建设进展报告',
                'ordering': ['-as_of', '-pk'],
                'indexes': [models.Index(fields=['institute', '-as_of'], name='institutes_progress_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['reported', 'questioned', 'withdrawn'])), name='institutes_progressreport_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('questioned_at__isnull', True), ('questioned_by__isnull', True)), models.Q(('questioned_at__isnull', False), ('questioned_by__isnull', False)), _connector='OR'), name='institutes_progressreport_questioned_at_questioned_by'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='institutes_progressreport_answered_at_answered_by'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='institutes_progressreport_withdrawn_at_withdrawn_by'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['questioned']), _negated=True), ('questioned_at__isnull', False), _connector='OR'), name='institutes_progressreport_questioned_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['withdrawn']), _negated=True), ('withdrawn_at__isnull', False), _connector='OR'), name='institutes_progressreport_withdrawn_by_somebody'), models.CheckConstraint(condition=models.Q(('questioned_at__isnull', True), models.Q(('question', ''), _negated=True), _connector='OR'), name='institutes_progressreport_asks_something'), models.CheckConstraint(condition=models.Q(('answered_at__isnull', True), models.Q(('questioned_at__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='institutes_progressreport_answers_a_question')],
            },
        ),
        migrations.CreateModel(
            name='ProgressValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.DecimalField(decimal_places=2, max_digits=16)),
                ('commitment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='values', to='institutes.commitment')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='values', to='institutes.progressreport')),
            ],
            options={
                'verbose_name': '目标进展',
                'verbose_name_plural': '目标进展',
                'ordering': ['report', 'commitment__position'],
                'constraints': [models.UniqueConstraint(fields=('report', 'commitment'), name='institutes_progressvalue_once_a_report'), models.CheckConstraint(condition=models.Q(('value__gte', 0)), name='institutes_progressvalue_value_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='StageReached',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reached_on', models.DateField()),
                ('milestone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reached', to='institutes.milestone')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stages', to='institutes.progressreport')),
            ],
            options={
                'verbose_name': '阶段完成',
                'verbose_name_plural': '阶段完成',
                'ordering': ['report', 'milestone__due_on'],
                'constraints': [models.UniqueConstraint(fields=('report', 'milestone'), name='institutes_stagereached_once_a_report')],
            },
        ),
    ]
