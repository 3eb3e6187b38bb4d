"""Tests of what we say, and of how it is written."""
