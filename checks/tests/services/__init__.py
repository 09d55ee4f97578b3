"""Tests of the services: real servers in homes of their own."""
