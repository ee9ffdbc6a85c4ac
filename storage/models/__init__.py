"""The tables. Nothing is computed here; `docs/schema.md` is made from these classes."""

from storage.models.asking import Enquiry, FundingQuestion
from storage.models.base import Base
from storage.models.outbox import DialogState, Outbox, SendingPause
from storage.models.people import Consent, Contact, Organisation, Person, Role
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
    "Base",
    "Consent",
    "Contact",
    "Cursor",
    "DialogState",
    "Enquiry",
    "Form",
    "FormFile",
    "FormInvitation",
    "FormQuota",
    "FormVersion",
    "FundingQuestion",
    "Organisation",
    "Outbox",
    "Person",
    "Response",
    "Role",
    "SendingPause",
]
