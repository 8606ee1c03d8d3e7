"""One change to many members at once: chosen in the list or by a file, reviewed, done by a job, and taken back."""
