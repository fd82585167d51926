"""The outbox under events in any order: workers that die, platforms that do not answer, tasks called off and taken up again.

The platform is a list of what people can read. Whatever happens, and in whatever order: nobody reads anything twice, nobody
misses what was still wanted, nobody gets what had been called off before its sending began, each person's messages are in one
pair of hands at a time, and every message that stands anywhere ends up showing what is known, even if its sender died.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from storage import outbox, postings
from storage.database import Database
from storage.outbox import Claimed, Note
from storage.postings import Place, Posted
from tests.storage.conftest import NINE

LEASE = timedelta(minutes=10)
TIMEOUT = timedelta(minutes=5)
"""How long a worker waits for the platform: shorter than the lease, as `claim` asks."""
PEOPLE = ("ada@example.org", "ben@example.org")
KEYS = [f"{email}:{stage}" for email in PEOPLE for stage in (1, 2)]
WORKERS = ("one", "two")


@dataclass
class Sending:
    """A worker between asking to hold a row and hearing from the platform."""

    claimed: Claimed
    until: datetime
    drawn: int


@dataclass
class World:
    """What is really so, whatever the tables say."""

    now: datetime = NINE
    facts: int = 0
    wanted: set[str] = field(default_factory=set)
    void: set[tuple[str, int]] = field(default_factory=set)
    """Claims whose row was called off under them: key and attempt."""
    shown: dict[str, int] = field(default_factory=dict)
    in_hand: list[Claimed] = field(default_factory=list)
    sending: list[Sending] = field(default_factory=list)
    drawing: list[tuple[Posted, int]] = field(default_factory=list)


class AnyOrder(RuleBasedStateMachine):
    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        with self.database.write() as session:
            for emptied in ("posting", "outbox"):
                session.connection().execute(text(f"DELETE FROM {emptied}"))  # noqa: S608

    # What people do

    @rule(key=st.sampled_from(KEYS), minutes=st.sampled_from([0, 0, 0, 5, 20]), again=st.booleans())
    def say(self, key: str, minutes: int, again: bool) -> None:
        email, stage = key.split(":")
        after = self.world.now + timedelta(minutes=minutes)
        note = Note(key, email, "told", after, after, challenge_id=1001, stage_number=int(stage))
        with self.database.write() as session:
            if (outbox.renew if again else outbox.put)(session, [note]):
                self.world.wanted.add(key)

    @rule(key=st.sampled_from(KEYS), all_of_it=st.sampled_from([False, False, False, True]))
    def call_off(self, key: str, all_of_it: bool) -> None:
        email, stage = key.split(":")
        off = set(KEYS) if all_of_it else {key}
        with self.database.write() as session:
            if all_of_it:
                outbox.cancel(session, challenge_id=1001)
            else:
                outbox.cancel(session, challenge_id=1001, stage_number=int(stage), email=email)
        self.world.wanted -= off
        self.world.void |= {
            (claimed.key, claimed.attempts) for claimed in self._claims() if claimed.key in off
        }

    @rule()
    def change_what_is_known(self) -> None:
        self.world.facts += 1
        with self.database.write() as session:
            postings.mark_stale(session, 1001)

    @rule(minutes=st.sampled_from([1, 3, 6, 11]))
    def wait(self, minutes: int) -> None:
        self.world.now += timedelta(minutes=minutes)

    def _claims(self) -> list[Claimed]:
        return self.world.in_hand + [sending.claimed for sending in self.world.sending]

    # What workers do

    @rule(
        worker=st.sampled_from(WORKERS), limit=st.integers(1, 3), at_once=st.sampled_from([True, True, False])
    )
    def claim(self, worker: str, limit: int, at_once: bool) -> None:
        world = self.world
        found = outbox.claim(self.database, worker=worker, now=world.now, lease=LEASE, limit=limit)
        busy = {
            claimed.email
            for claimed in self._claims()
            if claimed.claimed_until > world.now and (claimed.key, claimed.attempts) not in world.void
        }
        emails = [claimed.email for claimed in found]
        assert len(emails) == len(set(emails)) <= limit
        assert not busy & set(emails)
        assert {claimed.key for claimed in found} <= world.wanted
        world.in_hand += found
        if at_once:
            for claimed in found:
                self._begin(claimed)

    @precondition(lambda self: self.world.in_hand)
    @rule()
    def begin_to_send(self) -> None:
        self._begin(self.world.in_hand[0])

    def _begin(self, claimed: Claimed) -> None:
        world = self.world
        world.in_hand.remove(claimed)
        with self.database.write() as session:
            if not outbox.hold(session, claimed, now=world.now, lease=LEASE):
                return
        assert claimed.key in world.wanted
        held = replace(claimed, claimed_until=world.now + LEASE)
        world.sending.append(Sending(held, world.now + TIMEOUT, world.facts))

    @precondition(lambda self: self.world.sending)
    @rule(last=st.booleans())
    def hear_that_it_arrived(self, last: bool) -> None:
        sending = self.world.sending.pop(-1 if last else 0)
        in_time = self.world.now <= sending.until
        self._finish(sending, "answered" if in_time else "timed out", arrives=in_time)

    @precondition(lambda self: self.world.sending)
    @rule(arrives=st.booleans())
    def hear_nothing(self, arrives: bool) -> None:
        sending = self.world.sending.pop(0)
        self._finish(sending, "timed out", arrives and self.world.now <= sending.until)

    @precondition(lambda self: self.world.sending)
    @rule(arrives=st.booleans())
    def die(self, arrives: bool) -> None:
        sending = self.world.sending.pop(0)
        self._finish(sending, "died", arrives and self.world.now <= sending.until)

    def _finish(self, sending: Sending, end: str, arrives: bool) -> None:
        world, claimed = self.world, sending.claimed
        found = claimed.maybe_sent and claimed.key in world.shown
        if (end == "answered" or arrives) and not found:
            assert claimed.key not in world.shown, "somebody would read it twice"
            world.shown[claimed.key] = sending.drawn
        with self.database.write() as session:
            if end == "answered":
                outbox.sent(session, claimed, at=world.now, posting=Place("slack", "D1", claimed.key))
                if (
                    found
                ):  # it was posted by somebody who did not live to say so, and may show less than is known
                    postings.mark_stale(session, 1001)
            elif end == "timed out":
                again = world.now + timedelta(minutes=1)
                outbox.later(session, claimed, send_after=again, trouble="timed out", maybe_sent=True)

    @rule(lives=st.sampled_from([True, True, False]))
    def look_for_what_was_called_off(self, lives: bool) -> None:
        found = outbox.take_looked_for(self.database, worker="looks", now=self.world.now, lease=LEASE)
        for claimed in found if lives else ():
            self._look(claimed)

    def _look(self, claimed: Claimed) -> None:
        with self.database.write() as session:
            if claimed.key in self.world.shown:
                assert outbox.sent(
                    session, claimed, at=self.world.now, posting=Place("slack", "D1", claimed.key)
                )
            else:
                assert outbox.not_there(session, claimed)

    @precondition(lambda self: self.world.in_hand)
    @rule(known_unsent=st.booleans())
    def put_off_or_give_up(self, known_unsent: bool) -> None:
        world = self.world
        claimed = world.in_hand.pop()
        if claimed.maybe_sent:
            return  # it dies with the row in its hands
        with self.database.write() as session:
            if known_unsent:
                again = world.now + timedelta(minutes=3)
                outbox.later(
                    session, claimed, send_after=again, trouble="too many requests", maybe_sent=False
                )
            elif outbox.failed(session, claimed, trouble="user_not_found"):
                world.wanted.discard(claimed.key)

    @rule()
    def begin_to_redraw(self) -> None:
        taken = postings.take_stale(self.database, self.world.now, 2)
        self.world.drawing += [(posted, self.world.facts) for posted in taken]

    @precondition(lambda self: self.world.drawing)
    @rule(dies=st.booleans())
    def end_redrawing(self, dies: bool) -> None:
        posted, drawn = self.world.drawing.pop(0)
        if dies:
            return
        self.world.shown[posted.key] = drawn
        with self.database.write() as session:
            postings.redrawn(session, posted)

    # What must hold

    @invariant()
    def nothing_is_shown_that_nobody_ever_said(self) -> None:
        assert set(self.world.shown) <= set(KEYS)

    def teardown(self) -> None:
        world = self.world
        world.drawing.clear()  # everybody dies, and then somebody comes back
        world.sending.clear()
        with self.database.read() as session:
            earliest = outbox.earliest(session)
        while earliest is not None:
            world.now = max(world.now, earliest)
            for claimed in outbox.claim(self.database, worker="last", now=world.now, lease=LEASE):
                self._finish(Sending(claimed, world.now, world.facts), "answered", arrives=True)
            for claimed in outbox.take_looked_for(
                self.database, worker="last", now=world.now, lease=LEASE, limit=100
            ):
                self._look(claimed)
            with self.database.read() as session:
                earliest = outbox.earliest(session)
        assert world.wanted <= set(world.shown)
        world.now += postings.LEASE
        while taken := postings.take_stale(self.database, world.now):
            for posted in taken:
                world.shown[posted.key] = world.facts
                with self.database.write() as session:
                    assert postings.redrawn(session, posted)
        with self.database.read() as session:
            recorded = {posted.key for posted in postings.of_challenge(session, 1001)}
        assert recorded == set(world.shown)
        assert {world.shown[key] for key in recorded} <= {world.facts}


def test_nothing_is_lost_or_doubled_whatever_the_order(staffed: Database) -> None:
    machine = type("AnyOrderHere", (AnyOrder,), {"database": staffed})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
