"""Money by the year of its budget, promises, proposals, and applications call by call, so that no board counts anew."""

from django.db import migrations, models

from portal.migrations import _sources, _sources_by_budget
from portal.migrations._tallies import install, remove

EMPTY = "DELETE FROM portal_tally;"
NAMES = [
    ("applications", "已提交的申报"),
    ("institutes", "研究院"),
    ("recognitions", "历年认定"),
    ("pool", "培育库"),
    ("achievements", "已核实的成果"),
    ("verifications", "历年核实"),
    ("filings", "省级备案"),
    ("projects", "联合攻关项目"),
    ("evaluations", "绩效评价"),
    ("promises", "县级承诺的支持"),
    ("proposals", "联合攻关申报"),
    ("approved", "已批准资金"),
    ("legs", "资金所处环节"),
]


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_tallies")]

    operations = [
        migrations.RunSQL(remove(_sources.SOURCES) + EMPTY, EMPTY + install(_sources.SOURCES)),
        migrations.RemoveConstraint("tally", "portal_tally_what_known"),
        migrations.AlterField("tally", "what", models.CharField(max_length=16, choices=NAMES)),
        migrations.AddConstraint(
            "tally",
            models.CheckConstraint(
                condition=models.Q(what__in=[name for name, _words in NAMES]), name="portal_tally_what_known"
            ),
        ),
        migrations.RunSQL(install(_sources_by_budget.SOURCES), remove(_sources_by_budget.SOURCES) + EMPTY),
    ]
