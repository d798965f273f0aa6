"""From a rule file to a typed rule: keys, conditions and scenarios, each checked, each error with file, line and key."""
