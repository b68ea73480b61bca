"""Bitrix24 as its users meet it from outside, by an incoming webhook."""
