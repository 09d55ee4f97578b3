"""What a run tells: the record of verdicts, the story of a failure, the last lines of pytest.

May import `harness.app` and the rooms below.
"""
