"""What people see: pages made on the server. The functions `portal` and `console` open them to the world.

Pages take what they show from use cases and ports that `bootstrap` hands them; they know no AWS but the event of a
request. What both sites share stands here; `console` holds the staff's pages, `portal` the customers'.
"""
