"""What the shop's people do at the console: each a verb, each leaving an audit row beside what it changed."""
