"""Faults in the parts of a procedure that must fit each other: each with its line, what is wrong and what would be right."""

from __future__ import annotations

import pytest

from procedures import library
from procedures.reading import FaultyFile

GOOD = """\
schema = 1
title = "Drift and delay"
document = "Protocol"
nation = "england-and-wales"

[role.officer]
name = "Reviewing officer"
[role.manager]
name = "Manager"
[role.head]
name = "Head of service"
[role.facilitator]
name = "Facilitator"
rota = { take = 1, named_by = ["head"], source = "1" }
[role.health]
name = "Health lead"
[role.school]
name = "School lead"

[raise]
by = ["officer", "manager"]
ask = [
    { id = "plan", question = "Is there a plan?", refuse_when = false, otherwise = "Elsewhere.", source = "2" },
]
way = [
    { id = "officer", label = "By the officer", by = ["officer"], stage = "request", source = "2" },
    { id = "review", label = "At a review", by = ["manager"], stage = "meeting", after_review = 2, source = "2" },
]
source = "2"
[record]
reminder = "It is kept."
source = "3"
[resolve]
source = "3"
[withdraw]
source = "3"
[limit]
months = 6
tell = ["head"]
remind = [-20, 0]
source = "4"

[[side]]
id = "legal"
name = "Legal advice"
by = ["raiser"]
to = ["officer"]
field = [{ id = "why", title = "Why?", source = "5" }]
source = "5"

[[stage]]
id = "request"
name = "Request"
source = "6"
to = ["manager"]
[stage.approval]
by = ["manager"]
agreed = "meeting"
declined = "told"
source = "6"

[[stage]]
id = "meeting"
name = "Meeting"
source = "7"
after = ["request"]
opens = ["lapsed", "answered"]
to = ["manager"]
field = [{ id = "note", title = "Note", required = false, source = "7" }]
[stage.window]
hours = 48
on = "manager"
until = ["meeting_held", "scores"]
remind = [0, 1]
source = "7"
[stage.window.stop_clock]
by = ["head"]
reasons = [{ id = "court", label = "Court" }]
source = "7"
[stage.meeting]
chair = "manager"
attend = ["raiser", "facilitator"]
adds = ["chair"]
consider = { roles = ["school"], source = "7" }
invited = ["Advocate"]
not_invited = ["Press"]
combine = [{ id = "strategy", label = "Strategy meeting", source = "7" }]
source = "7"
[stage.actions]
by = ["chair"]
kinds = [{ id = "action", label = "Action" }, { id = "update", label = "Update", role = "head" }]
at_least_one = ["action"]
remind = [0]
source = "7"
[stage.outcome]
by = ["chair"]
needs = ["meeting_held", "scores"]
tell = ["head"]
choices = [
    { id = "done", label = "Done", ends = true },
    { id = "more", label = "More", opens = "told" },
    { id = "again", label = "Not held", again = true },
]
source = "7"
[[stage.form]]
id = "scores"
title = "Scores"
by = ["manager", "chair"]
tell = ["officer"]
source = "8"
field = [
    { id = "safe", title = "Safety", kind = "scores", least = 0, most = 10, source = "8" },
    { id = "agency", title = "Who?", kind = "choice", source = "8", choices = [
        { id = "health", label = "Health", role = "health" },
        { id = "school", label = "School", role = "school" },
    ] },
    { id = "why", title = "Why?", required = false, required_when = { field = "agency", is = "school" }, source = "8" },
]
leads = [
    { field = "safe", most_are = 0, opens = "told", source = "8" },
    { field = "agency", is = "school", tell = ["head"], source = "8" },
    { otherwise = true, tell = ["officer"], source = "8" },
]

[[stage]]
id = "sorting"
name = "Sorting"
source = "9"
after = ["request"]
opens = ["any_time"]
to = ["raiser"]
field = [{ id = "which", title = "Which?", kind = "choice", choices = [{ id = "a", label = "A" }], source = "9" }]
leads = [{ field = "which", is = "a", opens = "told", source = "9" }, { otherwise = true, ends = "None", source = "9" }]

[[stage]]
id = "told"
name = "Told"
source = "9"
to = ["head", "health"]
[stage.window]
weeks = 2
from = "meeting"
on = "head"
until = ["checklist"]
source = "9"
[[stage.form]]
id = "checklist"
title = "Checklist"
by = ["head"]
source = "9"
field = [{ id = "steps", title = "Steps", kind = "ticks", all = true, choices = [{ id = "a", label = "A" }], source = "9" }]

[[pattern]]
id = "absence"
title = "Absence"
form = "scores"
field = "agency"
at_least = 3
months = 6
words = "Often."
source = "10"
"""

# What is replaced in the good file, by what, and every fault that comes of it.
FAULTS: list[tuple[str, str, str]] = [
    # names
    ('agreed = "meeting"', 'agreed = "meating"', 'p.toml:58: unknown stage "meating". Did you mean "meeting"?'),
    ('declined = "told"', 'declined = "tolled"', 'p.toml:59: unknown stage "tolled". Did you mean "told"?'),
    ('opens = "told" }', 'opens = "tell" }', 'p.toml:101: unknown stage "tell". Stages: "request", "meeting", "sorting" and "told".'),
    ('most_are = 0, opens = "told"', 'most_are = 0, opens = "toldd"', 'p.toml:120: unknown stage "toldd". Did you mean "told"?'),
    ('stage = "request"', 'stage = "requests"', 'p.toml:26: unknown stage "requests". Did you mean "request"?'),
    ('by = ["manager"], stage = "meeting"', 'by = ["manger"], stage = "meeting"', 'p.toml:27: unknown role "manger". Did you mean "manager"?'),
    ('named_by = ["head"]', 'named_by = ["heads"]', 'p.toml:14: unknown role "heads". Did you mean "head"?'),
    ('tell = ["head"]\nremind', 'tell = ["hed"]\nremind', 'p.toml:39: unknown role "hed". Did you mean "head"?'),
    ('by = ["raiser"]\nto = ["officer"]', 'by = ["raisr"]\nto = ["officer"]', 'p.toml:46: unknown role "raisr". Did you mean "raiser"?'),
    ('by = ["raiser"]\nto = ["officer"]', 'by = ["raiser"]\nto = ["oficer"]', 'p.toml:47: unknown role "oficer". Did you mean "officer"?'),
    ('by = ["head"]\nreasons', 'by = ["heda"]\nreasons', 'p.toml:77: unknown role "heda". Did you mean "head"?'),
    ('roles = ["school"]', 'roles = ["schools"]', 'p.toml:84: unknown role "schools". Did you mean "school"?'),
    ('attend = ["raiser", "facilitator"]', 'attend = ["riaser", "facilitator"]', 'p.toml:82: unknown role "riaser". Did you mean "raiser"?'),
    ('label = "Update", role = "head"', 'label = "Update", role = "haed"', 'p.toml:91: unknown role "haed". Did you mean "head"?'),
    ('label = "Health", role = "health"', 'label = "Health", role = "helth"', 'p.toml:114: unknown role "helth". Did you mean "health"?'),
    ('tell = ["head"]\nchoices', 'tell = ["heads"]\nchoices', 'p.toml:98: unknown role "heads". Did you mean "head"?'),
    ('tell = ["officer"]\nsource = "8"', 'tell = ["offcier"]\nsource = "8"', 'p.toml:109: unknown role "offcier". Did you mean "officer"?'),
    ('is = "school", tell = ["head"]', 'is = "school", tell = ["heaad"]', 'p.toml:121: unknown role "heaad". Did you mean "head"?'),
    ('[stage.approval]\nby = ["manager"]', '[stage.approval]\nby = ["mangaer"]', 'p.toml:57: unknown role "mangaer". Did you mean "manager"?'),
    ('by = ["head"]\nsource = "9"\nfield', 'by = ["chair"]\nsource = "9"\nfield', 'p.toml:149: this is for the chair, and the stage has no meeting. Add [stage.meeting], or name a role.'),
    ('[role.health]', '[role.owner]\nname = "Owner"\n[role.health]', 'p.toml:15: "owner" has a meaning of its own and cannot be the id of a role. Choose another id.'),
    ('rota = {', 'chosen = true\nrota = {', 'p.toml:14: the holders of "facilitator" take turns, so the raiser cannot choose one as well. Keep chosen or rota.'),
    # ids
    ('id = "review", label', 'id = "officer", label', 'p.toml:27: two ways in have the id "officer". Give each its own.'),
    ('otherwise = "Elsewhere.", source = "2" },', 'otherwise = "Elsewhere.", source = "2" },\n    { id = "plan", question = "?", refuse_when = true, otherwise = "-", source = "2" },', 'p.toml:24: two questions have the id "plan". Give each its own.'),
    ('[[side]]\nid', '[[side]]\nid = "legal"\nname = "More"\nby = ["head"]\nto = ["officer"]\nsource = "5"\n[[side]]\nid', 'p.toml:50: two side routes have the id "legal". Give each its own.'),
    ('[[pattern]]\nid', '[[pattern]]\nid = "absence"\ntitle = "Twice"\nform = "scores"\nfield = "agency"\nat_least = 2\nmonths = 1\nwords = "Often."\nsource = "10"\n[[pattern]]\nid', 'p.toml:163: two patterns have the id "absence". Give each its own.'),
    ('[[stage.form]]\nid = "checklist"', '[[stage.form]]\nid = "checklist"\ntitle = "Same"\nby = ["head"]\nsource = "9"\nagain = true\nfield = [{ id = "x", title = "X", source = "9" }]\n[[stage.form]]\nid = "checklist"', 'p.toml:154: two forms of this stage have the id "checklist". Give each its own.'),
    ('{ id = "agency", title', '{ id = "safe", title', 'p.toml:113: two fields have the id "safe". Give each its own.\np.toml:117: there is no other field "agency" on this form. Fields: "safe".\np.toml:121: the form "scores" has no field "agency". Fields: "safe" and "why".\np.toml:157: the form "scores" has no field "agency". Fields: "safe" and "why".'),
    ('{ id = "school", label = "School"', '{ id = "health", label = "School"', 'p.toml:115: two answers have the id "health". Give each its own.\np.toml:117: "school" is not among the answers to "agency". Answers: "health".\np.toml:121: "school" is not among the answers to "agency". Answers: "health".'),
    ('{ id = "more", label', '{ id = "done", label', 'p.toml:101: two outcomes have the id "done". Give each its own.'),
    ('{ id = "update", label', '{ id = "action", label', 'p.toml:91: two kinds of action have the id "action". Give each its own.'),
    ('[{ id = "court", label = "Court" }]', '[{ id = "court", label = "Court" }, { id = "court", label = "Again" }]', 'p.toml:78: two reasons have the id "court". Give each its own.'),
    ('source = "7" }]\nsource = "7"\n[stage.actions]', 'source = "7" }, { id = "strategy", label = "Other", source = "7" }]\nsource = "7"\n[stage.actions]', 'p.toml:87: two meetings have the id "strategy". Give each its own.'),
    ('id = "scores"\ntitle', 'id = "approved"\ntitle', 'p.toml:73: "scores" is neither a fact nor a form of this stage. What can be waited for: "acknowledged", "actions_completed", "date_confirmed", "meeting_held", "outcome_recorded" and "approved".\np.toml:97: "scores" is neither a fact nor a form of this stage. What can be waited for: "acknowledged", "actions_completed", "date_confirmed", "meeting_held", "outcome_recorded" and "approved".\np.toml:106: "approved" has a meaning of its own and cannot be the id of a form. Choose another id.\np.toml:156: unknown form "scores". Forms: "approved" and "checklist".'),
    ('remind = [-20, 0]', 'remind = [0, 0]', 'p.toml:40: 0 stands here twice. Keep one.'),
    ('remind = [0]\n', 'remind = [0, 0]\n', 'p.toml:93: 0 stands here twice. Keep one.'),
    ('opens = ["lapsed", "answered"]', 'opens = ["answered", "answered"]', 'p.toml:67: "answered" stands here twice. Keep one.'),
    ('invited = ["Advocate"]', 'invited = ["Advocate", "Advocate"]', 'p.toml:85: "Advocate" stands here twice. Keep one.'),
    # reaching, opening and leaving stages
    ('[stage.approval]\nby = ["manager"]\nagreed = "meeting"\ndeclined = "told"', '[stage.approval]\nby = ["manager"]\nagreed = "request"', 'p.toml:58: the decision at "request" would only open "request" again. Name the stage that follows.'),
    ('[[stage]]\nid = "told"', '[[stage]]\nid = "lost"\nname = "Lost"\nsource = "9"\nto = ["head"]\n[stage.outcome]\nby = ["head"]\nchoices = [{ id = "on", label = "On", opens = "told" }]\nsource = "9"\n[[stage]]\nid = "told"', 'p.toml:135: nothing leads to the stage "lost". Say which stage it follows, for example after = ["stage-1"], or let a way in or an outcome open it.'),
    ('[[stage]]\nid = "told"', '[[stage]]\nid = "round"\nname = "Round"\nsource = "9"\nto = ["head"]\n[stage.outcome]\nby = ["head"]\nchoices = [{ id = "on", label = "On", opens = "about" }]\nsource = "9"\n[[stage]]\nid = "about"\nname = "About"\nsource = "9"\nto = ["head"]\n[stage.outcome]\nby = ["head"]\nchoices = [{ id = "on", label = "On", opens = "round" }]\nsource = "9"\n[[stage]]\nid = "told"', 'p.toml:135: the stage "round" can never be reached: only "about" leads there, and nothing leads to that. Say which stage it follows, for example after = ["stage-1"], or let a way in or an outcome open it.'),
    ('after = ["request"]\n', '', 'p.toml:66: the stage "meeting" says when it may be opened, and not which stage it follows. Add after, for example after = ["stage-1"].'),
    ('opens = ["lapsed", "answered"]', 'opens = ["held", "lapsed"]', 'p.toml:67: the stage "meeting" can never be opened: nothing in its opens can happen at request. What can happen there: answered, any_time.'),
    ('[stage.window]\nweeks = 2', 'consulted = { roles = ["officer"], source = "9" }\n[stage.window]\nweeks = 2', 'p.toml:59: "told" would open by itself, and needs discussions before it is opened. Let the raiser open it by hand (after and opens), or take consulted away from "told".\np.toml:101: "told" would open by itself, and needs discussions before it is opened. Let the raiser open it by hand (after and opens), or take consulted away from "told".\np.toml:120: "told" would open by itself, and needs discussions before it is opened. Let the raiser open it by hand (after and opens), or take consulted away from "told".\np.toml:133: "told" would open by itself, and needs discussions before it is opened. Let the raiser open it by hand (after and opens), or take consulted away from "told".'),
    ('title = "Note", required = false', 'title = "Note", required = true', 'p.toml:58: "meeting" would open by itself, and its field "note" must be filled in before it is opened. Write required = false there, or ask for it in a form of the stage.'),
    ('[resolve]\nsource = "3"\n[withdraw]\n', '[resolve]\nby = ["head"]\nsource = "3"\n[withdraw]\nby = ["head"]\n', 'p.toml:37: whoever raised a challenge could not end it: resolve and withdraw are both for others alone. Add "raiser" to one of them.'),
    # windows
    ('to = ["manager"]\n[stage.approval]', 'to = ["head"]\n[stage.approval]', 'p.toml:57: the decision is for "manager", who is not asked at this stage. Add the role to the stage\'s to.'),
    ('hours = 48', 'hours = 48\nweeks = 1', 'p.toml:70: "window": a length of time has exactly one of working_days, calendar_days, weeks, months, hours, and here are weeks and hours.'),
    ('hours = 48\n', '', 'p.toml:70: "window": a length of time has exactly one of working_days, calendar_days, weeks, months, hours, and here there is none.'),
    ('hours = 48', 'hours = 500', 'p.toml:71: "hours" must be at most 240, not 500.'),
    ('until = ["meeting_held", "scores"]', 'until = ["meeting_held", "score"]', 'p.toml:73: "score" is neither a fact nor a form of this stage. Did you mean "scores"?'),
    ('until = ["checklist"]', 'until = ["meeting_held"]', 'p.toml:144: the window waits for a meeting, and the stage has none. Add [stage.meeting].'),
    ('until = ["checklist"]', 'until = ["outcome_recorded"]', 'p.toml:144: the window waits for an outcome, and the stage has none. Add [stage.outcome].'),
    ('until = ["checklist"]', 'until = ["approved"]', 'p.toml:144: the window waits for a decision, and the stage has none. Add [stage.approval].'),
    ('hours = 48\n', 'hours = 48\nfrom = "meeting"\n', 'p.toml:72: the window counts from the meeting that it waits for. Write from = "opened".'),
    ('from = "meeting"', 'from = "meetings"', 'p.toml:142: "meetings" is not allowed for "from". Did you mean "meeting"? Allowed: "opened", "raised", "meeting", "review" and "plan_start".'),
    ('on = "head"\nuntil', 'on = "officer"\nuntil', 'p.toml:143: the window is on "officer", who is not asked at this stage. Add the role to the stage\'s to.'),
    ('on = "head"\nuntil', 'on = "raiser"\nuntil', 'p.toml:143: the window is on "raiser", who is not asked at this stage. Add the role to the stage\'s to.'),
    # outcomes and decisions
    ('label = "Done", ends = true', 'label = "Done", ends = true, opens = "told"', 'p.toml:100: the outcome "done" cannot both open a stage and end the challenge. Keep opens or ends.'),
    ('label = "More", opens = "told"', 'label = "More", opens = "told", again = true', 'p.toml:101: the outcome "more" cannot both open a stage and let this one go on. Keep opens or again.'),
    ('label = "Not held", again = true', 'label = "Not held", again = true, ends = true', 'p.toml:102: the outcome "again" cannot both end the challenge and let the stage go on. Keep ends or again.'),
    ('label = "More", opens = "told"', 'label = "More", opens = "told", resolves = true', 'p.toml:101: the outcome "more" cannot both resolve the matter and open a stage. Keep opens or resolves.'),
    ('agreed = "meeting"', 'agreed = "meeting"\nneed = "some"', 'p.toml:59: "some" is not allowed for "need". Allowed: "all" and "one".'),
    # meetings
    ('consider = { roles = ["school"]', 'consider = { roles = ["facilitator"]', 'p.toml:84: "facilitator" is to be considered for the meeting, and attends it anyway. Take it out of consider, or out of attend and chair.'),
    ('not_invited = ["Press"]', 'not_invited = ["Advocate"]', 'p.toml:86: "Advocate" stands both in invited and in not_invited. Keep one.'),
    ('attend = ["raiser", "facilitator"]', 'attend = []', 'p.toml:82: "attend" needs at least 1 entry.'),
    # forms, answers, patterns
    ('kind = "scores", least', 'kind = "score", least', 'p.toml:112: "score" is not allowed for "kind". Did you mean "scores"? Allowed: "line", "text", "choice", "ticks", "date", "number" and "scores".'),
    ('least = 0, most = 10', 'least = 11, most = 10', 'p.toml:112: the least, 11, is more than the most, 10. Change one of them.'),
    ('title = "Note", required = false', 'title = "Note", required = false, most = 3', 'p.toml:69: "most" is for the kind "number" or "scores", and the kind here is "line". Change the kind, or take it away.'),
    ('title = "Note", required = false', 'title = "Note", required = false, all = true', 'p.toml:69: "all" is for the kind "ticks", and the kind here is "line". Change the kind, or take it away.'),
    ('title = "Note", required = false', 'title = "Note", required = false, not_older_than = { months = 2 }', 'p.toml:69: "not_older_than" is for the kind "date", and the kind here is "line". Change the kind, or take it away.'),
    ('title = "Note", required = false', 'title = "Note", required = false, kind = "date", not_older_than = { }', 'p.toml:69: "not_older_than": a length of time has exactly one of working_days, calendar_days, weeks, months, hours, and here there is none.'),
    ('kind = "ticks", all = true, choices = [{ id = "a", label = "A" }]', 'kind = "ticks", all = true', 'p.toml:151: there is nothing to tick. Add choices.'),
    ('kind = "ticks", all = true', 'kind = "line"', 'p.toml:151: there is something to choose from, but the kind is "line". Write kind = "choice" or kind = "ticks", or take choices away.'),
    ('{ field = "safe", most_are', '{ field = "safety", most_are', 'p.toml:120: the form "scores" has no field "safety". Did you mean "safe"?'),
    ('most_are = 0, opens = "told"', 'opens = "told"', 'p.toml:120: an answer is tested by exactly one of is, most_are, most_above, otherwise, and here there is none. For example: is = "yes".'),
    ('most_are = 0, opens = "told"', 'most_are = 0, most_above = 5, opens = "told"', 'p.toml:120: an answer is tested by exactly one of is, most_are, most_above, otherwise, and here are most_are and most_above. Keep one.'),
    ('most_are = 0, opens = "told"', 'most_are = 0', 'p.toml:120: the answer leads nowhere. Add opens with a stage, ends with words, or tell with roles.'),
    ('most_are = 0, opens = "told"', 'most_are = 0, opens = "told", ends = "Safe"', 'p.toml:120: the answer cannot both open a stage and end the challenge. Keep opens or ends.'),
    ('most_are = 0,', 'most_are = 11,', "p.toml:120: most scores can never be 11: they run from 0 to 10. Change the number, or the field's least and most."),
    ('most_are = 0,', 'most_above = 10,', "p.toml:120: most scores can never be above 10: they run from 0 to 10. Change the number, or the field's least and most."),
    ('most_are = 0,', 'is = "zero",', 'p.toml:120: is tests a field of the kind "choice", and "safe" is of the kind "scores". Test another field, or in another way.'),
    ('is = "school", tell', 'most_above = 5, tell', 'p.toml:121: most_above tests a field of the kind "scores", and "agency" is of the kind "choice". Test another field, or in another way.'),
    ('is = "school", tell', 'is = "schools", tell', 'p.toml:121: "schools" is not among the answers to "agency". Did you mean "school"?'),
    ('form = "scores"\n', 'form = "score"\n', 'p.toml:156: unknown form "score". Did you mean "scores"?'),
    ('form = "scores"\n', '', 'p.toml:156: no form that opens a stage has a field "agency". Fields: "note" and "which".'),
    ('form = "scores"\nfield = "agency"', 'form = "scores"\nfield = "agencies"', 'p.toml:157: the form "scores" has no field "agencies". Did you mean "agency"?'),
    ('form = "scores"\nfield = "agency"', 'form = "scores"\nfield = "safe"', 'p.toml:157: only answers to a choice or ticks are counted, and "safe" is of the kind "scores". Name a choice.'),
    ('label = "Health", role = "health"', 'label = "Health"', 'p.toml:153: nobody would be told of the answer "health". Give each answer its role, or name roles in tell.'),
    ('at_least = 3', 'at_least = 1', 'p.toml:158: "at_least" must be at least 2, not 1.'),
    ('adds = ["chair"]', 'adds = ["chiar"]', 'p.toml:83: unknown role "chiar". Did you mean "chair"?'),
    ('title = "Why?", required = false, required_when', 'title = "Why?", required_when', 'p.toml:117: "why" is always needed, so required_when has no effect. Write required = false beside required_when.'),
    ('at_least_one = ["action"]', 'at_least_one = ["actions"]', 'p.toml:92: "actions" is not among the kinds of action. Did you mean "action"?'),
    ('at_least_one = ["action"]', 'at_least_one = ["action", "action"]', 'p.toml:92: "action" stands here twice. Keep one.'),
    ('needs = ["meeting_held", "scores"]', 'needs = ["meeting_held", "score"]', 'p.toml:97: "score" is neither a fact nor a form of this stage. Did you mean "scores"?'),
    ('needs = ["meeting_held", "scores"]', 'needs = ["approved"]', 'p.toml:97: the outcome needs a decision, and the stage has none. Add [stage.approval].'),
    ('needs = ["meeting_held", "scores"]', 'needs = ["outcome_recorded"]', 'p.toml:97: the outcome cannot need itself. Take it away.'),
    ('needs = ["meeting_held", "scores"]', 'needs = ["scores", "scores"]', 'p.toml:97: "scores" stands here twice. Keep one.'),
    ('required_when = { field = "agency"', 'required_when = { field = "agencies"', 'p.toml:117: there is no other field "agencies" on this form. Did you mean "agency"?'),
    ('required_when = { field = "agency"', 'required_when = { field = "why"', 'p.toml:117: there is no other field "why" on this form. Fields: "safe" and "agency".'),
    ('required_when = { field = "agency"', 'required_when = { field = "safe"', 'p.toml:117: only a choice can make another field needed, and "safe" is of the kind "scores". Name a choice.'),
    ('is = "school" }, source', 'is = "schol" }, source', 'p.toml:117: "schol" is not among the answers to "agency". Did you mean "school"?'),
    ('{ otherwise = true, tell = ["officer"], source = "8" },', '{ otherwise = true, is = "school", tell = ["officer"], source = "8" },', 'p.toml:122: an answer is tested by exactly one of is, most_are, most_above, otherwise, and here are is and otherwise. Keep one.'),
    ('{ otherwise = true, tell = ["officer"], source = "8" },', '{ otherwise = true, field = "agency", tell = ["officer"], source = "8" },', 'p.toml:122: otherwise asks for no answer, so it names no field. Keep field or otherwise.'),
    ('{ otherwise = true, tell = ["officer"], source = "8" },', '{ is = "school", tell = ["officer"], source = "8" },', 'p.toml:122: the answer to which field is tested? Add field.'),
    ('leads = [\n    {', 'leads = [\n    { otherwise = true, tell = ["head"], source = "8" },\n    {', 'p.toml:120: otherwise holds when none of the leads before it does, so it stands last. Move it to the end.'),
    ('leads = [{ field = "which"', 'leads = [{ field = "witch"', 'p.toml:133: the form that opens "sorting" has no field "witch". Did you mean "which"?'),
    ('is = "a", opens = "told"', 'is = "a", opens = "sorting"', 'p.toml:133: "sorting" would open by itself, and its field "which" must be filled in before it is opened. Write required = false there, or ask for it in a form of the stage.\np.toml:133: the answer at "sorting" would only open "sorting" again. Name the stage that follows.'),
    (', { otherwise = true, ends = "None", source = "9" }]', ']', 'p.toml:125: the stage "sorting" has neither a window nor an outcome, an approval or a form, so it could never be answered. Add [stage.window] or [stage.outcome].'),
    # languages
    ('title = "Drift and delay"', 'title = { en = "Drift", cy = "Oedi" }', 'p.toml:2: "cy" (Welsh) is not among the languages of this file. Write languages = ["en", "cy"] at the top of the file, or take it away here.'),
    ('schema = 1', 'schema = 1\nlanguages = ["fr"]', 'p.toml:2: "fr" is not allowed in "languages". Allowed: "en" and "cy".'),
    ('schema = 1', 'schema = 1\nlanguages = ["en", "en"]', 'p.toml:2: "en" stands here twice. Keep one.'),
]  # fmt: skip


def faults_of(text: str) -> str:
    with pytest.raises(FaultyFile) as refused:
        library.parse(text, "p.toml")
    return str(refused.value)


def test_the_good_file_is_good_and_not_doubtful() -> None:
    assert library.doubts(library.parse(GOOD, "p.toml")) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"), FAULTS, ids=[str(number) for number in range(len(FAULTS))]
)
def test_a_fault_is_named_with_its_line_and_what_would_be_right(right: str, wrong: str, said: str) -> None:
    assert right in GOOD
    assert faults_of(GOOD.replace(right, wrong, 1)) == said


def test_there_are_many_different_faults() -> None:
    assert len({said for *_, said in FAULTS}) == len(FAULTS) > 60


def test_actions_that_are_never_asked_for_cannot_be_waited_for() -> None:
    text = GOOD.replace('until = ["checklist"]', 'until = ["actions_completed"]')
    assert library.parse(text, "p.toml").raising.actions
    said = faults_of(text.replace("[raise]", '[raise]\nactions = ""'))
    assert said == (
        "p.toml:145: the window waits for agreed actions, and none are asked for when a challenge is raised. "
        'Take actions = "" away from [raise], or wait for something else.'
    )


DOUBTS = [
    ("[role.health]", '[role.board]\nname = "Board"\n[role.health]', 'The role "board" is not named by any stage.'),
    ('to = ["head", "health"]', 'to = ["head", "health"]\ncopy = ["board"]', 'The role "board" is told, but never asked; only_told = true says that this is meant.'),
    ("[role.health]\n", "[role.health]\nonly_told = true\n", 'The role "health" is more than told.'),
    ('by = ["officer", "manager"]', 'by = ["officer", "manager", "head"]', '"head" may raise a challenge, but no way in is for that role.'),
    ('nation = "england-and-wales"', 'nation = "england-and-wales"\norder = "any"', 'Meeting: "after" has no effect, because the stages are opened in any order.\nMeeting: "opens" has no effect, because the stages are opened in any order.\nSorting: "after" has no effect, because the stages are opened in any order.\nSorting: "opens" has no effect, because the stages are opened in any order.'),
    ('to = ["officer"]\nfield', "field", "Legal advice: nobody is told when this route is taken."),
    ('by = ["raiser"]\nto = ["officer"]', 'by = ["head"]\nto = ["officer"]', 'Legal advice: "head" cannot take it at Request and Sorting, having no part there.'),
    ("remind = [-20, 0]", "remind = []", "Overall limit: nobody is reminded before it."),
    ("remind = [0, 1]", "remind = []", "Meeting: nobody is reminded before its window ends."),
    ("remind = [0, 1]", "remind = [0]", "Meeting: the raiser is not told when its window has lapsed; add 1 to remind."),
    ("remind = [0, 1]", "remind = [-2, 1]", "Meeting: the reminder -2 can never come, because its window has 48 hours."),
    ('weeks = 2\nfrom = "meeting"', "weeks = 1\nremind = [-5, 1]", "Told: the reminder -5 can never come, because its window has 1 week."),
    ('by = ["head"]\nsource = "9"\nfield', 'by = ["head"]\nbefore_meeting = true\nsource = "9"\nfield', 'Told: "Checklist" comes before a meeting, and there is none.'),
    ('by = ["head"]\nsource = "9"\nfield', 'by = ["health"]\nsource = "9"\nfield', 'Told: its window is on "head", who cannot record "Checklist".'),
    ('id = "request"\nname', 'id = "request"\nskip = true\nname', "Request: it is not opened by hand, so nobody can go past it."),
    ('id = "told"', 'id = "told"\nskip = true', "Told: no stage follows it, so nobody can go past it."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("right", "wrong", "said"), DOUBTS, ids=[str(number) for number in range(len(DOUBTS))]
)
def test_what_is_legal_and_perhaps_not_meant_is_pointed_out(right: str, wrong: str, said: str) -> None:
    text = (
        GOOD.replace("[role.health]", '[role.board]\nname = "Board"\n[role.health]')
        if "copy" in wrong
        else GOOD
    )
    assert right in text
    assert library.doubts(library.parse(text.replace(right, wrong, 1), "p.toml")) == said.split("\n")


def test_a_form_that_nothing_waits_for_is_doubtful() -> None:
    text = GOOD.replace('until = ["meeting_held", "scores"]', 'until = ["meeting_held"]')
    assert library.doubts(library.parse(text, "p.toml")) == []
    text = text.replace('needs = ["meeting_held", "scores"]', 'needs = ["meeting_held"]')
    said = 'Meeting: nobody is asked to fill in "Scores"; let the window wait for it, or the outcome need it.'
    assert library.doubts(library.parse(text, "p.toml")) == [said]
