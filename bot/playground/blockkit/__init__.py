"""What Slack accepts as Block Kit: types, fields, lengths and counts, per Slack's Block Kit reference.

The names listed in __all__ are all that the rest of the workspace uses.
"""

from bot.playground.blockkit.surfaces import check_message, check_view, complete, too_large, too_long

__all__ = ["check_message", "check_view", "complete", "too_large", "too_long"]
