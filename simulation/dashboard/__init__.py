"""The interactive page: a moved lever is answered by the simulation itself.

server -> guard (who may come in) -> app (messages) -> session (one a tab) -> queue (runs, fairly)
-> answer (numbers). ``levers`` reads the schema, ``state`` the page's address; the page itself is
in ``static``.
"""
