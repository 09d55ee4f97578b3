"""The same exercise of five tests for this checker, for check50 and for Otter."""
