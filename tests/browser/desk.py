"""A person at the embedded workspace's page: types, fills in, presses, and looks; with the real bot behind it."""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, ViewportSize, expect
from playwright.sync_api import TimeoutError as NotInTime

from bot.demo.demo import Demo, running

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
WIDE: ViewportSize = {"width": 1280, "height": 800}
TALL: ViewportSize = {"width": 1280, "height": 2400}


@contextmanager
def open_workspace(
    folder: Path,
    choose: Callable[[str], None] | None = None,
    *,
    authority: str = "",
    whole: bool = False,
) -> Iterator[Demo]:
    """The whole demo, story and all, in a thread of its own on a free port, until the block ends.

    authority: whose procedures it plays, the first one's unless said otherwise. choose: called with the name of another authority that is chosen in the page.
    whole: with Teams, calendars and mailboxes, as `challenge-bot demo` has it.
    """
    started, ended = threading.Event(), asyncio.Event()
    found: list[Demo] = []
    failed: list[BaseException] = []
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with running(
            0, folder, authority=authority, choose=choose, teams=whole, calendars=whole, mail=whole
        ) as demo:
            found.append(demo)
            started.set()
            await ended.wait()

    def work() -> None:
        try:
            loop.run_until_complete(serve())
        except BaseException as error:  # noqa: BLE001  raised again in the test's own thread
            failed.append(error)
        finally:
            loop.close()
            started.set()

    thread = threading.Thread(target=work, name="workspace", daemon=True)
    thread.start()
    started.wait(60)
    if failed:
        raise failed[0]
    assert found, "The workspace did not start within a minute."
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(20)
        if failed:
            raise failed[0]


class AtDesk:
    """Whoever sits at the page; `sit_down` changes who that is."""

    def __init__(self, page: Page, demo: Demo) -> None:
        self.page = page
        self.demo = demo
        self.who = ""
        personas = demo.workspace.personas.values()
        self.ids = {persona.name.split()[0]: persona.user_id for persona in personas}
        page.goto(demo.address)
        expect(page.locator(f"#persona-{next(iter(self.ids.values()))}")).to_be_visible()
        start = page.get_by_role("region", name="Start here")
        if start.is_visible():
            start.get_by_role("button", name="Close").click()

    # Where one is

    def sit_down(self, who: str) -> AtDesk:
        """Become this person, with their messages in front of them."""
        self.who = who
        self.page.locator(f"#persona-{self.ids[who]}").click()
        expect(self.page.locator("#subheading")).to_contain_text(f"You are {who}")
        self.look_at_messages()
        return self

    def look_at_home(self) -> Locator:
        """Their Home tab, once it is filled."""
        self.page.locator("#view-home").click()
        home = self.page.get_by_role("region", name="Home")
        expect(home.get_by_role("heading", name="Challenges", exact=True)).to_be_visible()
        return home

    def look_at_messages(self) -> None:
        """Their direct messages with the bot."""
        self.page.locator(f"#view-D{self.ids[self.who][1:]}").click()
        expect(self.page.get_by_label("Command")).to_be_visible()

    def unread(self, who: str) -> Locator:
        """The badge beside somebody's name."""
        return self.page.locator(f"#persona-{self.ids[who]} .badge")

    # What one does

    def type(self, line: str) -> None:
        """Type a slash command and send it."""
        box = self.page.get_by_label("Command")
        box.fill(line)
        box.press("Enter")

    @property
    def form(self) -> Locator:
        """The form on top."""
        return self.page.locator("dialog[open]").last

    def message(self, *words: str) -> Locator:
        """The newest message that holds all these words."""
        found = self.page.locator("li.message")
        for each in words:
            found = found.filter(has_text=each)
        return found.last

    def press(self, label: str, within: Locator | None = None) -> None:
        """Press a button by what it says; `within` a message or form."""
        place = within or self.page.locator("main")
        place.get_by_role("button").filter(has_text=re.compile(f"^{re.escape(label)}$")).last.click()

    def choose_more(self, label: str, within: Locator) -> None:
        """Choose an entry of the menu behind the buttons: the first menu of Home, the last one of a message.

        A Home tab that is being filled anew closes its menus; people open them again, and so does this.
        """
        openers = within.get_by_role("button", name="More actions")
        opener = openers.first if within.get_attribute("role") == "region" else openers.last
        entry = within.get_by_role("menuitem", name=label)
        for _ in range(5):
            if not entry.first.is_visible():
                opener.click()
            try:
                entry.first.click(timeout=1000)
            except NotInTime:
                continue
            return
        raise AssertionError(f"The menu has no {label!r}, or does not stay open.")

    def submit(self) -> None:
        """Send the open form."""
        self.form.locator("button[type=submit]").click()

    def close(self) -> None:
        """Close whatever form is open."""
        self.form.get_by_role("button", name="Close").first.click()
        expect(self.page.locator("dialog[open]")).to_have_count(0)

    def move_time(self, step: str) -> str:
        """Press one of the buttons that move time; returns what the page says then."""
        self.page.get_by_role("button", name=step).click()
        expect(self.page.get_by_role("button", name=step)).not_to_have_attribute(
            "aria-busy", "true", timeout=20_000
        )
        return self.page.locator("#moved").inner_text()

    # Looking closely

    def picture(self, name: str, of: Locator | None = None, *, readme: bool = False) -> None:
        """Keep what is on the screen, or one part of it in full, in build/screenshots; for the README with PICTURES=1."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        places = [SCREENSHOTS / f"{name}.png"]
        if readme and os.environ.get("PICTURES"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            places.append(PICTURES / f"{name}.png")
        if of is not None:
            self.page.set_viewport_size(TALL)
        shot = (of or self.page).screenshot(animations="disabled", caret="hide")
        if of is not None:
            self.page.set_viewport_size(WIDE)
        for place in places:
            place.write_bytes(shot)

    def picture_as_is(self, name: str) -> None:
        """Keep the screen at the size that it has now."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")

    def accessible(self) -> None:
        """axe finds nothing serious on the page as it is."""
        # A message that is still fading in has too little contrast for a moment.
        self.page.emulate_media(reduced_motion="reduce")
        found = Axe().run(self.page).response
        assert len(found["passes"]) > 10
        serious = [
            (one["id"], [node["target"] for node in one["nodes"]])
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        assert serious == [], serious
