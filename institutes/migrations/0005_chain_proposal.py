"""Proposals of counties for the map of chains, and what the database itself keeps true of the map."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_visits'),
        ('institutes', '0004_chain_map'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ChainProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state_since', models.DateTimeField(blank=True, editable=False, null=True)),
                ('kind', models.CharField(choices=[('add_member', '增列企业'), ('change_role', '变更企业地位'), ('end_member', '移出企业'), ('add_segment', '增加环节')], max_length=20)),
                ('position', models.CharField(blank=True, choices=[('upstream', '上游'), ('midstream', '中游'), ('downstream', '下游')], max_length=12)),
                ('name', models.CharField(blank=True, max_length=100)),
                ('uscc', models.CharField(blank=True, max_length=18)),
                ('role', models.CharField(blank=True, choices=[('leader', '链主企业'), ('backbone', '骨干企业')], max_length=10)),
                ('effective_on', models.DateField()),
                ('grounds', models.TextField()),
                ('state', models.CharField(choices=[('draft', '草拟'), ('signing', '待县级审签'), ('proposed', '待市科技局审核'), ('checked', '待市科技局审定'), ('accepted', '已采纳'), ('refused', '未采纳'), ('withdrawn', '已撤回')], default='draft', max_length=10)),
                ('drafted_at', models.DateTimeField()),
                ('proposed_at', models.DateTimeField(blank=True, null=True)),
                ('finding', models.CharField(blank=True, choices=[('adopt', '拟采纳'), ('refuse', '拟不采纳')], max_length=10)),
                ('opinion', models.TextField(blank=True)),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': '图谱调整建议',
                'verbose_name_plural': '图谱调整建议',
                'ordering': ['-pk'],
            },
        ),
        migrations.AlterModelOptions(
            name='chainmember',
            options={'ordering': ['segment', '-role', 'name', 'pk'], 'verbose_name': '链上企业', 'verbose_name_plural': '链上企业'},
        ),
        migrations.AddIndex(
            model_name='chainmember',
            index=models.Index(fields=['uscc'], name='institutes_chainmember_uscc'),
        ),
        migrations.AddConstraint(
            model_name='chainmember',
            constraint=models.CheckConstraint(condition=models.Q(('uscc__regex', '^[0-9A-HJ-NPQRTUWXY]{18}$')), name='institutes_chainmember_uscc_of_18'),
        ),
        migrations.AddConstraint(
            model_name='chainmember',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('segment', 'uscc'), name='institutes_chainmember_once'),
        ),
        migrations.AddConstraint(
            model_name='chainsegment',
            constraint=models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('chain', 'name'), name='institutes_chainsegment_once'),
        ),
        migrations.AddConstraint(
            model_name='chainsegment',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), ('is_active', False), _connector='OR'), name='institutes_chainsegment_merged_is_closed'),
        ),
        migrations.AddConstraint(
            model_name='chainsegment',
            constraint=models.CheckConstraint(condition=models.Q(('id__isnull', True), ('merged_into__isnull', True), models.Q(('id', models.F('merged_into')), _negated=True), _connector='OR'), name='institutes_chainsegment_not_into_itself'),
        ),
        migrations.AddConstraint(
            model_name='industrychain',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['active', 'retired'])), name='institutes_industrychain_state_known'),
        ),
        migrations.AddField(
            model_name='chainproposal',
            name='chain',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='institutes.industrychain'),
        ),
        migrations.AddField(
            model_name='chainproposal',
            name='checked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='chainproposal',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='chainproposal',
            name='division',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chain_proposals', to='accounts.division'),
        ),
        migrations.AddField(
            model_name='chainproposal',
            name='drafted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='chainproposal',
            name='edition',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chain_proposals', to='institutes.recognitionedition'),
        ),
        migrations.AddField(
            model_name='chainproposal',
            name='member',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='institutes.chainmember'),
        ),
        migrations.AddField(
            model_name='chainproposal',
            name='proposed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='chainproposal',
            name='segment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='institutes.chainsegment'),
        ),
        migrations.AddField(
            model_name='chainsource',
            name='proposal',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='source', to='institutes.chainproposal'),
        ),
        migrations.AddConstraint(
            model_name='chainsource',
            constraint=models.UniqueConstraint(fields=('title', 'number'), name='institutes_chainsource_once'),
        ),
        migrations.AddIndex(
            model_name='chainproposal',
            index=models.Index(fields=['state', '-id'], name='institutes_proposal_state'),
        ),
        migrations.AddConstraint(
            model_name='chainproposal',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'signing', 'proposed', 'checked', 'accepted', 'refused', 'withdrawn'])), name='institutes_chainproposal_state_known'),
        ),
        migrations.AddConstraint(
            model_name='chainproposal',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['add_member', 'change_role', 'end_member', 'add_segment'])), name='institutes_chainproposal_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='chainproposal',
            constraint=models.CheckConstraint(condition=models.Q(('position__in', ['upstream', 'midstream', 'downstream', ''])), name='institutes_chainproposal_position_known'),
        ),
        migrations.AddConstraint(
            model_name='chainproposal',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['leader', 'backbone', ''])), name='institutes_chainproposal_role_known'),
        ),
        migrations.AddConstraint(
            model_name='chainproposal',
            constraint=models.CheckConstraint(condition=models.Q(('finding__in', ['adopt', 'refuse', ''])), name='institutes_chainproposal_finding_known'),
        ),
        migrations.AddConstraint(
            model_name='chainproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proposed_at__isnull', True), ('proposed_by__isnull', True)), models.Q(('proposed_at__isnull', False), ('proposed_by__isnull', False)), _connector='OR'), name='institutes_chainproposal_proposed_at_proposed_by'),
        ),
        migrations.AddConstraint(
            model_name='chainproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_at__isnull', True), ('checked_by__isnull', True)), models.Q(('checked_at__isnull', False), ('checked_by__isnull', False)), _connector='OR'), name='institutes_chainproposal_checked_at_checked_by'),
        ),
        migrations.AddConstraint(
            model_name='chainproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='institutes_chainproposal_decided_at_decided_by'),
        ),
        migrations.AddConstraint(
            model_name='chainproposal',
            constraint=models.CheckConstraint(condition=models.Q(('drafted_by__isnull', True), ('proposed_by__isnull', True), models.Q(('drafted_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='institutes_chainproposal_county_four_eyes'),
        ),
        migrations.AddConstraint(
            model_name='chainproposal',
            constraint=models.CheckConstraint(condition=models.Q(('checked_by__isnull', True), ('decided_by__isnull', True), models.Q(('checked_by', models.F('decided_by')), _negated=True), _connector='OR'), name='institutes_chainproposal_bureau_four_eyes'),
        ),
        migrations.AddConstraint(
            model_name='chainproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['proposed', 'checked', 'accepted', 'refused']), _negated=True), ('proposed_at__isnull', False), _connector='OR'), name='institutes_chainproposal_proposed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='chainproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['checked', 'accepted', 'refused']), _negated=True), ('checked_at__isnull', False), _connector='OR'), name='institutes_chainproposal_checked_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='chainproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'refused']), _negated=True), ('decided_at__isnull', False), _connector='OR'), name='institutes_chainproposal_decided_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='chainproposal',
            constraint=models.CheckConstraint(condition=models.Q(('checked_at__isnull', True), models.Q(('finding', ''), _negated=True), _connector='OR'), name='institutes_chainproposal_checked_with_finding'),
        ),
        migrations.AddConstraint(
            model_name='chainproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'add_member'), ('segment__isnull', False), models.Q(('name', ''), _negated=True), models.Q(('uscc', ''), _negated=True), models.Q(('role', ''), _negated=True)), models.Q(('kind', 'change_role'), ('member__isnull', False), models.Q(('role', ''), _negated=True)), models.Q(('kind', 'end_member'), ('member__isnull', False)), models.Q(('kind', 'add_segment'), models.Q(('name', ''), _negated=True), models.Q(('position', ''), _negated=True)), _connector='OR'), name='institutes_chainproposal_says_what'),
        ),
    ]
