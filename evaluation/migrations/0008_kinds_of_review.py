import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

KINDS = [
    ('recognition', '认定评审'),
    ('acceptance', '建设期验收'),
    ('performance', '三年绩效评价'),
    ('joint_project', '联合攻关项目评审'),
]


def carry_over(apps, schema_editor):
    """Every panel there is judges an application: it keeps what the kind says of it."""
    panels = apps.get_model('evaluation', 'Panel').objects.order_by('pk')
    for panel in panels.select_related('application__host').iterator(chunk_size=500):
        case = panel.application
        panel.kind, panel.case_type, panel.case_id = 'recognition', 'institutes.application', case.pk
        panel.title = case.institute_name or f'{case.host.name}的申报'
        panel.number = case.number or ''
        panel.host_id, panel.division_id = case.host_id, case.division_id
        panel.chain_id, panel.call_id = case.chain_id, case.call_id
        panel.save(
            update_fields=[
                'kind', 'case_type', 'case_id', 'title', 'number', 'host', 'division', 'chain', 'call',
            ]
        )
    schema_editor.execute('SET CONSTRAINTS ALL IMMEDIATE')


def _of(model, **more):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=model, **more)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_second_factor'),
        ('evaluation', '0007_site_visits_and_reports'),
        ('institutes', '0016_clawbacks'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='engagementbatch', name='evaluation_engagementbatch_kind_known'),
        migrations.AlterField(
            model_name='engagementbatch',
            name='kind',
            field=models.CharField(choices=KINDS, default='recognition', max_length=20),
        ),
        migrations.AddConstraint(
            model_name='engagementbatch',
            constraint=models.CheckConstraint(
                condition=Q(('kind__in', [code for code, _label in KINDS])), name='evaluation_engagementbatch_kind_known'
            ),
        ),
        migrations.AddConstraint(
            model_name='engagementbatch',
            constraint=models.UniqueConstraint(
                condition=Q(('call__isnull', True)),
                fields=('engagement', 'kind'),
                name='evaluation_engagementbatch_kind_once',
            ),
        ),
        migrations.AddField('panel', 'kind', models.CharField(choices=KINDS, max_length=20, null=True)),
        migrations.AddField('panel', 'case_type', models.CharField(max_length=60, null=True)),
        migrations.AddField('panel', 'case_id', models.PositiveBigIntegerField(null=True)),
        migrations.AddField('panel', 'title', models.CharField(max_length=200, null=True)),
        migrations.AddField('panel', 'number', models.CharField(blank=True, max_length=60, null=True)),
        migrations.AddField('panel', 'host', _of('accounts.organisation', related_name='+', null=True)),
        migrations.AddField('panel', 'division', _of('accounts.division', related_name='+', null=True)),
        migrations.AddField('panel', 'chain', _of('institutes.industrychain', related_name='+', null=True, blank=True)),
        migrations.AddField('panel', 'call', _of('institutes.call', related_name='panels', null=True, blank=True)),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.AlterField('panel', 'kind', models.CharField(choices=KINDS, max_length=20)),
        migrations.AlterField('panel', 'case_type', models.CharField(max_length=60)),
        migrations.AlterField('panel', 'case_id', models.PositiveBigIntegerField()),
        migrations.AlterField('panel', 'title', models.CharField(max_length=200)),
        migrations.AlterField('panel', 'number', models.CharField(blank=True, max_length=60)),
        migrations.AlterField('panel', 'host', _of('accounts.organisation', related_name='+')),
        migrations.AlterField('panel', 'division', _of('accounts.division', related_name='+')),
        migrations.AlterField(
            'panel', 'application', models.OneToOneField(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='panel',
                to='institutes.application',
            ),
        ),
        migrations.AddConstraint(
            model_name='panel',
            constraint=models.CheckConstraint(
                condition=Q(('kind__in', [code for code, _label in KINDS])), name='evaluation_panel_kind_known'
            ),
        ),
        migrations.AddConstraint(
            model_name='panel',
            constraint=models.UniqueConstraint(
                fields=('kind', 'case_type', 'case_id'), name='evaluation_panel_once_for_a_case'
            ),
        ),
        migrations.AddConstraint(
            model_name='panel',
            constraint=models.CheckConstraint(
                condition=Q(('application__isnull', True))
                | Q(('case_id', F('application')), ('case_type', 'institutes.application')),
                name='evaluation_panel_tied_to_its_case',
            ),
        ),
    ]
