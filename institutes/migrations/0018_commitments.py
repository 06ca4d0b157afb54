"""Commitments and stages of institutes, also of those that were recognised before there were any."""

import datetime
from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models

LINES = (
    ("new_technologies", "新技术", "项", False),
    ("new_products", "新产品", "项", False),
    ("killer_products", "杀手锏产品", "项", False),
    ("transfers", "转化科技成果", "项", False),
    ("invention_patents", "发明专利", "件", False),
    ("service_clients", "服务企业", "家", False),
    ("incubated_firms", "孵化企业", "家", False),
    ("new_revenue", "新增营业收入", "元", True),
    ("tax", "新增税收", "元", True),
    ("trained_people", "培养人才", "人", False),
)


def take_over(apps, schema_editor):
    """What recognition does from now on, for whom it was done already."""
    Recognition, Version, Commitment, Milestone = (
        apps.get_model("institutes", name)
        for name in ("Recognition", "ApplicationVersion", "Commitment", "Milestone")
    )
    for recognition in Recognition.objects.order_by("pk").iterator():
        version = (
            Version.objects.filter(application_id=recognition.application_id).order_by("-number").first()
        )
        plan = version.answers.get("plan", {}) if version else {}
        for position, (code, label, unit, is_amount) in enumerate(LINES, 1):
            cells = plan.get("targets", {}).get(code, {})
            base, first, second = (Decimal(str(cells.get(one) or 0)) for one in ("base", "year_1", "year_2"))
            Commitment.objects.create(
                institute_id=recognition.institute_id, code=code, label=label, unit=unit,
                is_amount=is_amount, base=base, year_1=first, year_2=max(first, second), position=position,
            )
        for row in plan.get("milestones", ()):
            if row.get("due_on") and row.get("content"):
                Milestone.objects.create(
                    institute_id=recognition.institute_id,
                    due_on=datetime.date.fromisoformat(row["due_on"]),
                    content=row["content"],
                )


class Migration(migrations.Migration):

    dependencies = [
        ('institutes', '0017_recommendation_list'),
    ]

    operations = [
        migrations.CreateModel(
            name='Commitment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=60)),
                ('unit', models.CharField(max_length=10)),
                ('is_amount', models.BooleanField(default=False)),
                ('base', models.DecimalField(decimal_places=2, max_digits=16)),
                ('year_1', models.DecimalField(decimal_places=2, max_digits=16)),
                ('year_2', models.DecimalField(decimal_places=2, max_digits=16)),
                ('position', models.PositiveSmallIntegerField()),
                ('institute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commitments', to='institutes.institute')),
            ],
            options={
                'verbose_name': '建设目标',
                'verbose_name_plural': '建设目标',
                'ordering': ['institute', 'position'],
                'constraints': [models.UniqueConstraint(fields=('institute', 'code'), name='institutes_commitment_once'), models.CheckConstraint(condition=models.Q(('base__gte', 0)), name='institutes_commitment_base_not_negative'), models.CheckConstraint(condition=models.Q(('year_1__gte', 0)), name='institutes_commitment_year_1_not_negative'), models.CheckConstraint(condition=models.Q(('year_2__gte', models.F('year_1'))), name='institutes_commitment_counted_from_the_beginning')],
            },
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField()),
                ('content', models.CharField(max_length=300)),
                ('institute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='milestones', to='institutes.institute')),
            ],
            options={
                'verbose_name': '建设阶段',
                'verbose_name_plural': '建设阶段',
                'ordering': ['institute', 'due_on', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('content', ''), _negated=True), name='institutes_milestone_says_what')],
            },
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop, elidable=True),
    ]
