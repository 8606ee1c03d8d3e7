"""What pages show of members: read models, put together from rows and terms. Nothing here writes."""
