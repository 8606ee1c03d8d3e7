"""Bad luck on purpose: crowds, kills, lost answers, full queues, wrong clocks. `make faults` plays it for long.

A round is drawn from a seed that its name shows, so that a round that failed can be played again.
"""
