"""Two cards of one person become one, and with an undo two again.

`together` merges, `apart` undoes; `carrying` and `returning` plan what happens to points, `standing` to tiers and
counters, `persons` to who somebody is, `belongings` to all that hangs on a member. `duplicates` finds who may be one.
"""
