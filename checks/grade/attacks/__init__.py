"""Attacks on the sandbox of this machine, run before it is trusted: each of them has to fail.

Most are Python in the same sandbox as the submissions, which prints `true` when it succeeds; some
plant links and pipes for the trusted side, or go beyond a bound of the border. The list follows the
known attacks on graders such as check50, Otter and nbgrader; see docs/en/grading.md.
"""
