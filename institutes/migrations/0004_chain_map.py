"""The map of chains becomes a matter of its own: chains with a state, documents, proposals of counties.

What stands on the map stays: a member keeps its role and its days, takes name, code and county from the unit that it
pointed to, and its source becomes a document.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def carry_over(apps, schema_editor):
    """Name, code, county and document of every member; the state of every chain."""
    chains = apps.get_model('institutes', 'IndustryChain')
    chains.objects.filter(is_active=False).update(state='retired')
    sources, members = apps.get_model('institutes', 'ChainSource'), apps.get_model('institutes', 'ChainMember')
    for member in members.objects.select_related('organisation'):
        source, _created = sources.objects.get_or_create(title=member.source_text, number='')
        member.name, member.uscc = member.organisation.name, member.organisation.uscc
        member.division_id, member.source = member.organisation.division_id, source
        member.save(update_fields=['name', 'uscc', 'division', 'source'])
    schema_editor.execute('SET CONSTRAINTS ALL IMMEDIATE')


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('institutes', '0003_tie_label'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='industrychain',
            options={'ordering': ['-is_priority', 'order', 'code'], 'verbose_name': '产业链', 'verbose_name_plural': '产业链'},
        ),
        migrations.AddField('industrychain', 'order', models.PositiveSmallIntegerField(default=0)),
        migrations.AddField('industrychain', 'state', models.CharField(choices=[('active', '在用'), ('retired', '已停用')], default='active', max_length=10)),
        migrations.AddField('industrychain', 'state_since', models.DateTimeField(blank=True, editable=False, null=True)),
        migrations.AlterModelOptions(
            name='chainsegment',
            options={'ordering': ['chain', '-position', 'order', 'pk'], 'verbose_name': '产业链环节', 'verbose_name_plural': '产业链环节'},
        ),
        migrations.AddField('chainsegment', 'order', models.PositiveSmallIntegerField(default=0)),
        migrations.AddField('chainsegment', 'is_active', models.BooleanField(default=True)),
        migrations.AddField('chainsegment', 'merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='institutes.chainsegment')),
        migrations.RemoveConstraint(model_name='chainsegment', name='institutes_chainsegment_once'),
        migrations.CreateModel(
            name='ChainSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('number', models.CharField(blank=True, max_length=80)),
            ],
            options={'verbose_name': '图谱依据文件', 'verbose_name_plural': '图谱依据文件', 'ordering': ['-pk']},
        ),
        migrations.RenameField('chainmember', 'source', 'source_text'),
        migrations.AddField('chainmember', 'source', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='institutes.chainsource')),
        migrations.AddField('chainmember', 'name', models.CharField(default='', max_length=100), preserve_default=False),
        migrations.AddField('chainmember', 'uscc', models.CharField(default='', max_length=18), preserve_default=False),
        migrations.AddField('chainmember', 'division', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='chain_members', to='accounts.division')),
        migrations.RunPython(carry_over, elidable=True),
        migrations.RemoveConstraint(model_name='chainmember', name='institutes_chainmember_once'),
        migrations.RemoveField('chainmember', 'organisation'),
        migrations.RemoveField('chainmember', 'source_text'),
        migrations.RemoveField('industrychain', 'is_active'),
        migrations.AlterField('chainmember', 'source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='institutes.chainsource')),
    ]
