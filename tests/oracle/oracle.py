"""The rules of care R1 to R8, from their words alone: escalations, visits, aligned notes and weekly summaries of one
history. It shares no code with the product, reads only the catalogue's data, and takes its time: everything is looked
up anew from plain lists.

`naive` names rules to leave out. An answer that then differs was decided by that rule. Where the words leave room, the
product's reading is taken, and a comment says `reading`.
"""
from escalations import Escalations
from notes import Notes
from weeks import Weeks

RULES = ("R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8")


class Person(Escalations, Notes, Weeks):
    """Everything that the rules say of one person."""
