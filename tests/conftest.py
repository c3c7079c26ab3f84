"""Lets tests import the modules that stand beside this file, in whatever folder they are.

Pytest puts the folder of a conftest on the path, and worker processes take over that path.
"""
