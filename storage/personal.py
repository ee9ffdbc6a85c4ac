"""What every column holds of a person. The register that erasing, exports and tests go by.

A column that is not here fails a test: whoever adds one has to say what becomes of it when a
person is forgotten. `docs/privacy.md` is the same for people.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from sqlalchemy import Table

from storage import models


class Data(StrEnum):
    """What a column holds, and what forgetting a person does to it."""

    NOTHING = "nothing"
    """Nothing of a person: numbers of rows, states, times, what organisers publish."""
    LINK = "link"
    """The number of a person's row. It stays where a record must: the row is then empty."""
    PERSONAL = "personal"
    """Something of a person: gone afterwards, with its row or without it."""
    ORGANISATION = "organisation"
    """An organisation's: stays, and goes where its last contact wants it erased, too. What names
    a person in it goes with the person."""


_N, _L, _P, _O = Data.NOTHING, Data.LINK, Data.PERSONAL, Data.ORGANISATION

REGISTER: Mapping[str, Mapping[Data, str]] = {
    "answer_codes": {_O: "response_id path code node"},
    "answer_events": {_O: "id response_id version_id path value source at", _L: "person_id"},
    "answer_files": {_O: "response_id name kind file_id mime size content at"},
    "answers": {
        _O: "response_id path node value number relevant event_id at",
        _L: "person_id",
    },
    "audit_log": {_N: "id at action subject", _L: "person_id"},
    "broadcasts": {
        _N: "id state text media segment created_at started_at reached recall",
        _P: "card_chat card_message",
        _L: "created_by approved_by",
    },
    "consents": {_N: "id purpose version language given_at withdrawn_at", _L: "person_id"},
    "contacts": {
        _P: "id person_id organisation_id state role requested_at decided_at",
        _L: "decided_by",
    },
    "counted_answers": {_O: "question_id value_id kind_id response_id instance place_id"},
    "counted_questions": {_N: "id form_id node"},
    "counted_values": {_N: "id question_id value number several"},
    "cursors": {_P: "response_id person_id screen step seen update_id at"},
    "dialog_states": {_P: "bot_id chat_id key state data changed_at"},
    "eligibility_answers": {_P: "person_id organisation_id given watches saved_at"},
    "enquiries": {
        _P: "id question_id state opened_at claimed_at answer answered_at article_id",
        _L: "claimed_by answered_by",
    },
    "event_log": {_N: "id event_id registration_id action at", _L: "person_id", _P: "details"},
    "events": {
        _N: "id slug token state title description place starts_at ends_at zone languages"
        " organiser join_url capacity organisation_limit approval registration_open"
        " registration_closes_at claim_hours form_id materials sequence lock_version created_at"
        " changed_at",
        _L: "created_by",
    },
    "form_files": {_N: "version_id name content mime file_id sent_as"},
    "form_invitations": {_O: "form_id organisation_id invited_at", _L: "invited_by"},
    "form_quotas": {_N: "form_id node code places"},
    "form_versions": {
        _N: "id form_id version workbook_name workbook xform sha256 published_at published",
        _L: "published_by",
    },
    "forms": {_N: "id form_id token state scope version_id created_at audience closes_at"},
    "funding_corrections": {
        _N: "id article_id field language undoes made_at enquiry_id",
        _P: "question value",  # where they are those of a person's enquiry
        _L: "made_by",
    },
    "funding_questions": {
        _P: "id person_id organisation_id language text kind shown rating rated_at asked_at"
        " update_id"
    },
    "inbox": {
        _N: "id bot_id update_id worker state attempts takeovers received_at done_at",
        _P: "lane payload error",
    },
    "invitations": {
        _O: "id organisation_id form_id event_id created_at expires_at opened_at",
        _L: "created_by opened_by",
    },
    "mutes": {_P: "person_id topic subject at"},
    "organisations": {
        _N: "id created_at updated_at imported_at",
        _O: "edrpou name type type_other ownership oblast size email time_zone",
    },
    "organisation_merges": {
        _O: "id kept_id gone_id moved merged_at undone_at",
        _L: "merged_by",
    },
    "outbox": {
        _N: "id kind priority due_at not_after state attempts leased_until created_at sent_at"
        " group_key dedup_key",
        _P: "person_id params message_id error",
    },
    "people": {
        _N: "id created_at erased_at",
        _P: "telegram_id language name username time_zone organisation_id blocked_at",
    },
    "registrations": {
        _N: "id event_id mode state ticket_version priority queue_no offer_no offer_expires_at"
        " checked_in_at joined_at created_at changed_at",
        _O: "organisation_id",
        _L: "person_id registered_by decided_by checked_in_by",
        _P: "attendee attendee_key code source rating certificate",
    },
    "responses": {
        _O: "id form_id version_id scope organisation_id state receipt revision started_at"
        " changed_at submitted_at import_key full_at",
        _L: "person_id",
    },
    "roles": {_P: "person_id role granted_at", _L: "granted_by"},
    "role_invitations": {
        _N: "id role created_at expires_at used_at revoked_at",
        _L: "created_by used_by",
    },
    "senders": {_N: "bot_id holder until"},
    "sending_groups": {_N: "key state error alike changed_at"},
    "sending_pauses": {_N: "bot_id until"},
    "workers": {_N: "id host pid alive_until"},
}


def classified(table: str) -> dict[str, Data]:
    """What each column of a table holds; an unknown table has none."""
    return {
        column: data for data, names in REGISTER.get(table, {}).items() for column in names.split()
    }


def tables() -> Iterator[Table]:
    """All tables there are."""
    yield from models.Base.metadata.sorted_tables
