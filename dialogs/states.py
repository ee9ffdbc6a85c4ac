"""Where somebody can stand. A renamed state breaks the windows that are open: add instead."""

from aiogram.fsm.state import State, StatesGroup


class Start(StatesGroup):
    """The first minute: language, then consent."""

    language = State()
    consent = State()
    declined = State()


class Home(StatesGroup):
    """The menu, and the pages that hang on it."""

    menu = State()
    funding = State()
    events = State()
    help = State()


class Organisers(StatesGroup):
    """For those with a role: what goes on, who may do what, what was done."""

    home = State()
    roles = State()
    give = State()
    link = State()
    take = State()
    log = State()


class Broadcasts(StatesGroup):
    """Writing to many."""

    listed = State()
    draft = State()
    text = State()
    audience = State()
    dimension = State()
    confirm = State()


class Inviting(StatesGroup):
    """Inviting organisations from a list."""

    targets = State()
    target = State()
    look = State()
    organisations = State()
    organisation = State()
    merge = State()


class Language(StatesGroup):
    """Choosing another language, from anywhere."""

    choose = State()


class Privacy(StatesGroup):
    """What is kept about a person, and what they can do about it."""

    view = State()
    words = State()
    withdraw = State()
    forget = State()
    sure = State()


class Muting(StatesGroup):
    """What is sent by itself, switched off and on."""

    topics = State()


class Organisation(StatesGroup):
    """Naming, choosing and describing the organisation that one acts for."""

    view = State()
    code = State()
    asked = State()
    field = State()
    edit = State()
    people = State()
    switch = State()
    leave = State()


class Survey(StatesGroup):
    """Answering: a window for each kind of screen, whatever the form asks."""

    choose = State()
    opening = State()
    profile = State()
    question = State()
    ratings = State()
    fields = State()
    note = State()
    repeat = State()
    review = State()
    section = State()
    conflict = State()
    handover = State()
    receipt = State()
    preview = State()
    previewed = State()
    full = State()
    which = State()


class Enquiries(StatesGroup):
    """For organisers: what people ask that the assistant does not know."""

    queue = State()
    one = State()
    confirm = State()
    keep = State()


class Corrections(StatesGroup):
    """For organisers: an article, one of its fields, and the new text before it is kept."""

    article = State()
    field = State()
    confirm = State()


class Eligibility(StatesGroup):
    """Who may apply for what: questions, the verdicts, one of them."""

    ask = State()
    result = State()
    group = State()
    verdict = State()


class Results(StatesGroup):
    """What came out of a survey, for organisers."""

    choose = State()
    cockpit = State()
    questions = State()
    question = State()
    by = State()
    files = State()
    rounds = State()


class Directory(StatesGroup):
    """The organisations that agreed to be shown."""

    browse = State()
    filter = State()


class Authoring(StatesGroup):
    """Surveys for organisers: forms that are sent, and what is published."""

    surveys = State()
    file = State()
    sure = State()
    survey = State()
    deadline = State()
    audience = State()
    move = State()
    quotas = State()


class Events(StatesGroup):
    """Finding events, one's registrations, and the organiser's desk."""

    browse = State()
    card = State()
    colleague = State()
    registration = State()
    leave = State()
    hand = State()
    mine = State()
    organise = State()
    door = State()
    call_off = State()


class EventDesk(StatesGroup):
    """For organisers: an event made and changed, field by field, and who takes part."""

    begin = State()
    event = State()
    field = State()
    sure = State()
    people = State()
    person = State()
