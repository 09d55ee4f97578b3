"""What every layer may use: settings, errors, passwords and tokens."""
