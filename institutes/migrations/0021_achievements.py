import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_second_factor'),
        ('accounts', '__first__'),
        ('institutes', '0020_build_extension'),
    ]

    operations = [
        migrations.CreateModel(
            name='Achievement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state_since', models.DateTimeField(blank=True, editable=False, null=True)),
                ('kind', models.CharField(choices=[('new_technology', '新技术'), ('new_product', '新产品'), ('killer_product', '杀手锏产品'), ('transfer', '成果转化'), ('invention_patent', '发明专利'), ('standard', '标准'), ('key_technology', '关键共性技术'), ('service_client', '技术服务'), ('technical_income', '技术性收入'), ('product_sales', '新产品销售'), ('incubated_firm', '孵化、引进企业'), ('firm_qualification', '孵化企业资质'), ('firm_finance', '孵化企业融资和收入'), ('trained_people', '人才引进培养'), ('chain_revenue', '带动产业链新增收入'), ('local_supply', '本地配套'), ('strategy_study', '战略研究')], max_length=20)),
                ('terms', models.JSONField()),
                ('title', models.CharField(max_length=100)),
                ('number', models.CharField(blank=True, max_length=60)),
                ('mark', models.CharField(blank=True, max_length=120)),
                ('partner_name', models.CharField(blank=True, max_length=100)),
                ('partner_uscc', models.CharField(blank=True, max_length=18)),
                ('achieved_on', models.DateField()),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ('quantity', models.PositiveIntegerField(blank=True, null=True)),
                ('description', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('draft', '草拟'), ('unit_review', '待单位报送'), ('county_review', '待县级核实'), ('bureau_review', '待市科技局核实'), ('verified', '已核实'), ('annulling', '拟撤销待审批'), ('annulled', '已撤销'), ('rejected', '未予核实'), ('withdrawn', '已撤回')], default='draft', max_length=20)),
                ('drafted_at', models.DateTimeField()),
                ('handed_in_at', models.DateTimeField(blank=True, null=True)),
                ('county_opinion', models.TextField(blank=True)),
                ('county_verified_at', models.DateTimeField(blank=True, null=True)),
                ('opinion', models.TextField(blank=True)),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('rejected_at', models.DateTimeField(blank=True, null=True)),
                ('annulment_grounds', models.TextField(blank=True)),
                ('annulment_proposed_at', models.DateTimeField(blank=True, null=True)),
                ('annulled_at', models.DateTimeField(blank=True, null=True)),
                ('annulled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('annulment_proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('county_verified_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='achievements', to='accounts.division')),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='achievements', to='institutes.recognitionedition')),
                ('handed_in_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='achievements', to='accounts.organisation')),
                ('institute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='achievements', to='institutes.institute')),
                ('rejected_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('verified_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '成果',
                'verbose_name_plural': '成果',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['state', '-id'], name='institutes_achievement_state'), models.Index(fields=['institute', 'state'], name='institutes_achievement_of'), models.Index(fields=['host', '-id'], name='institutes_achievement_host')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'unit_review', 'county_review', 'bureau_review', 'verified', 'annulling', 'annulled', 'rejected', 'withdrawn'])), name='institutes_achievement_state_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['new_technology', 'new_product', 'killer_product', 'transfer', 'invention_patent', 'standard', 'key_technology', 'service_client', 'technical_income', 'product_sales', 'incubated_firm', 'firm_qualification', 'firm_finance', 'trained_people', 'chain_revenue', 'local_supply', 'strategy_study'])), name='institutes_achievement_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('handed_in_at__isnull', True), ('handed_in_by__isnull', True)), models.Q(('handed_in_at__isnull', False), ('handed_in_by__isnull', False)), _connector='OR'), name='institutes_achievement_handed_in_at_handed_in_by'), models.CheckConstraint(condition=models.Q(models.Q(('county_verified_at__isnull', True), ('county_verified_by__isnull', True)), models.Q(('county_verified_at__isnull', False), ('county_verified_by__isnull', False)), _connector='OR'), name='institutes_achievement_county_verified_at_county_verified_by'), models.CheckConstraint(condition=models.Q(models.Q(('verified_at__isnull', True), ('verified_by__isnull', True)), models.Q(('verified_at__isnull', False), ('verified_by__isnull', False)), _connector='OR'), name='institutes_achievement_verified_at_verified_by'), models.CheckConstraint(condition=models.Q(models.Q(('rejected_at__isnull', True), ('rejected_by__isnull', True)), models.Q(('rejected_at__isnull', False), ('rejected_by__isnull', False)), _connector='OR'), name='institutes_achievement_rejected_at_rejected_by'), models.CheckConstraint(condition=models.Q(models.Q(('annulment_proposed_at__isnull', True), ('annulment_proposed_by__isnull', True)), models.Q(('annulment_proposed_at__isnull', False), ('annulment_proposed_by__isnull', False)), _connector='OR'), name='institutes_achievement_annulment_proposed_together'), models.CheckConstraint(condition=models.Q(models.Q(('annulled_at__isnull', True), ('annulled_by__isnull', True)), models.Q(('annulled_at__isnull', False), ('annulled_by__isnull', False)), _connector='OR'), name='institutes_achievement_annulled_at_annulled_by'), models.CheckConstraint(condition=models.Q(('handed_in_by__isnull', True), ('county_verified_by__isnull', True), models.Q(('handed_in_by', models.F('county_verified_by')), _negated=True), _connector='OR'), name='institutes_achievement_county_is_another'), models.CheckConstraint(condition=models.Q(('county_verified_by__isnull', True), ('verified_by__isnull', True), models.Q(('county_verified_by', models.F('verified_by')), _negated=True), _connector='OR'), name='institutes_achievement_four_eyes'), models.CheckConstraint(condition=models.Q(('county_verified_by__isnull', True), ('rejected_by__isnull', True), models.Q(('county_verified_by', models.F('rejected_by')), _negated=True), _connector='OR'), name='institutes_achievement_rejected_by_another'), models.CheckConstraint(condition=models.Q(('annulment_proposed_by__isnull', True), ('annulled_by__isnull', True), models.Q(('annulment_proposed_by', models.F('annulled_by')), _negated=True), _connector='OR'), name='institutes_achievement_annulled_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['county_review', 'bureau_review', 'verified', 'annulling', 'annulled', 'rejected']), _negated=True), ('handed_in_at__isnull', False), _connector='OR'), name='institutes_achievement_handed_in_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['bureau_review', 'verified', 'annulling', 'annulled', 'rejected']), _negated=True), ('county_verified_at__isnull', False), _connector='OR'), name='institutes_achievement_county_verified_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['verified', 'annulling', 'annulled']), _negated=True), ('verified_at__isnull', False), _connector='OR'), name='institutes_achievement_verified_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['rejected']), _negated=True), ('rejected_at__isnull', False), _connector='OR'), name='institutes_achievement_rejected_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['annulling', 'annulled']), _negated=True), ('annulment_proposed_at__isnull', False), _connector='OR'), name='institutes_achievement_annulment_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['annulled']), _negated=True), ('annulled_at__isnull', False), _connector='OR'), name='institutes_achievement_annulled_by_somebody'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='institutes_achievement_amount_positive'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='institutes_achievement_quantity_positive'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='institutes_achievement_says_what'), models.CheckConstraint(condition=models.Q(('annulment_proposed_at__isnull', True), models.Q(('annulment_grounds', ''), _negated=True), _connector='OR'), name='institutes_achievement_annulled_with_grounds'), models.CheckConstraint(condition=models.Q(('partner_uscc', ''), ('partner_uscc__regex', '^[0-9A-HJ-NPQRTUWXY]{18}$'), _connector='OR'), name='institutes_achievement_uscc_of_18'), models.UniqueConstraint(condition=models.Q(('state__in', ('county_review', 'bureau_review', 'verified', 'annulling')), models.Q(('mark', ''), _negated=True)), fields=('mark',), name='institutes_achievement_counted_once')],
            },
        ),
        migrations.CreateModel(
            name='AchievementHint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(choices=[('title', '名称相似'), ('partner', '合作单位相同、名称相近')], max_length=10)),
                ('likeness', models.DecimalField(decimal_places=2, max_digits=5)),
                ('raised_at', models.DateTimeField()),
                ('county_finding', models.CharField(blank=True, choices=[('different', '不是同一成果'), ('same', '同一成果')], max_length=10)),
                ('county_note', models.CharField(blank=True, max_length=500)),
                ('county_answered_at', models.DateTimeField(blank=True, null=True)),
                ('bureau_finding', models.CharField(blank=True, choices=[('different', '不是同一成果'), ('same', '同一成果')], max_length=10)),
                ('bureau_note', models.CharField(blank=True, max_length=500)),
                ('bureau_answered_at', models.DateTimeField(blank=True, null=True)),
                ('achievement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hints', to='institutes.achievement')),
                ('bureau_answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('county_answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hinted_by', to='institutes.achievement')),
                ('raised_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '疑似重复',
                'verbose_name_plural': '疑似重复',
                'ordering': ['-likeness', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ground__in', ['title', 'partner'])), name='institutes_achievementhint_ground_known'), models.CheckConstraint(condition=models.Q(('county_finding__in', ['different', 'same', ''])), name='institutes_achievementhint_county_finding_known'), models.CheckConstraint(condition=models.Q(('bureau_finding__in', ['different', 'same', ''])), name='institutes_achievementhint_bureau_finding_known'), models.CheckConstraint(condition=models.Q(models.Q(('county_answered_at__isnull', True), ('county_answered_by__isnull', True)), models.Q(('county_answered_at__isnull', False), ('county_answered_by__isnull', False)), _connector='OR'), name='institutes_achievementhint_county_answered'), models.CheckConstraint(condition=models.Q(models.Q(('bureau_answered_at__isnull', True), ('bureau_answered_by__isnull', True)), models.Q(('bureau_answered_at__isnull', False), ('bureau_answered_by__isnull', False)), _connector='OR'), name='institutes_achievementhint_bureau_answered'), models.CheckConstraint(condition=models.Q(('county_answered_by__isnull', True), ('bureau_answered_by__isnull', True), models.Q(('county_answered_by', models.F('bureau_answered_by')), _negated=True), _connector='OR'), name='institutes_achievementhint_answered_by_two'), models.CheckConstraint(condition=models.Q(('county_answered_at__isnull', True), models.Q(('county_finding', ''), _negated=True), _connector='OR'), name='institutes_achievementhint_county_says_which'), models.CheckConstraint(condition=models.Q(('bureau_answered_at__isnull', True), models.Q(('bureau_finding', ''), _negated=True), _connector='OR'), name='institutes_achievementhint_bureau_says_which'), models.CheckConstraint(condition=models.Q(('achievement', models.F('other')), _negated=True), name='institutes_achievementhint_of_another'), models.UniqueConstraint(fields=('achievement', 'other', 'raised_at'), name='institutes_achievementhint_once')],
            },
        ),
    ]
