"""The documents of the procedures that come with the program, filled from records that have got that far; named by clause."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files

from commands.documents.activity import told
from commands.documents.fill import filled
from commands.documents.paper import Paper
from commands.documents.period import Period
from commands.documents.word import to_word
from commands.record import Record
from procedures.library import parse
from procedures.schema import Procedure
from procedures.steps import (
    ActionAgreed,
    ActionDone,
    Answer,
    Considered,
    DateConfirmed,
    Entry,
    FormRecorded,
    Invited,
    MeetingHeld,
    Moved,
    OutcomeRecorded,
    Raised,
    Step,
)
from storage.challenges import Head, Party, Stored, Window
from tests.commands.conftest import Council
from tests.commands.documents.conftest import desk_of
from tests.journeys.papers import headings, read

BEGINS = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
CHAIR, RAISER = "chair@barsetshire.example", "raiser@barsetshire.example"


def shipped(name: str) -> Procedure:
    """A procedure that comes with the program."""
    text = files("procedures").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return parse(text, f"{name}.toml", name)


def record_of(
    name: str, *steps: Step, role: str = "team_manager", windows: tuple[Window, ...] = ()
) -> Record:
    """A record under a shipped procedure: its steps, a day after each other, the first by the raiser and the others by the chair."""
    procedure = shipped(name)
    entries: list[Entry] = []
    stage = 0
    for number, step in enumerate(steps, 1):
        stage += isinstance(step, Raised | Moved)
        by = RAISER if number == 1 else CHAIR
        entries.append(Entry(number, stage, by, BEGINS + timedelta(days=number - 1), step))
    last = next(e.step for e in reversed(entries) if isinstance(e.step, Raised | Moved))
    head = Head(
        id=1042,
        procedure=procedure.id,
        version=procedure.version,
        case_reference="LCS-204815",
        unit="east-1",
        raiser=RAISER,
        status="open",
        stage=last.stage,
        stage_number=stage,
        revision=len(entries),
        due_at=None,
        opened_at=BEGINS,
        closed_at=None,
    )
    parties = tuple(Party(number, "chair", role, CHAIR) for number in range(1, stage + 1))
    return Record(Stored(head, tuple(entries), parties, windows), procedure)


def window(stage_number: int, due_day: date) -> Window:
    """A window that ends on a day."""
    at = datetime.combine(due_day, time(17), UTC)
    return Window(stage_number, "team_manager", BEGINS.date(), BEGINS, "weeks", 6, due_day, at, "1")


def paper(council: Council, record: Record, document: str, language: str = "en") -> Paper:
    """One of its documents."""
    with desk_of(council, "hannah") as desk:
        wanted = next(each for each in record.procedure.paper if each.id == document)
        return filled(desk, record, wanted, language)


def lines(found: Paper) -> list[str]:
    """What stands in it."""
    return read(to_word(found))


def under(words: list[str], heading: str, count: int = 1) -> list[str]:
    """The lines that follow a heading."""
    at = words.index(heading)
    return words[at + 1 : at + 1 + count]


def tier_1() -> Record:
    """A professional review that was held, reported and decided: the core group looks again in six weeks."""
    report: dict[str, Answer] = {
        "presenting": "The plan has run for 16 months.",
        "partners": "School and health visitor meet weekly.",
        "analysis": "Two risks have not changed.",
        "family": "The team manager speaks with the parents.",
    }
    return record_of(
        "cwm-taf",
        Raised(stage="tier-1", way="core_group", concern="Nothing has changed for six months."),
        DateConfirmed(day=date(2026, 11, 10), at=time(10), place="Room 2"),
        Considered(role="legal", invited=False, reason="Advice was given in writing."),
        Considered(role="police", invited=True),
        Invited(function="Housing officer"),
        MeetingHeld(held_on=date(2026, 11, 10), present=("team_manager", "social_worker", "Police sergeant")),
        FormRecorded(form="report", values=report),
        ActionAgreed(what="Parenting assessment is asked for", owner=CHAIR, by_day=date(2026, 11, 27)),
        ActionAgreed(what="Plan is rewritten", owner=RAISER, by_day=date(2026, 11, 20)),
        ActionDone(action=9),
        OutcomeRecorded(choice="revised_plan", held_on=date(2026, 11, 10), summary="Another six weeks."),
        Moved(stage="tier-1-review"),
        windows=(window(2, date(2026, 12, 22)),),
    )


def test_ct_5_the_agenda_has_the_six_points_and_those_invited(council: Council) -> None:
    words = lines(paper(council, tier_1(), "agenda"))
    assert words[1] == "The record of this meeting may be used as evidence in court proceedings."
    points = under(words, "Agenda", 6)
    assert points[0] == "Welcome, and who could not come"
    assert points[5] == "What the family is told, and by whom"
    invited = words[words.index("Invited") + 1 : words.index("Why the plan is reviewed")]
    assert "Police representative" in invited
    assert "Legal representative" not in invited, "Considered, and not invited."
    assert invited[-1] == "Housing officer"
    assert "The family" not in invited


def test_ct_5_the_report_has_its_six_sections(council: Council) -> None:
    made = paper(council, tier_1(), "report-of-meeting")
    assert made.name == "CH-1042-report-of-meeting.docx"
    file = to_word(made)
    assert [each[:2] for each in headings(file) if each[1:2] == "."] == ["1.", "2.", "3.", "4.", "5.", "6."]
    words = read(file)
    assert under(words, "Present", 3) == [
        "Children services team manager",
        "Social worker",
        "Police sergeant",
    ]
    assert "Legal representative, not invited: Advice was given in writing." in words
    assert under(words, "3. What partners have done so far") == ["School and health visitor meet weekly."]
    at = words.index("What | Owner | By when | Done")
    assert words[at + 1] == (
        "Parenting assessment is asked for | Children services team manager | Friday 27 November 2026 | Not yet"
    )
    assert words[at + 2] == (
        "Plan is rewritten | Core group member | Friday 20 November 2026 | Wednesday 11 November 2026, 09:30"
    )


def test_ct_6_the_follow_up_is_named_with_its_date(council: Council) -> None:
    words = lines(paper(council, tier_1(), "report-of-meeting"))
    assert "Outcome:\tA revised plan; the core group looks again within 6 weeks" in words
    assert "Follow-up:\tCore group after tier 1 (Due: Tuesday 22 December 2026)" in words
    assert "Another six weeks." in words


def test_ct_5_in_welsh_too(council: Council) -> None:
    made = paper(council, tier_1(), "report-of-meeting", "cy")
    assert made.name == "CH-1042-report-of-meeting-cy.docx"
    words = lines(made)
    assert words[0] == "Adroddiad ar gyfarfod haen 1"
    assert "Cadeirydd:\tRheolwr tîm y gwasanaethau plant" in words
    assert "Cyfarfod:\tcynhaliwyd: Dydd Mawrth 10 Tachwedd 2026, 10:00, Room 2" in words


def test_nc_5_the_session_record_has_the_six_ps(council: Council) -> None:
    six = ("presenting", "precipitating", "predictive", "predisposing", "perpetuating", "protective")
    record = record_of(
        "newcastle",
        Raised(stage="session", concern="Fourteen months on a plan."),
        MeetingHeld(held_on=date(2026, 11, 3), present=("facilitator", "social_worker")),
        FormRecorded(form="session_record", values={name: f"What is {name}." for name in six}),
        role="facilitator",
    )
    file = to_word(paper(council, record, "session-record"))
    assert headings(file)[2:8] == [
        "Presenting issues",
        "Precipitating issues",
        "Predictive factors",
        "Predisposing factors",
        "Perpetuating factors",
        "Protective factors",
    ]
    words = read(file)
    assert under(words, "Protective factors") == ["What is protective."]
    assert under(words, "Outcome and actions") == ["Nothing is recorded yet."]


def test_ca_3_the_chairs_perspective_becomes_the_agenda(council: Council) -> None:
    perspective: dict[str, Answer] = {
        "progress": "Little.",
        "blocking": "Three workers in a year.",
        "questions": "Who stays?\nWhat must change first?",
    }
    record = record_of(
        "calderdale",
        Raised(stage="decision", trigger="third_review", concern="Third review."),
        FormRecorded(form="perspective", values=perspective),
        OutcomeRecorded(choice="meeting", held_on=date(2026, 11, 4), summary="A meeting is held."),
        Moved(stage="case-review"),
        DateConfirmed(day=date(2026, 11, 25), at=time(14), place=""),
        FormRecorded(form="assessment", values={"completed_on": "2026-10-20"}),
        role="quality_service_manager",
    )
    words = lines(paper(council, record, "agenda"))
    assert "Raised by:\tRaised without a request" in words
    assert under(words, "What should the meeting discuss?") == ["Who stays?\nWhat must change first?"]
    assert under(words, "The single assessment") == ["Tuesday 20 October 2026"]
    assert "Meeting:\tconfirmed for Wednesday 25 November 2026, 14:00" in words


def test_bi_1_the_letter_asks_why(council: Council) -> None:
    fields: dict[str, Answer] = {
        "agency": "health",
        "function": "School nurse",
        "conference": "review",
        "conference_on": "2026-10-29",
    }
    record = record_of(
        "birmingham-attendance",
        Raised(stage="explanation", concern="Nobody could say how the child was in school.", fields=fields),
        role="conference_chair",
    )
    words = lines(paper(council, record, "letter"))
    assert words[1:4] == [
        "To: School nurse (Health)",
        "Dear colleague,",
        "You were asked to take part in a conference on Thursday 29 October 2026 about the child with our case reference "
        "LCS-204815, or to send a report for it. Neither you nor a report reached us.",
    ]
    assert "Nobody could say how the child was in school." in words
    assert "Conference chair" in words


# Reports


def reported(council: Council, report: str, *records: Record, language: str = "en") -> Paper:
    """A report of activity over November 2026 about these records."""
    with desk_of(council, "hannah") as desk:
        procedure = records[0].procedure.in_language(language)
        read_in = tuple(Record(each.stored, procedure) for each in records)
        period = Period(desk, procedure, read_in, date(2026, 11, 1), date(2026, 11, 30), language)
        return told(period, report, "All teams")


def event_reported() -> Record:
    """A supervision event that was reported to the sub group, with a learning point."""
    values: dict[str, Answer] = {
        "qasg_on": "2026-12-01",
        "summary": "Found.",
        "learning": "Name one lead worker early.",
    }
    return record_of(
        "cwm-taf",
        Raised(stage="tier-3-report", way="core_group", concern="Very serious."),
        FormRecorded(form="outcome_report", values=values),
        role="facilitator",
    )


def test_ct_14_the_sub_group_reads_numbers_and_learning_points(council: Council) -> None:
    words = lines(reported(council, "qasg", tier_1(), event_reported()))
    assert "Tier 1: Professional Review | 1" in words
    assert "Tier 2: Senior Professional Review | 0" in words
    assert under(words, "Learning points") == ["Name one lead worker early."]
    for secret in ("LCS-204815", "CH-1042", "Nothing has changed for six months.", "Found."):
        assert not any(secret in line for line in words)


def test_ct_14_in_welsh_too(council: Council) -> None:
    words = lines(reported(council, "qasg", tier_1(), language="cy"))
    assert words[0] == "Adroddiad i'r is-grŵp sicrhau ansawdd"
    assert "Haen 1: Adolygiad Proffesiynol | 1" in words
    assert under(words, "Pwyntiau dysgu") == ["Ni chofnodwyd dim yn y cyfnod."]


def test_ca_8_the_leadership_reads_what_came_of_it(council: Council) -> None:
    update: dict[str, Answer] = {"progress": "delay", "cause": "quality", "note": "Slow."}
    record = record_of(
        "calderdale",
        Raised(stage="monitoring", trigger="third_review", concern="Third review."),
        FormRecorded(form="update", values=update),
        FormRecorded(form="lessons", values={"lesson": "Assess again before the third review."}),
        role="quality_service_manager",
    )
    words = lines(reported(council, "six-monthly", record))
    assert "Update on the agreed actions: How do the actions progress?" in words
    assert "There is delay: the child protection service manager is told | 1" in words
    assert "As agreed | 0" in words
    assert under(words, "Learning points") == ["Assess again before the third review."]
    assert "Slow." not in words


def test_br_14_gaps_are_counted(council: Council) -> None:
    def prepared(*in_place: str) -> Record:
        values: dict[str, Answer] = {"review": "initial", "in_place": in_place}
        return record_of(
            "bradford-preparation",
            Raised(stage="preparation", concern="Initial review, 2 November."),
            FormRecorded(form="preparation", values=values),
            role="social_worker",
        )

    words = lines(
        reported(council, "preparation", prepared("invite_list", "report"), prepared("invite_list"))
    )
    assert "How the conference was prepared, What was in place?: what was missing" in words
    assert "The right people were on the invite list | 0" in words
    assert "The report was ready in advance | 1" in words
    assert "An interpreter was booked | 2" in words
    assert "The initial review | 2" in words
