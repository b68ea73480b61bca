"""Odoo as its users meet it from outside, by JSON-RPC and by JSON-2."""
