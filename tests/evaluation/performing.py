"""The way of an evaluation by its services, for tests that need one somewhere on it."""

from decimal import Decimal

from evaluation import services
from evaluation.kinds import Result
from evaluation.models import Evaluation
from tests.factories.institutes import a_user
from tests.factories.performance import EvaluationCheckFactory, engaged_for_performance
from tests.factories.records import pdf_upload

DIMENSIONS = ("technology", "transfer", "incubation", "economy")
WORDS = {f"text_{code}": f"示例：{code} 三年情况。" for code in DIMENSIONS}
CLERK, APPROVER = "evaluation-clerk", "evaluation-approver"


def result(share: str = "0.80", **facts) -> Result:
    """What a panel came to: so much of each item, without drawing anybody."""
    marks = {"key_technologies": Decimal("3") * Decimal(share), "strategy": Decimal("5") * Decimal(share)}
    said = {"score": sum(marks.values()), "passed": True, "opinion": "示例专家组意见：依据充分。"}
    return Result(**said | {"tie_break": Decimal(0), "tie_label": "", "marks": marks} | facts)


def handed_in(evaluation: Evaluation) -> Evaluation:
    filler, admin = a_user("evaluation-filler"), a_user("evaluation-admin")
    services.save_self_report(evaluation=evaluation, entries=WORDS, by=filler)
    services.attach_evidence(evaluation=evaluation, uploads=[pdf_upload("佐证.pdf")], by=filler)
    services.hand_up_evaluation(evaluation=evaluation, by=filler)
    return services.hand_in_evaluation(evaluation=evaluation, by=admin)


def signed(evaluation: Evaluation) -> Evaluation:
    services.give_evaluation_opinion(
        evaluation=evaluation, position="agrees", opinion="示例：属实。", by=a_user("evaluation-staff")
    )
    return services.sign_evaluation_opinion(evaluation=evaluation, by=a_user("evaluation-lead"))


def filled(evaluation: Evaluation, tax: str = "800") -> Evaluation:
    services.fill_tax_figures(evaluation=evaluation, values={"tax_paid": tax}, by=a_user("evaluation-tax"))
    return services.fill_finance_figures(
        evaluation=evaluation, note="示例：专账核算。", by=a_user("evaluation-finance")
    )


def checked(evaluation: Evaluation) -> Evaluation:
    for item in evaluation.edition.terms["lookups"]:
        EvaluationCheckFactory(evaluation=evaluation, item=item["code"])
    return evaluation


def scored(evaluation: Evaluation, share: str = "0.80", *, agency=None) -> Evaluation:
    """Handed in, checked by everybody, scored."""
    filled(signed(handed_in(evaluation)))
    checked(evaluation)
    agency = agency or engaged_for_performance().agency
    services.entrust_evaluation(evaluation=evaluation, agency=agency, by=a_user(CLERK))
    return services.record_performance_review(
        evaluation=evaluation, result=result(share), by=a_user("evaluation-manager")
    )


def graded(evaluation_round):
    return services.grade_round(
        evaluation_round=evaluation_round, minute_number="示例纪要 1 号", by=a_user(CLERK)
    )


def published(evaluation_round):
    return services.publish_round(evaluation_round=graded(evaluation_round), by=a_user(APPROVER))
