"""What each message about an application says: what happened, what to do next, and until when."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A message about a case. ``{case}`` is its name and number, ``{reason}`` what the officer wrote, ``{until}``
    the last day and ``{left}`` the working days that are left, ``{closes}`` when the call closes."""

    title: str
    body: str


# What the unit hears. A move that is not here is the officers' own affair.
UNIT_WORDS: dict[str, Words] = {
    "submit": Words(
        "待本单位管理员审核",
        "{case}申报书已由申报人提交。请单位管理员于{until}前审核并报送{division}科技管理部门{left}；"
        "申报于{closes}截止，截止后不能报送。",
    ),
    "unit_return": Words(
        "本单位管理员退回了申报书",
        "{case}申报书被退回，共 {reasons} 处，理由已标注在对应栏目。请申报人逐条修改后重新提交；申报于{closes}截止。",
    ),
    "unit_approve": Words(
        "申报书已报送县级科技管理部门",
        "{case}申报书已报送{division}科技管理部门审核，请记下受理号。审核期间不需办理，进展会在本平台通知。",
    ),
    "county_return": Words(
        "县级科技管理部门退回了申报书",
        "{case}申报书被退回修改，共 {reasons} 处，理由已标注在对应栏目。请于{until}前修改并重新提交{left}。",
    ),
    "sign_recommendation": Words(
        "县级已推荐",
        "{division}已签发对{case}的推荐函，材料已送石家庄市科学技术局形式审查。推荐函可在案卷中下载，审查期间不需办理。",
    ),
    "refuse_recommendation": Words(
        "县级不予推荐",
        "{division}未推荐{case}，本次申报结束。理由：{reason}结果告知书可在案卷中下载，其中写明如何反映意见。",
    ),
    "confirm_pass": Words(
        "形式审查通过",
        "{case}已通过形式审查，交由第三方机构组织专家评审。评审期间不需办理，结果会在本平台通知。",
    ),
    "confirm_supplement": Words(
        "需要补正材料",
        "{case}形式审查需一次性补正 {reasons} 处，请于{until}前提交{left}，逾期视为放弃申报。"
        "补正只有一次机会；补正通知书可在案卷中下载。",
    ),
    "confirm_fail": Words(
        "形式审查未通过",
        "{case}未通过形式审查，本次申报结束。理由：{reason}结果告知书可在案卷中下载，其中写明如何反映意见。",
    ),
    "resubmit": Words(
        "补正材料已提交", "{case}的补正材料已提交，石家庄市科学技术局继续形式审查。审查期间不需办理。"
    ),
    "lapse_supplement": Words(
        "逾期未补正，视为放弃",
        "{case}未在规定期限内补正，按规定视为放弃本次申报。结果告知书可在案卷中下载，其中写明如何反映意见。",
    ),
    "pass_review": Words(
        "专家评审已完成",
        "{case}已通过第三方评审。下一步由第三方机构于{until}前到现场考察{left}，"
        "请备好研发场地、设备和财务账目，等待其联系。",
    ),
    "pass_again": Words(
        "专家评审已重新完成",
        "{case}由其他专家补评后重新汇总，已通过第三方评审。此前登记的现场考察继续有效，材料提交石家庄市科学技术局审议，不需办理。",
    ),
    "fail_review": Words(
        "未通过专家评审",
        "{case}未通过第三方评审，综合得分 {score} 分，本次申报结束。评审意见：{reason}"
        "结果告知书可在案卷中下载，其中写明如何反映意见。",
    ),
    "reopen_review": Words(
        "评审结果重新评定",
        "{case}的评审中有专家应当回避而未回避，市科技局决定由其他专家补评后重新汇总，原评审结果不再使用。"
        "理由：{reason}您不需办理，结果会在本平台通知。",
    ),
    "record_visit": Words(
        "现场考察已完成",
        "{case}的现场考察已登记，材料提交石家庄市科学技术局审议。审议期间不需办理，结果会在本平台通知。",
    ),
    "refuse_visit": Words(
        "未接受现场考察，申报终止",
        "{case}未接受现场考察，按规定视为放弃本次申报。理由：{reason}"
        "有不同意见的，可向石家庄市科学技术局反映；以后批次可以重新申报。",
    ),
    "shortlist": Words(
        "列入拟认定名单，正在公示",
        "{case}已列入拟认定名单并公示，公示至{until}24时{left}。公示期满无异议的，系统自动予以认定，不需另行申请。",
    ),
    "reject": Words(
        "审议未通过",
        "经审议，{case}本次未予认定。理由：{reason}结果告知书可在案卷中下载，其中写明如何反映意见。",
    ),
    "raise_objection": Words(
        "公示期间收到异议",
        "对{case}的公示收到异议并已受理，正在核实，预计于{until}前办结{left}。"
        "核实期间本项公示暂停计时，其他事项不受影响；需要贵单位说明的，市科技局会与贵单位联系。",
    ),
    "dismiss_objection": Words(
        "异议不成立，恢复公示",
        "对{case}的异议经核实不成立，公示恢复计时，公示至{until}24时{left}。"
        "异议处理结果告知书可在案卷中下载；不需办理，结果会在本平台通知。",
    ),
    "correct_publicity": Words(
        "异议部分成立，更正后重新公示",
        "对{case}的异议经核实部分成立，该事项已更正并重新公示，公示期重新计算，公示至{until}24时{left}。"
        "更正的内容见公示公告，异议处理结果告知书可在案卷中下载；不需办理，结果会在本平台通知。",
    ),
    "uphold_objection": Words(
        "异议成立，不予认定",
        "对{case}的异议经核实成立，本次不予认定。理由：{reason}结果告知书可在案卷中下载，其中写明如何反映意见。",
    ),
    "recognise": Words(
        "已认定为市级产业技术研究院",
        "{case}已认定，证书编号 {certificate}，认定证书出具后可在案卷中下载。"
        "建设资金由系统自动提出，不需另行申请；收到账户确认通知后，请单位管理员按期确认。",
    ),
    "withdraw": Words("申报已撤回", "{case}的申报已撤回，本次申报结束。理由：{reason}申报期内可以重新申报。"),
}
# What the offices hear that have nothing to do now, but handled the case: the county and the bureau.
OFFICE_WORDS: dict[str, Words] = {
    "shortlist": Words(
        "列入拟认定名单，正在公示",
        "{host}（{division}）申报的{case}已列入拟认定名单，公示至{until}24时{left}。期满无异议的，系统自动予以认定。",
    ),
    "recognise": Words(
        "已认定为市级产业技术研究院",
        "{host}（{division}）申报的{case}公示期满，已予认定，证书编号 {certificate}，已列入名录。",
    ),
    "confirm_fail": Words(
        "形式审查未通过", "{host}（{division}）申报的{case}未通过形式审查，本次申报结束。理由：{reason}"
    ),
    "lapse_supplement": Words(
        "逾期未补正，视为放弃",
        "{host}（{division}）申报的{case}未在规定期限内补正，按规定视为放弃本次申报。",
    ),
    "fail_review": Words(
        "未通过专家评审", "{host}（{division}）申报的{case}未通过第三方评审，本次申报结束。"
    ),
    "refuse_visit": Words(
        "未接受现场考察，申报终止",
        "{host}（{division}）申报的{case}未接受现场考察，按规定视为放弃本次申报。理由：{reason}",
    ),
    "uphold_objection": Words(
        "异议成立，不予认定",
        "{host}（{division}）申报的{case}因公示期间的异议成立，不予认定，已从公示中撤下。",
    ),
    "reject": Words("审议未通过", "经审议，{host}（{division}）申报的{case}本次未予认定。理由：{reason}"),
}
