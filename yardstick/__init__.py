"""Yardstick: a sales-KPI warehouse that proves, every night, that each KPI deserves to be believed."""
