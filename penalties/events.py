"""What this app does when something happens, and when a clock says so."""
