"""`challenge-bot demo`: the embedded workspace, the bot behind it, its time, and what has happened there before."""
