"""Mutation testing of the answers: small changes of each solution, and the tests that notice them.

May import `authoring` and the rooms below.
"""
