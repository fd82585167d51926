"""How hypothesis runs here: without its time limit for each example, which a busy machine would break."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
