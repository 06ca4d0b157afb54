"""Who hears of an evaluation: the unit in its words, its county, whoever holds it next; units when a round opens."""

from collections.abc import Iterable, Sequence
from datetime import date

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import people_holding, people_in, people_in_any
from evaluation.lifecycle import EVALUATION
from evaluation.models import Evaluation, Round
from institutes.selectors import COUNTY, UNIT, move_of
from notices.services import call_holder, tell, tell_unit
from records import deadlines
from records.deadlines import day_in_words
from records.models import AuditEvent
from records.words import because, sentence

# What the unit hears; {reason} is what the officer wrote, {until} a day, {grade} the grade.
WORDS = {
    "send_back": ("自评报告退回修改", "{case}的自评报告被本单位管理员退回。理由：{reason}请修改后重新提交。"),
    "hand_in": (
        "自评报告已报送",
        "{case}的自评报告（{number}）已报送{division}科技管理部门，评价数据已按报送时的情况固定，不需办理。",
    ),
    "recall": ("自评报告已撤回修改", "{case}的自评报告已由本单位撤回。理由：{reason}请修改后重新报送。"),
    "county_return": (
        "县级退回了自评报告",
        "{case}的自评报告被{division}科技管理部门退回。理由：{reason}请于{until}前补充后重新报送。",
    ),
    "sign": ("县级已签发评价意见", "{division}已对{case}签发意见，由税务、财政部门核实数据，不需办理。"),
    "return": (
        "市科技局退回了自评报告",
        "{case}的自评报告被退回补正。理由：{reason}请于{until}前补正后重新报送，各部门重新核实。",
    ),
    "mark_false": ("评价数据被认定不实", "{case}有一项指标数据被认定不实，该项不得分。理由：{reason}"),
    "clear_false": ("不实认定已撤销", "{case}的一项不实认定已撤销。说明：{reason}不需办理。"),
    "cap": ("评价等次受到限定", "{case}因发生重大事故，评价等次受到限定。理由：{reason}"),
    "lift_cap": ("等次限定已撤销", "{case}的等次限定已撤销。说明：{reason}不需办理。"),
    "entrust": ("已委托专家评分", "{case}的数据已核实，现由第三方机构组织专家评分，不需办理。"),
    "record_review": ("专家评分已完成", "{case}的专家评分已完成，由市科技局研究评定等次，不需办理。"),
    "refuse_exemption": (
        "按期参加本年度评价",
        "{case}不予缓评或视同合格。理由：{reason}请于{until}前提交自评报告。",
    ),
    "defer": ("同意缓评", "{case}已同意缓评，转入下一年度评价，届时另行通知。"),
    "deem": ("视同合格", "{case}因周期内已参加省级评价，视同合格，与本年度结果一并公示，不需办理。"),
    "miss": (
        "登记为未参加评价",
        "{case}逾期未提交自评报告，已登记为未参加评价。理由：{reason}我局将按规定启动撤销认定程序，届时请陈述申辩。",
    ),
    "confirm": ("绩效评价拟定等次开始公示", "{case}的拟定等次为{grade}，现予公示，公示期至{until}。"),
    "correct_publicity": ("绩效评价更正后重新公示", "{case}的评价结果更正后重新公示，公示期至{until}。"),
    "uphold_objection": ("公示异议成立，重新评定", "{case}公示期间的异议成立，等次重新评定，不需办理。"),
    "release": ("绩效评价结果：{grade}", "{case}的评价结果为{grade}。结果通知书可在案卷中下载。"),
    "rectify": (
        "绩效评价结果：不合格，限期整改",
        "{case}的评价结果为不合格。请按通知书整改，并于{until}前重新提交自评报告参加再评；再评只有一次。",
    ),
    "fail": (
        "整改后再评仍不合格",
        "{case}的评价结果仍为不合格。结果通知书可在案卷中下载；我局将按规定启动撤销认定程序，届时请陈述申辩。",
    ),
    "lapse": ("绩效评价已终止", "{case}随研究院资格终止而终止，不需办理。"),
}
ROUND_WORDS = {
    "grade": (
        "待审定等次：{round}",
        "{who}已按会议纪要（{minute}）评定{round}的等次，共 {cases} 家，请于{until}前审定。",
    ),
    "return": ("等次退回复核：{round}", "{who}退回了{round}的等次。理由：{reason}请复核后重新评定。"),
    "publish": ("等次已审定并公示：{round}", "您评定的{round}等次已由{who}审定并公示，公示期至{until}。"),
    "finish": (
        "评价结果公布完毕：{round}",
        "{round}的评价结果已全部公布；整改后再评和重新评定的，可以再次评定等次。",
    ),
    "close": ("年度评价已结束：{round}", "{round}没有评价结果，已由{who}结束。理由：{reason}不需办理。"),
}
"""What officers hear of a deed for a whole round."""
DECIDED = frozenset({"defer", "deem", "refuse_exemption"})
"""What an approver decides of a proposal; whoever made it hears how."""
COUNTY_HEARS = frozenset(
    {"recall", "return", "defer", "deem", "miss", "confirm", "release", "rectify", "fail", "lapse"}
)


def tell_of_evaluation(evaluation: Evaluation, event: AuditEvent) -> None:
    """Tell the unit what became of it, its county of what concerns it, the next holder what to do."""
    _tell_unit(evaluation, event)
    if EVALUATION.moves[move_of(event)].target:
        call_holder(subject=evaluation, event=event, state=EVALUATION.states[evaluation.state])
    if move_of(event) in DECIDED:
        _tell_proposer(evaluation, event)


def tell_all(rows: Sequence[Evaluation], events: Sequence[AuditEvent]) -> None:
    """Tell the units, and their counties, of a deed that was done for many at once."""
    for one, event in zip(rows, events, strict=True):
        _tell_unit(one, event)


def _tell_unit(evaluation: Evaluation, event: AuditEvent) -> None:
    action = move_of(event)
    if spoken := WORDS.get(action):
        values = _values(evaluation, event)
        title = f"{spoken[0].format(**values)}：{evaluation.institute}"
        body = spoken[1].format(**values)
        tell_unit(
            subject=evaluation,
            event=event.verb,
            occasion=str(event.pk),
            title=title,
            body=body,
            copied_to=COUNTY if action in COUNTY_HEARS else (),
        )


def _tell_proposer(evaluation: Evaluation, event: AuditEvent) -> None:
    """Tell whoever proposed to put it off, or to count it as passed, what the other person decided."""
    proposals = AuditEvent.objects.about(evaluation).filter(verb="evaluation.evaluation.propose_exemption")
    proposal = proposals.select_related("actor").order_by("pk").last()
    if proposal is None or proposal.actor_id == event.actor_id:
        return
    decided = str(EVALUATION.moves[move_of(event)].label).removeprefix("审定：")
    rest = because(event.reason) or "不需办理。"
    body = f"您就“{evaluation}”提出缓评或者视同合格，审定结果：{decided}。{rest}"
    title = f"缓评、视同合格已有结果：{evaluation}"
    _say([proposal.actor], evaluation, f"{event.verb}.author", str(event.pk), title, body)


def tell_of_round(evaluation_round: Round, event: AuditEvent) -> None:
    """Tell the approver that grades wait, the clerk what became of them, the clerks that a round is over."""
    action, deadline = move_of(event), deadlines.current(evaluation_round)
    author = evaluation_round.graded_by
    people = {
        "grade": list(people_holding(deadline)) if deadline else [],
        "finish": list(people_in(Role.BUREAU_CLERK)),
        "close": list(people_in(Role.BUREAU_CLERK)),
    }.get(action, [author] if author else [])
    values = {
        "round": evaluation_round,
        "who": event.actor_label,
        "minute": evaluation_round.minute_number,
        "cases": event.data.get("cases", ""),
        "reason": sentence(event.reason),
        "until": day_in_words(deadline.due_on) if deadline and deadline.due_on else "",
    }
    title, body = (text.format(**values) for text in ROUND_WORDS[action])
    tell(
        recipients=[one for one in people if one.pk != event.actor_id],
        event=event.verb,
        subject=evaluation_round,
        title=title,
        body=body,
        occasion=str(event.pk),
    )


def tell_round_opened(opened: Round) -> None:
    """Tell every unit in the round, and its county, until when the self-report is due; and the bureau's clerks."""
    until = day_in_words(opened.report_due_on)
    rows = list(opened.evaluations.select_related("institute", "cycle", "round", "host", "division"))
    for one in rows:
        title = f"请提交绩效评价自评报告：{one.institute}"
        body = (
            f"{one.institute}{one.cycle.years_in_words}评估周期已满，请于{until}前提交自评报告。"
            "各项数据已由系统按已核实成果、年度报告和部门填报预先填好，只需核对、填写自评说明并上传佐证材料。"
        )
        begun = "evaluation.evaluation.begin"
        tell_unit(subject=one, event=begun, occasion="", title=title, body=body, copied_to=COUNTY)
    title = f"{opened}已启动"
    body = f"本年度应参加评价的研究院 {len(rows)} 家，自评报告截止{until}。"
    tell(
        recipients=list(people_in(Role.BUREAU_CLERK)),
        event="evaluation.round.begin",
        subject=opened,
        title=title,
        body=body,
    )


def tell_report_is_late(evaluation: Evaluation) -> None:
    """Tell the unit, its county and the bureau's clerk, once for each last day, that the self-report is lacking."""
    ends, days = evaluation.ends_on, evaluation.edition.terms["schedule"]["absent_days"]
    title = f"逾期未提交自评报告：{evaluation.institute}"
    body = (
        f"{evaluation.institute}应于{day_in_words(ends)}前提交自评报告。逾期超过{days}日仍未提交的，"
        "登记为未参加评价，按规定可以提请撤销认定；单位可以陈述申辩。"
    )
    people = people_in_any(
        (*UNIT, *COUNTY, Role.BUREAU_CLERK), host_id=evaluation.host_id, division_id=evaluation.division_id
    )
    _say(people, evaluation, "evaluation.evaluation.overdue", str(ends), title, body)


def tell_nobody_is_left(evaluation_round: Round) -> None:
    """Tell the approvers, once, that a round can be closed: whoever was in it was put off, absent or ended."""
    tell(
        recipients=list(people_in(Role.BUREAU_APPROVER)),
        event="evaluation.round.nobody_left",
        subject=evaluation_round,
        title=f"可以结束：{evaluation_round}",
        body=f"{evaluation_round}的研究院均已缓评、未参加或者终止，没有可评定等次的，请核对后结束本年度评价。",
    )


def _values(evaluation: Evaluation, event: AuditEvent) -> dict[str, object]:
    deadline = deadlines.current(evaluation)
    until = event.data.get("rectify_by") or event.data.get("until")
    day = date.fromisoformat(until) if until else (deadline.due_on if deadline else None)
    return {
        "case": f"“{evaluation}”",
        "grade": f"“{evaluation.grade_label}”" if move_of(event) == "confirm" else evaluation.grade_label,
        "division": evaluation.division,
        "number": evaluation.number or "",
        "reason": sentence(event.reason),
        "until": day_in_words(day) if day else "",
    }


def _say(
    people: Iterable[User], evaluation: Evaluation, event: str, occasion: str, title: str, body: str
) -> None:
    tell(
        recipients=list(people),
        event=event,
        subject=evaluation,
        title=title[:200],
        body=body,
        occasion=occasion,
    )
