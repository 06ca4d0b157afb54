"""Addresses of the API."""

from django.urls import include, path, re_path
from rest_framework.routers import DefaultRouter

from portal.api import docs
from portal.api.resources.acceptances import AcceptanceViewSet
from portal.api.resources.achievements import AchievementViewSet
from portal.api.resources.applications import ApplicationViewSet
from portal.api.resources.approved_projects import ApprovedProjectViewSet
from portal.api.resources.assessments import AssessmentViewSet
from portal.api.resources.awards import AwardViewSet
from portal.api.resources.bank import (
    AdjustmentViewSet,
    CountyBudgetViewSet,
    LedgerViewSet,
    LineViewSet,
    StatementViewSet,
)
from portal.api.resources.blind import BlindPackageViewSet
from portal.api.resources.calendar import CalendarView
from portal.api.resources.calls import BatchViewSet, CallViewSet, ExtensionViewSet, InstituteViewSet
from portal.api.resources.chains import ChainViewSet, ProposalViewSet
from portal.api.resources.channels import DeliveryViewSet, PreferenceView, RobotViewSet
from portal.api.resources.clawbacks import ClawbackViewSet, RepaymentViewSet
from portal.api.resources.county import CountyPolicyViewSet, CultivationViewSet
from portal.api.resources.county_map import CountyMapView
from portal.api.resources.dashboard import DashboardView
from portal.api.resources.decisions import DecisionViewSet
from portal.api.resources.deputies import DeputyViewSet
from portal.api.resources.desktop import (
    DeadlineViewSet,
    DocumentViewSet,
    InquiryViewSet,
    MatterViewSet,
    NoticeViewSet,
    ObjectionViewSet,
    PublicityExtensionViewSet,
)
from portal.api.resources.earlier import EarlierRecognitionViewSet
from portal.api.resources.evaluation import AssignmentViewSet, EngagementViewSet, PanelViewSet
from portal.api.resources.evaluations import CycleViewSet, EvaluationViewSet, RoundViewSet
from portal.api.resources.funding import (
    BudgetViewSet,
    DisbursementViewSet,
    PayeeViewSet,
    PlanViewSet,
)
from portal.api.resources.offerings import OfferingViewSet
from portal.api.resources.oversight import AvailabilityViewSet, JobViewSet, RegisterViewSet
from portal.api.resources.people import MembershipViewSet, RegistrationViewSet
from portal.api.resources.pool import ExpertViewSet
from portal.api.resources.project_changes import ProjectChangeViewSet
from portal.api.resources.project_endings import ProjectEndingViewSet
from portal.api.resources.project_finals import ProjectFinalViewSet
from portal.api.resources.project_midterms import ProjectMidtermViewSet
from portal.api.resources.project_proposals import ProjectProposalViewSet
from portal.api.resources.projects import (
    ProjectCallViewSet,
    ProjectDecisionViewSet,
)
from portal.api.resources.provincial import FilingViewSet
from portal.api.resources.publicities import PlanPublicityViewSet
from portal.api.resources.publicity import PublicNoticeViewSet
from portal.api.resources.questions import QuestionViewSet
from portal.api.resources.standing import (
    ChangeViewSet,
    ProgressViewSet,
    RevocationViewSet,
    SuspensionViewSet,
)
from portal.api.resources.summaries import SummaryViewSet
from portal.api.resources.targets import TargetsView
from portal.api.resources.visits import ReportViewSet, SiteVisitViewSet
from portal.api.resources.working_days import CalendarChangeViewSet, WorkingDayViewSet
from portal.api.resources.workload import ColleaguesView, WorkloadView
from portal.api.token import ProofView, TokenView

app_name = "api"

CASES = (
    RegistrationViewSet,
    MembershipViewSet,
    CallViewSet,
    ExtensionViewSet,
    ApplicationViewSet,
    ChainViewSet,
    ProposalViewSet,
    CultivationViewSet,
    CountyPolicyViewSet,
    OfferingViewSet,
    QuestionViewSet,
    DecisionViewSet,
    EarlierRecognitionViewSet,
    AchievementViewSet,
    ChangeViewSet,
    FilingViewSet,
    ProgressViewSet,
    SuspensionViewSet,
    RevocationViewSet,
    PublicityExtensionViewSet,
    ObjectionViewSet,
    InquiryViewSet,
    EngagementViewSet,
    PanelViewSet,
    BlindPackageViewSet,
    AssignmentViewSet,
    SiteVisitViewSet,
    ReportViewSet,
    AcceptanceViewSet,
    AssessmentViewSet,
    ProjectCallViewSet,
    ProjectProposalViewSet,
    ProjectDecisionViewSet,
    EvaluationViewSet,
    RoundViewSet,
    ApprovedProjectViewSet,
    ProjectChangeViewSet,
    ProjectMidtermViewSet,
    ProjectFinalViewSet,
    ProjectEndingViewSet,
    AwardViewSet,
    PayeeViewSet,
    PlanViewSet,
    DisbursementViewSet,
    ClawbackViewSet,
    RepaymentViewSet,
    AdjustmentViewSet,
    LineViewSet,
    JobViewSet,
)
OTHERS = {
    "experts": ExpertViewSet,
    "cycles": CycleViewSet,
    "recommendation-lists": SummaryViewSet,
    "public-notices": PublicNoticeViewSet,
    "institutes": InstituteViewSet,
    "certificate-batches": BatchViewSet,
    "plan-publicities": PlanPublicityViewSet,
    "budgets": BudgetViewSet,
    "bank-statements": StatementViewSet,
    "county-budgets": CountyBudgetViewSet,
    "ledger": LedgerViewSet,
    "deadlines": DeadlineViewSet,
    "matters": MatterViewSet,
    "notices": NoticeViewSet,
    "documents": DocumentViewSet,
    "register": RegisterViewSet,
    "availability": AvailabilityViewSet,
    "robots": RobotViewSet,
    "deliveries": DeliveryViewSet,
    "deputies": DeputyViewSet,
    "working-days": WorkingDayViewSet,
    "calendar-changes": CalendarChangeViewSet,
}

router = DefaultRouter()
router.include_format_suffixes = False
for view in CASES:
    router.register(view.desk.resource, view, basename=view.desk.resource)
for name, view in OTHERS.items():
    router.register(name, view, basename=name)

urlpatterns = [
    path("schema/", docs.SchemaView.as_view(), name="schema"),
    path("v1/dashboard/", DashboardView.as_view(), name="dashboard"),
    path("docs/", docs.docs, name="docs"),
    path("v1/token/", TokenView.as_view(), name="token"),
    path("v1/proof/", ProofView.as_view(), name="proof"),
    path("v1/map/", CountyMapView.as_view(), name="map"),
    path("v1/calendar/", CalendarView.as_view(), name="calendar"),
    path("v1/preference/", PreferenceView.as_view(), name="preference"),
    path("v1/targets/", TargetsView.as_view(), name="targets"),
    path("v1/workload/", WorkloadView.as_view(), name="workload"),
    path("v1/workload/people/", ColleaguesView.as_view(), name="workload-people"),
    path("v1/", include(router.urls)),
    re_path(r"^v1/.*/$", docs.Nothing.as_view(), name="nothing"),
]
