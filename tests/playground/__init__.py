"""The embedded workspace, held against what Slack does."""
