import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


OFFERED = ('kind', 'title', 'content', 'audience', 'price', 'booking', 'contact_office', 'contact_phone', 'address')
ANSWERED = ('topic', 'question', 'answer', 'clause', 'place')


def keep_what_stands(apps, schema_editor):
    """What everybody reads on the day of the change stays as it is."""
    for model, wording, name, words in (
        ('ServiceOffering', 'OfferingWording', 'offering', OFFERED),
        ('PublicQuestion', 'QuestionWording', 'common_question', ANSWERED),
    ):
        rows = apps.get_model('institutes', model).objects.filter(state='published')
        apps.get_model('institutes', wording).objects.bulk_create(
            apps.get_model('institutes', wording)(
                published_at=row.published_at,
                published_by_id=row.published_by_id,
                **{name: row},
                **{word: getattr(row, word) for word in words},
            )
            for row in rows
        )


class Migration(migrations.Migration):

    dependencies = [
        ('institutes', '0001_squashed_0028_names_by_trigram'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OfferingWording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('instrument', '仪器设备共享'), ('testing', '分析检测'), ('pilot', '中试熟化'), ('development', '技术开发'), ('consulting', '技术咨询'), ('training', '技术培训')], max_length=12)),
                ('title', models.CharField(max_length=80)),
                ('content', models.TextField()),
                ('audience', models.CharField(blank=True, max_length=200)),
                ('price', models.CharField(max_length=300)),
                ('booking', models.CharField(max_length=300)),
                ('contact_office', models.CharField(max_length=80)),
                ('contact_phone', models.CharField(max_length=40)),
                ('address', models.CharField(blank=True, max_length=150)),
                ('published_at', models.DateTimeField()),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
                ('hidden_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('offering', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wordings', to='institutes.serviceoffering')),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '开放服务公开内容',
                'verbose_name_plural': '开放服务公开内容',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['instrument', 'testing', 'pilot', 'development', 'consulting', 'training'])), name='institutes_offeringwording_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('hidden_at__isnull', True), ('hidden_by__isnull', True)), models.Q(('hidden_at__isnull', False), ('hidden_by__isnull', False)), _connector='OR'), name='institutes_offeringwording_hidden_at_hidden_by'), models.CheckConstraint(condition=models.Q(('published_at__isnull', True), ('hidden_at__isnull', True), ('published_at__lte', models.F('hidden_at')), _connector='OR'), name='institutes_offeringwording_published_at_not_after_hidden_at'), models.UniqueConstraint(condition=models.Q(('hidden_at__isnull', True)), fields=('offering',), name='institutes_offeringwording_one_stands')],
            },
        ),
        migrations.CreateModel(
            name='QuestionWording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(choices=[('conditions', '申报条件'), ('procedure', '申报和评审'), ('money', '资金兑现'), ('evaluation', '验收、考核和评价'), ('projects', '联合攻关'), ('other', '其他')], max_length=12)),
                ('question', models.CharField(max_length=120)),
                ('answer', models.TextField()),
                ('clause', models.CharField(blank=True, max_length=20)),
                ('place', models.PositiveSmallIntegerField(default=100)),
                ('published_at', models.DateTimeField()),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
                ('common_question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wordings', to='institutes.publicquestion')),
                ('hidden_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '常见问题公开内容',
                'verbose_name_plural': '常见问题公开内容',
                'ordering': ['place', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('topic__in', ['conditions', 'procedure', 'money', 'evaluation', 'projects', 'other'])), name='institutes_questionwording_topic_known'), models.CheckConstraint(condition=models.Q(models.Q(('hidden_at__isnull', True), ('hidden_by__isnull', True)), models.Q(('hidden_at__isnull', False), ('hidden_by__isnull', False)), _connector='OR'), name='institutes_questionwording_hidden_at_hidden_by'), models.CheckConstraint(condition=models.Q(('published_at__isnull', True), ('hidden_at__isnull', True), ('published_at__lte', models.F('hidden_at')), _connector='OR'), name='institutes_questionwording_published_at_not_after_hidden_at'), models.UniqueConstraint(condition=models.Q(('hidden_at__isnull', True)), fields=('common_question',), name='institutes_questionwording_one_stands')],
            },
        ),
        migrations.RunPython(keep_what_stands, migrations.RunPython.noop, elidable=True),
    ]
