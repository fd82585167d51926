"""The sixth authority, which nobody here has heard of: its file from docs/examples works with no change of the program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import whole
from tests.journeys.driver import Council, running
from tests.journeys.test_turns import AUTHORITY

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "saltmarsh.toml"
PEOPLE = """\
email,name,role,unit,slack_user_id,teams_user_id
rosa@saltmarsh.example,Rosa Quill,reviewing_officer,childrens-services,U0ROSA0001,
aled@saltmarsh.example,Aled Marsh,agency_lead,childrens-services,U0ALED0001,
dora@saltmarsh.example,Dora Finch,duty_manager,childrens-services,U0DORA0001,
sami@saltmarsh.example,Sami Reed,social_worker,south-1,U0SAMI0001,
tara@saltmarsh.example,Tara Shaw,team_manager,south-1,U0TARA0001,
vera@saltmarsh.example,Vera Lunn,service_manager,childrens-services,U0VERA0001,
hugo@saltmarsh.example,Hugo Peel,head_of_service,childrens-services,U0HUGO0001,
lena@saltmarsh.example,Lena Birch,legal,childrens-services,U0LENA0001,
ines@saltmarsh.example,Ines Moor,scrutineer,childrens-services,U0INES0001,
otto@saltmarsh.example,Otto Crane,scrutineer,childrens-services,U0OTTO0001,
mina@saltmarsh.example,Mina Heath,health_lead,childrens-services,U0MINA0001,
saul@saltmarsh.example,Saul Penn,school_lead,childrens-services,U0SAUL0001,
nadia@saltmarsh.example,Nadia Rahman,administrator,childrens-services,U0NADIA001,
"""


@pytest.fixture
def council(database_url: str, tmp_path: Path) -> Iterator[Council]:
    """Saltmarsh, on Monday 23 November 2026, 09:10."""
    authority = AUTHORITY.replace("sessions.toml", "saltmarsh.toml")
    written = {
        "authority.toml": authority,
        "saltmarsh.toml": EXAMPLE.read_text(encoding="utf-8"),
        "people.csv": PEOPLE,
    }
    for name, text in written.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with running(database_url, tmp_path, "Monday 2026-11-23 09:10") as started:
        yield started
        whole.check(started)


def show(p, cmd):
    print("====", p.name, cmd)
    print(p.types(cmd))
    f = p.form
    if f:
        for x in f.fields:
            print("FIELD", x.label, getattr(x, "choices", None))


def test_explore(council: Council) -> None:
    c = council
    rosa = c.rosa
    rosa.types("/challenge raise")
    ans = rosa.fills(
        {
            "Is a child at immediate risk of significant harm?": "No",
            "Is it about the conduct of a member of staff?": "No",
            "Case reference": "WX-204001",
            "Team that has the case": "South safeguarding team",
            "What do you disagree about, and what does it mean for the child?": "The plan.",
        }
    )
    print(ans)
    rosa.closes()
    ref = ans.split(" is raised")[0].split()[-1]
    print(c.tara.notices[-1].labels)
    show(c.tara, f"/challenge pause {ref}")
    print(c.tara.fills({"Reason": "A court has to decide first"}) if False else "")
    c.tara.closes()
    show(c.tara, f"/challenge fill {ref}")
    c.tara.puts({"Does anything change in the plan?": "No"})
    print(c.tara.tries({"With which agency is the disagreement?": "Health"}))
    print(
        c.tara.fills(
            {"With which agency is the disagreement?": "Health", "Why does nothing change?": "It is right."}
        )
    )
    c.tara.closes()
    c.tara.presses("Acknowledge the concerns", ref)
    show(c.rosa, f"/challenge escalate {ref}")
    c.rosa.closes()
    show(c.hugo, f"/challenge refer {ref}")
    c.hugo.closes()
    c.rosa.types(f"/challenge escalate {ref}")
    print(
        c.rosa.fills(
            {
                "What is unresolved?": "All of it.",
                **(
                    {"Which stage?": "Resolution meeting"}
                    if any(x.label == "Which stage?" for x in c.rosa.the_form().fields)
                    else {}
                ),
            }
        )
    )
    c.rosa.closes()
    print(c.vera.notices[-1].text, c.vera.notices[-1].labels)
    for cmd in ("schedule", "invite", "fill", "held", "outcome"):
        show(c.vera, f"/challenge {cmd} {ref}")
        c.vera.closes()
    assert 0
