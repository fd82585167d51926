"""Slack: requests in, blocks out."""
