"""Every KPI once more, from the simulator's ledger of the truth: plain loops, exact numbers, none of the SQL.

It follows the definitions' words, so that warehouse and ledger can only agree if both do what these say.
"""
