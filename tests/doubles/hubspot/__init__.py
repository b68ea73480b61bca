"""A double of HubSpot's CRM API."""
