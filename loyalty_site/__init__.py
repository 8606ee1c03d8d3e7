"""The ground and the roof: settings, addresses, people, jobs. Knows the other apps by name only."""
