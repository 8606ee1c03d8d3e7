"""Replay: what happened in a range of days, lived again under other terms. Reads the books and writes nothing.

`facts` are what members and staff did, `starts` how each account stood before, `course` lives them under one schedule
of terms with the code that posts real orders, `tally` counts what came of it. Cards that were merged or erased
meanwhile are `booked`.
"""
