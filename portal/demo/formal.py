"""The steps of the formal review in the demo: the clerk's sheet, the approver's word, a supplement that is brought."""

from datetime import date, timedelta

from institutes import services as institutes
from institutes.models import Application
from portal.demo.books import sample_pdf
from portal.demo.world import Firm, World
from records.models import Attachment


class FormalSteps:
    """Part of the steps of a year."""

    world: World

    def find(
        self,
        application: Application,
        finding: str = "pass",
        unmet: tuple[str, ...] = (),
        places: dict[str, list[str]] | None = None,
    ) -> None:
        """The clerk's checklist; ``unmet`` items carry a note and the places where they are mended."""
        items = application.call.edition.terms["checklist"]
        checks = {
            item["code"]: (
                ("unmet", "所附材料不清晰或缺页，请重新提交清晰、完整的扫描件。")
                if item["code"] in unmet
                else ("met", "")
            )
            for item in items
        }
        institutes.propose_formal(
            application=application,
            checks=checks,
            finding=finding,
            places=places,
            opinion="经形式审查，材料符合要求。"
            if finding == "pass"
            else "材料存在下列问题，一次性告知如下。",
            by=self.world["bureau_clerk"],
        )

    def pass_formal(self, application: Application) -> None:
        self.find(application)
        self.confirm_formal(application)

    def confirm_formal(self, application: Application) -> None:
        institutes.confirm_pass(
            application=application, agency=self.world.agency, by=self.world["bureau_approver"]
        )

    def ask_for_supplement(self, application: Application) -> None:
        places = {"agreements_valid": ["partners.partners", "annexes.annex-agreement"]}
        self.find(application, "supplement", unmet=("agreements_valid",), places=places)
        institutes.confirm_supplement(application=application, by=self.world["bureau_approver"])

    def bring_supplement(self, application: Application, firm: Firm) -> None:
        """A longer agreement, in the book and as the next version of its annex."""
        application.refresh_from_db()
        row = application.sections.get(code="partners")
        partner = row.answers["partners"][0]
        until = date.fromisoformat(partner["valid_to"]) + timedelta(days=730)
        changes = {f"partners-{partner['key']}-valid_to": until.isoformat()}
        institutes.save_section(
            application=application, section="partners", changes=changes, version=row.version, by=firm.filler
        )
        former = Attachment.objects.about(application).current().filter(kind="agreement").first()
        institutes.attach(
            application=application,
            kind="agreement",
            upload=sample_pdf("示例共建协议（续签，双方已盖章）"),
            by=firm.filler,
            replaces=former,
        )
        institutes.resubmit_application(application=application, by=firm.filler)

    def fail_formal(self, application: Application) -> None:
        self.find(application, "fail", unmet=("registered_in_city", "chain_role_proved"))
        institutes.confirm_fail(application=application, by=self.world["bureau_approver"])
