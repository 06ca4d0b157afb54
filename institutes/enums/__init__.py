"""Closed lists of the room: kinds and states of a call and of an application, chain roles, findings."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CallKind(TextChoices):
    """What a call invites to. How each is carried out stands in :mod:`institutes.book.calls`."""

    RECOGNITION = "recognition", _("研究院认定")


class CallState(TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")
    WITHDRAWN = "withdrawn", _("已撤回")


class ApplicationState(TextChoices):
    """The states of recognition (domain B1). Two officers' steps are two states, so the holder is always one role."""

    DRAFT = "draft", _("草稿")
    UNIT_REVIEW = "unit_review", _("单位审核")
    COUNTY_REVIEW = "county_review", _("归口审核")
    COUNTY_SIGNING = "county_signing", _("推荐函待签发")
    FORMAL_REVIEW = "formal_review", _("形式审查")
    FORMAL_CONFIRMATION = "formal_confirmation", _("形式审查待审定")
    SUPPLEMENT_REQUESTED = "supplement_requested", _("补正中")
    REVIEWING = "reviewing", _("第三方评审")
    SITE_VISIT = "site_visit", _("现场考察")
    PENDING_DECISION = "pending_decision", _("局务会审议")
    PUBLICITY = "publicity", _("公示")
    OBJECTION_HANDLING = "objection_handling", _("异议处理")
    RECOGNISED = "recognised", _("已认定")
    CLOSED_NOT_RECOMMENDED = "closed_not_recommended", _("未获推荐")
    CLOSED_FORMAL = "closed_formal", _("形式审查未通过")
    CLOSED_REVIEW = "closed_review", _("评审未通过")
    CLOSED_DECISION = "closed_decision", _("审议未通过")
    CLOSED_OBJECTION = "closed_objection", _("异议成立未予认定")
    WITHDRAWN = "withdrawn", _("已撤回")


class ChainRole(TextChoices):
    LEADER = "leader", _("链主企业")
    BACKBONE = "backbone", _("骨干企业")


class ChainKind(TextChoices):
    """By which standards of the three-year evaluation the institutes of a chain are measured."""

    TRADITIONAL = "traditional", _("传统优势")
    EMERGING = "emerging", _("战略性新兴")
    COUNTY = "county", _("县域特色")


class SegmentPosition(TextChoices):
    UPSTREAM = "upstream", _("上游")
    MIDSTREAM = "midstream", _("中游")
    DOWNSTREAM = "downstream", _("下游")


class ChainState(TextChoices):
    ACTIVE = "active", _("在用")
    RETIRED = "retired", _("已停用")


class ProposalKind(TextChoices):
    """What a county can propose for the map of chains."""

    ADD_MEMBER = "add_member", _("增列企业")
    CHANGE_ROLE = "change_role", _("变更企业地位")
    END_MEMBER = "end_member", _("移出企业")
    ADD_SEGMENT = "add_segment", _("增加环节")


class ProposalState(TextChoices):
    DRAFT = "draft", _("草拟")
    SIGNING = "signing", _("待县级审签")
    PROPOSED = "proposed", _("待市科技局审核")
    CHECKED = "checked", _("待市科技局审定")
    ACCEPTED = "accepted", _("已采纳")
    REFUSED = "refused", _("未采纳")
    WITHDRAWN = "withdrawn", _("已撤回")


class ProposalFinding(TextChoices):
    ADOPT = "adopt", _("拟采纳")
    REFUSE = "refuse", _("拟不采纳")


class PoolState(TextChoices):
    """Where an enterprise stands that a county cultivates toward applying (五(三))."""

    SURVEYED = "surveyed", _("摸底")
    ENTERING = "entering", _("待入库确认")
    CULTIVATING = "cultivating", _("培育")
    PREPARING = "preparing", _("拟申报")
    LEAVING = "leaving", _("待退出确认")
    APPLIED = "applied", _("已申报")
    RECOGNISED = "recognised", _("已认定")
    LEFT = "left", _("已退出")


class CountyPolicyState(TextChoices):
    DRAFT = "draft", _("草拟")
    SIGNING = "signing", _("待县级审签")
    PUBLISHED = "published", _("已发布")
    SUPERSEDED = "superseded", _("已由新版本替代")
    REPEALED = "repealed", _("已废止")
    DISCARDED = "discarded", _("已作废")


class CountyProposal(TextChoices):
    RECOMMEND = "recommend", _("拟推荐")
    REFUSE = "refuse", _("拟不推荐")


class IntegrityResult(TextChoices):
    CLEAR = "clear", _("未发现记录")
    LISTED = "listed", _("存在记录")


class CountyFile(TextChoices):
    """What a county keeps with an application; the kinds under which it is kept."""

    EVIDENCE = "integrity_evidence", _("信用查询凭证")
    SUPPORT = "support_statement", _("县级支持文件")


class FormalFinding(TextChoices):
    PASS = "pass", _("拟通过")
    SUPPLEMENT = "supplement", _("拟要求补正")
    FAIL = "fail", _("拟不通过")


class VisitPart(TextChoices):
    """As what somebody was at a visit."""

    EXPERT = "expert", _("专家")
    COUNTY = "county", _("县级见证人")
    AGENCY = "agency", _("第三方机构")
    HOST = "host", _("申报单位")
    OTHER = "other", _("其他")


class VisitFile(TextChoices):
    """What is brought back from a visit; the kinds under which it is kept with the application."""

    SHEET = "visit_sheet", _("签字的现场考察表")
    PHOTO = "visit_photo", _("现场照片")


VISIT_KINDS = frozenset(VisitFile.values)
OFFICE_KINDS = VISIT_KINDS | frozenset(CountyFile.values)
"""Files of the offices: no annexes of the book, and not for its unit."""


class BatchState(TextChoices):
    DRAFT = "draft", _("待发布")
    RELEASED = "released", _("已发布")
    DISCARDED = "discarded", _("已作废")


class Outcome(TextChoices):
    """What the meeting decided about one application."""

    SHORTLIST = "shortlist", _("拟认定")
    REJECT = "reject", _("不予认定")


class CheckResult(TextChoices):
    MET = "met", _("符合")
    UNMET = "unmet", _("不符合")
    NOTED = "noted", _("说明")


class MarkKind(TextChoices):
    """What of a book should stand in no other application."""

    PARTNER = "partner", _("共建单位")
    PATENT = "patent", _("专利")
    SOFTWARE = "software", _("软件著作权")
    STANDARD = "standard", _("标准")
    PROJECT = "project", _("项目")


class ChangeKind(TextChoices):
    """What a unit can ask for about its institute after recognition."""

    NAME = "name", _("研究院更名")
    HOST_NAME = "host_name", _("依托单位更名")
    HOST = "host", _("更换依托单位")
    DIRECTOR = "director", _("变更院长")
    ADD_CO_BUILDER = "add_co_builder", _("增加共建单位")
    DROP_CO_BUILDER = "drop_co_builder", _("共建单位退出")
    EXTENSION = "extension", _("延长建设期")
    WITHDRAWAL = "withdrawal", _("主动退出")


class ChangeState(TextChoices):
    DRAFT = "draft", _("草拟")
    UNIT_REVIEW = "unit_review", _("待单位报送")
    COUNTY_OPINION = "county_opinion", _("待县级意见")
    CHECKING = "checking", _("待市科技局核查")
    DECISION = "decision", _("待市科技局审批")
    APPROVED = "approved", _("已批准")
    REFUSED = "refused", _("未批准")
    WITHDRAWN = "withdrawn", _("已撤回")


class ChangeFile(TextChoices):
    """The evidence of a change; the kinds under which it is kept."""

    RESOLUTION = "resolution", _("理事会决议")
    REGISTRATION = "registration", _("登记机关准予变更登记通知书")
    LICENCE = "licence", _("营业执照")
    TRANSFER = "transfer_agreement", _("依托单位变更协议（权利义务承继）")
    APPOINTMENT = "appointment", _("院长聘任文件和简历")
    AGREEMENT = "co_builder_agreement", _("共建协议")
    LEAVING = "leaving_agreement", _("退出协议")
    STATEMENT = "sealed_statement", _("加盖公章的退出声明")
    BUILD_REPORT = "build_report", _("建设进展和延期理由报告（加盖公章）")


class CountyPosition(TextChoices):
    """How a county sees what a unit asks for."""

    AGREES = "agrees", _("同意")
    OBJECTS = "objects", _("不同意")


class ChangeFinding(TextChoices):
    APPROVE = "approve", _("拟批准")
    REFUSE = "refuse", _("拟不批准")


class TenureKind(TextChoices):
    """What of an institute is kept from a day to a day."""

    NAME = "name", _("研究院名称")
    HOST = "host", _("依托单位")
    DIVISION = "division", _("归口")
    DIRECTOR = "director", _("院长")
    CO_BUILDER = "co_builder", _("共建单位")


class ProgressState(TextChoices):
    """How a report on the build period stands."""

    REPORTED = "reported", _("已报告")
    QUESTIONED = "questioned", _("待单位说明")
    WITHDRAWN = "withdrawn", _("已撤回")


class SuspensionState(TextChoices):
    PROPOSED = "proposed", _("待审批")
    IN_FORCE = "in_force", _("暂停中")
    RESTORING = "restoring", _("待恢复审批")
    RESTORED = "restored", _("已恢复")
    REFUSED = "refused", _("未批准")
    ENDED = "ended", _("资格已终止")


class RevocationState(TextChoices):
    PROPOSED = "proposed", _("待发告知书")
    STATEMENT = "statement", _("陈述申辩期")
    DECISION = "decision", _("待决定")
    REVOKED = "revoked", _("已撤销")
    DROPPED = "dropped", _("不予撤销")


class Standing(TextChoices):
    """How a recognition stands towards everybody."""

    IN_FORCE = "in_force", _("有效")
    SUSPENDED = "suspended", _("暂停资格")
    WITHDRAWN = "withdrawn", _("已退出")
    REVOKED = "revoked", _("已撤销")


class AchievementKind(TextChoices):
    """What an institute brings about (二(二), 三, 四(四)); what each asks for and counts toward, its edition says."""

    NEW_TECHNOLOGY = "new_technology", _("新技术")
    NEW_PRODUCT = "new_product", _("新产品")
    KILLER_PRODUCT = "killer_product", _("杀手锏产品")
    TRANSFER = "transfer", _("成果转化")
    INVENTION_PATENT = "invention_patent", _("发明专利")
    STANDARD = "standard", _("标准")
    KEY_TECHNOLOGY = "key_technology", _("关键共性技术")
    SERVICE_CLIENT = "service_client", _("技术服务")
    TECHNICAL_INCOME = "technical_income", _("技术性收入")
    PRODUCT_SALES = "product_sales", _("新产品销售")
    INCUBATED_FIRM = "incubated_firm", _("孵化、引进企业")
    FIRM_QUALIFICATION = "firm_qualification", _("孵化企业资质")
    FIRM_FINANCE = "firm_finance", _("孵化企业融资和收入")
    TRAINED_PEOPLE = "trained_people", _("人才引进培养")
    CHAIN_REVENUE = "chain_revenue", _("带动产业链新增收入")
    LOCAL_SUPPLY = "local_supply", _("本地配套")
    STRATEGY_STUDY = "strategy_study", _("战略研究")
    EXTERNAL_PROJECT = "external_project", _("承担项目")


class AchievementState(TextChoices):
    """Where an achievement stands on its way to being counted (I-3)."""

    DRAFT = "draft", _("草拟")
    UNIT_REVIEW = "unit_review", _("待单位报送")
    COUNTY_REVIEW = "county_review", _("待县级核实")
    BUREAU_REVIEW = "bureau_review", _("待市科技局核实")
    VERIFIED = "verified", _("已核实")
    ANNULLING = "annulling", _("拟撤销待审批")
    ANNULLED = "annulled", _("已撤销")
    REJECTED = "rejected", _("未予核实")
    WITHDRAWN = "withdrawn", _("已撤回")


class AchievementFile(TextChoices):
    """The evidence of an achievement; which kind asks for which, its edition says."""

    TEST_REPORT = "test_report", _("检测报告或用户使用证明")
    NOVELTY = "novelty", _("查新报告或替代进口证明")
    ACCEPTANCE = "acceptance", _("验收或鉴定材料")
    CONTRACT = "contract", _("合同")
    REGISTRATION = "registration", _("技术合同认定登记证明")
    PATENT_CERTIFICATE = "patent_certificate", _("专利证书")
    STANDARD_TEXT = "standard_text", _("标准发布文本（载明起草单位）")
    SERVICE_RECORD = "service_record", _("服务合同或服务记录")
    LICENCE = "licence", _("企业营业执照")
    AGREEMENT = "agreement", _("孵化或引进协议")
    QUALIFICATION = "qualification", _("资质证书或公布名单")
    LEDGER = "ledger", _("收入、融资或销售台账")
    PARTNER_STATEMENT = "partner_statement", _("受益单位出具的证明")
    ROSTER = "roster", _("人员名单和社保、聘用或培训证明")
    STUDY = "study", _("研究报告或路线图全文")
    PROJECT_APPROVAL = "project_approval", _("立项文件或任务书")
    OTHER = "other", _("其他佐证材料")


class HintGround(TextChoices):
    """Why an achievement may be the same as another one."""

    TITLE = "title", _("名称相似")
    PARTNER = "partner", _("合作单位相同、名称相近")


class HintFinding(TextChoices):
    DIFFERENT = "different", _("不是同一成果")
    SAME = "same", _("同一成果")


CLOSED_STATES = (
    ApplicationState.CLOSED_NOT_RECOMMENDED,
    ApplicationState.CLOSED_FORMAL,
    ApplicationState.CLOSED_REVIEW,
    ApplicationState.CLOSED_DECISION,
    ApplicationState.CLOSED_OBJECTION,
    ApplicationState.WITHDRAWN,
)
EDITABLE_STATES = (ApplicationState.DRAFT, ApplicationState.SUPPLEMENT_REQUESTED)
OPEN_STATES = tuple(
    s for s in ApplicationState if s not in CLOSED_STATES and s != ApplicationState.RECOGNISED
)
