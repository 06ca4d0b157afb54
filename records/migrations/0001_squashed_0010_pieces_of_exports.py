"""The tables of the room as they stand, in one step for a new database; one that has some steps takes the others."""

import django.db.models.deletion
import records.models.file
from django.conf import settings
from django.db import migrations, models

from records.migrations._triggers import APPEND_ONLY, CHAIN, HEADS, UNDO, UNDO_HEADS
from records.tables import CreateTables


class Migration(migrations.Migration):

    replaces = [
        ('records', '0001_initial'),
        ('records', '0002_triggers'),
        ('records', '0003_deadline_subject_state'),
        ('records', '0004_source_of_days'),
        ('records', '0005_job'),
        ('records', '0006_up_intervals'),
        ('records', '0007_changes_of_days'),
        ('records', '0008_register_heads'),
        ('records', '0009_latest_lines'),
        ('records', '0010_pieces_of_exports'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0006_calendar_feeds'),
        # Before the house is full: it alters its tables with all that hangs on the user, one by one.
        ('guardian', '0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more'),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name='DayOverride',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('day', models.DateField(unique=True)),
                        ('is_working', models.BooleanField()),
                        ('name', models.CharField(max_length=40)),
                        ('source', models.CharField(max_length=120)),
                    ],
                    options={
                        'verbose_name': '节假日与调休',
                        'verbose_name_plural': '节假日与调休',
                        'ordering': ['day'],
                    },
                ),
                migrations.CreateModel(
                    name='NumberSeries',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('series', models.CharField(max_length=40)),
                        ('year', models.PositiveSmallIntegerField()),
                        ('last', models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        'verbose_name': '编号',
                        'verbose_name_plural': '编号',
                        'constraints': [models.UniqueConstraint(fields=('series', 'year'), name='records_numberseries_one_per_year'), models.CheckConstraint(condition=models.Q(('last__gte', 0)), name='records_numberseries_last_not_negative')],
                    },
                ),
                migrations.CreateModel(
                    name='UpInterval',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('begun_at', models.DateTimeField(unique=True)),
                        ('seen_at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name': '运行时段',
                        'verbose_name_plural': '运行时段',
                        'ordering': ['-begun_at'],
                        'indexes': [models.Index(fields=['-seen_at'], name='records_upinterval_seen')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('begun_at__lte', models.F('seen_at'))), name='records_upinterval_runs_forward')],
                    },
                ),
                migrations.CreateModel(
                    name='Attachment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('subject_type', models.CharField(max_length=60)),
                        ('subject_id', models.BigIntegerField()),
                        ('subject_label', models.CharField(max_length=200)),
                        ('kind', models.CharField(max_length=40)),
                        ('file', models.FileField(upload_to=records.models.file.attachment_path)),
                        ('name', models.CharField(max_length=200)),
                        ('content_type', models.CharField(max_length=80)),
                        ('size', models.PositiveBigIntegerField()),
                        ('sha256', models.CharField(max_length=64)),
                        ('uploaded_at', models.DateTimeField()),
                        ('version', models.PositiveSmallIntegerField(default=1)),
                        ('removed_at', models.DateTimeField(blank=True, null=True)),
                        ('removed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('replaced_by', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='records.attachment')),
                        ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': '附件',
                        'verbose_name_plural': '附件',
                        'ordering': ['kind', 'pk'],
                        'indexes': [models.Index(fields=['subject_type', 'subject_id', 'kind'], name='records_attachment_subject')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('removed_at__isnull', True), ('removed_by__isnull', True)), models.Q(('removed_at__isnull', False), ('removed_by__isnull', False)), _connector='OR'), name='records_attachment_removed_at_removed_by')],
                    },
                ),
                migrations.CreateModel(
                    name='AuditEvent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('subject_type', models.CharField(max_length=60)),
                        ('subject_id', models.BigIntegerField()),
                        ('subject_label', models.CharField(max_length=200)),
                        ('verb', models.CharField(max_length=80)),
                        ('actor_label', models.CharField(max_length=120)),
                        ('at', models.DateTimeField()),
                        ('from_state', models.CharField(blank=True, max_length=40)),
                        ('to_state', models.CharField(blank=True, max_length=40)),
                        ('reason', models.TextField(blank=True)),
                        ('data', models.JSONField(blank=True, default=dict)),
                        ('request_id', models.CharField(blank=True, max_length=40)),
                        ('position', models.BigIntegerField(editable=False, null=True, unique=True)),
                        ('previous_hash', models.CharField(blank=True, editable=False, max_length=64)),
                        ('hash', models.CharField(blank=True, editable=False, max_length=64)),
                        ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': '登记',
                        'verbose_name_plural': '登记簿',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(fields=['subject_type', 'subject_id', 'id'], name='records_audit_subject'), models.Index(fields=['actor', '-id'], name='records_audit_actor'), models.Index(fields=['verb', '-id'], name='records_audit_verb'), models.Index(fields=['subject_type', '-position'], name='records_audit_latest')],
                    },
                ),
                migrations.CreateModel(
                    name='Deadline',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('subject_type', models.CharField(max_length=60)),
                        ('subject_id', models.BigIntegerField()),
                        ('subject_label', models.CharField(max_length=200)),
                        ('kind', models.CharField(max_length=40)),
                        ('subject_state', models.CharField(blank=True, max_length=40)),
                        ('label', models.CharField(max_length=120)),
                        ('holder_role', models.CharField(blank=True, max_length=20)),
                        ('opened_at', models.DateTimeField()),
                        ('due_on', models.DateField(blank=True, null=True)),
                        ('working_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                        ('provisional', models.BooleanField(default=False)),
                        ('met_at', models.DateTimeField(blank=True, null=True)),
                        ('paused_on', models.DateField(blank=True, null=True)),
                        ('days_left_when_paused', models.SmallIntegerField(blank=True, null=True)),
                        ('division', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.division')),
                        ('holder_organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                        ('holder_user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('host', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                        ('counted_from', models.DateField(blank=True, null=True)),
                    ],
                    options={
                        'verbose_name': '期限',
                        'verbose_name_plural': '期限',
                        'ordering': [models.OrderBy(models.F('due_on'), nulls_last=True), 'pk'],
                        'indexes': [models.Index(condition=models.Q(('met_at__isnull', True)), fields=['holder_role', 'due_on'], name='records_deadline_holder'), models.Index(condition=models.Q(('met_at__isnull', True)), fields=['due_on'], name='records_deadline_due')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('days_left_when_paused__isnull', True), ('paused_on__isnull', True)), models.Q(('days_left_when_paused__isnull', False), ('paused_on__isnull', False)), _connector='OR'), name='records_deadline_paused_on_days_left_when_paused'), models.UniqueConstraint(condition=models.Q(('met_at__isnull', True)), fields=('subject_type', 'subject_id', 'kind'), name='records_deadline_one_open_per_kind')],
                    },
                ),
                migrations.CreateModel(
                    name='Document',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('subject_type', models.CharField(max_length=60)),
                        ('subject_id', models.BigIntegerField()),
                        ('subject_label', models.CharField(max_length=200)),
                        ('kind', models.CharField(max_length=40)),
                        ('title', models.CharField(max_length=200)),
                        ('number', models.CharField(blank=True, max_length=60)),
                        ('code', models.CharField(default=records.models.file.verification_code, max_length=16, unique=True)),
                        ('file', models.FileField(upload_to=records.models.file.document_path)),
                        ('size', models.PositiveBigIntegerField()),
                        ('sha256', models.CharField(max_length=64)),
                        ('template', models.CharField(max_length=120)),
                        ('context', models.JSONField()),
                        ('public', models.BooleanField(default=False)),
                        ('issued_at', models.DateTimeField()),
                        ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replacement', to='records.document')),
                    ],
                    options={
                        'verbose_name': '文书',
                        'verbose_name_plural': '文书',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='records_document_subject')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('kind', 'number'), name='records_document_number_once'), models.UniqueConstraint(condition=models.Q(('replaces__isnull', True)), fields=('subject_type', 'subject_id', 'kind'), name='records_document_one_original')],
                    },
                ),
                migrations.CreateModel(
                    name='Job',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('subject_type', models.CharField(max_length=60)),
                        ('subject_id', models.BigIntegerField()),
                        ('subject_label', models.CharField(max_length=200)),
                        ('state_since', models.DateTimeField(blank=True, editable=False, null=True)),
                        ('kind', models.CharField(max_length=40)),
                        ('title', models.CharField(max_length=200)),
                        ('state', models.CharField(choices=[('queued', '排队中'), ('running', '正在生成'), ('done', '已完成'), ('failed', '已中断'), ('cancelled', '已停止')], default='queued', max_length=10)),
                        ('total', models.PositiveIntegerField()),
                        ('done', models.PositiveIntegerField(default=0)),
                        ('position', models.BigIntegerField(default=0)),
                        ('error', models.CharField(blank=True, max_length=500)),
                        ('data', models.JSONField(blank=True, default=dict)),
                        ('begun_at', models.DateTimeField()),
                        ('finished_at', models.DateTimeField(blank=True, null=True)),
                        ('begun_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': '批量任务',
                        'verbose_name_plural': '批量任务',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(condition=models.Q(('state__in', ('queued', 'running'))), fields=['state'], name='records_job_waiting')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'done', 'failed', 'cancelled'])), name='records_job_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['done', 'cancelled']), _negated=True), ('finished_at__isnull', False), _connector='OR'), name='records_job_finished_when_over'), models.CheckConstraint(condition=models.Q(('done__lte', models.F('total'))), name='records_job_done_not_above_total'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), _negated=True), models.Q(('error', ''), _negated=True), _connector='OR'), name='records_job_failed_says_why'), models.UniqueConstraint(condition=models.Q(('state__in', ('done', 'cancelled')), _negated=True), fields=('subject_type', 'subject_id', 'kind'), name='records_job_one_at_work')],
                    },
                ),
                migrations.CreateModel(
                    name='CalendarChange',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('source', models.CharField(max_length=120)),
                        ('days', models.JSONField()),
                        ('made_at', models.DateTimeField()),
                        ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': '工作日历调整',
                        'verbose_name_plural': '工作日历调整',
                        'ordering': ['-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='DeadlineMove',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('due_from', models.DateField()),
                        ('due_to', models.DateField()),
                        ('change', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='records.calendarchange')),
                        ('deadline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='records.deadline')),
                    ],
                    options={
                        'verbose_name': '期限改期',
                        'verbose_name_plural': '期限改期',
                        'ordering': ['due_to', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('change', 'deadline'), name='records_deadlinemove_once'), models.CheckConstraint(condition=models.Q(('due_from', models.F('due_to')), _negated=True), name='records_deadlinemove_to_another_day')],
                    },
                ),
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
                migrations.CreateModel(
                    name='JobPiece',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.BigIntegerField()),
                        ('text', models.TextField()),
                        ('job', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pieces', to='records.job')),
                    ],
                    options={
                        'verbose_name': '导出内容',
                        'verbose_name_plural': '导出内容',
                        'ordering': ['job', 'position'],
                        'constraints': [models.UniqueConstraint(fields=('job', 'position'), name='records_jobpiece_once')],
                    },
                ),
            ]
        ),
        migrations.RunSQL(APPEND_ONLY + CHAIN + HEADS, UNDO_HEADS + UNDO),
    ]
