"""What it says: tables, charts and pages."""
