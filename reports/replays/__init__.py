"""Replays of real orders under a draft: asked for by a manager, worked on as a job, shown beside the live terms."""
