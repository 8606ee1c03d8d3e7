"""The audit log as people read it: who did what, what it was before and after, filtered and taken along."""
