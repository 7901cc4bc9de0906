"""Pure helpers without the ORM: reading, judging and writing workbooks and the identifiers in them.

Nothing in here imports Odoo, touches a database or speaks to the user: errors carry codes, and whoever calls turns
them into translated sentences.
"""
