"""Close a v2 conversation: a small, whole service on `session_lifecycle`, FastAPI and SQLAlchemy.

The library decides what a close means, which report is true and whether it was the first end. What
is left for a service is here: keys, tables, transactions and what crosses the wire.

    settings.py   what the environment says
    tables.py     rows, and how a transaction begins
    models.py     what crosses the wire
    views.py      rows as they are shown, a whole page in one statement
    endings.py    what happens in the one transaction that ends a conversation
    routes.py     the endpoints of an organisation
    webhooks.py   LiveKit's reports
    guard.py      keys, bounds, errors, the log
    app.py        puts it together

`python -m close_service`, beside this folder, starts it on SQLite.
"""
