"""The embedded workspace: Slack's protocol and a page to use it, on this machine only."""
