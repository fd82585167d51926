"""Microsoft Teams: what comes in, what goes out, and how it looks there. Its own library is loaded only where Teams is set up."""
