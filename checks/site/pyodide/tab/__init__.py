"""What runs inside the browser, beside the modules of the course."""
