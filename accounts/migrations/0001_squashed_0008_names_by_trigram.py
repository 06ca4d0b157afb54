"""The tables of the room as they stand, in one step for a new database; one that has some steps takes the others."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import records.clock
import records.crypto
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

from accounts.migrations._first_rows import enter
from records.tables import CreateTables


class Migration(migrations.Migration):

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_divisions_and_system'),
        ('accounts', '0003_former_passwords'),
        ('accounts', '0004_visits'),
        ('accounts', '0005_second_factor'),
        ('accounts', '0006_calendar_feeds'),
        ('accounts', '0007_deputies'),
        ('accounts', '0008_names_by_trigram'),
    ]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        TrigramExtension(),
        CreateTables(
            [
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                        ('username', models.CharField(max_length=40, unique=True, verbose_name='用户名')),
                        ('name', models.CharField(max_length=50, verbose_name='姓名')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='邮箱')),
                        ('mobile', records.crypto.EncryptedTextField(blank=True, default='')),
                        ('is_active', models.BooleanField(default=True)),
                        ('must_change_password', models.BooleanField(default=False)),
                        ('created_at', models.DateTimeField(default=records.clock.now)),
                        ('password_changed_at', models.DateTimeField(blank=True, null=True)),
                        ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                        ('password_changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                    ],
                    options={
                        'verbose_name': '用户',
                        'verbose_name_plural': '用户',
                        'ordering': ['username'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('password_changed_at__isnull', True), ('password_changed_by__isnull', True)), models.Q(('password_changed_at__isnull', False), ('password_changed_by__isnull', False)), _connector='OR'), name='accounts_user_password_changed_at_password_changed_by'), models.CheckConstraint(condition=models.Q(('username__regex', '^[a-z][a-z0-9_.-]{2,39}$')), name='accounts_user_username_well_formed'), models.CheckConstraint(condition=models.Q(('is_superuser', False)), name='accounts_user_never_superuser')],
                    },
                ),
                migrations.CreateModel(
                    name='AccountEdition',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=40)),
                        ('valid_from', models.DateField()),
                        ('terms', models.JSONField()),
                        ('citations', models.JSONField(default=dict)),
                        ('source', models.CharField(max_length=200)),
                        ('digest', models.CharField(max_length=64)),
                    ],
                    options={
                        'verbose_name': '账户时限',
                        'verbose_name_plural': '账户时限',
                        'ordering': ['kind', '-valid_from'],
                        'abstract': False,
                        'constraints': [models.UniqueConstraint(fields=('kind', 'valid_from'), name='accounts_accountedition_one_per_day')],
                    },
                ),
                migrations.CreateModel(
                    name='Authenticator',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('secret', records.crypto.EncryptedTextField()),
                        ('enrolled_at', models.DateTimeField(default=records.clock.now)),
                        ('last_step', models.BigIntegerField(default=-1)),
                        ('failures', models.PositiveIntegerField(default=0)),
                        ('failed_at', models.DateTimeField(blank=True, null=True)),
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='authenticator', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': '两步登录',
                        'verbose_name_plural': '两步登录',
                    },
                ),
                migrations.CreateModel(
                    name='Division',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=6, unique=True)),
                        ('name', models.CharField(max_length=40, unique=True)),
                        ('kind', models.CharField(choices=[('district', '区'), ('county', '县'), ('city', '县级市'), ('zone', '功能区')], max_length=10)),
                        ('active', models.BooleanField(default=True)),
                        ('code_source', models.CharField(choices=[('gb2260', 'GB/T 2260'), ('statistics', '统计用区划代码')], default='gb2260', max_length=12)),
                        ('direct_pay', models.BooleanField(default=False)),
                    ],
                    options={
                        'verbose_name': '县（市、区）',
                        'verbose_name_plural': '县（市、区）',
                        'ordering': ['code'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['district', 'county', 'city', 'zone'])), name='accounts_division_kind_known'), models.CheckConstraint(condition=models.Q(('code_source__in', ['gb2260', 'statistics'])), name='accounts_division_code_source_known'), models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9]{6}$')), name='accounts_division_code_of_six_digits')],
                    },
                ),
                migrations.CreateModel(
                    name='FormerPassword',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('encoded', models.CharField(max_length=128)),
                        ('replaced_at', models.DateTimeField()),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_passwords', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': '用过的密码',
                        'verbose_name_plural': '用过的密码',
                        'ordering': ['-replaced_at', '-pk'],
                        'indexes': [models.Index(fields=['user', '-replaced_at'], name='accounts_formerpassword_latest')],
                    },
                ),
                migrations.CreateModel(
                    name='Letter',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('invitation', '邀请'), ('password_reset', '找回密码'), ('second_factor_reset', '两步登录已重置')], max_length=20)),
                        ('asked_at', models.DateTimeField()),
                        ('tried_at', models.DateTimeField(blank=True, null=True)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('sent_at', models.DateTimeField(blank=True, null=True)),
                        ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': '账户邮件',
                        'verbose_name_plural': '账户邮件',
                        'ordering': ['pk'],
                        'indexes': [models.Index(condition=models.Q(('sent_at__isnull', True)), fields=['asked_at'], name='accounts_letter_waiting')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['invitation', 'password_reset', 'second_factor_reset'])), name='accounts_letter_kind_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Organisation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('state_since', models.DateTimeField(blank=True, editable=False, null=True)),
                        ('kind', models.CharField(choices=[('enterprise', '企业'), ('university', '高等院校'), ('institute', '科研院所'), ('county_government', '县级科技管理部门'), ('county_finance', '县级财政部门'), ('bureau', '市科技局'), ('finance', '市财政局'), ('tax', '市税务局'), ('agency', '第三方机构'), ('expert_pool', '评审专家库')], max_length=20)),
                        ('name', models.CharField(max_length=100)),
                        ('short_name', models.CharField(blank=True, max_length=30)),
                        ('uscc', models.CharField(blank=True, max_length=18)),
                        ('address', models.CharField(blank=True, max_length=200)),
                        ('legal_rep', models.CharField(blank=True, max_length=50)),
                        ('registered_on', models.DateField(blank=True, null=True)),
                        ('contact_name', models.CharField(blank=True, max_length=50)),
                        ('contact_mobile', records.crypto.EncryptedTextField(blank=True, default='')),
                        ('contact_email', models.EmailField(blank=True, max_length=254)),
                        ('state', models.CharField(choices=[('pending', '待确认'), ('confirmed', '已确认'), ('refused', '未通过')], default='pending', max_length=10)),
                        ('applied_at', models.DateTimeField(blank=True, null=True)),
                        ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                        ('refused_at', models.DateTimeField(blank=True, null=True)),
                        ('refusal_reason', models.CharField(blank=True, max_length=500)),
                        ('applied_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('division', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='organisations', to='accounts.division')),
                        ('refused_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': '组织',
                        'verbose_name_plural': '组织',
                        'ordering': ['name', 'pk'],
                        'indexes': [models.Index(fields=['division', 'state', 'kind'], name='accounts_organisation_queue'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), name='gin_trgm_ops'), name='accounts_organisation_named')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['enterprise', 'university', 'institute', 'county_government', 'county_finance', 'bureau', 'finance', 'tax', 'agency', 'expert_pool'])), name='accounts_organisation_kind_known'), models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'confirmed', 'refused'])), name='accounts_organisation_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('applied_at__isnull', True), ('applied_by__isnull', True)), models.Q(('applied_at__isnull', False), ('applied_by__isnull', False)), _connector='OR'), name='accounts_organisation_applied_at_applied_by'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='accounts_organisation_confirmed_at_confirmed_by'), models.CheckConstraint(condition=models.Q(models.Q(('refused_at__isnull', True), ('refused_by__isnull', True)), models.Q(('refused_at__isnull', False), ('refused_by__isnull', False)), _connector='OR'), name='accounts_organisation_refused_at_refused_by'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['confirmed']), _negated=True), ('confirmed_at__isnull', False), _connector='OR'), name='accounts_organisation_confirmed_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['refused']), _negated=True), ('refused_at__isnull', False), _connector='OR'), name='accounts_organisation_refused_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('refusal_reason', ''), _negated=True), _connector='OR'), name='accounts_organisation_refused_with_reason'), models.CheckConstraint(condition=models.Q(('uscc', ''), ('uscc__regex', '^[0-9A-HJ-NPQRTUWXY]{18}$'), _connector='OR'), name='accounts_organisation_uscc_well_formed'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'enterprise'), _negated=True), models.Q(('uscc', ''), _negated=True), _connector='OR'), name='accounts_organisation_enterprise_has_uscc'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['enterprise', 'county_government', 'county_finance']), _negated=True), ('division__isnull', False), _connector='OR'), name='accounts_organisation_local_has_division'), models.UniqueConstraint(condition=models.Q(models.Q(('uscc', ''), _negated=True), models.Q(('state', 'refused'), _negated=True)), fields=('uscc',), name='accounts_organisation_uscc_once'), models.UniqueConstraint(condition=models.Q(('state', 'refused'), _negated=True), fields=('name',), name='accounts_organisation_name_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Membership',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('state_since', models.DateTimeField(blank=True, editable=False, null=True)),
                        ('role', models.CharField(choices=[('ent_filler', '申报人'), ('ent_admin', '单位管理员'), ('county_staff', '县级科技管理部门经办'), ('county_lead', '县（市、区）分管领导'), ('county_fin', '县级财政'), ('bureau_clerk', '市科技局经办'), ('bureau_approver', '市科技局审批'), ('finance', '市财政局'), ('tax', '市税务局'), ('agency', '第三方机构'), ('expert', '评审专家'), ('auditor', '审计监督'), ('sysadmin', '系统管理员'), ('secadmin', '安全管理员')], max_length=20)),
                        ('since', models.DateField(default=records.clock.today)),
                        ('until', models.DateField(blank=True, null=True)),
                        ('state', models.CharField(choices=[('proposed', '待批准'), ('active', '有效'), ('refused', '未批准'), ('ended', '已终止')], default='active', max_length=10)),
                        ('granted_at', models.DateTimeField(default=records.clock.now)),
                        ('approved_at', models.DateTimeField(blank=True, null=True)),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.organisation')),
                    ],
                    options={
                        'verbose_name': '成员',
                        'verbose_name_plural': '成员',
                        'ordering': ['organisation', 'role', 'pk'],
                        'indexes': [models.Index(fields=['role', 'organisation'], name='accounts_membership_holders')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['ent_filler', 'ent_admin', 'county_staff', 'county_lead', 'county_fin', 'bureau_clerk', 'bureau_approver', 'finance', 'tax', 'agency', 'expert', 'auditor', 'sysadmin', 'secadmin'])), name='accounts_membership_role_known'), models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'active', 'refused', 'ended'])), name='accounts_membership_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='accounts_membership_approved_at_approved_by'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='accounts_membership_ended_at_ended_by'), models.CheckConstraint(condition=models.Q(('granted_by__isnull', True), ('approved_by__isnull', True), models.Q(('granted_by', models.F('approved_by')), _negated=True), _connector='OR'), name='accounts_membership_granted_by_not_approved_by'), models.CheckConstraint(condition=models.Q(('user__isnull', True), ('approved_by__isnull', True), models.Q(('user', models.F('approved_by')), _negated=True), _connector='OR'), name='accounts_membership_user_not_approved_by'), models.CheckConstraint(condition=models.Q(('since__isnull', True), ('until__isnull', True), ('since__lte', models.F('until')), _connector='OR'), name='accounts_membership_since_not_after_until'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['ended', 'refused']), _negated=True), ('ended_at__isnull', False), _connector='OR'), name='accounts_membership_ended_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'active'), _negated=True), models.Q(('role__in', ['county_staff', 'county_lead', 'county_fin', 'bureau_clerk', 'bureau_approver', 'finance', 'tax', 'agency', 'expert', 'auditor', 'sysadmin', 'secadmin']), _negated=True), ('approved_at__isnull', False), _connector='OR'), name='accounts_membership_office_role_approved'), models.UniqueConstraint(condition=models.Q(('state__in', ('proposed', 'active'))), fields=('user', 'organisation', 'role'), name='accounts_membership_one_live')],
                    },
                ),
                migrations.CreateModel(
                    name='RecoveryCode',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('digest', models.CharField(max_length=64)),
                        ('used_at', models.DateTimeField(blank=True, null=True)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recovery_codes', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': '备用码',
                        'verbose_name_plural': '备用码',
                        'constraints': [models.UniqueConstraint(fields=('user', 'digest'), name='accounts_recoverycode_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Visit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('session_data', models.TextField(verbose_name='session data')),
                        ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                        ('session_key', models.CharField(max_length=40, unique=True)),
                        ('begun_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('over_at', models.DateTimeField(blank=True, null=True)),
                        ('address', models.GenericIPAddressField(blank=True, null=True)),
                        ('agent', models.CharField(blank=True, max_length=300)),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('end', models.CharField(blank=True, choices=[('idle', '您较长时间没有操作，为保护账户已自动退出，请重新登录。'), ('long', '单次登录已达最长时间，请重新登录。'), ('elsewhere', '您的账户已在另一处登录，此处的登录已退出。如非本人操作，请尽快修改密码。'), ('self', '您在另一处结束了此处的登录。'), ('officer', '安全管理员结束了此处的登录，请重新登录；如有疑问，请联系安全管理员。')], max_length=10)),
                        ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': '登录',
                        'verbose_name_plural': '登录',
                        'ordering': ['-seen_at', '-pk'],
                        'indexes': [models.Index(fields=['user', '-seen_at'], name='accounts_visit_of_person')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('end__in', ['idle', 'long', 'elsewhere', 'self', 'officer', ''])), name='accounts_visit_end_known'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='accounts_visit_ended_at_ended_by')],
                    },
                ),
                migrations.CreateModel(
                    name='CalendarFeed',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('digest', models.CharField(max_length=64, unique=True)),
                        ('made_at', models.DateTimeField()),
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='calendar_feed', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': '日历订阅',
                        'verbose_name_plural': '日历订阅',
                    },
                ),
                migrations.CreateModel(
                    name='Deputy',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('since', models.DateField()),
                        ('until', models.DateField()),
                        ('named_at', models.DateTimeField()),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='principals', to=settings.AUTH_USER_MODEL)),
                        ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deputies', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': '代办',
                        'verbose_name_plural': '代办',
                        'ordering': ['-since', '-pk'],
                        'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['user', 'since', 'until'], name='accounts_deputy_standing')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('user__isnull', True), ('deputy__isnull', True), models.Q(('user', models.F('deputy')), _negated=True), _connector='OR'), name='accounts_deputy_user_not_deputy'), models.CheckConstraint(condition=models.Q(('since__isnull', True), ('until__isnull', True), ('since__lte', models.F('until')), _connector='OR'), name='accounts_deputy_since_not_after_until'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='accounts_deputy_ended_at_ended_by')],
                    },
                ),
            ]
        ),
        migrations.RunPython(enter, migrations.RunPython.noop, elidable=False),
    ]
