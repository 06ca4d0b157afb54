import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_second_factor'),
        ('accounts', '__first__'),
        ('evaluation', '0011_codes_of_employers'),
        ('institutes', '0018_commitments'),
        ('records', '0006_up_intervals'),
    ]

    operations = [
        migrations.CreateModel(
            name='Acceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state_since', models.DateTimeField(blank=True, editable=False, null=True)),
                ('attempt', models.PositiveSmallIntegerField(default=1)),
                ('rectify_by', models.DateField(blank=True, null=True)),
                ('number', models.CharField(blank=True, max_length=40, null=True, unique=True)),
                ('state', models.CharField(choices=[('preparing', '待申请验收'), ('unit_review', '单位审核'), ('county_review', '县级审核'), ('county_signing', '县级意见待签发'), ('checking', '材料核查'), ('panel_review', '专家验收'), ('decision', '拟定结论'), ('confirmation', '结论待审定'), ('passed', '通过验收'), ('conditional', '限期整改'), ('failed', '未通过验收'), ('withdrawn', '已终止')], default='preparing', max_length=16)),
                ('opened_at', models.DateTimeField()),
                ('soon_told_for', models.DateField(blank=True, null=True)),
                ('late_told_for', models.DateField(blank=True, null=True)),
                ('texts', models.JSONField(blank=True, default=dict)),
                ('saved_at', models.DateTimeField(blank=True, null=True)),
                ('comparison', models.JSONField(blank=True, default=list)),
                ('handed_in_at', models.DateTimeField(blank=True, null=True)),
                ('county_position', models.CharField(blank=True, choices=[('agrees', '同意'), ('objects', '不同意')], max_length=10)),
                ('county_opinion', models.TextField(blank=True)),
                ('opined_at', models.DateTimeField(blank=True, null=True)),
                ('signed_at', models.DateTimeField(blank=True, null=True)),
                ('entrusted_at', models.DateTimeField(blank=True, null=True)),
                ('score', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ('panel_passed', models.BooleanField(blank=True, null=True)),
                ('panel_opinion', models.TextField(blank=True)),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('passed', '通过验收'), ('conditional', '限期整改'), ('failed', '未通过验收')], max_length=12)),
                ('minute_number', models.CharField(blank=True, max_length=60)),
                ('grounds', models.TextField(blank=True)),
                ('requirements', models.TextField(blank=True)),
                ('proposed_at', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entrusted_acceptances', to='accounts.organisation')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='accounts.division')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='evaluation.reviewedition')),
                ('entrusted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('former', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successor', to='evaluation.acceptance')),
                ('handed_in_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='accounts.organisation')),
                ('institute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='institutes.institute')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opined_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('saved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '建设期验收',
                'verbose_name_plural': '建设期验收',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['state', '-id'], name='evaluation_acceptance_state'), models.Index(fields=['host', '-id'], name='evaluation_acceptance_host')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['preparing', 'unit_review', 'county_review', 'county_signing', 'checking', 'panel_review', 'decision', 'confirmation', 'passed', 'conditional', 'failed', 'withdrawn'])), name='evaluation_acceptance_state_known'), models.CheckConstraint(condition=models.Q(('county_position__in', ['agrees', 'objects', ''])), name='evaluation_acceptance_county_position_known'), models.CheckConstraint(condition=models.Q(('outcome__in', ['passed', 'conditional', 'failed', ''])), name='evaluation_acceptance_outcome_known'), models.CheckConstraint(condition=models.Q(models.Q(('saved_at__isnull', True), ('saved_by__isnull', True)), models.Q(('saved_at__isnull', False), ('saved_by__isnull', False)), _connector='OR'), name='evaluation_acceptance_saved_at_saved_by'), models.CheckConstraint(condition=models.Q(models.Q(('handed_in_at__isnull', True), ('handed_in_by__isnull', True), ('number__isnull', True)), models.Q(('handed_in_at__isnull', False), ('handed_in_by__isnull', False), ('number__isnull', False)), _connector='OR'), name='evaluation_acceptance_handed_in_under_a_number'), models.CheckConstraint(condition=models.Q(models.Q(('opined_at__isnull', True), ('opined_by__isnull', True)), models.Q(('opined_at__isnull', False), ('opined_by__isnull', False)), _connector='OR'), name='evaluation_acceptance_opined_at_opined_by'), models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', True), ('signed_by__isnull', True)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='evaluation_acceptance_signed_at_signed_by'), models.CheckConstraint(condition=models.Q(models.Q(('agency__isnull', True), ('entrusted_at__isnull', True), ('entrusted_by__isnull', True)), models.Q(('agency__isnull', False), ('entrusted_at__isnull', False), ('entrusted_by__isnull', False)), _connector='OR'), name='evaluation_acceptance_entrusted_to_an_agency'), models.CheckConstraint(condition=models.Q(models.Q(('panel_passed__isnull', True), ('reviewed_at__isnull', True), ('reviewed_by__isnull', True), ('score__isnull', True)), models.Q(('panel_passed__isnull', False), ('reviewed_at__isnull', False), ('reviewed_by__isnull', False), ('score__isnull', False)), _connector='OR'), name='evaluation_acceptance_reviewed_with_a_result'), models.CheckConstraint(condition=models.Q(models.Q(('proposed_at__isnull', True), ('proposed_by__isnull', True)), models.Q(('proposed_at__isnull', False), ('proposed_by__isnull', False)), _connector='OR'), name='evaluation_acceptance_proposed_at_proposed_by'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='evaluation_acceptance_decided_at_decided_by'), models.CheckConstraint(condition=models.Q(('opined_by__isnull', True), ('signed_by__isnull', True), models.Q(('opined_by', models.F('signed_by')), _negated=True), _connector='OR'), name='evaluation_acceptance_signed_by_another'), models.CheckConstraint(condition=models.Q(('proposed_by__isnull', True), ('decided_by__isnull', True), models.Q(('proposed_by', models.F('decided_by')), _negated=True), _connector='OR'), name='evaluation_acceptance_four_eyes'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['county_review', 'county_signing', 'checking', 'panel_review', 'decision', 'confirmation', 'passed', 'conditional', 'failed']), _negated=True), ('handed_in_at__isnull', False), _connector='OR'), name='evaluation_acceptance_handed_in_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['county_signing', 'checking', 'panel_review', 'decision', 'confirmation', 'passed', 'conditional', 'failed']), _negated=True), ('opined_at__isnull', False), _connector='OR'), name='evaluation_acceptance_opined_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['checking', 'panel_review', 'decision', 'confirmation', 'passed', 'conditional', 'failed']), _negated=True), ('signed_at__isnull', False), _connector='OR'), name='evaluation_acceptance_signed_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['panel_review', 'decision', 'confirmation', 'passed', 'conditional', 'failed']), _negated=True), ('entrusted_at__isnull', False), _connector='OR'), name='evaluation_acceptance_entrusted_to_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['decision', 'confirmation', 'passed', 'conditional', 'failed']), _negated=True), ('reviewed_at__isnull', False), _connector='OR'), name='evaluation_acceptance_reviewed_by_experts'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['confirmation', 'passed', 'conditional', 'failed']), _negated=True), ('proposed_at__isnull', False), _connector='OR'), name='evaluation_acceptance_proposed_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['passed', 'conditional', 'failed']), _negated=True), ('decided_at__isnull', False), _connector='OR'), name='evaluation_acceptance_decided_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('attempt', 1), ('former__isnull', True), ('rectify_by__isnull', True)), models.Q(('attempt', 2), ('former__isnull', False), ('rectify_by__isnull', False)), _connector='OR'), name='evaluation_acceptance_second_after_a_first'), models.CheckConstraint(condition=models.Q(('handed_in_at__isnull', True), models.Q(('comparison', []), _negated=True), _connector='OR'), name='evaluation_acceptance_handed_in_with_figures'), models.CheckConstraint(condition=models.Q(('opined_at__isnull', True), models.Q(models.Q(('county_position', ''), _negated=True), models.Q(('county_opinion', ''), _negated=True)), _connector='OR'), name='evaluation_acceptance_county_takes_a_position'), models.CheckConstraint(condition=models.Q(('proposed_at__isnull', True), models.Q(models.Q(('outcome', ''), _negated=True), models.Q(('minute_number', ''), _negated=True), models.Q(('grounds', ''), _negated=True)), _connector='OR'), name='evaluation_acceptance_proposed_by_a_meeting'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('passed', 'conditional', 'failed')), _negated=True), ('outcome', models.F('state')), _connector='OR'), name='evaluation_acceptance_ends_as_proposed'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'conditional'), _negated=True), models.Q(('requirements', ''), _negated=True), _connector='OR'), name='evaluation_acceptance_says_what_to_mend'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'passed'), _negated=True), ('panel_passed', True), _connector='OR'), name='evaluation_acceptance_passed_by_experts'), models.UniqueConstraint(fields=('institute', 'attempt'), name='evaluation_acceptance_attempt_once'), models.UniqueConstraint(condition=models.Q(('state__in', ('preparing', 'unit_review', 'county_review', 'county_signing', 'checking', 'panel_review', 'decision', 'confirmation'))), fields=('institute',), name='evaluation_acceptance_one_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='AcceptanceCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=40)),
                ('result', models.CharField(choices=[('clear', '未发现记录'), ('listed', '存在记录')], max_length=8)),
                ('checked_on', models.DateField()),
                ('source', models.CharField(max_length=200)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('recorded_at', models.DateTimeField()),
                ('acceptance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='evaluation.acceptance')),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.attachment')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '验收信用查询',
                'verbose_name_plural': '验收信用查询',
                'ordering': ['acceptance', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('result__in', ['clear', 'listed'])), name='evaluation_acceptancecheck_result_known'), models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='evaluation_acceptancecheck_has_source'), models.CheckConstraint(condition=models.Q(('result', 'clear'), models.Q(('note', ''), _negated=True), _connector='OR'), name='evaluation_acceptancecheck_entry_has_note')],
            },
        ),
    ]
