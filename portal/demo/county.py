"""The county's steps of a year: look-ups, opinion, order."""

from decimal import Decimal

from institutes import services as institutes
from institutes.models import Application
from institutes.selectors import order_is_fixed, ranked_in
from portal.demo.books import sample_pdf
from portal.demo.world import Firm, World
from records import clock


class CountySteps:
    """What staff and leader of the firm's county do."""

    world: World

    def look_up(self, application: Application, firm: Firm, *, first: int | None = None) -> None:
        """The county's staff looks the host up in every list, or in the ``first`` ones."""
        for item in application.call.edition.terms["integrity_items"][:first]:
            institutes.record_integrity(
                application=application,
                item=item["code"],
                result="clear",
                checked_on=clock.today(),
                source=f"示例查询平台（{item['label']}）",
                evidence=sample_pdf(f"信用查询{item['label']}"),
                by=self.world.county_of(firm).staff,
            )

    def propose(self, application: Application, firm: Firm, *, proposal: str = "recommend") -> None:
        county = self.world.county_of(firm)
        if proposal == "recommend":
            self.look_up(application, firm)
        words = "同意推荐" if proposal == "recommend" else "暂不推荐"
        institutes.propose_recommendation(
            application=application,
            proposal=proposal,
            opinion=(
                f"经审核，该单位为本辖区产业链骨干力量，材料真实完整，信用状况良好，共建单位均已签订协议，{words}。"
            ),
            support="县级财政在年度预算中安排配套支持，协调解决场地和用能需求。",
            support_amount=Decimal("500000.00") if proposal == "recommend" else None,
            support_document="示县财预〔示例〕12号" if proposal == "recommend" else "",
            by=county.staff,
        )

    def rank(self, application: Application, firm: Firm) -> None:
        """The county's leader sets the order of its recommendations, this one in front, and issues their list, where
        that is still open."""
        if order_is_fixed(application.call, application.division):
            return
        rows = list(ranked_in(application.call, application.division).order_by("pk"))
        place = {"call": application.call, "division": application.division}
        by = self.world.county_of(firm).lead
        ranked = sorted(rows, key=lambda one: (one.pk != application.pk, one.pk))
        institutes.rank_recommendations(**place, applications=ranked, by=by)
        institutes.issue_recommendation_list(**place, by=by)
