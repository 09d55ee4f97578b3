"""The border as an attacker meets it: everything here runs for real inside the sandbox."""
