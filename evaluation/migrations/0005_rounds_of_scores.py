"""Sheets are kept by round, what was handed in never changes, and a panel too far apart talks it over once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from evaluation.migrations._triggers import TRIGGERS, UNDO


def hand_in(apps, schema_editor):
    """Every sheet that was locked before sheets were rows of their own."""
    locked = apps.get_model("evaluation", "Assignment").objects.filter(locked_at__isnull=False)
    sheet = apps.get_model("evaluation", "Sheet")
    sheet.objects.bulk_create(
        sheet(
            assignment_id=one.pk,
            round=1,
            total=one.total,
            locked_at=one.locked_at,
            locked_by_id=one.locked_by_id,
        )
        for one in locked.iterator()
    )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_second_factor'),
        ('evaluation', '0004_signed_commitments'),
        ('institutes', '0015_tenures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Discussion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('held_at', models.DateTimeField()),
                ('participants', models.JSONField()),
                ('text', models.TextField()),
                ('noted_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': '合议记录',
                'verbose_name_plural': '合议记录',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField()),
                ('total', models.DecimalField(decimal_places=2, max_digits=5)),
                ('kept', models.BooleanField(default=False)),
                ('locked_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': '评分表',
                'verbose_name_plural': '评分表',
                'ordering': ['assignment', 'round'],
            },
        ),
        migrations.AlterModelOptions(
            name='score',
            options={'ordering': ['assignment', 'round', 'pk'], 'verbose_name': '评分', 'verbose_name_plural': '评分'},
        ),
        migrations.RemoveConstraint(
            model_name='assignment',
            name='evaluation_assignment_committed_first',
        ),
        migrations.RemoveConstraint(
            model_name='assignment',
            name='evaluation_assignment_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='panel',
            name='evaluation_panel_drawn_before_scoring',
        ),
        migrations.RemoveConstraint(
            model_name='panel',
            name='evaluation_panel_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='score',
            name='evaluation_score_once',
        ),
        migrations.AddField(
            model_name='assignment',
            name='round',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='panel',
            name='round',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='score',
            name='round',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name='assignment',
            name='state',
            field=models.CharField(choices=[('invited', '待应邀'), ('accepted', '已应邀'), ('committed', '评分中'), ('rescoring', '重新评分中'), ('locked', '已锁定'), ('declined', '已谢绝'), ('recused', '已回避'), ('replaced', '已更换'), ('lapsed', '逾期未应邀'), ('released', '评审已终止')], default='invited', max_length=12),
        ),
        migrations.AlterField(
            model_name='panel',
            name='state',
            field=models.CharField(choices=[('forming', '组建中'), ('pledged', '待抽取'), ('scoring', '评审中'), ('discussing', '待合议'), ('concluded', '已汇总'), ('cancelled', '已终止')], default='forming', max_length=12),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['invited', 'accepted', 'committed', 'rescoring', 'locked', 'declined', 'recused', 'replaced', 'lapsed', 'released'])), name='evaluation_assignment_state_known'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['committed', 'rescoring', 'locked']), _negated=True), ('committed_at__isnull', False), _connector='OR'), name='evaluation_assignment_committed_first'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('round', 1), ('round', 2), _connector='OR'), name='evaluation_assignment_rescored_once'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'rescoring'), _negated=True), models.Q(('round', 2), ('total__isnull', True)), _connector='OR'), name='evaluation_assignment_rescoring_is_the_second_round'),
        ),
        migrations.AddConstraint(
            model_name='panel',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['forming', 'pledged', 'scoring', 'discussing', 'concluded', 'cancelled'])), name='evaluation_panel_state_known'),
        ),
        migrations.AddConstraint(
            model_name='panel',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['scoring', 'discussing', 'concluded']), _negated=True), ('drawn_at__isnull', False), _connector='OR'), name='evaluation_panel_drawn_before_scoring'),
        ),
        migrations.AddConstraint(
            model_name='panel',
            constraint=models.CheckConstraint(condition=models.Q(('round', 1), models.Q(('drawn_at__isnull', False), ('round', 2)), _connector='OR'), name='evaluation_panel_rescored_once'),
        ),
        migrations.AddConstraint(
            model_name='panel',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'discussing'), _negated=True), ('round', 1), _connector='OR'), name='evaluation_panel_discussed_once'),
        ),
        migrations.AddConstraint(
            model_name='score',
            constraint=models.UniqueConstraint(fields=('assignment', 'round', 'dimension'), name='evaluation_score_once'),
        ),
        migrations.AddField(
            model_name='discussion',
            name='noted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='discussion',
            name='panel',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='discussion', to='evaluation.panel'),
        ),
        migrations.AddField(
            model_name='sheet',
            name='assignment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='evaluation.assignment'),
        ),
        migrations.AddField(
            model_name='sheet',
            name='locked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='discussion',
            constraint=models.CheckConstraint(condition=models.Q(('held_at__isnull', True), ('noted_at__isnull', True), ('held_at__lte', models.F('noted_at')), _connector='OR'), name='evaluation_discussion_held_at_not_after_noted_at'),
        ),
        migrations.AddConstraint(
            model_name='discussion',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='evaluation_discussion_in_words'),
        ),
        migrations.AddConstraint(
            model_name='discussion',
            constraint=models.CheckConstraint(condition=models.Q(('participants', []), _negated=True), name='evaluation_discussion_has_participants'),
        ),
        migrations.AddConstraint(
            model_name='sheet',
            constraint=models.CheckConstraint(condition=models.Q(('total__gte', 0)), name='evaluation_sheet_total_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='sheet',
            constraint=models.UniqueConstraint(fields=('assignment', 'round'), name='evaluation_sheet_once'),
        ),
        migrations.AddConstraint(
            model_name='sheet',
            constraint=models.CheckConstraint(condition=models.Q(('kept', False), ('round', 2), _connector='OR'), name='evaluation_sheet_kept_in_the_second_round'),
        ),
        migrations.RunSQL(TRIGGERS, UNDO),
        migrations.RunPython(hand_in, migrations.RunPython.noop),
    ]
