"""Tests of `checks/zygote`."""
