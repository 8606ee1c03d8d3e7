"""The demo: two shops with a past, lived through the same doors as a real one."""
