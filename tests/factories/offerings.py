"""What institutes offer, and common questions, in any state with their stamps."""

import factory
from factory.django import DjangoModelFactory

from institutes.enums.offerings import OfferingState
from institutes.enums.questions import QuestionState
from institutes.models import OfferingWording, PublicQuestion, QuestionWording, ServiceOffering
from institutes.services.wordings import show_offering, show_question
from records import clock
from tests.factories.institutes import RecognitionEditionFactory, RecognitionFactory, a_user

HANDED_IN = (OfferingState.CHECKING, OfferingState.PUBLISHED, OfferingState.WITHDRAWN)


class ServiceOfferingFactory(DjangoModelFactory):
    """A service of a recognised institute."""

    class Meta:
        model = ServiceOffering
        skip_postgeneration_save = True

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

    @factory.post_generation
    def shown(self, create, extracted, **more):
        if create and self.is_published:
            show_offering(self, by=self.published_by, at=self.published_at)


class OfferingWordingFactory(DjangoModelFactory):
    """What everybody reads of a service."""

    class Meta:
        model = OfferingWording

    offering = factory.SubFactory(ServiceOfferingFactory)
    kind = "testing"
    title = factory.SelfAttribute("offering.title")
    content = "示例：按国家标准检测。"
    price = "按项目收费。"
    booking = "电话预约。"
    contact_office = "检测中心"
    contact_phone = "0311-88880000"
    published_at = factory.LazyFunction(clock.now)
    published_by = factory.LazyFunction(lambda: a_user("offering-checker"))


class PublicQuestionFactory(DjangoModelFactory):
    """A question with its answer."""

    class Meta:
        model = PublicQuestion
        skip_postgeneration_save = True

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

    @factory.post_generation
    def shown(self, create, extracted, **more):
        if create and self.is_published:
            show_question(self, by=self.published_by, at=self.published_at)


class QuestionWordingFactory(DjangoModelFactory):
    """What everybody reads of a question."""

    class Meta:
        model = QuestionWording

    common_question = factory.SubFactory(PublicQuestionFactory)
    topic = "money"
    question = factory.SelfAttribute("common_question.question")
    answer = "示例答复：由县级财政拨付。"
    published_at = factory.LazyFunction(clock.now)
    published_by = factory.LazyFunction(lambda: a_user("question-approver"))
