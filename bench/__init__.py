"""Benchmarks: each workload beside its floor, measured in the same run on the same server."""
