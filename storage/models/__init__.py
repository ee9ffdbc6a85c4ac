"""The tables. Nothing is computed here; `docs/schema.md` is made from these classes."""

from storage.models.asking import EligibilityAnswers, Enquiry, FundingCorrection, FundingQuestion
from storage.models.base import Base
from storage.models.broadcasts import Broadcast
from storage.models.counting import CountedAnswer, CountedQuestion, CountedValue
from storage.models.events import Event, EventLog, Registration
from storage.models.inbox import InboxUpdate, Worker
from storage.models.organising import (
    AuditEntry,
    Invitation,
    OrganisationMerge,
    Role,
    RoleInvitation,
)
from storage.models.outbox import (
    DialogState,
    Mute,
    Outbox,
    Sender,
    SendingGroup,
    SendingPause,
)
from storage.models.people import Consent, Contact, Organisation, Person
from storage.models.surveys import (
    Answer,
    AnswerCode,
    AnswerEvent,
    AnswerFile,
    Cursor,
    Form,
    FormFile,
    FormInvitation,
    FormQuota,
    FormVersion,
    Response,
)

__all__ = [
    "Answer",
    "AnswerCode",
    "AnswerEvent",
    "AnswerFile",
    "AuditEntry",
    "Base",
    "Broadcast",
    "Consent",
    "Contact",
    "CountedAnswer",
    "CountedQuestion",
    "CountedValue",
    "Cursor",
    "DialogState",
    "EligibilityAnswers",
    "Enquiry",
    "Event",
    "EventLog",
    "Form",
    "FormFile",
    "FormInvitation",
    "FormQuota",
    "FormVersion",
    "FundingCorrection",
    "FundingQuestion",
    "InboxUpdate",
    "Invitation",
    "Mute",
    "Organisation",
    "OrganisationMerge",
    "Outbox",
    "Person",
    "Registration",
    "Response",
    "Role",
    "RoleInvitation",
    "Sender",
    "SendingGroup",
    "SendingPause",
    "Worker",
]
