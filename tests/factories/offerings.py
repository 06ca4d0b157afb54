"""What institutes offer, and common questions, in any state with their stamps."""

import factory
from factory.django import DjangoModelFactory

from institutes.enums.offerings import OfferingState
from institutes.enums.questions import QuestionState
from institutes.models import PublicQuestion, ServiceOffering
from records import clock
from tests.factories.institutes import RecognitionEditionFactory, RecognitionFactory, a_user

HANDED_IN = (OfferingState.CHECKING, OfferingState.PUBLISHED, OfferingState.WITHDRAWN)


class ServiceOfferingFactory(DjangoModelFactory):
    """A service of a recognised institute."""

    class Meta:
        model = ServiceOffering

    class Params:
        recognition = factory.SubFactory(RecognitionFactory)

    institute = factory.LazyAttribute(lambda row: row.recognition.institute)
    host = factory.LazyAttribute(lambda row: row.institute.host)
    division = factory.LazyAttribute(lambda row: row.institute.division)
    edition = factory.SubFactory(RecognitionEditionFactory)
    kind = "testing"
    title = factory.Sequence(lambda n: f"示例检测服务{n}")
    content = "示例：按国家标准开展材料成分和性能检测，五个工作日出具报告。"
    price = "按项目收费，见价目表。"
    booking = "电话预约，到样后排期。"
    contact_office = "检测中心"
    contact_phone = "0311-88880000"
    state = OfferingState.DRAFT
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.LazyFunction(lambda: a_user("offering-keeper"))
    handed_in_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state in HANDED_IN else None)
    handed_in_by = factory.LazyAttribute(lambda row: a_user("offering-keeper") if row.handed_in_at else None)
    published_at = factory.LazyAttribute(
        lambda row: row.drafted_at if row.state == OfferingState.PUBLISHED else None
    )
    published_by = factory.LazyAttribute(lambda row: a_user("offering-checker") if row.published_at else None)


class PublicQuestionFactory(DjangoModelFactory):
    """A question with its answer."""

    class Meta:
        model = PublicQuestion

    edition = factory.SubFactory(RecognitionEditionFactory)
    topic = "money"
    question = factory.Sequence(lambda n: f"示例问题{n}：建设资金怎样到账？")
    answer = "示例答复：认定后确认意愿和收款账户，由县级财政拨付。"
    clause = "四(三)"
    state = QuestionState.DRAFT
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.LazyFunction(lambda: a_user("question-clerk"))
    published_at = factory.LazyAttribute(
        lambda row: row.drafted_at if row.state == QuestionState.PUBLISHED else None
    )
    published_by = factory.LazyAttribute(
        lambda row: a_user("question-approver") if row.published_at else None
    )
