"""Servers that stand in for CRMs, over real HTTP on 127.0.0.1."""
