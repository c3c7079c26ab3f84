"""Decide between arms when nobody knows the assumptions: in which futures does each pay?"""
